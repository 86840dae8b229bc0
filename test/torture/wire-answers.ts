import { deflateSync, gzipSync } from 'node:zlib'
import {
  answerOf,
  brokenOff,
  first,
  forever,
  type Hostile,
  head,
  malformed,
  network,
  sends,
  writes,
  xmlType,
} from './hostile.ts'

const good = sends((text) => text)
const part = (text: string, share: number) => text.slice(0, Math.floor(text.length * share))
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
const lengthOf = (text: string, more = 0) => `Content-Length: ${Buffer.byteLength(text) + more}`
const chunked = head(['Transfer-Encoding: chunked'])

const cutOff: readonly Hostile[] = [
  ...[0, 0.1, 0.5, 0.9, 0.999].map((share) => ({
    name: `a body that ends after ${share * 100}% of its length`,
    answer: writes((text) => head([lengthOf(text)]) + part(text, share)),
    verdict: network,
  })),
  ...[0.1, 0.5, 0.999].map((share) => ({
    name: `a chunked body that ends after ${share * 100}%`,
    answer: writes((text) => chunked + chunk(part(text, share))),
    verdict: network,
  })),
  {
    name: 'a chunked body without its last chunk',
    answer: writes((text) => chunked + chunk(text)),
    verdict: network,
  },
  ...[0.02, 0.3, 0.7, 0.99].map((share) => ({
    name: `a body of no stated length that ends after ${share * 100}%`,
    answer: writes((text) => head(['Connection: close']) + part(text, share)),
    verdict: malformed,
  })),
  {
    name: 'a body of no stated length that ends after an item',
    answer: writes((text) => head(['Connection: close']) + text.slice(0, text.lastIndexOf('</item>') + 7)),
    verdict: malformed,
  },
  {
    name: 'a body of no stated length, whole',
    answer: writes((text) => head(['Connection: close']) + text),
    verdict: 'whole',
  },
]

const lengths: readonly Hostile[] = [
  ['one byte too long', (text: string) => [lengthOf(text, 1)], network],
  ['far too long', () => ['Content-Length: 1000000000000000'], network],
  ['one byte too short', (text: string) => [lengthOf(text, -1)], brokenOff],
  ['half', (text: string) => [lengthOf(part(text, 0.5))], brokenOff],
  ['of zero', () => ['Content-Length: 0'], brokenOff],
  ['below zero', () => ['Content-Length: -5'], malformed],
  ['that is no number', () => ['Content-Length: many'], malformed],
  ['beyond 64 bits', () => ['Content-Length: 99999999999999999999999999'], malformed],
  ['stated twice, differently', (text: string) => [lengthOf(text), 'Content-Length: 7'], malformed],
  ['beside chunks', (text: string) => [lengthOf(text), 'Transfer-Encoding: chunked'], malformed],
].map(([what, lines, verdict]) => ({
  name: `a length ${what as string}`,
  answer: writes((text) => head((lines as (text: string) => string[])(text)) + text),
  verdict: verdict as Hostile['verdict'],
}))

const chunks: readonly Hostile[] = [
  ['a size that is no number', (text: string) => `zz\r\n${text}\r\n0\r\n\r\n`],
  ['a size that is too small', (text: string) => `5\r\n${text}\r\n0\r\n\r\n`],
  ['a size beyond 64 bits', (text: string) => `ffffffffffffffffffff\r\n${text}`],
  ['a size below zero', (text: string) => `-10\r\n${text}`],
].map(([what, body]) => ({
  name: `a chunk of ${what as string}`,
  answer: writes((text) => chunked + (body as (text: string) => string)(text)),
  verdict: brokenOff,
}))

const encodings: readonly Hostile[] = [
  ['gzip', 'that is garbage', () => Buffer.alloc(2000, 0xa5)],
  ['gzip', 'that nobody asked for', (text: string) => gzipSync(text)],
  ['gzip', 'cut in half', (text: string) => gzipSync(text).subarray(0, 200)],
  ['deflate', 'that nobody asked for', (text: string) => deflateSync(text)],
  ['', 'gzip without its header', (text: string) => gzipSync(text)],
].map(([encoding, what, body]) => ({
  name: `a body of ${encoding as string} ${what as string}`,
  answer: (exchange) => {
    const headers = encoding === '' ? {} : { 'content-encoding': encoding as string }
    sends(body as (text: string) => Buffer, 200, headers)(exchange)
  },
  verdict: brokenOff,
}))

const heads: readonly Hostile[] = [
  ['20 KB of header', (text: string) => head([`X-Big: ${'x'.repeat(20_000)}`, lengthOf(text)]) + text],
  ['5 MB of header', (text: string) => head([`X-Big: ${'x'.repeat(5_000_000)}`, lengthOf(text)]) + text],
  ['5,000 headers', (text: string) => head(Array.from({ length: 5000 }, (_, n) => `X-${n}: y`)) + text],
  ['a header with a control character', (text: string) => head(['X-A: \u0001\u001b[2J']) + text],
  ['a header without a colon', (text: string) => head(['nonsense']) + text],
  ['a status of 1000', (text: string) => head([lengthOf(text)], '1000 No') + text],
  ['HTTP/9.9', (text: string) => (head([lengthOf(text)]) + text).replace('HTTP/1.1', 'HTTP/9.9')],
  ['no status line', (text: string) => text],
  ['bytes of TLS', () => Buffer.from('15030100020228', 'hex')],
  ['bytes of SSH', () => 'SSH-2.0-OpenSSH_9.2p1\r\n'],
  ['nothing at all', () => ''],
].map(([what, bytes]) => ({
  name: `an answer of ${what as string}`,
  answer: writes(bytes as (text: string) => string),
  verdict: what === 'nothing at all' ? network : malformed,
}))

