import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fleetIds, launch, machine, program } from '../commands/program.ts'
import { logPages } from './page-log.ts'

test('a sync that fills the disk says so, and the next one goes on where it stopped', async () => {
  const log = logPages()
  const on = await machine({ accounts: 1, regions: 1, instances: 1000, onRequest: log.onRequest })
  const sync = ['sync', '--page-size', '20']
  // A disk of so many KB, as far as one file can see: SQLite is refused a write (EFBIG in place of ENOSPC).
  const limited = ['-c', 'ulimit -f 2000; exec "$@"', 'bash', process.execPath, program, ...sync]
  const { code, err } = await launch('bash', limited, on.env).ended
  expect(err).toMatch(
    /The disk that holds the cache .* is full: free some space and run the same command again/,
  )
  expect(code).toBe(1)
  expect(statSync(on.cache).size).toBeGreaterThan(0)
  const first = [...log.tokens()]
  expect(first.length).toBeGreaterThan(2)
  expect(first.length).toBeLessThan(50)
  log.forget()
  expect((await on.muster(...sync)).code).toBe(0)
  expect(log.tokens()[0]).toBeTruthy()
  expect(new Set([...first, ...log.tokens()]).size).toBe(50)
  expect(first.length + log.tokens().length).toBeLessThanOrEqual(51)
  expect(await on.cachedIds()).toEqual(fleetIds(on.endpoint.fleet))
})
