import { describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import { kinds } from '../../src/kinds.ts'
import { makePool } from '../../src/sync/limits.ts'
import { machine } from '../commands/program.ts'
import { accountMachine, idsInFleet, idsOf } from './account-machine.ts'

describe('of work that waits', () => {
  test('what comes first goes before what was there earlier, and no more than the pool holds at once', async () => {
    const limited = makePool(2)
    const began: string[] = []
    let running = 0
    let most = 0
    const work = (name: string) => async () => {
      began.push(name)
      running += 1
      most = Math.max(most, running)
      await new Promise(setImmediate)
      running -= 1
    }
    await Promise.all([
      ...['a', 'b', 'c', 'd'].map((name) => limited(work(name))),
      ...['x', 'y'].map((name) => limited(work(name), { rank: 'opening' })),
    ])
    expect(began).toEqual(['a', 'b', 'x', 'y', 'c', 'd'])
    expect(most).toBe(2)
  })

  test('one that leaves early lets one other begin, and its end lets none begin more', async () => {
    const limited = makePool(1)
    const began: string[] = []
    const ends = new Map<string, () => void>()
    const work = (name: string, leaves: boolean) => (leave: () => void) => {
      began.push(name)
      if (leaves) leave()
      return new Promise<void>((resolve) => ends.set(name, resolve))
    }
    const all = ['a', 'b', 'c'].map((name) => limited(work(name, name === 'a')))
    const settle = async () => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    }
    await settle()
    expect(began).toEqual(['a', 'b'])
    ends.get('a')?.()
    await settle()
    expect(began).toEqual(['a', 'b'])
    ends.get('b')?.()
    await settle()
    expect(began).toEqual(['a', 'b', 'c'])
    ends.get('c')?.()
    await Promise.all(all)
  })
})

describe('of work in one place', () => {
  test('no more than four pieces run at once, and other places go on', async () => {
    const limited = makePool(20)
    const stuck = Promise.withResolvers<void>()
    const { running, work } = watchWork()
    const all = ['a/eu', 'a/us', 'b/eu'].flatMap((place) =>
      many(10, () => limited(work(place, stuck.promise), { rank: 'rest', owner: place.slice(0, 1), place })),
    )
    await expect.poll(() => [...running.values()]).toEqual([4, 4, 4])
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect([...running.values()]).toEqual([4, 4, 4])
    stuck.resolve()
    await Promise.all(all)
    expect(sum(running)).toBe(0)
    // What has ended has left its place.
    await Promise.all(many(10, () => limited(work('a/eu'), { rank: 'rest', place: 'a/eu' })))
  })
})

describe('of what owners bring', () => {
  test('each is opened before the first is gone through, and what is shown comes before the rest', async () => {
    const limited = makePool(2)
    const began: string[] = []
    const owners = ['a', 'b', 'c', 'd']
    const hold = Promise.withResolvers<void>()
    const before = many(2, () => limited(() => hold.promise, { rank: 'rest' }))
    const all = owners.flatMap((owner) =>
      (['rest', 'shown', 'opening'] as const).map((rank) =>
        limited(
          async () => {
            began.push(`${rank} ${owner}`)
            await new Promise(setImmediate)
          },
          { rank, owner },
        ),
      ),
    )
    hold.resolve()
    await Promise.all([...before, ...all])
    const inOrder = ['opening', 'shown', 'rest'].flatMap((rank) => owners.map((owner) => `${rank} ${owner}`))
    expect(began).toEqual(inOrder)
  })

  test('those who have yet to sign in have half of the places while others are read, and all that are left', async () => {
    const limited = makePool(8)
    const stuck = Promise.withResolvers<void>()
    const { running, work } = watchWork()
    const signIns = many(20, () => limited(work('sign in', stuck.promise)))
    await expect.poll(() => running.get('sign in')).toBe(8)
    stuck.resolve()
    await Promise.all(signIns)
    const stuckAgain = Promise.withResolvers<void>()
    const hold = Promise.withResolvers<void>()
    const before = many(8, () => limited(() => hold.promise, { rank: 'rest', owner: 'before' }))
    const all = [
      ...many(20, () => limited(work('sign in', stuckAgain.promise))),
      ...many(20, () => limited(work('read', stuckAgain.promise), { rank: 'rest' })),
    ]
    hold.resolve()
    await expect.poll(() => [running.get('sign in'), running.get('read')]).toEqual([4, 4])
    stuckAgain.resolve()
    await Promise.all([...before, ...all])
  })
})

