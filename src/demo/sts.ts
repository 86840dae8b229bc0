import { AwsRefusal, type Caller, callerArn, type DemoRequest, type WireAnswer, xmlAnswer } from './answer.ts'
import type { DemoAccount, Fleet } from './fleet.ts'
import { issueSession } from './sessions.ts'
import { xmlTime } from './xml.ts'

/** STS's answer to a request (Query API of 2011-06-15). Throws AwsRefusal. */
export function answerSts(fleet: Fleet, request: DemoRequest): WireAnswer {
  const { operation } = request
  const result = resultOf(fleet, request)
  return xmlAnswer(
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>${request.requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  )
}

function resultOf(fleet: Fleet, request: DemoRequest): string {
  switch (request.operation) {
    case 'GetCallerIdentity':
      return `<Arn>${callerArn(request.caller)}</Arn><UserId>${userId(request.caller)}</UserId><Account>${request.caller.account}</Account>`
    case 'AssumeRole':
      return assumeRole(fleet, request)
    case 'GetSessionToken':
      return credentialsXml(request.caller, durationOf(request.params, 43_200, 129_600))
    default:
      throw new AwsRefusal(
        400,
        'InvalidAction',
        `Could not find operation ${request.operation} for version 2011-06-15`,
      )
  }
}

function assumeRole(fleet: Fleet, { caller, params }: DemoRequest): string {
  const duration = durationOf(params, 3600, 43_200)
  const arn = params.get('RoleArn') ?? ''
  const [, id, roleName] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? []
  const account = fleet.accounts.find((candidate) => candidate.id === id && candidate.roleName === roleName)
  if (!account || !mayAssume(fleet, caller, account, params.get('ExternalId'))) {
    const message = `User: ${callerArn(caller)} is not authorized to perform: sts:AssumeRole on resource: ${arn}`
    throw new AwsRefusal(403, 'AccessDenied', message)
  }
  if (isRole(caller) && duration > 3600) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  const name = params.get('RoleSessionName') ?? ''
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    )
  }
  const assumed = { account: account.id, path: `assumed-role/${account.roleName}/${name}`, session: true }
  return `${credentialsXml(assumed, duration)}<AssumedRoleUser><AssumedRoleId>${userId(assumed)}</AssumedRoleId><Arn>${callerArn(assumed)}</Arn></AssumedRoleUser>`
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

function credentialsXml(caller: Caller, seconds: number): string {
  const session = issueSession(caller, Date.now() + seconds * 1000)
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
