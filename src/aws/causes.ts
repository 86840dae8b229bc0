import { advisePolicy } from '../kinds/policy-advice.ts'
import type { FaultClass } from '../model.ts'
import { quoteShellWord } from './shell-word.ts'

/** What is known of a call that failed. */
export interface Refusal {
  /** AWS's or Node's name for it. */
  readonly code: string
  readonly text: string
  /** HTTP's; 0 if there was no answer. */
  readonly status: number
  /** Whether AWS's time is far from the time that the call was signed with. */
  readonly skewed: boolean
  /** Whether there was an answer and the SDK could not read it. */
  readonly unreadable: boolean
  /** The pause before the next attempt that AWS asks for, if muster does not make it, in seconds; else 0. */
  readonly pauseAsked: number
}

/** Who made the call, and which. */
export interface FaultContext {
  readonly profile: string
  readonly region: string | null
  readonly operation?: string
  /** The kind of resource that is read, of which `operation` is EC2's. */
  readonly kind?: string
  /** The sso-session of the profile, if it has one. */
  readonly ssoSession?: string
}

/** One cause of failed calls: how it is recognised, and what the user can do. */
interface Cause {
  readonly class: FaultClass
  readonly is: (refusal: Refusal) => boolean
  readonly next: (context: FaultContext, refusal: Refusal) => string
  /** Of a refusal by IAM: the action that is not allowed, as a policy names it; null if it is not known. */
  readonly action?: (context: FaultContext, refusal: Refusal) => string | null
}

/** The cause of a failed call: the first that fits. */
export function causeOf(refusal: Refusal): Cause {
  return causes.find(({ is }) => is(refusal)) ?? bug
}

export const lookForProxy =
  'Look for a proxy or an endpoint_url that answers in place of AWS, then sync again.'
export const checkNetwork = 'Check the network, the proxy and the endpoint, then sync again.'
export const askSlower = 'Sync again later, with fewer calls at once.'

/** STS is asked in the region of the profile. */
export function suggestOtherRegion(profile: string): string {
  return `Choose another region for profile ${profile}, or have STS activated in this one.`
}

/** Codes that AWS refuses a signature with: by its key, its secret or its time. */
const signatureCode =
  /^(RequestExpired|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|AuthFailure)$/
/** AWS's words about the time of a signature; `RequestExpired` alone is also EC2's word for a session that is over. */
const timeWords =
  /Signature (expired|not yet current)|\bskew|\bclock\b|time ?stamp|(earlier|later) than \d{8}T|minutes? (old|in the (past|future))/i
/** AWS's words for a signature in a region that it does not have. */
const noRegion = /scoped to a valid region|credential.*region.*is (wrong|invalid)/i
const networkCode =
  /^(E[A-Z]*(CONN|TIMEDOUT|NOTFOUND|PIPE|AGAIN|UNREACH)[A-Z]*|TimeoutError|NetworkingError|EPROTO)$/

const bug: Cause = { class: 'bug', is: () => true, next: () => 'Please report this.' }

