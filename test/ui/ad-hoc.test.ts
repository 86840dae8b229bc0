import { expect, test } from 'vitest'
import { program } from '../commands/program.ts'
import { base, person } from '../identity/person.ts'
import { openWith } from './terminal.ts'

test('the screen takes --role, and the command that it shows has the same', async () => {
  const machine = await person(() => base, { regions: 1, instances: 30 })
  const accounts = [machine.account(1), machine.account(2)].join(',')
  const words = ['--role', 'Inventory', '--account', accounts, '--source-profile', 'base']
  const run = openWith(machine, [160, 30], {}, process.execPath, [program, ...words])
  const shows = (text: string) => (lines: readonly string[]) => lines.some((line) => line.includes(text))
  await run.until(shows('2 of 2 scopes'), 'both accounts')
  await run.until(shows(`Inventory@`), 'the names of the profiles')
  await run.press('=')
  await run.until(shows(`muster query ${words.join(' ')}`), 'the command')
  await run.press('esc', 'q', 'y')
  expect((await run.ended).code).toBe(0)
})
