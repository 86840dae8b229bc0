import { readFileSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Io } from '../io.ts'
import { makeBodyBudget } from './body-budget.ts'
import { FaultError } from './faults.ts'
import { findForeignAnswer, mostRead } from './foreign-answer.ts'
import { isListedAction, isSignInCall } from './listed-calls.ts'
import { logAttempt } from './log-attempt.ts'
import { proxyFor } from './proxy.ts'
import { refuseUpgrades } from './refuse-upgrades.ts'
import { type HoldRoom, readWholeBody } from './whole-body.ts'

type Handle = NodeHttpHandler['handle']
type Request = Parameters<Handle>[0]
type HandlerOptions = Parameters<Handle>[1]

/** What an SDK client takes as `requestHandler`. */
export interface RequestHandler {
  readonly metadata: { readonly handlerProtocol: string }
  readonly handle: Handle
  readonly destroy: () => void
  readonly updateHttpClientConfig: () => void
  readonly httpHandlerConfigs: () => Record<string, never>
}

/** Sockets, timeouts, proxy and certificates, shared by all clients. */
export interface Connection {
  /** For EC2 and STS: sends the listed read and identity calls only. */
  readonly handler: RequestHandler
  /** For sign-in: SSO and OIDC, which are REST and carry no Action, and STS; the listed calls only. */
  readonly signInHandler: RequestHandler
  readonly destroy: () => void
}

export interface ConnectionOptions {
  readonly env: Io['env']
  /** Hears of every attempt of a call. */
  readonly debug?: Io['debug']
  /** A PEM file that replaces Node's certificate authorities, and the setting that names it; read when TLS is used. */
  readonly caBundle: { readonly path: string; readonly setting: string } | null
  /** How long the headers of an answer may take, in ms; default 60 seconds. */
  readonly requestTimeout?: number
  /** Milliseconds. */
  readonly connectionTimeout?: number
  /** How long the body of an answer may stand still, or only trickle, in ms; default 20 seconds. */
  readonly progressTimeout?: number
  /** How long the whole body may take, in ms; default 3 minutes. */
  readonly bodyTimeout?: number
  /** How many bytes of bodies may be in hand before further ones wait; default 16 MB. */
  readonly bodyBytes?: number
}

/**
 * Three pages of 1,000 instances: while one is written, another is read and one waits. With half of that, the thread that
 * writes a sync of 100,000 had nothing to do for 1.4 s in place of 0.8; with more, muster only takes more memory.
 */
const usualBodyBytes = 16_000_000

/** The SDK reads neither proxies nor CA bundles, which the AWS CLI does. A bad bundle is the FaultError of each call. */
export function makeConnection(options: ConnectionOptions): Connection {
  refuseUpgrades()
  const timeouts = {
    connectionTimeout: options.connectionTimeout ?? 3000,
    requestTimeout: options.requestTimeout ?? 60_000,
    throwOnRequestTimeout: true,
  }
  const limits = { progress: options.progressTimeout ?? 20_000, whole: options.bodyTimeout ?? 180_000 }
  const budget = makeBodyBudget(options.bodyBytes ?? usualBodyBytes)
  const handlers = new Map<string, Promise<NodeHttpHandler>>()
  const makeHandler = async (proxy: string | null, isTls: boolean): Promise<NodeHttpHandler> => {
    const ca = isTls && options.caBundle ? readBundle(options.caBundle) : undefined
    const agentOptions = { keepAlive: true, maxSockets: 256, ...(ca === undefined ? {} : { ca }) }
    if (proxy === null) {
      const httpAgent = new HttpAgent(agentOptions)
      return new NodeHttpHandler({ ...timeouts, httpAgent, httpsAgent: new HttpsAgent(agentOptions) })
    }
    const [http, https] = await Promise.all([import('http-proxy-agent'), import('https-proxy-agent')])
    const httpAgent = new http.HttpProxyAgent(proxy, agentOptions)
    const httpsAgent = new https.HttpsProxyAgent(proxy, agentOptions)
    // https-proxy-agent gives its options to the proxy's connection only; these go to AWS's behind it.
    Object.assign(httpsAgent.options, ca === undefined ? {} : { ca })
    return new NodeHttpHandler({ ...timeouts, httpAgent, httpsAgent })
  }
  const sendOnce = async (request: Request, handlerOptions: HandlerOptions) => {
    const proxy = proxyFor(request, options.env)
    const isTls = request.protocol === 'https:'
    const key = `${request.protocol} ${proxy ?? ''}`
    const handler = handlers.get(key) ?? makeHandler(proxy, isTls)
    handlers.set(key, handler)
    const { response } = await (await handler).handle(request, handlerOptions)
    const { hold } = readingOf(handlerOptions).reading ?? {}
    const isAnswer = response.statusCode < 300
    const body = await readWholeBody(response.body, limits, {
      budget,
      hold: isAnswer ? hold : undefined,
    })
    response.body = Readable.from(body.parts(0, body.length))
    return { response, body }
  }
  const { debug } = options
  const send = (operation: string, request: Request, handlerOptions: HandlerOptions) =>
    debug
      ? logAttempt(debug, operation, request, () => sendOnce(request, handlerOptions))
      : sendOnce(request, handlerOptions)
  const signInCall: Handle = async (request, handlerOptions) => {
    const { response } = await send(`${request.method} ${request.path}`, request, handlerOptions)
    return { response }
  }
  /** EC2 and STS, which answer in XML. */
  const handleListed: Handle = async (request, handlerOptions) => {
    const operation = listedAction(request.body)
    const { response, body } = await send(operation, request, handlerOptions)
    const foreign = findForeignAnswer(operation, body.slice(0, mostRead), response.statusCode)
    if (foreign) throw foreign
    return { response: Object.assign(response, { pieces: body }, readingOf(handlerOptions)) }
  }
  return {
    handler: handlerOf(handleListed),
    signInHandler: handlerOf((request, handlerOptions) =>
      (isSignInCall(request) ? signInCall : handleListed)(request, handlerOptions),
    ),
    destroy: () => {
      for (const each of handlers.values()) each.then((handler) => handler.destroy()).catch(() => undefined)
    },
  }
}

/** The options of a call come to the handler, and not to the protocol that reads its answer. */
function readingOf(options: HandlerOptions): { readonly reading?: { readonly hold?: HoldRoom } } {
  return options && 'reading' in options ? { reading: options.reading as { readonly hold?: HoldRoom } } : {}
}

/** The call that a request makes. Throws for one that muster does not send. */
function listedAction(body: unknown): string {
  const actions = typeof body === 'string' ? new URLSearchParams(body).getAll('Action') : []
  const [action] = actions
  if (actions.length === 1 && action !== undefined && isListedAction(action)) return action
  throw new Error(`muster does not send ${action ?? 'a request without Action'} to AWS`)
}

/** Clients share the handler, so none of them may close it. */
function handlerOf(handle: Handle): RequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle,
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  }
}

function readBundle({ path, setting }: NonNullable<ConnectionOptions['caBundle']>): string {
  try {
    const text = readFileSync(path, 'utf8')
    if (/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(text)) return text
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : 'cannot be read'
    throw bundleFault(path, setting, reason, cause)
  }
  throw bundleFault(path, setting, 'holds no certificate')
}

function bundleFault(path: string, setting: string, reason: string, cause?: unknown): FaultError {
  const message = `The CA bundle ${path} of ${setting} ${reason}.`
  const next = `Correct ${setting}: it must name a PEM file.`
  return new FaultError({ class: 'configuration', code: 'CaBundle', message, next }, cause)
}
