import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { idsInFleet } from '../sync/account-machine.ts'
import { openMachine } from './in-process.ts'
import type { Machine } from './program.ts'

/** EC2 gives no fewer than 5 instances a page; most regions of the fleet hold several times as many. */
const smallPages = ['--page-size', '5'] as const

const kinds = [
  { kind: 'instances', operation: 'DescribeInstances', ids: 'Reservations[].Instances[].InstanceId' },
  { kind: 'volumes', operation: 'DescribeVolumes', ids: 'Volumes[].VolumeId' },
] as const

let on: Machine & { readonly close: () => Promise<void> }
beforeAll(async () => {
  on = await openMachine({ accounts: 3, regions: 2, instances: 240 })
})
afterAll(() => on.close())
beforeEach(() => rmSync(dirname(on.cache), { recursive: true, force: true }))

describe.each(kinds)('$kind that need many pages', ({ kind, operation, ids }) => {
  const inFleet = () =>
    idsInFleet(on.endpoint, kind)
      .map((placed) => placed.split('/').at(-1))
      .sort()
  const countCalls = () => on.endpoint.countRequests(operation)
  const idsOf = async (...words: string[]) => {
    const { code, out, err } = await on.muster('query', ids, '--kind', kind, '--output', 'json', ...words)
    expect(code, err).toBe(0)
    return (JSON.parse(out) as string[]).sort()
  }

  test('are all in the cache after a sync, and in every answer from it', async () => {
    const before = countCalls()
    expect((await on.muster('sync', '--kind', kind, ...smallPages)).code).toBe(0)
    expect(countCalls() - before).toBeGreaterThan(30)
    expect(await idsOf('--offline')).toEqual(inFleet())
  })

  test.each([
    ['query', []],
    ['query --sync', ['--sync']],
    ['query --live', ['--live']],
  ])('are all in the answer of %s', async (_, words) => {
    const before = countCalls()
    expect(await idsOf(...words, ...smallPages)).toEqual(inFleet())
    expect(countCalls() - before).toBeGreaterThan(30)
  })

  test('are all in an export', async () => {
    const file = join(on.home, `${kind}.json`)
    const words = ['--to', file, '--kind', kind, '--force', ...smallPages]
    expect((await on.muster('export', ids, ...words)).code).toBe(0)
    expect((JSON.parse(readFileSync(file, 'utf8')) as string[]).sort()).toEqual(inFleet())
  })
})