describe('of the owners of work', () => {
  test('one whose work stands still has no more than its share, and the others go on to their end', async () => {
    const limited = makePool(4)
    const stuck = Promise.withResolvers<void>()
    const { running, work } = watchWork()
    const others = many(3, (n) => limited(work('a'), { owner: 'a' }).then(() => n))
    const slow = many(10, () => limited(work('slow', stuck.promise), { rank: 'rest', owner: 'slow' }))
    const most: number[] = []
    for (const each of others) {
      await each
      most.push(running.get('slow') ?? 0)
    }
    expect(Math.max(...most)).toBeLessThanOrEqual(2)
    // Nobody else waits any more.
    await expect.poll(() => running.get('slow')).toBe(4)
    stuck.resolve()
    await Promise.all(slow)
  })

  test.each([
    [16, 2, 8],
    [16, 3, 6],
    [16, 9, 2],
    [4, 9, 1],
  ])(
    'a pool of %i gives each of %i that sign in and then ask for many scopes at most %i',
    async (size, owners, share) => {
      const limited = makePool(size)
      const { running, work } = watchWork()
      const stuck = Promise.withResolvers<void>()
      const all = many(owners, async (n) => {
        const owner = `owner-${n}`
        await limited(work(owner), { owner })
        await Promise.all(many(40, () => limited(work(owner, stuck.promise), { rank: 'rest', owner })))
      })
      await expect.poll(() => sum(running)).toBe(size)
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
      expect(sum(running)).toBe(size)
      expect(Math.max(...running.values())).toBe(share)
      stuck.resolve()
      await Promise.all(all)
      expect(sum(running)).toBe(0)
    },
  )

  test('what a small one leaves of its share is for the others', async () => {
    const limited = makePool(10)
    const hold = Promise.withResolvers<void>()
    const { running, work } = watchWork()
    const all = many(10, () => limited(work('before', hold.promise), { rank: 'rest', owner: 'before' }))
    const release = Promise.withResolvers<void>()
    all.push(
      ...many(2, () => limited(work('small', release.promise), { rank: 'rest', owner: 'small' })),
      ...many(50, () => limited(work('large', release.promise), { rank: 'rest', owner: 'large' })),
    )
    hold.resolve()
    await expect.poll(() => [running.get('small'), running.get('large')]).toEqual([2, 8])
    release.resolve()
    await Promise.all(all)
  })
})

describe('of the kinds of work', () => {
  test('one that is shown has half of the places, as people wait for it', async () => {
    const limited = makePool(8)
    const stuck = Promise.withResolvers<void>()
    const { running, work } = watchWork()
    const hold = Promise.withResolvers<void>()
    const before = many(8, () => limited(() => hold.promise, { rank: 'rest', owner: 'before' }))
    const all = many(20, (owner) =>
      ['shown', 'b', 'c', 'd'].map((kind) =>
        limited(work(kind, stuck.promise), {
          rank: kind === 'shown' ? 'shown' : 'rest',
          owner: `owner-${owner}`,
          kind,
        }),
      ),
    ).flat()
    hold.resolve()
    await expect.poll(() => sum(running)).toBe(8)
    expect(running.get('shown')).toBe(4)
    stuck.resolve()
    await Promise.all([...before, ...all])
  })

  test('one that stands still has no more than its share while another can start', async () => {
    const limited = makePool(8)
    const stuck = Promise.withResolvers<void>()
    const { running, work } = watchWork()
    const turn = (kind: string, owner: number) => ({ rank: 'rest' as const, owner: `owner-${owner}`, kind })
    const kindsOfWork = ['slow', 'b', 'c', 'd']
    let waiting = 6 * 3 * 3
    let most = 0
    const begin = (kind: string) => async () => {
      waiting -= 1
      if (waiting > 0) most = Math.max(most, running.get('slow') ?? 0)
      await work(kind)()
    }
    const all = many(6, () =>
      many(3, (owner) =>
        kindsOfWork.map((kind) =>
          limited(kind === 'slow' ? work(kind, stuck.promise) : begin(kind), turn(kind, owner)),
        ),
      ),
    ).flat(2)
    // All that do not stand still have ended, and then those that do have every place.
    await expect.poll(() => ['b', 'c', 'd'].map((kind) => running.get(kind))).toEqual([0, 0, 0])
    await expect.poll(() => running.get('slow')).toBe(8)
    expect(most).toBeLessThanOrEqual(2)
    stuck.resolve()
    await Promise.all(all)
  })

  test('all have every place if there is no other', async () => {
    const limited = makePool(5)
    const stuck = Promise.withResolvers<void>()
    const { running, work } = watchWork()
    const all = many(20, () =>
      limited(work('only', stuck.promise), { rank: 'rest', owner: 'a', kind: 'only' }),
    )
    await expect.poll(() => running.get('only')).toBe(5)
    stuck.resolve()
    await Promise.all(all)
  })
})

