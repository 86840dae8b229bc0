import { expect, test } from 'vitest'
import { speakFrame } from '../../src/ui/draw/spoken-lines.ts'
import { machine, program } from '../commands/program.ts'
import { driveKeys, screen, upTo } from './state.ts'
import { options, shows } from './stories/story.ts'
import { openWith } from './terminal.ts'

test('a screen reader is given the title, the row under the cursor by its columns, and the keys, in words', () => {
  const ui = driveKeys(screen(80, 24), upTo(5))
  ui.list(upTo(5))
  ui.press('j', 'l')
  expect(speakFrame(ui.state())).toEqual([
    'Instances: 3 accounts, 2 regions, 5 in the list.',
    'Row 2 of 5. Name: name-1. InstanceId, the chosen column: i-1. State: running.',
    '6 of 6 scopes · oldest 0s',
    expect.stringMatching(/^<\?> help /),
  ])
  for (const line of speakFrame(ui.state())) expect(line).not.toMatch(/[\u001b─●]|\S {3,}/)
})

test('it hears an entry of a list with its mark, a page line by line, and why there are no rows', () => {
  const ui = driveKeys(screen(80, 24), upTo(5))
  ui.list(upTo(5))
  ui.press('P', 'g', 'j')
  expect(speakFrame(ui.state())[1]).toBe('Entry 2, marked: prod. role')
  ui.press('space', 'k')
  expect(speakFrame(ui.state())[1]).toBe('Entry 2, not marked: prod. role')
  ui.press('esc', '?')
  expect(speakFrame(ui.state()).slice(0, 3)).toEqual([
    expect.stringMatching(/^Help 1\/\d+\.$/),
    'On a table',
    '?  this help',
  ])
  ui.press('esc', '/', ...'zz', 'enter')
  ui.list([])
  expect(speakFrame(ui.state()).join('\n')).toContain('No row passes “zz”.')
})

test('it hears each column that can be chosen: whether it is shown, its title and its width', () => {
  const ui = driveKeys(screen(80, 24), upTo(5))
  ui.list(upTo(5))
  const entry = () => speakFrame(ui.state()).slice(1, -2)
  ui.press('w', 'g', 'j')
  expect(entry()).toEqual([expect.stringMatching(/^Entry 2 of \d+, shown: InstanceId, titled ID\.$/)])
  ui.press('space', 'k', '>')
  expect(entry()).toEqual([
    expect.stringMatching(/^Entry 2 of \d+, not shown: InstanceId, titled ID, \d+ cells wide\.$/),
  ])
  ui.press('/', ...'zzz')
  expect(entry()[0]).toMatch(/^No column and no member of that name/)
})

test('it hears the chosen column also if the row has nothing in it', () => {
  const ui = driveKeys(screen(80, 24), upTo(5))
  ui.list(upTo(5))
  const state = ui.state()
  const { window } = state.table
  const rows = window.rows.map((each) => each && { ...each, cells: ['', ...each.cells.slice(1)] })
  expect(speakFrame({ ...state, table: { ...state.table, window: { ...window, rows } } })[1]).toBe(
    'Row 1 of 5. Name, the chosen column: empty. InstanceId: i-0. State: running.',
  )
})

test('it hears no signs and no bars: what they mean stands beside them in words', () => {
  const ui = driveKeys(screen(80, 24), upTo(5))
  ui.list(upTo(5))
  ui.press('!')
  const next = 'Wait for its end.'
  const where = { account: 'acme-dev', profile: 'acme-dev', region: 'eu-west-1', kind: null }
  const group = { key: 'k', cause: 'Denied', words: null, next, failed: true, scopes: [where] }
  const report = { missing: [group], accepted: [], others: [], skipped: 0, waiting: [] }
  ui.send({ type: 'reader', message: { type: 'faults', again: false, report } })
  expect(speakFrame(ui.state()).slice(1, 4)).toEqual([
    'Denied',
    'next  Wait for its end.',
    'where  1 scope: acme-dev in eu-west-1',
  ])
})

test('INK_SCREEN_READER reads the screen in words, and each key what it changed', async () => {
  const on = await machine(options)
  const run = openWith(on, [80, 24], { INK_SCREEN_READER: 'true' }, process.execPath, [program])
  await shows(run, /^6 of 6 scopes · oldest/)
  await shows(run, 'Instances: 3 accounts, 2 regions, 60 in the list.')
  await shows(run, /^Row 1 of 60\. /)
  await run.press('j')
  await shows(run, /^Row 2 of 60\. /)
  await run.press('w', 'j')
  await shows(run, /^Entry 2 of \d+, shown: InstanceId, titled ID\.$/)
  await run.press('esc')
  await shows(run, /^Row 2 of 60\. /)
  await run.press('q', 'y')
  expect((await run.ended).code).toBe(0)
})
