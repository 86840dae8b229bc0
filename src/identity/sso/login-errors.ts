import { FaultError, faultFrom } from '../../aws/faults.ts'
import { RestError } from '../../aws/rest.ts'
import { exitCodes, MusterError } from '../../errors.ts'
import type { NamedSession } from './sso-faults.ts'

/** Why a sign-in came to nothing, as one sentence; exit code 4, as the user is not signed in. */
export function signInError(error: unknown, { name, login }: NamedSession): unknown {
  if (error instanceof RestError) return makeSignInError(sentenceOf(error, name, login), error)
  const again = `run muster login ${login} again.`
  if (error instanceof FaultError) {
    return makeSignInError(`${error.fault.message} ${stepBefore(again, error.fault.next)}`, error)
  }
  const isSystem = error instanceof Error && 'code' in error
  if (isSystem && 'syscall' in error && 'path' in error) {
    return makeSignInError(
      `The login of ${name} cannot be kept (${error.code}): make ~/.aws/sso/cache writable.`,
      error,
    )
  }
  const { class: kind, code, next } = faultFrom(error, { profile: '', region: null })
  if (kind !== 'network') return error
  return makeSignInError(`${name} could not be signed in to (${code}). ${stepBefore(again, next)}`, error)
}

/** The next step of a fault, which ends with a sync, before another command. */
export function stepBefore(command: string, next: string): string {
  return next.replace(/, then sync again\.$/, `, then ${command}`)
}

function sentenceOf({ name: code, $metadata }: RestError, name: string, login: string): string {
  switch (code) {
    case 'AccessDeniedException':
      return `The sign-in of ${name} was refused in the browser; run muster login ${login} again and allow it.`
    case 'ExpiredTokenException':
      return `Nobody answered the sign-in of ${name} in time; run muster login ${login} again.`
    default:
      return $metadata.httpStatusCode >= 500 || $metadata.httpStatusCode === 429
        ? `AWS did not sign in to ${name} (${code}); run muster login ${login} again in a moment.`
        : `AWS refuses to sign in to ${name} (${code}); check sso_start_url, sso_region and sso_registration_scopes in ~/.aws/config.`
  }
}

function makeSignInError(sentence: string, cause: unknown): MusterError {
  return new MusterError(sentence, exitCodes.credentials, { cause })
}
