import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Machine, machine, writeSettings } from '../../commands/program.ts'
import { open, sizes } from '../terminal.ts'
import { options, shows, untilSynced } from './story.ts'

/** A machine on which nothing selects profiles. */
async function openUndecided(): Promise<Machine> {
  const on = await machine(options)
  writeSettings(on.home, { regions: ['*'] })
  return on
}

describe.each(sizes)('at $name', ({ size }) => {
  test('without a selection the first screen is the picker; what is taken is remembered', async () => {
    const on = await openUndecided()
    const run = open(on, size)
    await shows(run, 'Profiles(0 marked)[3]')
    expect(on.endpoint.countRequests()).toBe(0)
    await run.press('/', ...'payments', 'enter', 'space')
    await shows(run, /\[x\] acme-prod-payments/)
    await shows(run, '1 marked')
    await run.press('enter')
    const lines = await untilSynced(run, 2)
    expect(lines[0]).toContain('Instances(1 account, 2 regions)')
    const calls = on.endpoint.countRequests('DescribeInstances')
    await run.press('q', 'y')
    expect((await run.ended).code).toBe(0)
    const remembered = readFileSync(join(on.home, '.local/state/muster/selection.json'), 'utf8')
    expect(JSON.parse(remembered)).toMatchObject({ profiles: ['acme-prod-payments'] })

    const again = open(on, size)
    await untilSynced(again, 2)
    await again.untilSettled(100)
    expect(on.endpoint.countRequests('DescribeInstances')).toBe(calls)
    await again.press('P')
    await shows(again, /\[x\] acme-prod-payments/)
    await again.press('a')
    await shows(again, 'all marked')
    await again.press('enter')
    await untilSynced(again, 6)
    await again.press('R', '/', ...'eu-west-1', 'enter', 'space', 'enter')
    await untilSynced(again, 3)
    await shows(again, '(3 accounts, 1 region)')
  })

  test('n removes the marks, esc leaves everything as it was', async () => {
    const on = await machine(options)
    const run = open(on, size)
    await untilSynced(run)
    await run.press('P')
    await shows(run, '(all marked)[3]')
    await run.press('n')
    await shows(run, '(0 marked)[3]')
    await run.press('esc')
    await shows(run, 'Instances(3 accounts, 2 regions)[60]')
  })

  test('without any profile a page says where muster looked, and one key opens the demo', async () => {
    const on = await machine(options)
    rmSync(on.configFile)
    rmSync(on.env.AWS_SHARED_CREDENTIALS_FILE ?? '')
    writeSettings(on.home, {})
    const run = open(on, size)
    await shows(run, 'It found no AWS profile')
    await shows(run, '.aws/config')
    await shows(run, '<d> look around in the demo fleet')
    expect(run.lines()[0]).not.toContain('DEMO')
    await run.press('d')
    await shows(run, 'Instances(12 accounts')
    await shows(run, ' DEMO ')
    await run.until((lines) => /44 of 48 scopes/.test(lines.at(-2) ?? ''), 'the demo fleet')
    await run.press('q', 'y')
    expect((await run.ended).code).toBe(0)
  })

  test('regions that the first sync found enabled are named so among those to choose from', async () => {
    const on = await machine(options)
    const run = open(on, size, '--profile', 'acme-prod-web', '--region', '*')
    await untilSynced(run, 2)
    await run.press('R')
    await shows(run, /us-east-1 +enabled/)
    await run.press('esc', 'q', 'y')
    expect((await run.ended).code).toBe(0)
  })

  test('what is read page by page is printed, without a screen', async () => {
    const on = await machine(options)
    const run = open(on, size, '--live', '--profile', 'acme-prod-web', '--max-items', '5')
    expect((await run.ended).code).toBe(0)
    expect(run.raw()).not.toContain('\u001b[?1049h')
    await shows(run, 'next token: ')
  })

  test('a mistake on the command line is one sentence, without a screen', async () => {
    const on = await machine(options)
    const run = open(on, size, '--profile', 'nobody')
    expect((await run.ended).code).toBe(2)
    expect(run.raw()).not.toContain('\u001b[?1049h')
    expect(run.lines()[0]).toMatch(/^muster: .*nobody/)
  })
})
