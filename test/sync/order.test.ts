import { describe, expect, test } from 'vitest'
import { pool } from '../../src/sync/limits.ts'
import { machine } from '../commands/program.ts'

describe('of work that waits', () => {
  test('what comes first goes before what was there earlier, and no more than the pool holds at once', async () => {
    const limited = pool(2)
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
      ...['x', 'y'].map((name) => limited(work(name), 'first')),
    ])
    expect(began).toEqual(['a', 'b', 'x', 'y', 'c', 'd'])
    expect(most).toBe(2)
  })
})

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
