import { FaultError, isWrongClock } from '../aws/faults.ts'

/** A fault of ~/.aws. */
export function configurationFault(message: string, profile: string): FaultError {
  const next = `Correct profile ${profile} in ~/.aws.`
  return new FaultError({ class: 'configuration', code: 'Configuration', message, next })
}

/** A fault of a setting of the network, which the message names. */
export function networkFault(message: string): FaultError {
  const next = 'Correct that setting, then sync again.'
  return new FaultError({ class: 'configuration', code: 'NetworkSetting', message, next })
}

/** Credentials that a way in did not give. */
export function credentialsFault(code: string, message: string, next: string, cause?: unknown): FaultError {
  return new FaultError({ class: 'credentials', code, message, next }, cause)
}

/**
 * Whether AWS refuses a session because its time is over: EC2's word, STS's and that of the JSON services. A kept
 * session that AWS does not know at all is over too.
 */
export function isSessionOver(error: unknown, key: string, cachedKeys: ReadonlySet<string>): boolean {
  if (!(error instanceof Error) || isWrongClock(error)) return false
  if (/^(RequestExpired|ExpiredToken|ExpiredTokenException)$/.test(error.name)) return true
  return cachedKeys.has(key) && /^(InvalidClientTokenId|AuthFailure|SignatureDoesNotMatch)$/.test(error.name)
}
