import { describe, expect, test } from 'vitest'
import { machine } from '../../commands/in-process.ts'
import { open, sizes } from '../terminal.ts'
import {
  cursorLine,
  cursorOn,
  hides,
  idIn,
  options,
  payments,
  places,
  shows,
  untilSynced,
  web,
} from './story.ts'

const slow = { operation: 'DescribeInstances', fault: 'latency', ms: 3000 } as const

describe.each(sizes)('at $name', ({ size }) => {
  test('rows appear while a slow account is still loading, and the row under the cursor stays under it', async () => {
    // The slow account's names come before the others'.
    const on = await machine({ ...options, faults: [{ ...slow, account: payments }] })
    const run = open(on, size, '--sort', 'AccountName')
    const early = await run.until(
      (lines) => /sync/.test(lines.at(-2) ?? '') && lines.filter((line) => idIn(line)).length > 4,
      'rows while the sync runs',
    )
    expect(early.at(-2)).not.toContain('missing')
    expect(early.some((line) => line.includes('payments'))).toBe(false)
    await run.press('j', 'j')
    await cursorOn(run, size, 2)
    const before = cursorLine(run, size)
    expect(idIn(before.text)).not.toBe('')
    expect(run.lines().at(-2)).toContain('sync')
    const late = await untilSynced(run)
    const after = cursorLine(run, size)
    expect(idIn(after.text)).toBe(idIn(before.text))
    // A screen that could show more rows above does: the cursor's line goes down there.
    if (size[1] === 24) expect(after.row).toBe(before.row)
    expect(late[0]).toContain('Instances(3 accounts, 2 regions)[60]')
  })

  test('the cached rows are there at once, only old scopes are read, and their rows are dim with their age', async () => {
    let requests: string[] = []
    const on = await machine({
      ...options,
      faults: [{ ...slow, account: web, nth: { from: 3, to: 99 } }],
      onRequest: ({ operation, account }) => {
        if (operation === 'DescribeInstances') requests.push(account)
      },
    })
    expect((await on.muster('sync', '--profile', 'acme-prod-web')).code).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect((await on.muster('sync', '--profile', '!acme-prod-web')).code).toBe(0)
    requests = []
    const run = open(on, size, '--fresh', '2s', '--profile', 'acme-prod-web,acme-prod-payments')
    const early = await run.until(
      (lines) => /sync.*/.test(lines.at(-2) ?? '') && lines.some(idIn),
      'cached rows',
    )
    const { header, first } = places(size)
    expect(early[header]).toMatch(/SEEN$/)
    const row = early.findIndex((line, at) => at > first && /\d+s$/.test(line))
    expect(row).toBeGreaterThan(0)
    expect(run.cell(row, 0).dim).toBe(true)
    await untilSynced(run, 4)
    expect(new Set(requests)).toContain(web)
  })

  test('nothing is read if everything is fresh', async () => {
    const on = await machine(options)
    expect((await on.muster('sync')).code).toBe(0)
    const before = on.endpoint.countRequests()
    const run = open(on, size)
    await untilSynced(run)
    await run.untilSettled()
    expect(on.endpoint.countRequests()).toBe(before)
    await run.press('ctrl-r')
    await run.until(() => on.endpoint.countRequests('DescribeInstances') === 12, 'every scope read again')
  })

  test('--offline reads nothing and says so when asked to', async () => {
    const on = await machine(options)
    const run = open(on, size, '--offline')
    await shows(run, 'Nothing could be read yet.')
    await run.press('ctrl-r')
    await shows(run, '--offline')
    await hides(run, 'sync ')
    expect(on.endpoint.countRequests()).toBe(0)
  })
})
