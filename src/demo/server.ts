import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { answerEc2, authFailureRefusal } from './ec2.ts'
import { type Fleet, type FleetOptions, makeFleet } from './fleet.ts'
import {
  AwsRefusal,
  type Caller,
  type DemoRequest,
  refusalAnswer,
  type Service,
  type TokenRules,
  type WireAnswer,
} from './http-answer.ts'
import {
  applyToRequest,
  type FaultRule,
  invalidTokenRefusal,
  makeFaultChooser,
  refusalFor,
  send,
  sendDistorted,
} from './injected-faults.ts'
import { answerMetadata } from './metadata.ts'
import { makeSso } from './sso/simulated-sso.ts'
import type { SsoCall } from './sso/sso-call.ts'
import type { SsoOptions } from './sso/sso-state.ts'
import { makeMfaCheck } from './sts/mfa-devices.ts'
import { makeSessionIssuer, type SessionIssuer } from './sts/sessions.ts'
import { answerSts } from './sts/sts-answers.ts'
import { requestIdOf } from './xml.ts'

export interface DemoOptions extends FleetOptions {
  /** Default: any that is free. */
  readonly port?: number | undefined
  readonly faults?: readonly FaultRule[] | undefined
  /** Called with each request that a known key signed, before it is answered; `n` is numbered from 1. */
  readonly onRequest?: ((request: SeenRequest) => void) | undefined
  /** After how many ms assumed credentials are refused as expired; default: when they say. */
  readonly sessionLife?: number | undefined
  /** Pages of fewer things than asked for, empty ones among them, in an order that changes; default false. */
  readonly unevenPages?: boolean | undefined
  /** After how many ms a page token is refused as expired; default never. */
  readonly tokenLife?: number | undefined
  /** Whether a page token is refused to another access key, or with other parameters; default false. */
  readonly strictTokens?: boolean | undefined
  /** Page tokens of an endpoint with another secret are refused, as if a restart had forgotten them. */
  readonly tokenSecret?: string | undefined
  /** The edition of what comes in pages that a request sees, so that it can change between two; default 0, all of it. */
  readonly edition?: ((request: SeenRequest) => number) | undefined
  /** The endpoint's clock, in ms since 1970; default: the machine's. */
  readonly clock?: (() => number) | undefined
  /** How the sign-in service behaves. */
  readonly sso?: SsoOptions | undefined
}

export interface SeenRequest {
  readonly account: string
  readonly region: string
  readonly operation: string
  readonly n: number
  /** As they were sent; null if they were not. */
  readonly maxResults: number | null
  readonly token: string | null
  /** The access key that signed. */
  readonly key: string
  /** Of the URL: whoever gives each client an endpoint URL with a path of its own can say which one asked. */
  readonly path: string
}

export interface Endpoint {
  readonly url: string
  readonly port: number
  readonly fleet: Fleet
  /** How many requests came; with an operation's name, how many of it. */
  readonly countRequests: (operation?: string) => number
  /** Every secret, code and token that the sign-in service gave out so far. */
  readonly listIssued: () => readonly string[]
  readonly close: () => Promise<void>
}

/**
 * A simulated AWS endpoint on 127.0.0.1: EC2 (kinds with a file are listed in ec2-kinds.ts, all others are derived
 * from the SDK's schemas), STS, the SSO portal and SSO OIDC, for the AWS SDK and the AWS CLI. The access key decides
 * the account, the signature's scope the region; signatures are not verified.
 */
