import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { hash, pick } from '../../src/demo/random.ts'
import { makePlainView } from '../../src/kinds.ts'
import type { View } from '../../src/model.ts'
import { decodeToken, encodeToken, type TokenKeys, tokenKeys } from '../../src/sync/live-token.ts'
import type { LiveReading, LiveRequest } from '../../src/sync/read-live.ts'
import {
  type AccountMachine,
  accountMachine,
  idsInFleet,
  idsOf,
  type ProfileOfMachine,
} from './account-machine.ts'

const regions = ['us-east-1', 'eu-west-1', 'eu-central-1']
const view = makePlainView('instances', { profiles: [], accounts: [], regions: [] })

describe('a walk of limited readings, each going on at the token of the one before', () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed)

  test.each(seeds)(
    'gives what one unlimited reading gives, nothing lost and nothing double (seed %i)',
    async (seed) => {
      const { made, request, kind } = await randomMachine(seed, [])
      const whole = await made.read(request)
      expect(idsOf(whole).toSorted()).toEqual(idsInFleet(made.endpoint, kind))
      expect(whole.next).toBe(null)
      const { readings } = await walk(made, request, (step) => ({
        pageSize: pick([null, 5, 6, 7, 10, 37, 1000], hash(seed, step, 1)),
        maxItems: pick([1, 2, 3, 4, 5, 6, 9, 11, 20, 50], hash(seed, step, 2)),
      }))
      expect(readings.flatMap(idsOf).toSorted()).toEqual(idsInFleet(made.endpoint, kind))
      expect(readings.every(({ statuses }) => statuses.every(({ state }) => state === 'fresh'))).toBe(true)
    },
  )

  test.each(seeds)('loses and doubles nothing where calls fail and later do not (seed %i)', async (seed) => {
    const fault = (n: number): FaultRule => ({
      fault: pick(
        ['throttled', 'server-error', 'reset', 'html', 'token-refused', 'denied'],
        hash(seed, n, 3),
      ),
      nth: 1 + (hash(seed, n, 4) % 25),
      ...(n % 2 ? { operation: 'DescribeInstances' } : {}),
    })
    const { made, request, kind } = await randomMachine(seed, [0, 1, 2, 3, 4].map(fault))
    const { readings } = await walk(made, request, (step) => ({
      pageSize: pick([null, 5, 8, 30], hash(seed, step, 5)),
      maxItems: pick([2, 4, 7, 30, null], hash(seed, step, 6)),
    }))
    expect(readings.flatMap(idsOf).toSorted()).toEqual(idsInFleet(made.endpoint, kind))
    expect(readings.at(-1)?.next).toBe(null)
  })

  test('asks EC2 for what remains, so that a limit of 5 or more ends with a page', async () => {
    const sizes: (number | null)[] = []
    const made = await accountMachine(
      { accounts: 1, regions: 1, instances: 100, onRequest: ({ maxResults }) => sizes.push(maxResults) },
      [{ name: 'one', account: 0, region: 'us-east-1' }],
    )
    const chosen = made.choose({})
    const first = await made.read({ chosen, pageSize: 20, maxItems: 27 })
    expect(sizes.filter((size) => size !== null)).toEqual([20, 7])
    expect(first.next?.places).toMatchObject([{ page: expect.any(String), given: [] }])
    const second = await made.read({ chosen, maxItems: 3, from: first.next })
    expect(second.next?.places[0]?.given).toHaveLength(3)
    const third = await made.read({ chosen, maxItems: 4, from: second.next })
    expect(sizes.filter((size) => size !== null)).toEqual([20, 7, 5, 7])
    expect(third.next?.places[0]?.given).toEqual([])
    expect(new Set([first, second, third].flatMap(idsOf)).size).toBe(34)
  })

  test('cuts a reservation between two readings, and each gives its own instances of it', async () => {
    const made = await accountMachine({ accounts: 1, regions: 1, instances: 30 }, [
      { name: 'one', account: 0, region: 'us-east-1' },
    ])
    const chosen = made.choose({})
    // The demo launches the 14th to the 16th instance by one call.
    const first = await made.read({ chosen, maxItems: 15 })
    const second = await made.read({ chosen, from: first.next })
    const groupOf = ({ read }: LiveReading, at: number) => read[0]?.resources.at(at)?.group?.id
    expect(groupOf(first, -1)).toBe(groupOf(second, 0))
    expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual(idsInFleet(made.endpoint, 'instances'))
  })
})

