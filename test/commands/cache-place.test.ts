import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { machine } from './in-process.ts'

const cases: readonly (readonly [string, (cache: string) => void])[] = [
  ['removed', (cache) => rmSync(cache)],
  [
    'replaced by a folder',
    (cache) => {
      rmSync(cache)
      mkdirSync(cache)
    },
  ],
  ['moved away', (cache) => renameSync(cache, `${cache}.elsewhere`)],
  ['removed with its folder', (cache) => rmSync(dirname(cache), { recursive: true })],
]

test.each(cases)(
  'a cache that was %s during a sync is an error, and never so many rows in the cache',
  async (_, spoil) => {
    const { muster, start, cache, endpoint } = await machine({ faults: [{ fault: 'latency', ms: 400 }] })
    const before = endpoint.countRequests()
    const { ended } = start('sync')
    await expect.poll(() => endpoint.countRequests()).toBeGreaterThan(before + 6)
    spoil(cache)
    const { code, out, err } = await ended
    expect(err).toMatch(/^muster: The cache .* was removed or replaced while muster was using it[^\n]+\n$/m)
    expect([code, out]).toEqual([1, ''])
    rmSync(cache, { recursive: true, force: true })
    expect((await muster('sync')).code).toBe(0)
  },
)
