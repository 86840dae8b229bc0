import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { machine, syncedMachine } from '../../commands/in-process.ts'
import { program } from '../../commands/program.ts'
import { open, openWith, sizes } from '../terminal.ts'
import { hides, idIn, options, payments, shows, untilSynced } from './story.ts'

describe.each(sizes)('at $name', ({ size }) => {
  test('what another muster reads appears page by page, without a key', async () => {
    const late = { operation: 'DescribeInstances', account: payments, fault: 'latency', ms: 3000 } as const
    const on = await machine({ ...options, faults: [late] })
    const run = open(on, size, '--offline')
    await shows(run, 'Nothing could be read yet.')
    const other = on.start('sync')
    await run.until(
      (lines) => lines.some(idIn) && !/\[60\]/.test(lines[0] ?? ''),
      'the first rows of the other muster',
    )
    await shows(run, '(3 accounts, 2 regions)[60]')
    expect((await other.ended).code).toBe(0)
    await run.until((lines) => (lines.at(-2) ?? '').startsWith('6 of 6 scopes'), 'all scopes')
  })
})

test('a scope that another muster reads is not missing; it is cut off as soon as that one is killed', async () => {
  const late = { operation: 'DescribeInstances', account: payments, fault: 'latency', ms: 60_000 } as const
  const on = await machine({ ...options, faults: [late] })
  const run = open(on, [200, 50], '--offline')
  await shows(run, 'Nothing could be read yet.')
  const { child, ended } = on.start('sync')
  const lines = await shows(run, /^4 of 6 scopes · 2 being read by another muster/)
  expect(lines.at(-2)).not.toContain('missing')
  await run.press(':', ...'scopes', 'enter')
  await shows(run, /ayments .*◐ reading elsewhere/)
  await shows(run, /acme-prod-web.*● fresh.* 1 {2,}\d+ new/)
  child.kill('SIGKILL')
  await ended
  await shows(run, /ayments .*◐ interrupted/)
  await shows(run, '2 missing')
  await run.press('!')
  await shows(run, /^ {2}next +Press ctrl-r: it goes on where it stopped\./)
})

test('a scope that AWS throttles says so while it lasts, in the line at the bottom and in the table of scopes', async () => {
  const busy = { operation: 'DescribeInstances', account: payments, fault: 'throttled', times: 8 } as const
  const on = await machine({ ...options, faults: [busy] })
  const run = openWith(on, [200, 50], { AWS_MAX_ATTEMPTS: '12' }, process.execPath, [program])
  await shows(run, 'Instances(')
  await run.press(':', ...'scopes', 'enter')
  await shows(run, /acme-prod-payments.*◐ throttled/)
  await shows(run, /syncing .*4\/6 scopes, .* 2 throttled/)
  await run.press('!')
  await shows(run, /◐ acme-prod-payments: [a-z]{2}-/)
  await shows(run, /next +tried again (?:now|in \d+s): AWS throttles it, so far/)
  await run.press('esc')
  await untilSynced(run)
  await shows(run, /acme-prod-payments.*● fresh/)
  await hides(run, 'throttled')
})

test('the screen lists anew only when its own kind has changed, and nothing while nobody writes', async () => {
  const on = await syncedMachine(options)
  const log = join(on.home, 'debug.log')
  const run = openWith(on, [80, 24], { MUSTER_DEBUG: log }, process.execPath, [program, '--offline'])
  await shows(run, '[60]')
  const countListings = () => readFileSync(log, 'utf8').match(/ reader {6,}question /g)?.length ?? 0
  await pause(1500)
  const before = countListings()
  expect(before).toBeGreaterThan(0)
  await pause(1500)
  expect(countListings()).toBe(before)
  expect((await on.muster('sync', '--kind', 'volumes')).code).toBe(0)
  await pause(1500)
  expect(countListings()).toBe(before)
  expect((await on.muster('sync')).code).toBe(0)
  await run.until(() => countListings() > before, 'another listing')
  // Of six scopes only the two are read that another muster has read, and only their rows.
  await pause(1500)
  const known = () => [...readFileSync(log, 'utf8').matchAll(/(\d+) scopes read and (\d+) known/g)]
  const seen = known().length
  expect((await on.muster('sync', '--profile', 'acme-prod-web')).code).toBe(0)
  await run.until(() => known().length > seen, 'the listing of two scopes')
  await pause(1500)
  for (const [, read] of known().slice(seen)) expect(Number(read)).toBeLessThanOrEqual(2)
})
