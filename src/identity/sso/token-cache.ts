import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SsoSession } from '../../config/sso-sessions.ts'
import type { JsonObject } from '../../model.ts'
import { writePrivately } from '../../whole-file.ts'
import { timeOf, toCacheTime } from '../aws-cli-json.ts'

/** A login as the AWS CLI keeps it. Holds secrets. */
export interface SsoToken {
  readonly accessToken: string
  /** When the access token ends, in ms since 1970; the login may be renewed past it. */
  readonly expires: number
  /** What renews it; null if it cannot be renewed. */
  readonly renewal: Renewal | null
}

export interface Renewal {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  /** When the registration of the client ends, in ms since 1970. */
  readonly registrationExpires: number
}

/** A client as SSO OIDC registered it. */
export type Registration = Omit<Renewal, 'refreshToken'>

export type CachedLogin = SsoToken | 'missing' | 'unreadable'

/** `~/.aws/sso/cache/SHA1.json`, of the session's name or the start URL, as the AWS CLI and the SDKs name it. */
export function tokenFile({ name, startUrl }: SsoSession, home: string): string {
  const hash = createHash('sha1').update(name ?? startUrl)
  return join(home, '.aws/sso/cache', `${hash.digest('hex')}.json`)
}

/** The login in the cache, expired ones included. */
export function readLogin(session: SsoSession, home: string): CachedLogin {
  let text: string
  try {
    text = readFileSync(tokenFile(session, home), 'utf8')
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return gone ? 'missing' : 'unreadable'
  }
  const members = membersOf(text)
  const expires = timeOf(members.expiresAt)
  // It travels in a header: what does not fit there is no token.
  if (typeof members.accessToken !== 'string' || !/^[!-~]+$/.test(members.accessToken) || expires === null) {
    return 'unreadable'
  }
  // The AWS CLI and the SDKs never renew the older form.
  const renewal = session.name === null ? null : renewalOf(members)
  return { accessToken: members.accessToken, expires, renewal }
}

/** Keeps a login, in the AWS CLI's fields and spelling, for whoever reads the cache: mode 0600, whole or not at all. */
export function writeLogin(
  session: SsoSession,
  home: string,
  token: Omit<SsoToken, 'renewal'>,
  registration: Registration,
  refreshToken: string | null,
): void {
  const fields: Record<string, string> = {
    startUrl: session.startUrl,
    region: session.region,
    accessToken: token.accessToken,
    expiresAt: toCacheTime(token.expires),
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    registrationExpiresAt: toCacheTime(registration.registrationExpires),
    ...(refreshToken === null ? {} : { refreshToken }),
  }
  const members = Object.entries(fields).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`)
  writePrivately(tokenFile(session, home), `{${members.join(', ')}}`)
}

/** Forgets the login. */
export function removeLogin(session: SsoSession, home: string): void {
  rmSync(tokenFile(session, home), { force: true })
}

function renewalOf(members: JsonObject): Renewal | null {
  const { clientId, clientSecret, refreshToken } = members
  const registrationExpires = timeOf(members.registrationExpiresAt)
  const isComplete =
    typeof clientId === 'string' && typeof clientSecret === 'string' && typeof refreshToken === 'string'
  return isComplete && registrationExpires !== null
    ? { clientId, clientSecret, refreshToken, registrationExpires }
    : null
}

function membersOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {}
  } catch {
    return {}
  }
}
