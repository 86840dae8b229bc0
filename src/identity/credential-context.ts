import type { CallLimiter } from '../aws/call-limiter.ts'
import type { Circuits } from '../aws/circuits.ts'
import type { Credentials } from '../aws/clients.ts'
import type { Connection } from '../aws/connection.ts'
import type { Region } from '../aws/list-regions.ts'
import type { AwsConfig } from '../config/aws-config.ts'
import type { Network } from '../config/network.ts'
import type { Profile } from '../config/profile.ts'
import type { Io } from '../io.ts'
import type { AskMfa } from './mfa-device.ts'
import type { SsoMemory } from './sso/sso-memory.ts'

/** What credentials are resolved with: one for all profiles of a run. */
export interface CredentialContext {
  readonly io: Pick<Io, 'env' | 'home' | 'now' | 'signal' | 'debug'>
  readonly config: AwsConfig
  /** Of the profile that is signed in, whatever other profiles its chain leads through, as for the AWS CLI. */
  readonly network: Network
  /** The region that is asked for first, by the same profile; null if none is named. */
  readonly region: string | null
  readonly connection: Connection
  readonly maxAttempts: number
  /** What every attempt at a call of EC2 waits for. */
  readonly mayCall: CallLimiter
  /** Which addresses are out of reach. */
  readonly circuits: Circuits
  /** The regions of each account, by account. */
  readonly regionLists: Map<string, Promise<readonly Region[]>>
  /** The profile that is signed in, whose calls these are. */
  readonly profile: string
  /** Credentials of this run, by name: that of a profile, or the one that `resolveOnce` was given. */
  readonly resolved: Map<string, ResolvedCredentials>
  /** Access keys that AWS called expired: they are not used again, whatever their expiry says. */
  readonly refusedKeys: Set<string>
  /** Access keys that come from the AWS CLI's cache: they may be of another day, or of another endpoint. */
  readonly cachedKeys: Set<string>
  /** What is known of the SSO sessions of this run. */
  readonly ssoMemory: SsoMemory
  /** Asks a person for a code; null if nobody can be asked. */
  readonly askMfa: AskMfa | null
  /** `asking` ends when no code is being asked for: one question at a time. */
  readonly turn: { asking: Promise<void> }
  /** The profiles of this run. */
  readonly chosenProfiles: Set<Profile>
  /** Whether a code with AssumeRole helped when the session of a device did not, by key and device. */
  readonly secondTries: Map<string, Promise<boolean>>
  /** Devices whose code goes with AssumeRole alone. */
  readonly roleOnlyDevices: Set<string>
  /** The folder that role sessions are shared with the AWS CLI in; null to share none. */
  readonly roleCache: string | null
  /** Lends the terminal, on which nothing is drawn meanwhile; null without a terminal. */
  readonly lendTerminal: LendTerminal | null
  /** How long a credential_process may take, in ms. */
  readonly processTimeout: number
}

export type LendTerminal = <T>(work: () => Promise<T>) => Promise<T>

export interface ResolvedCredentials {
  readonly credentials: Promise<Credentials>
  /** When they were asked for, in ms since 1970. */
  readonly askedAt: number
}

/** Runs work that asks a person, on the terminal or the screen: one question at a time, in the order in which they came. */
export async function runInTurn<T>(
  { turn }: Pick<CredentialContext, 'turn'>,
  work: () => Promise<T>,
): Promise<T> {
  const before = turn.asking
  const mine = Promise.withResolvers<void>()
  turn.asking = mine.promise
  await before
  try {
    return await work()
  } finally {
    mine.resolve()
  }
}

/**
 * Credentials, resolved once however many want them, and again within 5 minutes of their end (or in the second
 * half of a life of less than ten) or when AWS has called them expired.
 */
export async function resolveOnce(
  name: string,
  context: CredentialContext,
  resolve: () => Promise<Credentials>,
): Promise<Credentials> {
  // Two profiles may lead through a third to different places, of which each knows its own credentials only.
  const key = `${context.network.stsEndpoint ?? ''}\u0000${name}`
  const previous = context.resolved.get(key)
  if (previous) {
    const credentials = await previous.credentials
    if (!isSpent(credentials, previous.askedAt, context)) return credentials
    if (context.resolved.get(key) !== previous) return resolveOnce(name, context, resolve)
  }
  const credentials = resolve()
  context.resolved.set(key, { credentials, askedAt: context.io.now() })
  // Awaited here, so that those who ask first are served first.
  return await credentials
}

function isSpent(
  { accessKeyId, expiration }: Credentials,
  askedAt: number,
  { refusedKeys, io }: CredentialContext,
): boolean {
  if (refusedKeys.has(accessKeyId)) return true
  const end = expiration?.getTime() ?? Number.POSITIVE_INFINITY
  return end - io.now() < Math.min(300_000, (end - askedAt) / 2)
}
