import { MusterError } from '../errors.ts'
import type { Fault, FaultClass } from '../model.ts'
import { cleanText } from '../redact.ts'
import { shellWord } from './shell-word.ts'

export { redact } from '../redact.ts'

/** An error that knows its fault already. */
export class FaultError extends Error {
  readonly fault: Fault

  constructor(fault: Fault, cause?: unknown) {
    super(fault.message, { cause })
    this.name = 'FaultError'
    this.fault = fault
  }
}

export interface FaultContext {
  readonly profile: string
  readonly region: string | null
  readonly operation?: string
  /** The sso-session of the profile, where it has one. */
  readonly ssoSession?: string
}

/** What an error of a call means for the user. Not for an abort: the caller looks at its signal first. */
export function faultFrom(error: unknown, context: FaultContext): Fault {
  if (error instanceof FaultError) return error.fault
  const code = codeOf(error)
  const text = cleanText(error instanceof Error ? error.message : String(error))
  const kind = error instanceof MusterError ? 'configuration' : classOf(code, text, statusOf(error))
  const message =
    text === '' || text === code || text === 'UnknownError'
      ? `${context.operation ?? 'The call'} failed with ${code}.`
      : text
  return { class: kind, code, message, next: nextOf(kind, code, text, context) }
}

/** Whether EC2 refused the keys, which it also does in a region that is not enabled. */
export function isAuthFailure(error: unknown): boolean {
  return error instanceof Error && /^(AuthFailure|OptInRequired)$/.test(error.name)
}

/** Whether the same call may go well a moment later: AWS was asked too fast, failed itself, or was out of reach. */
export function isPassing(error: unknown): boolean {
  const kind = error instanceof FaultError ? error.fault.class : classOf(codeOf(error), '', statusOf(error))
  return kind === 'throttled' || (kind === 'network' && !certificateCode.test(codeOf(error)))
}

/** An answer that is none. */
export function malformed(message: string): FaultError {
  const next = 'Look for a proxy or an endpoint_url that answers in place of AWS, then sync again.'
  return new FaultError({ class: 'malformed', code: 'MalformedAnswer', message, next })
}

/** AWS's words for a signature in a region that it does not have. */
const noRegion = /scoped to a valid region|credential.*region.*is (wrong|invalid)/i
const networkCode =
  /^(E[A-Z]*(CONN|TIMEDOUT|NOTFOUND|PIPE|AGAIN|UNREACH)[A-Z]*|TimeoutError|NetworkingError|EPROTO)$/
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/
const credentialCode =
  /^(ProviderError|CredentialsProviderError|TokenProviderError|ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|AuthFailure|OptInRequired|UnrecognizedClientException|SignatureDoesNotMatch|InvalidToken|InvalidIdentityToken(?:Exception)?|IDPCommunicationError(?:Exception)?|UnauthorizedException)$/

function classOf(code: string, text: string, status: number): FaultClass {
  if (
    /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown/.test(`${code} ${text.slice(0, 40)}`) ||
    status === 429
  ) {
    return 'throttled'
  }
  if (/service control policy/i.test(text)) return 'denied-by-policy'
  if (noRegion.test(text)) return 'configuration'
  if (
    /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden|ForbiddenException)$/.test(code)
  ) {
    return 'denied'
  }
  if (/^ForbiddenException:/.test(text)) return 'denied'
  if (credentialCode.test(code)) return 'credentials'
  if (networkCode.test(code) || certificateCode.test(code) || status >= 500) return 'network'
  if (/XML parse|Unexpected token|<html|<!doctype|Deserialization|char '/i.test(text)) return 'malformed'
  if (/ValidationError|RegionDisabledException|^Invalid(Parameter|Configuration)/.test(code))
    return 'configuration'
  if (code === 'TypeError' && text.includes('sso_region')) return 'configuration'
  return status >= 400 ? 'configuration' : status >= 200 ? 'malformed' : 'bug'
}

function nextOf(kind: FaultClass, code: string, text: string, context: FaultContext): string {
  const { profile, operation = 'the call', ssoSession } = context
  switch (kind) {
    case 'credentials':
      if (ssoSession) return `Run muster login --sso-session ${shellWord(ssoSession)}.`
      if (/\bSSO\b|Token is expired|sso/i.test(text))
        return `Run muster login --profile ${shellWord(profile)}.`
      return `Renew the credentials of profile ${profile}; aws sts get-caller-identity --profile ${shellWord(profile)} tests them.`
    case 'denied':
      return `Ask for permission for ${operation}, or choose a profile that has it.`
    case 'denied-by-policy':
      return 'Ask whoever runs the organisation, or leave this account or region out.'
    case 'throttled':
      return 'Sync again later, with fewer calls at once.'
    case 'network':
      if (certificateCode.test(code))
        return 'Set AWS_CA_BUNDLE to the PEM file of the authority that signed it.'
      return 'Check the network, the proxy and the endpoint, then sync again.'
    case 'malformed':
      return 'Look for a proxy or an endpoint_url that answers in place of AWS, then sync again.'
    case 'configuration':
      if (code === 'RegionDisabledException') return regionOff(profile)
      if (noRegion.test(text))
        return `Choose a region that exists: --region, or region of profile ${profile}.`
      return `Correct profile ${profile} in ~/.aws.`
    case 'bug':
      return 'Please report this.'
  }
}

/** STS is asked in the region of the profile. */
export function regionOff(profile: string): string {
  return `Choose another region for profile ${profile}, or have STS activated in this one.`
}

/** Node's code wins over the name, which is `Error` for most of them. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('$metadata' in error)) return 0
  const metadata = error.$metadata as { httpStatusCode?: number } | undefined
  return metadata?.httpStatusCode ?? 0
}
