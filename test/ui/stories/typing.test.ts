import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { syncedMachine } from '../../commands/in-process.ts'
import { open } from '../terminal.ts'
import { shows } from './story.ts'

test('a filter is completed from the cache, saved as the command would, and known at the next start', async () => {
  const on = await syncedMachine({ accounts: 1, regions: 1, instances: 30 })
  const run = open(on, [80, 24])
  await shows(run, '[30]')
  await run.press('/', ...'state=ru')
  await shows(run, /^ {2}running +\d+$/)
  await run.press('tab')
  await shows(run, '</state=running>')
  await run.press('enter', 'S', ...'by-tag', 'enter')
  await shows(run, 'by-tag is a query that ships with muster: give another name.')
  await shows(run, /^save as query: by-tag/)
  await run.press('ctrl-u', ...'mine', 'enter')
  await shows(run, 'Saved as mine')
  const saved = (name: string) =>
    readFileSync(join(on.home, `.config/muster/queries/${name}.jmespath`), 'utf8')
  expect((await on.muster('query', '--filter', 'state=running', '--save', 'other')).code).toBe(0)
  expect(saved('mine')).toBe(saved('other'))
  await run.press(':', ...'save mine', 'enter')
  await shows(run, 'is yours already: enter again replaces it')
  await run.press('esc', ':', ...'q', 'enter')
  expect((await run.ended).code).toBe(0)

  const history = join(on.home, '.local/state/muster/history.json')
  expect(statSync(history).mode & 0o777).toBe(0o600)
  const again = open(on, [80, 24])
  await shows(again, '[30]')
  await again.press('/', 'up')
  await shows(again, /^\/state=running/)
  await again.press('enter', ':', ...'query m', 'tab', 'enter')
  await shows(again, 'Instances: mine(')
  await again.press(':', 'up', 'up')
  await shows(again, /^:q$/)
  await again.press('enter')
  expect((await again.ended).code).toBe(0)
})

test('of two screens that save under one name at once one is asked whether to replace it, in words of the screen', async () => {
  const on = await syncedMachine({ accounts: 1, regions: 1, instances: 30 })
  const runs = [open(on, [80, 24]), open(on, [80, 24])]
  for (const run of runs) await shows(run, '[30]')
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']) {
    for (const run of runs) {
      await run.press('S', ...name)
      await shows(run, `save as query: ${name}`)
    }
    await Promise.all(runs.map((run) => run.press('enter')))
    const answers = runs.map(async (run) => {
      const lines = await shows(run, /Saved as |is yours already: enter again replaces it|jmespath exists/)
      return /Saved as |is yours already|exists/.exec(lines.join('\n'))?.[0]
    })
    expect((await Promise.all(answers)).sort(), name).toEqual(['Saved as ', 'is yours already'])
    for (const run of runs) {
      await run.press('esc')
      await run.press('j')
      await run.until((lines) => !lines.some((line) => /Saved as|save as/.test(line)), 'the table')
    }
  }
  for (const run of runs) {
    await run.press('q', 'y')
    expect((await run.ended).code).toBe(0)
  }
})