const interim = (line: string, times: number) => `HTTP/1.1 ${line}\r\n\r\n`.repeat(times)
const informational: readonly Hostile[] = [
  {
    name: '101 Switching Protocols',
    answer: writes(
      () => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ),
    verdict: malformed,
  },
  ...['100 Continue', '102 Processing', '103 Early Hints'].map((line) => ({
    name: `${line} before the answer`,
    answer: writes((text) => interim(line, 1) + head([lengthOf(text)]) + text),
    verdict: 'whole' as const,
  })),
  {
    name: '1,000 times 103 before the answer',
    answer: writes((text) => interim('103 Early Hints', 1000) + head([lengthOf(text)]) + text),
    verdict: 'whole',
  },
  {
    name: 'a status of 99 before a genuine body',
    answer: writes((text) => head([lengthOf(text)], '099 No') + text),
    verdict: 'whole',
  },
]

const connections: readonly Hostile[] = [
  {
    name: 'a reset before the headers',
    answer: ({ socket }) => void socket.resetAndDestroy(),
    verdict: network,
  },
  {
    name: 'a reset once, then the answer',
    answer: first(1, ({ socket }) => void socket.resetAndDestroy(), good),
    verdict: 'whole',
  },
  {
    name: 'a reset after the headers',
    answer: ({ socket, good: text }) =>
      void socket.write(head([lengthOf(text)]), () => socket.resetAndDestroy()),
    verdict: network,
  },
  {
    name: 'a reset in the middle of the body',
    answer: ({ socket, good: text }) =>
      void socket.write(head([lengthOf(text)]) + part(text, 0.5), () => socket.resetAndDestroy()),
    verdict: network,
  },
  {
    name: 'a second answer behind the first',
    answer: writes((text) => (head([lengthOf(text)]) + text).repeat(2)),
    verdict: 'whole',
  },
  {
    name: 'an answer before the request was read',
    answer: writes((text) => head([lengthOf(text), 'Connection: close']) + text),
    verdict: 'whole',
  },
  {
    name: 'trailers behind the chunks',
    answer: writes((text) => `${chunked}${chunk(text)}0\r\nX-Trailer: ${'t'.repeat(100)}\r\n\r\n`),
    verdict: 'whole',
  },
  {
    name: 'a body in 200 pieces over two seconds',
    answer: ({ response, good: text }) => {
      response.writeHead(200, { ...xmlType, 'content-length': Buffer.byteLength(text) })
      const size = Math.ceil(text.length / 200)
      let at = 0
      const timer = setInterval(() => {
        response.write(text.slice(at, at + size))
        at += size
        if (at < text.length) return
        clearInterval(timer)
        response.end()
      }, 10)
    },
    verdict: 'whole',
  },
]

const headOnly = ({ response }: Parameters<Hostile['answer']>[0]) => {
  response.writeHead(200, xmlType)
  response.flushHeaders()
}
/** Each takes as long as muster waits: they come first, beside the others. */
const stalled: readonly Hostile[] = alone([
  {
    name: 'an endless body that goes on steadily',
    answer: forever(headOnly, 500, chunk('<!-- -->'.repeat(200))),
    verdict: network,
    within: 300,
  },
  { name: 'no answer at all', answer: () => {}, verdict: network, within: 180 },
  {
    name: '103 for ever and no answer',
    answer: forever(() => {}, 300, interim('103 Early Hints', 1)),
    verdict: network,
    within: 180,
  },
  {
    name: 'a byte of header a second',
    answer: forever(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nX-A: '), 1000, 'a'),
    verdict: network,
    within: 180,
  },
  { name: 'silence after the headers', answer: headOnly, verdict: network, within: 120 },
  {
    name: 'silence after 100 bytes',
    answer: ({ socket, good: text }) => void socket.write(head([lengthOf(text)]) + text.slice(0, 100)),
    verdict: network,
    within: 120,
  },
  {
    name: 'silence before the last byte',
    answer: ({ socket, good: text }) => void socket.write(head([lengthOf(text)]) + text.slice(0, -1)),
    verdict: network,
    within: 120,
  },
  {
    name: 'a byte a second',
    answer: forever(headOnly, 1000, chunk('<')),
    verdict: network,
    within: 120,
  },
])

const types: readonly Hostile[] = [
  ...['application/json', 'text/html', 'application/octet-stream', 'nonsense'].map((type) => ({
    name: `the answer as ${type}`,
    answer: sends((text) => text, 200, { 'content-type': type }),
    verdict: 'whole' as const,
  })),
  {
    name: 'the answer without a type',
    answer: writes((text) => `HTTP/1.1 200 OK\r\n${lengthOf(text)}\r\n\r\n${text}`),
    verdict: 'whole',
  },
  {
    name: 'an empty list with a type of JSON',
    answer: sends(answerOf('<reservationSet/>'), 200, { 'content-type': 'application/json' }),
    verdict: 'whole',
    gives: [],
  },
]

/** Answers that are wrong below XML: HTTP, lengths, sockets, time. */
export const wireAnswers: readonly Hostile[] = [
  ...stalled,
  ...cutOff,
  ...lengths,
  ...chunks,
  ...encodings,
  ...heads,
  ...informational,
  ...connections,
  ...types,
]

function alone(list: readonly Hostile[]): readonly Hostile[] {
  return list.map((each) => ({ ...each, attempts: 1 }))
}
