import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FaultClass } from '../../src/model.ts'

/** One request of the account that a hostile server answers, in the region that it is hostile in. */
export interface Exchange {
  readonly response: ServerResponse
  readonly socket: Socket
  /** Which of the requests of this operation it is, from 1. */
  readonly n: number
  readonly token: string | null
  /** The genuine answer, whole and without a token. */
  readonly good: string
  /** Parts of the genuine answer, as pages. */
  readonly pages: readonly string[]
}

/** A way to answer, and what muster must make of it. */
export interface Hostile {
  readonly name: string
  /** Default DescribeInstances. */
  readonly operation?: string
  readonly answer: (exchange: Exchange) => void
  /** `whole`: complete and right; else the classes of the fault that it may be named as. */
  readonly verdict: 'whole' | readonly FaultClass[]
  /** The ids that the answer holds, if they are not the fleet's. */
  readonly gives?: readonly string[]
  /** The ids with which it may be taken as well, instead of the fault. */
  readonly orGives?: readonly string[]
  /** How many attempts muster has; default 2. What takes long has 1. */
  readonly attempts?: number
  /** Seconds in which muster must end; default 120. */
  readonly within?: number
}

export const network: readonly FaultClass[] = ['network']
export const malformed: readonly FaultClass[] = ['malformed']
export const brokenOff: readonly FaultClass[] = ['network', 'malformed']

export const xmlType = { 'content-type': 'text/xml;charset=UTF-8' } as const

/** Sends a body whole, with a status and headers. */
export function sends(
  body: string | Buffer | ((good: string) => string | Buffer),
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Hostile['answer'] {
  return ({ response, good }) => {
    const bytes = Buffer.from(typeof body === 'function' ? body(good) : body)
    response.writeHead(status, { ...xmlType, 'content-length': bytes.length, ...headers }).end(bytes)
  }
}

/** Writes bytes on the socket as they are, and closes it unless it is kept open. */
export function writes(bytes: (good: string) => string | Buffer, isKept = false): Hostile['answer'] {
  return ({ socket, good }) => {
    socket.write(bytes(good))
    if (!isKept) socket.end()
  }
}

/** The head of an answer as it goes over the wire. */
export function head(lines: readonly string[], status = '200 OK'): string {
  return [`HTTP/1.1 ${status}`, 'Content-Type: text/xml;charset=UTF-8', ...lines, '', ''].join('\r\n')
}

/** An answer to DescribeInstances with these pieces inside. */
export function answerOf(inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${inside}</DescribeInstancesResponse>`
}

/** A reservation of one instance, with more members. */
export function instance(id: string, more = ''): string {
  return `<item><reservationId>r-${id}</reservationId><ownerId>1</ownerId><groupSet/><instancesSet><item><instanceId>${id}</instanceId><instanceType>t3.micro</instanceType><instanceState><code>16</code><name>running</name></instanceState>${more}</item></instancesSet></item>`
}

export function listOf(...items: readonly string[]): string {
  return answerOf(`<reservationSet>${items.join('')}</reservationSet>`)
}

/** Pages of the genuine answer, each with the token that `tokenAfter` gives. */
export function makePages(tokenAfter: (n: number, pages: number) => string | null): Hostile['answer'] {
  return (exchange) => {
    const { n, pages } = exchange
    const page = pages[Math.min(n, pages.length) - 1] ?? ''
    sends(withToken(page, tokenAfter(n, pages.length)))(exchange)
  }
}

export function withToken(page: string, token: string | null): string {
  return token === null ? page : page.replace(/<\/DescribeInstancesResponse>/, `${token}$&`)
}

/** The first so many times one way, then another. */
export function first(times: number, one: Hostile['answer'], other: Hostile['answer']): Hostile['answer'] {
  return (exchange) => (exchange.n <= times ? one : other)(exchange)
}

/** Sends something again and again until the other side has gone. */
export function forever(start: (exchange: Exchange) => void, ms: number, text: string): Hostile['answer'] {
  return (exchange) => {
    start(exchange)
    const timer = setInterval(() => exchange.socket.write(text), ms)
    exchange.socket.once('close', () => clearInterval(timer))
  }
}