test('a sync makes no more than four calls at once in one account and region', async () => {
  const seen = new Map<string, number>()
  const names = kinds.slice(0, 12).map(({ name }) => name)
  const made = await accountMachine(
    {
      accounts: 2,
      regions: 2,
      instances: 40,
      faults: kinds.slice(0, 12).map(({ operation }) => ({ operation, fault: 'stalled' })),
      onRequest: ({ account, region, operation }) => {
        const place = `${account}/${region}`
        if (/^Describe(?!Regions)/.test(operation)) seen.set(place, (seen.get(place) ?? 0) + 1)
      },
    },
    [0, 1].map((account) => ({ name: `p${account}`, account })),
    3_600_000,
  )
  const reading = made.sync(made.choose({ regions: ['*'] }), 1000, undefined, 64, names)
  await expect.poll(() => [...seen.values()]).toEqual([4, 4, 4, 4])
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect([...seen.values()]).toEqual([4, 4, 4, 4])
  await made.endpoint.close()
  await reading
})

test('every account has rows before half of the calls are made, and the shown kind comes first', async () => {
  const seen: string[] = []
  const made = await accountMachine(
    {
      accounts: 12,
      regions: 4,
      instances: 200,
      onRequest: ({ account, operation }) => {
        if (/^Describe(?!Regions)/.test(operation)) seen.push(`${account} ${operation}`)
      },
    },
    many(12, (account) => ({ name: `p${account}`, account })),
  )
  await made.sync(made.choose({ regions: ['*'] }), 1000, undefined, 4, ['instances', 'volumes', 'vpcs'])
  expect(seen).toHaveLength(12 * 4 * 3)
  const first = made.endpoint.fleet.accounts.map(({ id }) => seen.indexOf(`${id} DescribeInstances`))
  expect(Math.max(...first)).toBeLessThan(seen.length / 2)
  const shown = seen.flatMap((call, at) => (call.endsWith('DescribeInstances') ? [at] : []))
  expect(Math.max(...shown)).toBeLessThan(seen.length * 0.75)
})

test('an account whose answers never come holds up no other, however few calls are made at once', async () => {
  const accounts = 4
  const slow = makeFleet({ accounts, regions: 4, instances: 80 }).accounts[1]?.id ?? ''
  const read = new Set<string>()
  const made = await accountMachine(
    {
      accounts,
      regions: 4,
      instances: 80,
      faults: [{ account: slow, operation: 'DescribeInstances', fault: 'stalled' }],
      onRequest: ({ operation, account, region }) => {
        if (operation === 'DescribeInstances') read.add(`${account}/${region}`)
      },
    },
    [1, 0, 2, 3].map((account) => ({ name: `p${account}`, account })),
    3_600_000,
  )
  const chosen = made.choose({ regions: ['*'] })
  const reading = made.sync(chosen, 1000, undefined, 4)
  const others = () => [...read].filter((scope) => !scope.startsWith(slow)).length
  await expect.poll(others).toBe(3 * 4)
  const until = [...read].findLastIndex((scope) => !scope.startsWith(slow))
  expect([...read].slice(0, until).filter((scope) => scope.startsWith(slow)).length).toBeLessThan(4)
  await made.endpoint.close()
  const ids = await reading
  const healthy = idsInFleet(made.endpoint, 'instances').filter((id) => !id.startsWith(slow))
  expect(ids).toEqual(healthy)
})

