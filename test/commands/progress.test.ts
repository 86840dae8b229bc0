import { describe, expect, test } from 'vitest'
import type { DemoOptions } from '../../src/demo/server.ts'
import { openWith, type Size } from '../ui/terminal.ts'
import { machine, program } from './program.ts'

/** A fleet whose second scope is late: the first one is done meanwhile. */
const slow: DemoOptions = {
  accounts: 1,
  regions: 2,
  instances: 40,
  faults: [{ operation: 'DescribeInstances', nth: 2, fault: 'latency', ms: 2500 }],
}

async function syncOnTerminal(size: Size, env: Readonly<Record<string, string>> = {}) {
  const on = await machine(slow)
  // A terminal of node-pty sets TERM itself.
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  return openWith(on, size, {}, '/usr/bin/env', [...words, process.execPath, program, 'sync'])
}

describe('the progress of muster sync', () => {
  test.each([
    [[80, 24], {}, /^\[█████░░░░░\] 1\/2 scopes {2}1 page {2}20 rows/],
    [[80, 24], { NO_COLOR: '1', LC_ALL: 'C' }, /^\[#####\.\.\.\.\.\] 1\/2 scopes {2}1 page {2}20 rows/],
    [[30, 10], {}, /^1\/2 scopes {2}20 rows/],
  ] as const)(
    'on a terminal of %j with %j is one line with a bar, which is gone at the end',
    async (size, env, line) => {
      const run = await syncOnTerminal(size, env)
      await run.until((lines) => lines.some((each) => line.test(each)), String(line))
      expect(run.beyond().join('')).toBe('')
      expect((await run.ended).code).toBe(0)

      expect(run.lines().join('\n')).toContain('2 of 2 scopes')
      expect(run.lines().join('\n')).not.toMatch(/1\/2|\[█|\[#/)
      expect(run.raw()).not.toContain('0/0')
    },
  )

  test('on a dumb terminal draws nothing that goes back in the line', async () => {
    const run = await syncOnTerminal([80, 24], { TERM: 'dumb' })
    expect((await run.ended).code).toBe(0)
    expect(run.raw()).not.toContain('\u001b[K')
    expect(run.raw()).not.toContain('1/2')
  })

  test('in a pipe is nothing if it is soon over, and JSON if it is asked for', async () => {
    const on = await machine(slow)
    const plain = await on.muster('sync')
    expect(plain.err).toMatch(/^2 of 2 scopes; oldest data \d+s\n$/)
    const { err, out, code } = await on.muster('query', '--sync', '--progress', 'json', '--output', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveLength(40)
    const objects = err
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
    expect(objects[0]).toMatchObject({ scopes: 2, done: 0, ended: false })
    expect(objects.at(-1)).toMatchObject({ scopes: 2, done: 2, pages: 2, rows: 40, faults: 0, ended: true })
    expect(objects.filter(({ ended }) => ended)).toHaveLength(1)
  })

  test.each(['sync', 'query', 'export'])(
    '--progress with an unknown word ends muster %s before AWS is called',
    async (command) => {
      const on = await machine(slow)
      const to = command === 'export' ? ['--to', '-'] : []
      const { code, err } = await on.muster(command, ...to, '--progress', 'bars')
      expect([code, err]).toEqual([2, "muster: --progress takes auto, lines, json or none, not 'bars'.\n"])
      expect(on.endpoint.countRequests()).toBe(0)
    },
  )
})
