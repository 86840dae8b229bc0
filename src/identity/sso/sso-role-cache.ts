import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from '../../aws/clients.ts'
import type { SsoSession } from '../../config/sso-sessions.ts'
import { timeOf, toAsciiJson } from '../aws-cli-json.ts'

/** One role of one account behind a sign-in. */
export interface SsoRole {
  readonly session: SsoSession
  /** 12 digits. */
  readonly account: string
  readonly role: string
}

/**
 * `~/.aws/cli/cache/SHA1.json` of a role's credentials: sha1 of the arguments as compact JSON with sorted keys
 * (botocore's SSOCredentialFetcher).
 */
export function roleCacheFile({ session, account, role }: SsoRole, home: string): string {
  const { name, startUrl } = session
  const key = {
    accountId: account,
    roleName: role,
    ...(name === null ? { startUrl } : { sessionName: name }),
  }
  const hash = createHash('sha1').update(toAsciiJson(key))
  return join(home, '.aws/cli/cache', `${hash.digest('hex')}.json`)
}

/** Credentials that the AWS CLI got for the role, if they last 5 minutes more. */
export function readCachedSsoRole(role: SsoRole, home: string, now: number): Credentials | null {
  const { Credentials: found } = readCacheFile(roleCacheFile(role, home))
  const expires = timeOf(found?.Expiration)
  if (expires === null || expires - now < 300_000) return null
  if (found?.AccountId !== undefined && found.AccountId !== role.account) return null
  const { AccessKeyId: id, SecretAccessKey: secret, SessionToken: token } = found ?? {}
  if (typeof id !== 'string' || typeof secret !== 'string' || typeof token !== 'string') return null
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: token, expiration: new Date(expires) }
}

/** Forgets the role's credentials; whether there were any. */
export function removeCachedRole(role: SsoRole, home: string): boolean {
  const file = roleCacheFile(role, home)
  if (readCacheFile(file).ProviderType !== 'sso') return false
  rmSync(file, { force: true })
  return true
}

interface CachedRole {
  readonly ProviderType?: unknown
  readonly Credentials?: Readonly<Record<string, unknown>>
}

function readCacheFile(file: string): CachedRole {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null ? (value as CachedRole) : {}
  } catch {
    return {}
  }
}