test('of 20 kinds in 20 accounts and 2 regions, one whose answers never come holds up no other', async () => {
  const all = kinds.slice(0, 20).map(({ name, operation }) => ({ name, operation }))
  const slow = 'DescribeSubnets'
  expect(all.map(({ operation }) => operation)).toContain(slow)
  const requests = new Map<string, number>()
  const made = await accountMachine(
    {
      accounts: 20,
      regions: 2,
      instances: 100,
      faults: [{ operation: slow, fault: 'stalled' }],
      onRequest: ({ operation }) => requests.set(operation, (requests.get(operation) ?? 0) + 1),
    },
    many(20, (account) => ({ name: `p${account}`, account })),
    3_600_000,
  )
  const chosen = made.choose({ regions: ['*'] })
  const reading = made.sync(
    chosen,
    1000,
    undefined,
    16,
    all.map(({ name }) => name),
  )
  const others = all.filter(({ operation }) => operation !== slow)
  const complete = () => others.filter(({ operation }) => (requests.get(operation) ?? 0) >= 40).length
  await expect.poll(complete, { timeout: 280_000, interval: 100 }).toBe(19)
  await made.endpoint.close()
  await reading
})

test.each(['stalled', 'silent', 'trickle'] as const)(
  'an account whose answers are %s fails by itself, in a sync and a live reading',
  async (fault) => {
    const fleet = { accounts: 3, regions: 1, instances: 40 }
    const slow = makeFleet(fleet).accounts[1]?.id ?? ''
    const faults = [{ account: slow, operation: 'DescribeInstances', fault }]
    const profiles = [1, 0, 2].map((account) => ({ name: `p${account}`, account, region: 'us-east-1' }))
    const regions = ['us-east-1']
    // No answer that comes takes as long as several whole syncs take this machine, however busy it is.
    const sound = await accountMachine(fleet, profiles, 3_600_000)
    const start = performance.now()
    await sound.sync(sound.choose({ regions }), 1000)
    const made = await accountMachine({ ...fleet, faults }, profiles, 1000 + 5 * (performance.now() - start))
    const chosen = made.choose({ regions })
    const healthy = idsInFleet(made.endpoint, 'instances').filter((id) => !id.startsWith(slow))
    expect(await made.sync(chosen, 1000)).toEqual(healthy)
    const reading = await made.read({ chosen })
    expect(idsOf(reading).toSorted()).toEqual(healthy)
    expect(JSON.stringify(reading)).toContain('"class":"network","code":"ETIMEDOUT"')
  },
)

test('the first profile that is signed in is read while the others sign in', async () => {
  const seen: string[] = []
  const { muster } = await machine({
    accounts: 40,
    instances: 200,
    onRequest: ({ operation }) => seen.push(operation),
  })
  expect((await muster('sync', '--concurrency', '4')).code).toBe(0)
  const first = seen.indexOf('DescribeInstances')
  const signedIn = (operations: readonly string[]) =>
    operations.filter((operation) => operation === 'GetCallerIdentity').length
  expect(signedIn(seen)).toBe(40)
  // Each of the four that sign in at once takes a few calls for it.
  expect(signedIn(seen.slice(0, first))).toBeLessThan(10)
})

function many<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n))
}

/** Work that is watched: how much of each owner runs. */
function watchWork() {
  const running = new Map<string, number>()
  const work = (owner: string, until?: Promise<void>) => async () => {
    running.set(owner, (running.get(owner) ?? 0) + 1)
    await (until ?? new Promise(setImmediate))
    running.set(owner, (running.get(owner) ?? 0) - 1)
  }
  return { running, work }
}

function sum(running: ReadonlyMap<string, number>): number {
  return [...running.values()].reduce((all, count) => all + count, 0)
}