const causes: readonly Cause[] = [
  { class: 'throttled', is: ({ pauseAsked }) => pauseAsked > 0, next: () => 'Sync again after that time.' },
  {
    class: 'throttled',
    is: ({ code, text, status }) =>
      /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|BandwidthLimitExceeded/.test(
        `${code} ${text.slice(0, 40)}`,
      ) || status === 429,
    next: () => askSlower,
  },
  {
    class: 'denied-by-policy',
    is: ({ text }) => /(service|resource) control policy/i.test(text),
    next: () => 'Ask whoever runs the organisation, or leave this account or region out.',
  },
  {
    class: 'clock',
    is: isWrongTime,
    next: () => "This machine's clock and AWS's differ: set this machine's clock right, then sync again.",
  },
  {
    class: 'clock',
    is: ({ code }) => code === 'CERT_NOT_YET_VALID',
    next: () =>
      "By this machine's clock the certificate is not valid yet: set the clock right, then sync again.",
  },
  {
    class: 'configuration',
    is: ({ text }) => noRegion.test(text),
    next: ({ profile }) => `Choose a region that exists: --region, or region of profile ${profile}.`,
  },
  // The account or the region is not open to anybody (EC2 API reference, common client errors).
  {
    class: 'denied',
    is: ({ code }) => code === 'OptInRequired',
    next: () =>
      "Enable the region in the account, or end the account's registration with AWS, or leave it out.",
  },
  {
    class: 'denied',
    is: ({ code }) => /^(PendingVerification|Blocked)$/.test(code),
    next: () => 'Ask AWS Support about this account, or leave it out.',
  },
  {
    class: 'denied',
    is: ({ code, text }) =>
      /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden|ForbiddenException)$/.test(
        code,
      ) || /^ForbiddenException:/.test(text),
    next: suggestPermission,
    action: findDeniedAction,
  },
  // Of AssumeRoleWithWebIdentity; ExpiredTokenException is its token's, too (STS API reference).
  {
    class: 'credentials',
    is: ({ code }) => /^(InvalidIdentityToken|IDPRejectedClaim)(Exception)?$/.test(code),
    next: ({ profile }) =>
      `Get a new token from the provider for web_identity_token_file of profile ${profile}.`,
  },
  {
    class: 'network',
    is: ({ code }) => /^IDPCommunicationError(Exception)?$/.test(code),
    next: () => 'Sync again later: AWS could not reach the identity provider.',
  },
  {
    class: 'credentials',
    is: ({ code }) => /^(SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature)$/.test(code),
    next: (context) =>
      context.ssoSession
        ? suggestRenewal(context, '')
        : `Check that the secret key of profile ${context.profile} belongs to its access key, and that no proxy changes calls; ${suggestTest(context)}.`,
  },
  {
    class: 'credentials',
    is: ({ code }) =>
      /^(ProviderError|CredentialsProviderError|TokenProviderError|ExpiredToken|ExpiredTokenException|RequestExpired)$/.test(
        code,
      ) ||
      /^(InvalidClientTokenId|InvalidAccessKeyId|MissingAuthenticationToken|AuthFailure|UnrecognizedClientException|InvalidToken|UnauthorizedException)$/.test(
        code,
      ),
    next: (context, { text }) => suggestRenewal(context, text),
  },
  {
    class: 'network',
    is: ({ code }) => code === 'CERT_HAS_EXPIRED',
    next: () => "Check this machine's clock; if it is right, ask whoever made the certificate to renew it.",
  },
  {
    class: 'network',
    is: ({ code }) => code === 'ERR_TLS_CERT_ALTNAME_INVALID',
    next: () => 'Look for a proxy or an endpoint_url that has the certificate of another host.',
  },
  {
    class: 'network',
    is: isUntrusted,
    next: () => 'Set AWS_CA_BUNDLE to the PEM file of the authority that signed it.',
  },
  { class: 'network', is: ({ code }) => networkCode.test(code), next: () => checkNetwork },
  {
    class: 'network',
    is: ({ status, unreadable }) => status >= 500 && unreadable,
    next: () => checkNetwork,
  },
  {
    class: 'network',
    is: ({ status }) => status >= 500,
    next: () => 'AWS failed by itself: wait a moment, then sync again.',
  },
  { class: 'malformed', is: ({ unreadable }) => unreadable, next: () => lookForProxy },
  // Errors of Node's HTTP parser: whatever answers does not speak HTTP, or breaks its rules.
  { class: 'malformed', is: ({ code }) => code.startsWith('HPE_'), next: () => lookForProxy },
  {
    class: 'malformed',
    is: isTokenRefused,
    next: () =>
      'Sync again: the reading starts at its beginning. EC2 forgets its page tokens after a while, and a proxy may mix them up.',
  },
  {
    class: 'configuration',
    is: ({ code }) => code === 'RegionDisabledException',
    next: ({ profile }) => suggestOtherRegion(profile),
  },
  // Mistakes in ~/.aws: STS's word for bad arguments of a role, and the SDK's for its own reading of the files.
  {
    class: 'configuration',
    is: ({ code, text }) =>
      /ValidationError|^InvalidConfiguration|^ProfileProblem$/.test(code) ||
      (code === 'TypeError' && text.includes('sso_region')),
    next: suggestCorrection,
  },
  // The SSO portal takes account and role from ~/.aws.
  {
    class: 'configuration',
    is: ({ code }) => /^(InvalidRequestException|ResourceNotFoundException)$/.test(code),
    next: suggestCorrection,
  },
  {
    class: 'configuration',
    is: ({ status }) => status >= 400,
    next: ({ operation = 'the call' }) =>
      `The service that answers does not accept ${operation} as muster sends it: if endpoint_url names another service, correct it; if it is AWS, please report this.`,
  },
  { class: 'malformed', is: ({ status }) => status >= 200, next: () => lookForProxy },
]

