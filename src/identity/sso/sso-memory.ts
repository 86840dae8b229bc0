import type { FaultError } from '../../aws/faults.ts'
import type { Gate } from './gate.ts'
import type { SsoToken } from './token-cache.ts'

/**
 * What one run of sign-ins remembers of its SSO sessions, for all profiles together: a login is renewed once however
 * many ask, what failed or was refused is not tried again, and an SSO instance has one limit.
 */
export interface SsoMemory {
  /** The turns at an SSO instance's limited calls, by its address and start URL. */
  readonly gates: Map<string, Gate>
  /** Renewals that run, by the file of the login, as are all below. */
  readonly renewals: Map<string, Promise<SsoToken>>
  /** Renewals that failed: of which access token, and when, in ms since 1970. */
  readonly failures: Map<string, { readonly token: string; readonly at: number; readonly fault: FaultError }>
  /** Access tokens that AWS refused, whatever their expiry says. */
  readonly refusedTokens: Map<string, string>
  /** Tokens that came in place of a refused one: if AWS refuses these too, another would be refused as well. */
  readonly replacements: Map<string, string>
}

export function makeSsoMemory(): SsoMemory {
  return {
    gates: new Map(),
    renewals: new Map(),
    failures: new Map(),
    refusedTokens: new Map(),
    replacements: new Map(),
  }
}
