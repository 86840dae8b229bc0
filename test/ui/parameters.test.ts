import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { View } from '../../src/model.ts'
import { formatTitle } from '../../src/ui/draw/title.ts'
import { findCompletions } from '../../src/ui/state/command-line.ts'
import { formatEquivalentCommand } from '../../src/ui/state/equivalent.ts'
import type { State } from '../../src/ui/state/state.ts'
import { machine } from '../commands/in-process.ts'
import { driveKeys, screen, upTo, view } from './state.ts'
import { open } from './terminal.ts'

const parameters = [
  { name: 'KEY', required: true },
  { name: 'VALUE', required: true },
  { name: 'SINCE', required: false },
]
const withQueries: State = {
  ...screen(),
  choices: {
    ...screen().choices,
    queries: [
      { value: 'by-tag', note: '', parameters },
      { value: 'running', note: '', parameters: [] },
      { value: 'bad', note: 'malformed' },
    ],
  },
}
const queryView: View = {
  ...view,
  query: 'by-tag',
  expression: '[?Key==$KEY]',
  parameters: [
    { name: 'KEY', written: 'Team', value: 'Team' },
    { name: 'VALUE', written: "it's a shop", value: "it's a shop" },
    { name: 'SINCE', written: '-30d', value: '2026-10-25T12:00:00+00:00' },
  ],
}

describe('the command line', () => {
  test.each([
    ['query by', ['query by-tag']],
    ['query by-tag ', ['query by-tag KEY=', 'query by-tag VALUE=', 'query by-tag SINCE=']],
    ['query by-tag V', ['query by-tag VALUE=']],
    ['query by-tag KEY=Team ', ['query by-tag KEY=Team VALUE=', 'query by-tag KEY=Team SINCE=']],
    ["query by-tag VALUE='web shop' S", ["query by-tag VALUE='web shop' SINCE="]],
    ['query by-tag KEY=Te', []],
    ['query running ', []],
    ['query length(@) ', []],
  ])('%j is completed with %j', (text, lines) => {
    expect(findCompletions(text, withQueries.choices)).toEqual(lines)
  })

  test('asks for what a query needs, one after the other, and runs it then', () => {
    const ui = driveKeys(withQueries, [])
    ui.list(upTo(3))
    ui.press('Q', 'enter')
    expect(ui.state().overlay).toMatchObject({ type: 'command', line: { text: 'query by-tag KEY=' } })
    ui.press(...'Team', 'enter')
    expect(ui.state().overlay).toMatchObject({ line: { text: 'query by-tag KEY=Team VALUE=' } })
    expect(ui.effects.map(({ type }) => type)).not.toContain('query')
    ui.press(...'web', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'query', line: 'by-tag KEY=Team VALUE=web' })
    // The line stays until the table opens: it may have a mistake.
    ui.send({ type: 'query-found', ask: ui.state().table.ask })
    expect(ui.state().overlay).toBeNull()
  })

  test('asks nothing of a query that needs nothing', () => {
    const ui = driveKeys(withQueries, [])
    ui.press('Q', 'j', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'query', line: 'running' })
  })

  test('esc leaves what was asked for', () => {
    const ui = driveKeys(withQueries, [])
    ui.press('Q', 'enter', 'esc')
    expect(ui.state().overlay).toBeNull()
  })
})

test('the title shows the values', () => {
  const state = driveKeys(screen(), []).state()
  const table = { ...state.table, ask: { type: 'view', view: queryView, names: null } as const }
  expect(formatTitle({ ...state, table })).toMatch(
    /^Instances: by-tag KEY=Team VALUE="it's a shop" SINCE=-30d\[/,
  )
})

test('the equivalent command gives the values, quoted for a shell, and the engine', () => {
  expect(
    formatEquivalentCommand(
      { type: 'view', view: { ...queryView, engine: 'jmespath' }, names: null },
      screen(),
    ),
  ).toBe(
    "muster query by-tag --set KEY=Team --set 'VALUE=it'\\''s a shop' --set SINCE=-30d --engine jmespath",
  )
})

test('on a terminal: from Q to a table with its values, the same command and the same export', async () => {
  const made = await machine({ accounts: 2, regions: 1, instances: 60 })
  const folder = join(made.home, '.config/muster/queries')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'aaa.jmespath'), '# colour: red\n@\n')
  expect((await made.muster('sync')).code).toBe(0)
  const run = open(made, [110, 30])
  await run.until((lines) => /\[60\]/.test(lines[0] ?? ''), 'the table')
  await run.press('Q')
  const list = await run.until(
    (lines) => lines.some((line) => /by-tag .*KEY VALUE: Instances/.test(line)),
    'the queries',
  )
  expect(list.join('\n')).toMatch(/aaa +malformed +line 1: 'colour' is not a header/)
  await run.press('enter')
  // A sentence of more than a line is a page of its own.
  await run.until((lines) => (lines[0] ?? '').includes('That did not work'), 'what is wrong with it')
  expect(run.lines().join('\n').replace(/\s+/g, ' ')).toContain("'colour' is not a header; there are kind")
  await run.press('esc', 'Q', '/')
  run.type('by-tag')
  await run.press('enter', 'enter')
  await run.until((lines) => (lines.at(-1) ?? '').startsWith(':query by-tag KEY='), 'the question')
  run.type('Role')
  run.type(' V')
  await run.press('tab')
  run.type('web')
  await run.until((lines) => (lines.at(-1) ?? '').startsWith(':query by-tag KEY=Role VALUE=web'), 'the line')
  await run.press('enter')
  await run.until(
    (lines) => /Instances: by-tag KEY=Role VALUE=web\(.*\[\d+\]/.test(lines[0] ?? ''),
    'the title',
  )
  await run.press('=')
  await run.until(
    (lines) => lines.join(' ').includes('muster query by-tag --set KEY=Role --set VALUE=web'),
    'the command',
  )
  await run.press('esc', 'ctrl-s', 'ctrl-u')
  run.type('web.json')
  await run.press('enter')
  await run.until((lines) => lines.some((line) => line.includes('Wrote')), 'the export')
  const file = join(made.home, 'web.json')
  expect(existsSync(file)).toBe(true)
  const ended = await made.muster(
    'query',
    'by-tag',
    '--set',
    'KEY=Role',
    '--set',
    'VALUE=web',
    '--output',
    'json',
  )
  expect(JSON.parse(ended.out)).not.toHaveLength(0)
  expect(readFileSync(file, 'utf8')).toBe(ended.out)
})