describe('scopes that fail', () => {
  const profiles = [0, 1, 2].map((account) => ({ name: `p${account}`, account }))
  const options = { accounts: 3, regions: 2, instances: 60 }
  const account = async (index: number) =>
    (await accountMachine(options, profiles)).endpoint.fleet.accounts[index]?.id ?? ''

  test('are named, the others go on, and the token comes back to them at the end, where they failed', async () => {
    const victim = { account: await account(1), region: 'eu-west-1', operation: 'DescribeInstances' }
    const faults: FaultRule[] = [{ ...victim, fault: 'server-error', nth: 2 }]
    const made = await accountMachine({ ...options, faults }, profiles)
    const chosen = made.choose({ regions: ['us-east-1,eu-west-1'] })
    const first = await made.read({ chosen, pageSize: 5 })
    const failed = first.statuses.filter(({ state }) => state === 'failed')
    expect(failed).toMatchObject([
      { scope: { profile: 'p1', region: 'eu-west-1' }, rows: 5, fault: { code: 'InternalError' } },
    ])
    expect(first.statuses).toHaveLength(6)
    const second = await made.read({ chosen, from: first.next })
    expect(second.statuses).toMatchObject([{ state: 'fresh', scope: { profile: 'p1', region: 'eu-west-1' } }])
    expect(second.next).toBe(null)
    expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual(idsInFleet(made.endpoint, 'instances'))
  })

  test('wait while others are read, and a reading that does not come to them says so', async () => {
    const faults: FaultRule[] = [
      { account: await account(0), operation: 'GetCallerIdentity', fault: 'denied' },
    ]
    const made = await accountMachine({ ...options, faults }, profiles)
    const chosen = made.choose({ regions: ['us-east-1'] })
    const first = await made.read({ chosen, maxItems: 3 })
    expect(first.statuses).toMatchObject([{ state: 'failed', scope: { profile: 'p0' } }, { state: 'fresh' }])
    expect(first.waiting).toEqual([])
    const second = await made.read({ chosen, maxItems: 3, from: first.next })
    expect(second.statuses.map(({ state }) => state)).toEqual(['fresh'])
    expect(second.waiting).toMatchObject([{ profile: 'p0', extent: 'profile' }])
    const last = await made.read({ chosen, from: second.next })
    expect(last.statuses.at(-1)).toMatchObject({ state: 'failed', scope: { profile: 'p0' } })
    expect(last.next?.places).toMatchObject([{ profile: 'p0', extent: 'profile' }])
  })

  test('as the settings accept are named and not come back to', async () => {
    const faults: FaultRule[] = [
      { account: await account(1), operation: 'DescribeInstances', fault: 'denied' },
    ]
    const made = await accountMachine({ ...options, faults }, profiles)
    const chosen = made.choose({ regions: ['us-east-1'] })
    const { statuses, next } = await made.read({ chosen, accepted: (_, fault) => fault.class === 'denied' })
    expect(statuses.filter(({ accepted }) => accepted)).toHaveLength(1)
    expect(next).toBe(null)
  })

  test('because EC2 knows its page token no longer say how to go on', async () => {
    const faults: FaultRule[] = [{ fault: 'token-refused' }]
    const made = await accountMachine({ accounts: 1, regions: 1, instances: 30, faults }, [
      { name: 'one', account: 0, region: 'us-east-1' },
    ])
    const chosen = made.choose({})
    const first = await made.read({ chosen, maxItems: 10 })
    const second = await made.read({ chosen, from: first.next })
    expect(second.statuses[0]?.fault).toMatchObject({
      code: 'InvalidPaginationToken',
      next: expect.stringMatching(
        /from its beginning, with --profile one --region us-east-1 and without --starting-token/,
      ),
    })
    const places = first.next?.places.map((place) => ({ ...place, extent: 'scope' }))
    expect(second.next?.places).toEqual(places)
  })

  test('because their region is not enabled are skipped', async () => {
    const home = profiles.slice(0, 2).map((profile) => ({ ...profile, region: 'us-east-1' }))
    const made = await accountMachine({ accounts: 2, regions: 5, instances: 40 }, home)
    const { statuses, next } = await made.read({ chosen: made.choose({ regions: ['me-south-1,us-east-1'] }) })
    expect(statuses.map(({ state }) => state)).toEqual(['skipped', 'fresh', 'skipped', 'fresh'])
    expect(next).toBe(null)
  })
})

