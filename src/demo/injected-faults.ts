import type { ServerResponse } from 'node:http'
import { authFailureRefusal, unauthorizedRefusal } from './ec2.ts'
import { AwsRefusal, type DemoRequest, type WireAnswer } from './http-answer.ts'
import { ssoRefusal } from './sso/sso-refusals.ts'

export type DemoFault =
  | 'throttled'
  | 'denied'
  | 'denied-by-policy'
  | 'auth-failure'
  | 'latency'
  | 'server-error'
  | 'reset'
  | 'stalled'
  | 'silent'
  | 'trickle'
  | 'truncated'
  | 'html'
  | 'empty-body'
  | 'expired-token'
  | 'signature'
  | 'region-disabled'
  | 'token-refused'
  | 'token-cycle'
  | 'not-found'
  | 'invalid-request'

/** When the endpoint misbehaves, and how. What is left out matches everything. */
export interface FaultRule {
  /** 12 digits. */
  readonly account?: string
  readonly region?: string
  readonly operation?: string
  /** Which of the matching requests, counted from 1; every one if left out. */
  readonly nth?: number | 'every' | { readonly from: number; readonly to: number }
  /** At most so many times. */
  readonly times?: number
  readonly fault: DemoFault
  /** How long `latency` waits; default 100. */
  readonly ms?: number
  /** Whether `denied` carries an encoded authorization message, as calls with write access do. */
  readonly encoded?: boolean
}

/** Makes the function that finds the rule for a request, if any. It counts the requests: each endpoint has its own. */
export function makeFaultChooser(rules: readonly FaultRule[]): (request: DemoRequest) => FaultRule | null {
  const counters = rules.map((rule) => ({ rule, seen: 0, struck: 0 }))
  return (request) => {
    let chosen: FaultRule | null = null
    for (const counter of counters) {
      const { rule } = counter
      if (!isRuleFor(rule, request)) continue
      counter.seen += 1
      if (chosen || !isTurn(rule, counter.seen) || counter.struck >= (rule.times ?? Infinity)) continue
      counter.struck += 1
      chosen = rule
    }
    return chosen
  }
}

/** The refusal that a fault stands for; null for faults of the wire. */
export function refusalFor(rule: FaultRule, request: DemoRequest): AwsRefusal | null {
  const { service } = request
  if (service === 'sso' || service === 'sso-oidc') return ssoRefusal(service, rule.fault)
  switch (rule.fault) {
    case 'throttled':
      return service === 'ec2'
        ? new AwsRefusal(503, 'RequestLimitExceeded', 'Request limit exceeded.')
        : new AwsRefusal(400, 'Throttling', 'Rate exceeded')
    case 'denied':
      return deniedRefusal(
        request,
        rule.encoded ? ` Encoded authorization failure message: ${'kQ3x7Vb'.repeat(40)}` : '',
      )
    case 'denied-by-policy':
      return deniedByPolicyRefusal(request)
    case 'auth-failure':
      return service === 'ec2' ? authFailureRefusal() : invalidTokenRefusal()
    case 'server-error':
      return service === 'ec2'
        ? new AwsRefusal(500, 'InternalError', 'An internal error has occurred')
        : new AwsRefusal(
            500,
            'InternalFailure',
            'The request processing has failed because of an unknown error.',
          )
    case 'expired-token':
      return service === 'ec2'
        ? new AwsRefusal(400, 'RequestExpired', 'Request has expired.')
        : new AwsRefusal(403, 'ExpiredToken', 'The security token included in the request is expired')
    case 'signature':
      return new AwsRefusal(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      )
    case 'region-disabled':
      return service === 'ec2'
        ? new AwsRefusal(401, 'OptInRequired', 'You are not subscribed to this service.')
        : new AwsRefusal(403, 'RegionDisabledException', 'STS is not activated in this region for account.')
    case 'token-refused':
      return new AwsRefusal(
        400,
        'InvalidPaginationToken',
        'The specified pagination token is not valid or is expired.',
      )
    default:
      return null
  }
}

