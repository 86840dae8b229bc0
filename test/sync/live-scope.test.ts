import { expect, onTestFinished, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import type { Session } from '../../src/identity/session.ts'
import { findKind } from '../../src/kinds.ts'
import type { Kind } from '../../src/model.ts'
import { readScopeLive, type ScopePosition } from '../../src/sync/live-scope.ts'
import { bodyOf, clientAt, never, serve } from '../aws/wire.ts'

const volumes = findKind('volumes')
const start: ScopePosition = { page: null, given: [] }

test('a page that holds more than was asked for is cut at the limit, and what was given is remembered', async () => {
  const read = await reader(() => page(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'more'))
  const { ids, end } = await read(5, start)
  expect(ids).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(end).toEqual({ type: 'cut', at: { page: null, given: ['a', 'b', 'c', 'd', 'e'] } })
  const next = await read(2, { page: null, given: ['a', 'b', 'c', 'd', 'e'] })
  expect(next.ids).toEqual(['f', 'g'])
  expect(next.end).toMatchObject({ type: 'cut', at: { page: 'more', given: [] } })
})

test('a resource that comes on two pages is given once, by the reading that cuts at it too', async () => {
  const read = await reader((token) =>
    token === null ? page(['a', 'b', 'c'], 'more') : page(['c', 'd', 'e']),
  )
  expect((await read(9, start)).ids).toEqual(['a', 'b', 'c', 'd', 'e'])
  const { ids, end } = await read(4, start)
  expect(ids).toEqual(['a', 'b', 'c', 'd'])
  expect(end).toMatchObject({ type: 'cut', at: { page: 'more', given: ['c', 'd'] } })
})

test('a resource that cannot be read is named when the reading ends, and the others are given once', async () => {
  const bad = '<item><volumeId>x</volumeId><size>many</size></item>'
  const read = await reader((token) =>
    token === null
      ? page(['a', 'b'], 'more').replace('</volumeSet>', `${bad}</volumeSet>`)
      : page(['c']).replace('</volumeSet>', `${bad.replace('>x<', '>y<')}</volumeSet>`),
  )
  const all = await read(9, start)
  expect(all.ids).toEqual(['a', 'b', 'c'])
  expect(all.end).toMatchObject({
    type: 'failed',
    at: { page: 'more', given: ['c'] },
    fault: { class: 'malformed', message: expect.stringMatching(/x \(Size: "many"\), y \(Size: "many"\)/) },
  })
  const again = await read(9, { page: 'more', given: ['c'] })
  expect(again.ids).toEqual([])
  expect(again.end).toMatchObject({ type: 'failed', fault: { message: expect.not.stringContaining('x (') } })
  const cut = await read(2, start)
  expect(cut.ids).toEqual(['a', 'b'])
  expect(cut.end).toMatchObject({ type: 'failed', at: { page: 'more', given: [] } })
})

test('equal resources of two pages are both given where no member identifies one', async () => {
  const byItem: Kind = { ...volumes, identity: 'item' }
  const read = await reader(
    (token) => (token === null ? page(['a', 'b', 'b'], 'more') : page(['b', 'c'])),
    byItem,
  )
  const names = (ids: readonly string[]) => ids.map((id) => id.split('/')[0])
  const whole = await read(9, start)
  expect(names(whole.ids)).toEqual(['a', 'b', 'b', 'b', 'c'])
  const first = await read(2, start)
  expect(names(first.ids)).toEqual(['a', 'b'])
  if (first.end.type !== 'cut') throw new Error(first.end.type)
  const second = await read(2, first.end.at)
  expect(names(second.ids)).toEqual(['b', 'b'])
})

test('a kind that EC2 answers in one piece is cut, too', async () => {
  const whole: Kind = { ...volumes, pageSize: null }
  const read = await reader(() => page(['a', 'b', 'c']), whole)
  const { end } = await read(2, start)
  expect(end).toEqual({ type: 'cut', at: { page: null, given: ['a', 'b'] } })
  expect(await read(2, { page: null, given: ['a', 'b'] })).toEqual({ ids: ['c'], end: { type: 'finished' } })
})

test('page tokens that go round in a circle end in a fault', async () => {
  const next: Readonly<Record<string, string>> = { none: 'one', one: 'two', two: 'one' }
  const read = await reader((token) => page([`vol-${token}`], next[token ?? 'none']))
  const { ids, end } = await read(100, start)
  expect(ids).toEqual(['vol-null', 'vol-one', 'vol-two'])
  expect(end).toMatchObject({ type: 'failed', fault: { code: 'MalformedAnswer' } })
})

test('a reading that starts in the middle of a circle ends when the page that it started with comes back', async () => {
  const next: Readonly<Record<string, string>> = { one: 'two', two: 'three', three: 'one' }
  const calls: (string | null)[] = []
  const read = await reader((token) => {
    calls.push(token)
    return page([`vol-${token}`], next[token ?? ''])
  })
  const { end } = await read(100, { page: 'one', given: [] })
  expect(end).toMatchObject({ type: 'failed', fault: { code: 'MalformedAnswer' } })
  expect(calls).toEqual(['one', 'two', 'three'])
})

test.each([1, 2, 3, 5, 12])(
  'a circle of %i pages that are read one at a time, each run by itself, ends in a fault and asks no more',
  async (length) => {
    let calls = 0
    const read = await reader((token) => {
      calls += 1
      const n = token === null ? 0 : Number(token)
      return page([`vol-${calls}`], String((n % length) + 1))
    })
    let at = start
    let runs = 0
    for (;;) {
      runs += 1
      const { end } = await read(1, at)
      if (end.type === 'failed') {
        expect(end.fault.message).toBe('DescribeVolumes gave the same NextToken twice.')
        expect(await read(1, end.at)).toMatchObject({ ids: [], end: { type: 'failed' } })
        break
      }
      if (end.type !== 'cut' || runs > 100) throw new Error(`${end.type} after ${runs} runs`)
      at = JSON.parse(JSON.stringify(end.at))
    }
    expect(calls).toBe(runs - 1)
    expect(runs).toBeLessThanOrEqual(3 * length + 3)
  },
)

test('a page that is asked for again because the limit cut it is not a circle', async () => {
  const tokens: Readonly<Record<string, string | undefined>> = { none: 'one', one: 'two', two: undefined }
  const ids = (token: string | null) => ['a', 'b', 'c'].map((id) => `${id}-${token}`)
  const read = await reader((token) => page(ids(token), tokens[token ?? 'none']))
  const all: string[] = []
  let at = start
  for (let runs = 0; runs < 20; runs += 1) {
    const { ids: given, end } = await read(1, at)
    all.push(...given)
    if (end.type !== 'cut') break
    at = end.at
  }
  expect(all).toEqual([null, 'one', 'two'].flatMap(ids))
})

test.each([
  ['InvalidPaginationToken', 'The specified pagination token is not valid or is expired.'],
  ['InvalidNextToken', 'The specified NextToken is not valid.'],
  ['InvalidParameterValue', 'Value ( x ) for parameter NextToken is invalid. The token is invalid.'],
])('a page token that EC2 refuses by %s is named with the next step, and stays', async (code, message) => {
  const read = await reader((token) => (token === null ? page(['a']) : refusal(code, message)))
  const at = { page: 'old', given: ['a'] }
  const { end } = await read(5, at)
  expect(end).toMatchObject({
    type: 'failed',
    at,
    fault: { code, next: expect.stringMatching(/from its beginning/) },
  })
})

function page(ids: readonly string[], next = ''): string {
  const items = ids.map((id) => `<item><volumeId>${id}</volumeId></item>`).join('')
  return `<DescribeVolumesResponse><volumeSet>${items}</volumeSet>${next && `<nextToken>${next}</nextToken>`}</DescribeVolumesResponse>`
}

function refusal(code: string, message: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`
}

/** Reads one scope of a server that answers a page token as the test says. */
async function reader(answer: (token: string | null) => string, kind: Kind = volumes) {
  const wire = await serve(async (request, response) => {
    const body = answer((await bodyOf(request)).get('NextToken'))
    response.writeHead(body.startsWith('<Response>') ? 400 : 200).end(body)
  })
  onTestFinished(() => wire.close())
  const client = clientAt(wire.url)
  const session: Session = {
    profile: 'p',
    identify: async () => ({ account: '111122223333', arn: '', partition: 'aws' }),
    collectCodes: async () => {},
    readExpiry: async () => null,
    listRegions: async () => [],
    isRegionOff: async () => false,
    readPages: (each, _, options, signal) => readPages(client, each, options, signal),
    toFault: (error, region) => faultFrom(error, { profile: 'p', region, operation: 'DescribeInstances' }),
  }
  const scope = { profile: 'p', account: '111122223333', region: 'us-east-1', kind: kind.name }
  const rest = {
    scope,
    kind,
    session,
    pageSize: null,
    onThrottle: () => {},
    onPage: () => {},
    signal: never,
  }
  return async (limit: number, from: ScopePosition) => {
    const { resources, end } = await readScopeLive({ ...rest, limit, from })
    return { ids: resources.map(({ id }) => id), end }
  }
}
