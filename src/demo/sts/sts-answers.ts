import type { DemoAccount, Fleet } from '../fleet.ts'
import {
  AwsRefusal,
  type Caller,
  callerArn,
  type DemoRequest,
  type WireAnswer,
  xmlAnswer,
} from '../http-answer.ts'
import { xmlTime } from '../xml.ts'
import type { CheckMfa } from './mfa-devices.ts'
import type { SessionIssuer } from './sessions.ts'

/** STS's answer to a request (Query API of 2011-06-15). Throws AwsRefusal. */
export function answerSts(
  fleet: Fleet,
  request: DemoRequest,
  checkMfa: CheckMfa,
  issuer: SessionIssuer,
): WireAnswer {
  const { operation } = request
  const result = resultOf(fleet, request, checkMfa, issuer)
  return xmlAnswer(
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>${request.requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  )
}

function resultOf(fleet: Fleet, request: DemoRequest, checkMfa: CheckMfa, issuer: SessionIssuer): string {
  const { caller, params } = request
  switch (request.operation) {
    case 'GetCallerIdentity':
      return `<Arn>${callerArn(caller)}</Arn><UserId>${userId(caller)}</UserId><Account>${caller.account}</Account>`
    case 'AssumeRole':
      return assumeRole(fleet, request, checkMfa, issuer)
    case 'AssumeRoleWithWebIdentity':
      return assumeRoleWithWebIdentity(fleet, params, issuer)
    case 'GetSessionToken': {
      if (caller.temporary) {
        throw new AwsRefusal(403, 'AccessDenied', 'Cannot call GetSessionToken with session credentials')
      }
      const mfa = checkMfa(caller, params)
      return credentialsXml({ ...caller, mfa }, durationOf(params, 43_200, 129_600), issuer)
    }
    default:
      throw new AwsRefusal(
        400,
        'InvalidAction',
        `Could not find operation ${request.operation} for version 2011-06-15`,
      )
  }
}

/** The role in every account that asks for an MFA code; the account's own `roleName` asks for none. */
export const mfaRole = 'Operator'

function assumeRole(
  fleet: Fleet,
  { caller, params }: DemoRequest,
  checkMfa: CheckMfa,
  issuer: SessionIssuer,
): string {
  const duration = durationOf(params, 3600, 43_200)
  const arn = params.get('RoleArn') ?? ''
  const { account, role } = roleOf(fleet, arn)
  const mfa = checkMfa(caller, params) || caller.mfa === true
  const lacksMfa = role === mfaRole && !mfa
  if (!account || lacksMfa || !mayAssume(fleet, caller, account, params.get('ExternalId'))) {
    const message = `User: ${callerArn(caller)} is not authorized to perform: sts:AssumeRole on resource: ${arn}`
    throw new AwsRefusal(403, 'AccessDenied', message)
  }
  if (isRole(caller) && duration > 3600) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  return assumedXml(account, role, params, duration, issuer)
}

function roleOf(fleet: Fleet, arn: string): { account: DemoAccount | undefined; role: string } {
  const [, id, role = ''] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? []
  const account = fleet.accounts.find(
    (candidate) => candidate.id === id && (role === candidate.roleName || role === mfaRole),
  )
  return { account, role }
}

/** The token of an identity provider that every role trusts: a JSON Web Token of that expiry, in ms since 1970. */
export function webIdentityToken(expires: number): string {
  const encodePart = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const claims = { iss: 'https://idp.example', sub: 'demo', exp: Math.floor(expires / 1000) }
  return `${encodePart({ alg: 'none' })}.${encodePart(claims)}.unsigned`
}

function assumeRoleWithWebIdentity(fleet: Fleet, params: URLSearchParams, issuer: SessionIssuer): string {
  const { account, role } = roleOf(fleet, params.get('RoleArn') ?? '')
  const expires = expiryOf(params.get('WebIdentityToken') ?? '')
  if (expires === null) {
    throw new AwsRefusal(400, 'InvalidIdentityToken', 'The ID Token provided is not a valid JWT.')
  }
  const now = issuer.now()
  if (expires <= now) {
    throw new AwsRefusal(
      400,
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${expires / 1000}`,
    )
  }
  if (!account || role === mfaRole) {
    throw new AwsRefusal(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')
  }
  return assumedXml(account, role, params, durationOf(params, 3600, 43_200), issuer)
}

/** In ms since 1970; null for what is no token. */
function expiryOf(token: string): number | null {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp?: unknown
    }
    return typeof claims.exp === 'number' ? claims.exp * 1000 : null
  } catch {
    return null
  }
}

function assumedXml(
  account: DemoAccount,
  role: string,
  params: URLSearchParams,
  duration: number,
  issuer: SessionIssuer,
): string {
  const name = params.get('RoleSessionName') ?? ''
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    )
  }
  const assumed = { account: account.id, path: `assumed-role/${role}/${name}`, session: true }
  return `${credentialsXml(assumed, duration, issuer)}<AssumedRoleUser><AssumedRoleId>${userId(assumed)}</AssumedRoleId><Arn>${callerArn(assumed)}</Arn></AssumedRoleUser>`
}

/** Each role trusts the management account's user and every Inventory role, and may ask for an external id. */
function mayAssume(fleet: Fleet, caller: Caller, account: DemoAccount, externalId: string | null): boolean {
  const trusted = isRole(caller) || caller.account === fleet.accounts[0]?.id
  return trusted && (account.externalId === null || account.externalId === externalId)
}

function durationOf(params: URLSearchParams, otherwise: number, max: number): number {
  const text = params.get('DurationSeconds')
  const duration = text === null ? otherwise : Number(text)
  if (duration >= 900 && duration <= max) return duration
  const bound = duration > max ? `less than or equal to ${max}` : 'greater than or equal to 900'
  throw validationError(
    `1 validation error detected: Value '${text}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
  )
}

function credentialsXml(caller: Caller, seconds: number, issuer: SessionIssuer): string {
  const session = issuer.issue(caller, issuer.now() + seconds * 1000)
  return `<Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secretAccessKey}</SecretAccessKey><SessionToken>${session.token}</SessionToken><Expiration>${xmlTime(session.expires)}</Expiration></Credentials>`
}

function validationError(message: string): AwsRefusal {
  return new AwsRefusal(400, 'ValidationError', message)
}

function isRole(caller: Caller): boolean {
  return caller.path.startsWith('assumed-role/')
}

function userId({ account, path }: Caller): string {
  const [, role, name] = path.split('/')
  return name ? `AROADEMO${role?.toUpperCase()}${account}:${name}` : `AIDADEMO${account}`
}