describe('a token', () => {
  const keys: TokenKeys = { query: 'q', selection: 's' }
  const position = {
    places: [
      {
        profile: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
        page: 'abc',
        given: ['i-1'],
        extent: 'selection',
      },
      { profile: 'dev', account: null, region: null, page: null, given: [], extent: 'profile' },
    ],
    accounts: [['prod', '111122223333']],
    parameters: [{ name: 'SINCE', written: '-30d', value: '2026-01-01T00:00:00+00:00' }],
  } as const

  test('gives back its position', () => {
    expect(decodeToken(encodeToken(position, keys), keys)).toEqual(position)
  })

  test('cut anywhere, or with a letter changed, is refused', () => {
    const token = encodeToken(position, keys)
    for (let at = 0; at < token.length; at += 1) {
      expect(() => decodeToken(token.slice(0, at), keys), `cut at ${at}`).toThrow(/not all of one/)
      const other = token[at] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      // The last letters may hold bits that mean nothing.
      if (Buffer.from(changed, 'base64url').equals(Buffer.from(token, 'base64url'))) continue
      expect(() => decodeToken(changed, keys), `changed at ${at}`).toThrow(/no token of muster/)
    }
  })

  test.each([
    '',
    'x',
    'null',
    Buffer.from('[]').toString('base64url'),
    'eyJOZXh0VG9rZW4iOiBudWxsfQ==',
    '\u001b[2J',
  ])('%j is refused', (text) => {
    expect(() => decodeToken(text, keys)).toThrow(/no token of muster.*the whole word after/)
  })

  test.each<[Partial<View>, RegExp]>([
    [{ expression: 'Reservations' }, /another query/],
    [{ kind: 'volumes' }, /another query/],
    [{ filters: ['web'] }, /another query/],
    [{ group: ['State'] }, /another query/],
    [{ origin: false }, /another query/],
    [{ engine: 'jmespath' }, /another query/],
    [{ parameters: [{ name: 'KEY', written: 'Team', value: 'Team' }] }, /another query/],
    [{ scopes: { ...view.scopes, accounts: ['111122223333'] } }, /another selection/],
  ])('of a view is refused for another: %j', (change, says) => {
    const token = encodeToken(position, tokenKeys(view, []))
    expect(decodeToken(token, tokenKeys(view, []))).toEqual(position)
    expect(() => decodeToken(token, tokenKeys({ ...view, ...change }, []))).toThrow(says)
  })

  test('belongs to a time as it was written, and holds what that came to at first', () => {
    const viewSince = (value: string): View => ({
      ...view,
      parameters: [{ name: 'SINCE', written: '-30d', value }],
    })
    const token = encodeToken(position, tokenKeys(viewSince('2026-01-01T00:00:00+00:00'), []))
    const later = tokenKeys(viewSince('2026-01-01T00:05:00+00:00'), [])
    expect(decodeToken(token, later).parameters).toEqual(position.parameters)
  })

  test('of other profiles or regions is refused', async () => {
    const made = await accountMachine({ accounts: 2, regions: 2 }, [
      { name: 'one', account: 0, region: 'us-east-1' },
      { name: 'two', account: 1, region: 'us-east-1' },
    ])
    const token = encodeToken(position, tokenKeys(view, made.choose({})))
    expect(decodeToken(token, tokenKeys(view, made.choose({ profiles: ['one', 'two'] })))).toEqual(position)
    for (const selection of [{ profiles: ['one'] }, { profiles: ['two', 'one'] }, { regions: ['eu-west-1'] }])
      expect(() => decodeToken(token, tokenKeys(view, made.choose(selection)))).toThrow(/another selection/)
  })

  test('whose account or region is no longer there is refused', async () => {
    const made = await accountMachine({ accounts: 1, regions: 1, instances: 30 }, [
      { name: 'one', account: 0, region: 'us-east-1' },
    ])
    const chosen = made.choose({})
    const { next } = await made.read({ chosen, maxItems: 5 })
    const [place] = next?.places ?? []
    if (!place) throw new Error('nothing left')
    for (const change of [{ account: '999999999999' }, { region: 'eu-west-1' }]) {
      const from = { places: [{ ...place, ...change }], accounts: [] }
      await expect(made.read({ chosen, from })).rejects.toThrow(/no longer there: start again/)
    }
  })

  test('holds no key and no secret', async () => {
    const made = await accountMachine({ accounts: 2, regions: 2, instances: 60 }, [
      { name: 'one', account: 0 },
      { name: 'two', account: 1 },
    ])
    const { next } = await made.read({ chosen: made.choose({ regions: ['us-east-1'] }), maxItems: 6 })
    if (!next) throw new Error('nothing left')
    const text = Buffer.from(encodeToken({ ...next, parameters: [] }, keys), 'base64url').toString()
    for (const { accessKeyId, secretAccessKey } of made.endpoint.fleet.accounts) {
      expect(text).not.toContain(accessKeyId)
      expect(text).not.toContain(secretAccessKey)
    }
  })
})