/** Whether a signature was refused for its time. */
export function isWrongTime({ code, text, skewed }: Refusal): boolean {
  if (/^(RequestTimeTooSkewed|RequestInTheFuture)$/.test(code)) return true
  return signatureCode.test(code) && (skewed || timeWords.test(text))
}

/** Whether EC2 refuses a page token that it gave: it forgets them after a while, and has three ways to say so. */
export function isTokenRefused({ code, text }: Pick<Refusal, 'code' | 'text'>): boolean {
  return (
    /^(Invalid|Expired)(Pagination|Next)Token(Exception)?$/.test(code) ||
    (/^InvalidParameter(Value)?$/.test(code) && /token/i.test(text))
  )
}

/** Whether a certificate is signed by no authority that is known. */
export function isUntrusted({ code }: Pick<Refusal, 'code'>): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)
}

/**
 * AWS's own word wins: to read a kind may take more than its operation (`User: … is not authorized to perform:
 * ec2:DescribeVolumes because …`; IAM User Guide, access denied error messages).
 */
function findDeniedAction(context: FaultContext, { text }: Refusal): string | null {
  const [, named] = /not authorized to perform:? ([a-z][a-z\d-]*:[A-Z]\w*)/.exec(text) ?? []
  if (named !== undefined) return named
  return context.kind === undefined || context.operation === undefined ? null : `ec2:${context.operation}`
}

function suggestPermission(context: FaultContext, refusal: Refusal): string {
  const { operation = 'the call', kind } = context
  const action = findDeniedAction(context, refusal) ?? operation
  if (/\bexplicit deny\b/.test(refusal.text))
    return `Ask whoever wrote the policy that denies ${action}: a permission does not help against it. Or choose another profile.`
  if (!action.startsWith('ec2:')) return `Ask for permission for ${action}, or choose a profile that has it.`
  // The list of regions is asked for only if the selection does not name them.
  return kind === undefined
    ? `Run muster policy and ask for what it prints (${action}), name regions with --region, or choose a profile that has it.`
    : advisePolicy([kind], [action])
}

function suggestCorrection({ profile }: FaultContext): string {
  return `Correct profile ${profile} in ~/.aws.`
}

function suggestRenewal(context: FaultContext, text: string): string {
  const { profile, ssoSession } = context
  if (ssoSession) return `Run muster login --sso-session ${quoteShellWord(ssoSession)}.`
  if (/\bSSO\b|Token is expired|sso/i.test(text))
    return `Run muster login --profile ${quoteShellWord(profile)}.`
  return `Renew the credentials of profile ${profile}; ${suggestTest(context)}.`
}

function suggestTest({ profile }: FaultContext): string {
  return `aws sts get-caller-identity --profile ${quoteShellWord(profile)} tests them`
}