export async function startEndpoint(options: DemoOptions = {}): Promise<Endpoint> {
  const fleet = makeFleet(options)
  const chooseFault = makeFaultChooser(options.faults ?? [])
  // The simulated AWS is another machine, with a clock of its own.
  const clock = options.clock ?? Date.now
  const tokens = tokenRules(options, clock)
  const issuer = makeSessionIssuer(clock)
  const sso = makeSso(fleet, issuer, options.sso)
  const sessions: KnownSessions = { issuer, life: options.sessionLife }
  const checkMfa = makeMfaCheck()
  const counts = new Map<string, number>()
  let total = 0
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      const bug = { status: 500, code: 'InternalError', message: String(error) }
      send(response, refusalAnswer('ec2', bug, requestIdOf(total)))
    })
  })

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    total += 1
    const requestId = requestIdOf(total)
    const metadata = answerMetadata(fleet, incoming, issuer)
    if (metadata) return send(response, metadata)
    const uneven = options.unevenPages ? total : null
    const body = await bodyOf(incoming)
    const rest = sso.readCall(incoming, body)
    if (rest) return answerSso(rest, requestId, response)
    const params = new URLSearchParams(body)
    const operation = params.get('Action') ?? ''
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
    const { key, region, service } = scopeOf(incoming.headers.authorization ?? '', operation)
    const base = { service, operation, region, params, requestId, uneven, key, tokens }
    response.setHeader('x-amzn-requestid', requestId)
    const token = incoming.headers['x-amz-security-token']
    const caller = await answerOrRefuse(service, requestId, () =>
      operation === unsigned
        ? nobody
        : callerOf(fleet, service, key, typeof token === 'string' ? token : '', sessions),
    )
    if ('body' in caller) return send(response, caller)
    const seen: SeenRequest = {
      account: caller.account,
      region,
      operation,
      n: total,
      maxResults: params.has('MaxResults') ? Number(params.get('MaxResults')) : null,
      token: params.get('NextToken'),
      key,
      path: incoming.url?.split('?')[0] ?? '',
    }
    options.onRequest?.(seen)
    const request: DemoRequest = { ...base, caller, edition: options.edition?.(seen) ?? 0 }
    const rule = chooseFault(request)
    if (rule?.fault === 'latency') await wait(rule.ms ?? 100, undefined, { ref: false })
    const fullAnswer = await answerOrRefuse(service, requestId, () => {
      const refusal = rule && refusalFor(rule, request)
      if (refusal) throw refusal
      return service === 'ec2'
        ? answerEc2(fleet, applyToRequest(rule, request))
        : answerSts(fleet, request, checkMfa, issuer)
    })
    if (rule) sendDistorted(response, rule, fullAnswer, params)
    else send(response, fullAnswer)
  }

  async function answerSso(call: SsoCall, requestId: string, response: ServerResponse): Promise<void> {
    const { service, operation, query: params } = call
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
    response.setHeader('x-amzn-requestid', requestId)
    const caller = { account: params.get('account_id') ?? '', path: 'sso', session: true }
    const base = { service, operation, region: '', params, requestId, uneven: null }
    const request: DemoRequest = { ...base, caller, key: '', edition: 0, tokens }
    const rule = chooseFault(request)
    if (rule?.fault === 'latency') await wait(rule.ms ?? 100, undefined, { ref: false })
    const fullAnswer = await answerOrRefuse(service, requestId, () => {
      const refusal = rule && refusalFor(rule, request)
      if (refusal) throw refusal
      return sso.answerCall({ ...call, query: applyToRequest(rule, request).params })
    })
    if (rule) sendDistorted(response, rule, fullAnswer, params)
    else send(response, fullAnswer)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  // Node closes a connection that was idle for five seconds, which a client may be about to use: on a slow machine it is.
  server.keepAliveTimeout = 600_000
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    fleet,
    countRequests: (operation) => (operation === undefined ? total : (counts.get(operation) ?? 0)),
    listIssued: () => [...sso.issued],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function tokenRules({ tokenLife, strictTokens, tokenSecret }: DemoOptions, now: () => number): TokenRules {
  const isPlain = tokenLife === undefined && !strictTokens && tokenSecret === undefined
  return { isPlain, life: tokenLife, strict: strictTokens ?? false, secret: tokenSecret, now }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const query = incoming.url?.split('?')[1]
  return chunks.length === 0 && query ? query : Buffer.concat(chunks).toString()
}

/** The one call that carries a token instead of a signature. */
const unsigned = 'AssumeRoleWithWebIdentity'
const nobody: Caller = { account: '', path: '', session: false }

/** `Credential=KEY/20261124/eu-west-1/ec2/aws4_request` in the Authorization header of Signature Version 4. */
function scopeOf(
  authorization: string,
  operation: string,
): { key: string; region: string; service: 'ec2' | 'sts' } {
  const [, key = '', region = '', service] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? []
  return { key, region, service: service === 'sts' || operation === unsigned ? 'sts' : 'ec2' }
}

interface KnownSessions {
  readonly issuer: SessionIssuer
  readonly life: number | undefined
}

function callerOf(
  fleet: Fleet,
  service: 'ec2' | 'sts',
  key: string,
  token: string,
  sessions: KnownSessions,
): Caller {
  const owner = fleet.accounts.find(({ accessKeyId }) => accessKeyId === key)
  if (owner && token === '') return { account: owner.id, path: 'user/inventory', session: false }
  const caller = token === '' ? null : sessionOf(service, key, token, sessions)
  if (caller) return caller
  throw service === 'sts' ? invalidTokenRefusal() : authFailureRefusal()
}

/** EC2's word for an expired session is RequestExpired. */
function sessionOf(
  service: 'ec2' | 'sts',
  key: string,
  token: string,
  { issuer, life }: KnownSessions,
): Caller | null {
  try {
    return issuer.findCaller(key, token, life)
  } catch (error) {
    if (service === 'sts' || !(error instanceof AwsRefusal)) throw error
    throw new AwsRefusal(400, 'RequestExpired', 'Request has expired.')
  }
}

/** What `make` gives, or the refusal that it throws as an answer. */
async function answerOrRefuse<T>(
  service: Service,
  requestId: string,
  make: () => T | Promise<T>,
): Promise<T | WireAnswer> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof AwsRefusal) return refusalAnswer(service, error, requestId)
    throw error
  }
}