/** A fleet of 1 to 3 accounts in 1 to 3 regions, some of them led to by two profiles. */
async function randomMachine(seed: number, faults: readonly FaultRule[]) {
  const accounts = 1 + (hash(seed, 10) % 3)
  const count = 1 + (hash(seed, 11) % 3)
  const profiles: ProfileOfMachine[] = Array.from({ length: accounts }, (_, account) => ({
    name: `p${account}`,
    account,
  }))
  if (hash(seed, 12) % 2) profiles.push({ name: 'again', account: hash(seed, 13) % accounts })
  if (hash(seed, 14) % 2) profiles.reverse()
  const kind = hash(seed, 15) % 3 ? 'instances' : 'volumes'
  const instances = hash(seed, 16) % 90
  const unevenPages = hash(seed, 17) % 2 === 1
  const made = await accountMachine(
    { accounts, regions: count, instances, seed, unevenPages, faults },
    profiles,
  )
  const named = regions.slice(0, count).join(',')
  const chosen = made.choose({ regions: [hash(seed, 18) % 2 ? '*' : named] })
  return { made, kind, request: { chosen, kind } }
}

/** Reads until nothing is left; every position goes through a token. */
async function walk(
  made: AccountMachine,
  request: Pick<LiveRequest, 'chosen' | 'kind'>,
  stepOf: (step: number) => Pick<LiveRequest, 'pageSize' | 'maxItems'>,
) {
  const keys = tokenKeys({ ...view, kind: request.kind }, request.chosen)
  const readings: LiveReading[] = []
  let from: LiveRequest['from'] = null
  for (let step = 0; step < 400; step += 1) {
    const limits = stepOf(step)
    const reading: LiveReading = await made.read({ ...request, ...limits, from })
    expect(idsOf(reading).length).toBeLessThanOrEqual(limits.maxItems ?? Number.POSITIVE_INFINITY)
    readings.push(reading)
    if (!reading.next) break
    const token = encodeToken({ ...reading.next, parameters: [] }, keys)
    expect(token.length).toBeLessThan(4000)
    from = decodeToken(token, keys)
  }
  return { readings }
}
