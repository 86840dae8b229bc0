import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import { machine } from './in-process.ts'
import { accountId, type Ended, fleetIds } from './program.ts'

const ids = 'Reservations[].Instances[].InstanceId'
const fleet = makeFleet({ accounts: 3, regions: 2, instances: 60 })

describe('muster query --live', () => {
  test('answers as the cache does, and leaves no cache behind', async () => {
    const { cache, endpoint, muster } = await machine()
    const live = await muster('query', '--live', '--output', 'json', '--sort', 'InstanceId')
    expect(live.err).toMatch(/^60 instances live from 6 of 6 scopes\n$/)
    expect(live.code).toBe(0)
    expect(existsSync(cache)).toBe(false)
    const calls = endpoint.countRequests('DescribeInstances')
    const cached = await muster('query', '--output', 'json', '--sort', 'InstanceId')
    expect(live.out).toBe(cached.out)
    await muster('query', '--live')
    expect(endpoint.countRequests('DescribeInstances')).toBe(calls * 3)
  })

  test('goes on at the token of the last line, over accounts and regions, whatever the page sizes', async () => {
    const made = await machine({ unevenPages: true })
    const found: string[] = []
    let token: string | null = null
    for (const [size, most] of [
      ['5', '3'],
      ['1000', '17'],
      ['7', '22'],
      ['5', '1000'],
    ] as const) {
      const more: string[] = token === null ? [] : ['--starting-token', token]
      const ended = await made.muster(
        'query',
        ids,
        '--live',
        '--output',
        'json',
        '--page-size',
        size,
        '--max-items',
        most,
        ...more,
      )
      expect(ended.code).toBe(0)
      found.push(...(JSON.parse(ended.out) as string[]))
      token = tokenOf(ended)
    }
    expect(token).toBe(null)
    expect(found.toSorted()).toEqual(fleetIds(fleet))
  })

  test('evaluates the expression over what it read, and counts resources of the other kinds, too', async () => {
    const { muster } = await machine()
    const length = await muster('query', 'length(Volumes)', '--kind', 'volumes', '--live', '--max-items', '9')
    expect(length.out).toBe('9\n')
    expect(length.err).toMatch(/^9 volumes live from \d of \d scopes; more remains\nnext token: [\w-]+\n$/)
  })
})

describe('a starting token', () => {
  test.each([
    [['length(Reservations)', '--profile', 'acme-prod-web'], /belongs to another query/],
    [[ids, '--filter', 'web', '--profile', 'acme-prod-web'], /belongs to another query/],
    [[ids, '--profile', 'acme-prod-payments'], /belongs to another selection/],
    [[ids, '--profile', 'acme-prod-web', '--region', 'us-east-1'], /belongs to another selection/],
  ])('is refused for %j', async (words, says) => {
    const { endpoint, muster } = await machine()
    const token = tokenOf(
      await muster('query', ids, '--profile', 'acme-prod-web', '--live', '--max-items', '5'),
    )
    const calls = endpoint.countRequests()
    const ended = await muster('query', ...words, '--live', '--starting-token', token ?? '')
    refuses(ended, says)
    expect(endpoint.countRequests()).toBe(calls)
  })

  test.each(['', 'x', 'eyJOZXh0VG9rZW4iOiBudWxsfQ=='])('is refused where it is %j', async (token) => {
    const { muster } = await machine()
    refuses(
      await muster('query', '--live', '--starting-token', token),
      /is no token of muster, or not all of one/,
    )
  })

  test('is refused where it was cut', async () => {
    const { muster } = await machine()
    const token = tokenOf(await muster('query', '--live', '--max-items', '5')) ?? ''
    const ended = await muster('query', '--live', '--starting-token', token.slice(0, -5))
    refuses(ended, /not all of one: give the whole word after 'next token: '/)
  })

  test('whose page EC2 no longer knows: the scope is named with the next step, the others go on, exit code 3', async () => {
    const made = await machine({ faults: [{ fault: 'token-refused', region: 'us-east-1' }] })
    const words = ['query', ids, '--live', '--profile', 'acme-prod-web', '--output', 'json']
    const first = await made.muster(...words, '--region', 'us-east-1,eu-west-1', '--max-items', '5')
    const token = tokenOf(first) ?? ''
    const second = await made.muster(...words, '--region', 'us-east-1,eu-west-1', '--starting-token', token)
    expect(second.err).toMatch(/acme-prod-web\/us-east-1 InvalidPaginationToken: .*expired/)
    expect(second.err).toMatch(
      /-> Read this scope again from its beginning, with --profile acme-prod-web --region us-east-1 and/,
    )
    expect(second.code).toBe(3)
    const wanted = fleetIds(fleet, (name, region) => name === 'acme-prod-web' && region === 'eu-west-1')
    expect((JSON.parse(second.out) as string[]).toSorted()).toEqual(wanted)
  })
})

