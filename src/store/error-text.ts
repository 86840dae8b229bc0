import { type ExitCode, exitCodes, MusterError } from '../errors.ts'
import { DamagedCache, DamagedScope } from './damage.ts'
import { ScopeHeld } from './running-syncs.ts'

/** An error as plain data: what a thread hands to another loses its class and its code. */
export interface ErrorText {
  readonly type: 'scope-held' | 'damaged-scope' | 'damaged-cache' | 'muster' | 'other'
  readonly name: string
  readonly message: string
  readonly stack: string | null
  readonly code: string | null
  readonly exitCode: ExitCode
  readonly cause: ErrorText | null
  /** What a damaged scope or cache says of itself. */
  readonly scopeId: number
  readonly found: string
}

/** Makes plain data of an error. */
export function describeError(error: unknown): ErrorText {
  if (!(error instanceof Error)) return describeError(new Error(String(error)))
  const isDamage = error instanceof DamagedScope || error instanceof DamagedCache
  return {
    type: typeOf(error),
    name: error.name,
    message: error.message,
    stack: error.stack ?? null,
    code: 'code' in error && typeof error.code === 'string' ? error.code : null,
    exitCode: error instanceof MusterError ? error.exitCode : exitCodes.failed,
    cause: error.cause === undefined ? null : describeError(error.cause),
    scopeId: error instanceof DamagedScope ? error.scopeId : 0,
    found: isDamage ? error.found : '',
  }
}

/** The error again, of its class. `file` is the cache. */
export function makeError(text: ErrorText, file: string): Error {
  const error = makeOfType(text, file)
  if (error.name !== text.name) error.name = text.name
  if (text.stack !== null) error.stack = text.stack
  return text.code === null ? error : Object.assign(error, { code: text.code })
}

function makeOfType(
  { type, message, exitCode, cause: inner, scopeId, found }: ErrorText,
  file: string,
): Error {
  const cause = inner ? makeError(inner, file) : undefined
  if (type === 'scope-held') return new ScopeHeld(message)
  if (type === 'damaged-scope') return new DamagedScope(file, scopeId, found, cause)
  if (type === 'damaged-cache') return new DamagedCache(file, found, cause)
  const options = cause ? { cause } : {}
  return type === 'muster' ? new MusterError(message, exitCode, options) : new Error(message, options)
}

function typeOf(error: Error): ErrorText['type'] {
  if (error instanceof ScopeHeld) return 'scope-held'
  if (error instanceof DamagedScope) return 'damaged-scope'
  if (error instanceof DamagedCache) return 'damaged-cache'
  return error instanceof MusterError ? 'muster' : 'other'
}
