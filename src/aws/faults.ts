import { MusterError } from '../errors.ts'
import type { Fault } from '../model.ts'
import { cleanText } from '../redact.ts'
import { causeOf, type FaultContext, isUntrusted, isWrongTime, lookForProxy, type Refusal } from './causes.ts'
import { longestPause, type PauseRefused } from './retries.ts'

export { redact } from '../redact.ts'
export { isTokenRefused, suggestOtherRegion as nextForInactiveRegion } from './causes.ts'

/** An error that knows its fault already. */
export class FaultError extends Error {
  readonly fault: Fault

  constructor(fault: Fault, cause?: unknown) {
    super(fault.message, { cause })
    this.name = 'FaultError'
    this.fault = fault
  }
}

/** What an error of a call means for the user. Not for an abort: the caller looks at its signal first. */
export function faultFrom(error: unknown, context: FaultContext): Fault {
  if (error instanceof FaultError) return error.fault
  const refusal = refusalOf(error)
  const { operation = 'the call' } = context
  if (error instanceof MusterError) {
    const next = `Correct profile ${context.profile} in ~/.aws.`
    return { class: 'configuration', code: refusal.code, message: refusal.text, next }
  }
  const cause = causeOf(refusal)
  const next = cause.next(context, refusal)
  if (refusal.unreadable) {
    const message = `The answer to ${operation} is cut off, or not XML.`
    return { class: cause.class, code: 'MalformedAnswer', message, next }
  }
  const { code, text, status, pauseAsked } = refusal
  if (pauseAsked > 0) {
    const message = `AWS asks for a pause of ${pauseAsked} s before ${operation} is tried again; muster waits for at most ${longestPause} s.`
    return { class: cause.class, code, message, next }
  }
  const nameless = text === '' || text === code || text === 'UnknownError'
  const reason = code === 'Unknown' && status > 0 ? `HTTP status ${status}` : code
  const failed = `${operation.replace(/^the/, 'The')} failed with ${reason}.`
  const action = cause.action?.(context, refusal) ?? null
  const fault = { class: cause.class, code, message: nameless ? failed : text, next }
  return action === null ? fault : { ...fault, action }
}

/** Whether AWS refused a call because the clock of this machine is wrong: new credentials would be refused, too. */
export function isWrongClock(error: unknown): boolean {
  return isWrongTime(refusalOf(error))
}

/** Whether the same call may succeed a moment later: AWS throttled it, failed by itself, or was out of reach. */
export function isTransient(error: unknown): boolean {
  const refusal = { ...refusalOf(error), text: '' }
  const kind = error instanceof FaultError ? error.fault.class : causeOf(refusal).class
  return kind === 'throttled' || (kind === 'network' && !isUntrusted(refusal))
}

/** An answer that cannot be right. */
export function malformedError(message: string): FaultError {
  return new FaultError({ class: 'malformed', code: 'MalformedAnswer', message, next: lookForProxy })
}

function refusalOf(error: unknown): Refusal {
  const { $metadata: metadata } = (error instanceof Error ? error : {}) as {
    $metadata?: PauseRefused & { httpStatusCode?: number; clockSkewCorrected?: boolean; attempts?: number }
  }
  return {
    code: cleanText(codeOf(error)),
    text: cleanText(error instanceof Error ? error.message : String(error)),
    status: metadata?.httpStatusCode ?? 0,
    // A second attempt is signed with AWS's time: what is refused then is refused for another reason.
    skewed: metadata?.clockSkewCorrected === true && (metadata.attempts ?? 1) <= 1,
    unreadable: isUnreadable(error),
    pauseAsked: metadata?.pauseAsked ?? 0,
  }
}

/**
 * Whether the SDK failed to read an answer. Its words about that are advice for its own users ("inspect the hidden
 * field {error}.$response"). What AWS said has a `$fault`, and both have the answer (`$response`).
 */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && '$response' in error && !('$fault' in error)
}

/** Node's code wins over the name, which is `Error` for most of them. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name
}
