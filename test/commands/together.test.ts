import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { machine } from './program.ts'

/** Does in the cache what another muster does when it begins to read a scope that was read to its end. */
function beginAgain(file: string): number {
  const db = new Sqlite(file)
  try {
    return db.prepare("UPDATE scope SET state = 'running' WHERE state = 'complete'").run().changes
  } finally {
    db.close()
  }
}

test.each([
  ['sync', ['sync']],
  ['query', ['query', '--sync']],
])('muster %s is complete when another muster reads again what it has read itself', async (_, words) => {
  let begunAgain = 0
  let cache = ''
  const on = await machine({
    accounts: 2,
    regions: 2,
    onRequest: ({ operation }) => {
      if (operation === 'DescribeInstances' && cache !== '') begunAgain += beginAgain(cache)
    },
  })
  expect((await on.muster('sync')).code).toBe(0)
  cache = on.cache
  const { code, err } = await on.muster(...words, '--concurrency', '1')
  expect(begunAgain).toBeGreaterThan(0)
  expect(err).not.toContain('cut off')
  expect(code).toBe(0)
})

test('a scope that nobody has read to its end since is still named as cut off', async () => {
  const on = await machine({ accounts: 2, regions: 2 })
  expect((await on.muster('sync')).code).toBe(0)
  expect(beginAgain(on.cache)).toBeGreaterThan(0)
  const { code, err } = await on.muster('query', '--offline')
  expect([code, err]).toEqual([3, expect.stringContaining('cut off while it was being read')])
})
