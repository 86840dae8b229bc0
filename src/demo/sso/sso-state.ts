import { randomBytes } from 'node:crypto'
import type { SessionIssuer } from '../sts/sessions.ts'

export interface SsoOptions {
  /** GetRoleCredentials that one start URL may ask for in any second; default 20. */
  readonly rolesPerSecond?: number | undefined
  /** Life of an access token, in seconds; default 28800. */
  readonly tokenSeconds?: number | undefined
  /** Life of a client registration, in seconds; default 90 days. */
  readonly registrationSeconds?: number | undefined
  /** Life of a device code, in seconds; default 600. */
  readonly deviceSeconds?: number | undefined
  /** Seconds to wait between two polls for a device code; default 1. */
  readonly interval?: number | undefined
  /** Seconds after which a device code is allowed as if somebody had followed the link; by default somebody must. */
  readonly allowedAfter?: number | undefined
  /** A role that every account has, whatever its name; default none. */
  readonly furtherRole?: string | undefined
}

export interface RegisteredClient {
  readonly id: string
  readonly secret: string
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
  /** The start URL that it was registered for, if it said so. */
  readonly issuerUrl: string
  /** In ms since 1970. */
  readonly expires: number
}

/** What a user was asked to allow: a device code, or a code for a redirect. */
export interface Grant {
  readonly client: RegisteredClient
  readonly startUrl: string
  readonly expires: number
  /** Of a device code; empty for a redirect's. */
  readonly userCode: string
  /** Of a redirect's code; empty for a device's. */
  readonly redirectUri: string
  readonly challenge: string
  answer: 'pending' | 'allowed' | 'refused'
  polledAt: number
}

export interface IssuedToken {
  readonly startUrl: string
  readonly client: RegisteredClient
  readonly expires: number
}

/** What the sign-in service remembers, as long as the endpoint lives. */
export interface SsoState {
  readonly options: SsoOptions
  /** Of role credentials; its clock is this service's too. */
  readonly issuer: SessionIssuer
  readonly clients: Map<string, RegisteredClient>
  readonly devices: Map<string, Grant>
  readonly codes: Map<string, Grant>
  readonly tokens: Map<string, IssuedToken>
  /** Refresh tokens; each is accepted once. */
  readonly refresh: Map<string, IssuedToken>
  /** When each start URL asked for role credentials, in ms since 1970. */
  readonly roleCalls: Map<string, number[]>
  /** Every secret that was given out. */
  readonly issued: Set<string>
}

export function makeSsoState(issuer: SessionIssuer, options: SsoOptions = {}): SsoState {
  return {
    options,
    issuer,
    clients: new Map(),
    devices: new Map(),
    codes: new Map(),
    tokens: new Map(),
    refresh: new Map(),
    roleCalls: new Map(),
    issued: new Set(),
  }
}

/** A new secret, remembered as given out. */
export function issueSecret(state: SsoState, prefix: string): string {
  const secret = `${prefix}${randomBytes(36).toString('base64url')}`
  state.issued.add(secret)
  return secret
}