describe('if something fails', () => {
  const victim = { account: accountId(fleet, 'acme-prod-payments'), region: 'eu-west-1' }

  test('it is named, exit code 3, and the token comes back to it', async () => {
    const { muster } = await machine({ faults: [{ ...victim, fault: 'denied', times: 1 }] })
    const first = await muster('query', ids, '--live', '--output', 'json')
    expect(first.err).toMatch(/^\d+ instances live from 5 of 6 scopes, 1 missing; more remains\n/)
    expect(first.err).toMatch(
      /acme-prod-payments\/eu-west-1 UnauthorizedOperation: .*\n {4}-> Run muster policy/,
    )
    expect(first.code).toBe(3)
    const second = await muster(
      'query',
      ids,
      '--live',
      '--output',
      'json',
      '--starting-token',
      tokenOf(first) ?? '',
    )
    expect(second.err).toMatch(/^\d+ instances live from 1 of 1 scopes\n$/)
    expect(second.code).toBe(0)
    const both = [first, second].flatMap(({ out }) => JSON.parse(out) as string[])
    expect(both.toSorted()).toEqual(fleetIds(fleet))
  })

  test('a reading that does not yet come back to it says so and ends: exit code 0', async () => {
    const { muster } = await machine({ faults: [{ ...victim, fault: 'denied', times: 1 }] })
    const words = [
      'query',
      ids,
      '--live',
      '--profile',
      'acme-prod-payments,acme-prod-web',
      '--region',
      'eu-west-1,us-east-1',
    ]
    const first = await muster(...words, '--max-items', '5')
    expect(first.code).toBe(3)
    const second = await muster(...words, '--max-items', '5', '--starting-token', tokenOf(first) ?? '')
    expect(second.err).toContain('  acme-prod-payments/eu-west-1: failed before, read again at the end\n')
    expect(second.code).toBe(0)
  })

  test('what the settings accept is named, leaves no token, exit code 0', async () => {
    const accepted = [{ scope: 'acme-prod-payments/eu-west-1', fault: 'denied' }]
    const { muster } = await machine({ faults: [{ ...victim, fault: 'denied' }] }, { accepted })
    const ended = await muster('query', '--live')
    expect(ended.err).toMatch(/accepted: acme-prod-payments\/eu-west-1 UnauthorizedOperation/)
    expect([ended.code, tokenOf(ended)]).toEqual([0, null])
  })

  test('keys that every account refuses: exit code 4 and an empty answer', async () => {
    const { muster } = await machine({ faults: [{ fault: 'auth-failure' }] })
    const { code, out, err } = await muster('query', ids, '--live', '--output', 'json')
    expect(err).toMatch(/^0 instances live from 0 of \d+ scopes/)
    expect([code, out]).toEqual([4, '[]\n'])
  })
})

describe('options that do not go together are one sentence and exit code 2', () => {
  test.each([
    ['--live --offline', /not through the cache: leave --offline out/],
    ['--live --sync', /leave --sync out/],
    ['--live --fresh 1h', /leave --fresh out/],
    ['--live --concurrency 4', /leave --concurrency out/],
    ['--max-items 5', /--max-items is about reading from AWS page by page: add --live/],
    ['--starting-token abc', /--starting-token is about reading from AWS page by page: add --live/],
    ['--live --max-items 0', /--max-items takes a whole number from 1 to/],
    ['--live --page-size many', /--page-size takes a whole number from 1 to 1000/],
  ])('muster query %s', async (words, says) => {
    const { endpoint, muster } = await machine()
    refuses(await muster('query', ...words.split(' ')), says)
    expect(endpoint.countRequests()).toBe(0)
  })
})

/** What a script does: the last line, if it is the one. */
function tokenOf({ err }: Ended): string | null {
  return /(?:^|\n)next token: (\S+)\n$/.exec(err)?.[1] ?? null
}

function refuses({ code, out, err }: Ended, says: RegExp): void {
  expect(err).toMatch(/^muster: [^\n]+\n$/)
  expect(err).toMatch(says)
  expect(out).toBe('')
  expect(code).toBe(2)
}
