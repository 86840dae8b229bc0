import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from '../aws/clients.ts'
import { writePrivately } from '../whole-file.ts'
import { timeOf, toAsciiJson, toCacheTime } from './aws-cli-json.ts'
import type { RoleArguments } from './role-arguments.ts'
import type { AssumedRole } from './sts-calls.ts'

/** Where the AWS CLI keeps the sessions of roles; no variable moves it. */
export function roleCacheOf(home: string): string {
  return join(home, '.aws', 'cli', 'cache')
}

/**
 * The file's name for a role: sha1 of Python's `json.dumps(arguments, sort_keys=True)` over the arguments of
 * AssumeRole that the configuration sets (botocore, AssumeRoleCredentialFetcher). The session's default name, the
 * code and the source are not in it.
 */
export function roleCacheKey(args: RoleArguments): string {
  const sorted = Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const members = sorted.map(([key, value]) => `${toAsciiJson(key)}: ${toAsciiJson(value)}`)
  return createHash('sha1')
    .update(`{${members.join(', ')}}`)
    .digest('hex')
}

/**
 * The session of a role that the AWS CLI or muster keeps; null if no session lasts 5 minutes more. The name leaves out
 * the source, so account and role are compared. A damaged file is ignored.
 */
export function readCachedRole(folder: string, args: RoleArguments, now: number): Credentials | null {
  const content = readJson(join(folder, `${roleCacheKey(args)}.json`))
  const { Credentials: given, AssumedRoleUser: user } = objectOf(content)
  const { AccessKeyId: id, SecretAccessKey: secret, SessionToken: token, Expiration: end } = objectOf(given)
  if (!isText(id) || !isText(secret) || !isText(token) || !isText(end)) return null
  if (!isSessionOf(args.RoleArn, objectOf(user).Arn)) return null
  const expires = timeOf(end)
  if (expires === null || expires - now < 300_000) return null
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: token, expiration: new Date(expires) }
}

/**
 * Keeps a session as the AWS CLI does, for its owner alone, whole or not at all. Nothing is kept in a folder that
 * cannot be written.
 */
export function cacheRole(folder: string, args: RoleArguments, { credentials, user }: AssumedRole): void {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  if (!expiration || !sessionToken) return
  const content = {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: toCacheTime(expiration.getTime()),
      AccountId: user.arn.split(':')[4] ?? '',
    },
    AssumedRoleUser: { AssumedRoleId: user.id, Arn: user.arn },
    ResponseMetadata: { HTTPStatusCode: 200, RetryAttempts: 0 },
  }
  const file = join(folder, `${roleCacheKey(args)}.json`)
  try {
    writePrivately(file, JSON.stringify(content))
  } catch {
    // The session is as good without it.
  }
}

/** Whether `arn:aws:sts::111122223333:assumed-role/Role/name` is a session of `arn:aws:iam::111122223333:role/path/Role`. */
function isSessionOf(roleArn: string, session: unknown): boolean {
  const [, partition, account, role] =
    /^arn:([^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? []
  return isText(session) && session.startsWith(`arn:${partition}:sts::${account}:assumed-role/${role}/`)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