/** Whatever is asked for, a cycle of tokens gives the first page. */
export function applyToRequest(rule: FaultRule | null, request: DemoRequest): DemoRequest {
  if (rule?.fault !== 'token-cycle') return request
  const params = new URLSearchParams(request.params)
  for (const name of tokenNames) params.delete(name)
  return { ...request, params }
}

/** EC2's, and the SSO portal's. */
const tokenNames = ['NextToken', 'next_token']

/** Sends the answer of a request as a fault of the wire distorts it. Latency is the caller's to wait. */
export function sendDistorted(
  response: ServerResponse,
  rule: FaultRule,
  answer: WireAnswer,
  params: URLSearchParams,
): void {
  switch (rule.fault) {
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'stalled':
      return
    case 'silent':
      response.writeHead(answer.status, { 'content-type': answer.type }).write(answer.body.slice(0, 100))
      return
    case 'trickle':
      trickle(response, answer)
      return
    case 'truncated':
      send(response, { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) })
      return
    case 'token-cycle':
      send(response, { ...answer, body: withToken(answer.body, isAsked(params, 'A') ? 'B' : 'A') })
      return
    case 'html':
      send(response, {
        status: 200,
        type: 'text/html',
        body: '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Network sign-in required</h1></body></html>',
      })
      return
    case 'empty-body':
      send(response, { ...answer, body: '' })
      return
    default:
      send(response, answer)
  }
}

/** Ten bytes a second, for as long as somebody listens. */
function trickle(response: ServerResponse, { status, type, body }: WireAnswer): void {
  response.writeHead(status, { 'content-type': type })
  let sent = 0
  const timer = setInterval(() => {
    response.write(body[sent] ?? ' ')
    sent += 1
  }, 100)
  response.once('close', () => clearInterval(timer))
}

function isAsked(params: URLSearchParams, token: string): boolean {
  return tokenNames.some((name) => params.get(name) === token)
}

function withToken(body: string, token: string): string {
  if (body.startsWith('{')) return JSON.stringify({ ...JSON.parse(body), nextToken: token })
  const without = body.replace(/<nextToken>.*?<\/nextToken>|<nextToken\/>/, '')
  return without.replace(/<\/\w+>\s*$/, (end) => `<nextToken>${token}</nextToken>${end}`)
}

/** Sends an answer whole. */
export function send(response: ServerResponse, { status, type, body, headers }: WireAnswer): void {
  const bytes = Buffer.from(body)
  const all = { ...headers, 'content-type': type, 'content-length': bytes.length }
  response.writeHead(status, all).end(bytes)
}

/** What STS says to unknown keys. */
export function invalidTokenRefusal(): AwsRefusal {
  return new AwsRefusal(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.')
}

function isRuleFor(rule: FaultRule, { caller, region, operation, params }: DemoRequest): boolean {
  if (rule.fault === 'token-refused' && !params.get('NextToken')) return false
  return (
    (rule.account ?? caller.account) === caller.account &&
    (rule.region ?? region) === region &&
    (rule.operation ?? operation) === operation
  )
}

function isTurn({ nth = 'every' }: FaultRule, seen: number): boolean {
  if (nth === 'every') return true
  return typeof nth === 'number' ? seen === nth : seen >= nth.from && seen <= nth.to
}

function deniedRefusal(request: DemoRequest, encoded: string): AwsRefusal {
  const refusal = unauthorizedRefusal(request)
  if (request.service === 'ec2') return new AwsRefusal(403, refusal.code, `${refusal.message}${encoded}`)
  return new AwsRefusal(403, 'AccessDenied', stsWords(refusal.message))
}

function deniedByPolicyRefusal(request: DemoRequest): AwsRefusal {
  const { code, message } = unauthorizedRefusal(request)
  const words = message.replace(/ because no .*$/, ' with an explicit deny in a service control policy')
  return request.service === 'ec2'
    ? new AwsRefusal(403, code, words)
    : new AwsRefusal(403, 'AccessDenied', stsWords(words))
}

function stsWords(message: string): string {
  return message.replace('You are not authorized to perform this operation. ', '').replaceAll('ec2:', 'sts:')
}
