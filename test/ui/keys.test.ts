import type { Key } from 'ink'
import { describe, expect, test } from 'vitest'
import { noFigures } from '../../src/sync/progress.ts'
import { drawFooter } from '../../src/ui/draw/footer.ts'
import { formatTitle } from '../../src/ui/draw/title.ts'
import { bindings } from '../../src/ui/keys/all-keys.ts'
import { readKeyNames } from '../../src/ui/keys/key-names.ts'
import { formatEquivalentCommand } from '../../src/ui/state/equivalent.ts'
import { editLine, lineOf, pasteText } from '../../src/ui/state/line.ts'
import { makeEmptyTable } from '../../src/ui/state/table-state.ts'
import { driveKeys, screen, upTo, view } from './state.ts'

const none = {} as Key

describe('one event of the terminal', () => {
  test.each([
    ['jjj', none, ['j', 'j', 'j']],
    ['web\r', none, ['w', 'e', 'b', 'enter']],
    ['/a\u001b', none, ['/', 'a', 'esc']],
    ['e\u0301', none, ['e\u0301']],
    ['👩‍💻x', none, ['👩‍💻', 'x']],
    ['G', { shift: true } as Key, ['G']],
    ['f', { ctrl: true } as Key, ['ctrl-f']],
    ['', { upArrow: true } as Key, ['up']],
    ['', { leftArrow: true, shift: true } as Key, ['shift-left']],
    ['', { return: true } as Key, ['enter']],
    ['', { escape: true, meta: true } as Key, ['esc']],
  ])('%j is the keys it holds', (input, key, names) => {
    expect(readKeyNames(input, key)).toEqual(names)
  })
})

describe('a line', () => {
  test.each([
    ['web', ['backspace', 'b', 'left', 'left', 'X'], 'wXeb'],
    ['a b c', ['ctrl-w', 'ctrl-w'], 'a '],
    ['abc', ['ctrl-a', 'delete', 'Z'], 'Zbc'],
    ['abc', ['left', 'ctrl-u'], 'c'],
    ['x👩‍💻', ['backspace'], 'x'],
    ['ab', ['home', 'end', 'right', 'c'], 'abc'],
  ])('%j and the keys %j give %j', (text, keys, result) => {
    expect(keys.reduce((line, key) => editLine(line, key) ?? line, lineOf(text)).text).toBe(result)
  })

  test('takes a paste of several lines as one, without control characters', () => {
    const pasted = 'Reservations[]\r\n\t.Instances[]\n\u001b[31m.[InstanceId]\n'
    expect(pasteText(lineOf(': '), pasted).text).toBe(': Reservations[]  .Instances[] [31m.[InstanceId]')
  })
})

describe('keys', () => {
  test('no key means two things in one place', () => {
    const all = bindings.flatMap(({ place, keys }) => keys.map((key) => `${place} ${key}`))
    expect(new Set(all).size).toBe(all.length)
  })

  test('a filter is live, and esc brings back what was before it', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(10))
    ui.press('/', 'w', 'e', 'b', 'enter', '/', 'x')
    expect(ui.state().table.ask.view.filters).toEqual(['webx'])
    ui.press('esc')
    expect(ui.state().table.ask.view.filters).toEqual(['web'])
    expect(formatTitle(ui.state())).toMatch(/<\/web>$/)
    ui.press('esc')
    expect(ui.state().table.ask.view.filters).toEqual([])
  })

  test('several filters of a command are shown, and one that is typed replaces them', () => {
    const first = screen()
    const { ask } = first.table
    const both = { ...ask, view: { ...ask.view, filters: ['web', '!prod'] } }
    const ui = driveKeys({ ...first, table: { ...first.table, ask: both } }, [])
    ui.list(upTo(10))
    expect(formatTitle(ui.state())).toMatch(/ <\/web> <\/!prod>$/)
    ui.press('/', 'x')
    expect(ui.state().table.ask.view.filters).toEqual(['x'])
    ui.press('esc')
    expect(ui.state().table.ask.view.filters).toEqual(['web', '!prod'])
    ui.press('esc')
    expect(ui.state().table.ask.view.filters).toEqual([])
  })

  test('a filter whose last term is not finished or wrong leaves the rows of the terms before it, and says what is wrong', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(10))
    const filtered = () => ui.state().table.ask.view.filters
    const status = () => drawFooter(ui.state(), (text) => text).status.trim()
    ui.press('/', ...'web')
    const { question } = ui.state().table
    for (const [keys, says] of [
      [' !', 'What must not hold is missing after !.'],
      ['"a', 'The quote is not closed: a " is missing.'],
    ] as const) {
      ui.press(...keys)
      expect(filtered()).toEqual(['web'])
      expect(status()).toBe(says)
    }
    ui.press('enter')
    expect(ui.state().overlay).toMatchObject({ type: 'filter' })
    expect(ui.state().table.question).toBe(question)
    ui.press(' ', 'b', '"')
    expect(filtered()).toEqual(['web !"a b"'])
    expect(status()).not.toContain('quote')
    ui.press(...' stae=x')
    expect(filtered()).toEqual(['web !"a b" stae=x'])
    expect(status()).toMatch(/^There is no column 'stae'; did you mean 'State'\?/)
    ui.press(...' vcpus>x')
    expect(filtered()).toEqual(['web !"a b" stae=x'])
    expect(status()).toBe("Vcpus is compared with a number, not 'x'.")
  })

  test('a filter over the rows of an expression says which of the kind’s columns they have left out, also before they are counted', () => {
    const expression = 'Reservations[].Instances[].{ Name: KeyName, InstanceId: InstanceId }'
    const status = (group: readonly string[] | null, filter: string) => {
      const made = { ...view, expression, group }
      const table = makeEmptyTable({ type: 'view', view: made, names: null }, 1)
      const ui = driveKeys({ ...screen(160), table }, [])
      ui.list(upTo(10))
      ui.press('/', ...filter)
      return drawFooter(ui.state(), (text) => text).status.trim()
    }
    for (const group of [null, ['Name']]) {
      expect(status(group, 'state=running')).toMatch(
        /^There is no column 'state' in the rows; they have Name, InstanceId\./,
      )
      expect(status(group, 'tag:Env=prod')).toMatch(/^The rows have no tags; they have Name, InstanceId\./)
    }
    expect(status(['Name'], 'name=web')).toMatch(/^6 of 6 scopes/)
  })

  test('a filter that ends in the name of a column leaves the rows of the terms before it, until its condition, a blank or enter follows', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(10))
    const filtered = () => ui.state().table.ask.view.filters
    const status = () => drawFooter(ui.state(), (text) => text).status.trim()
    ui.press('/', ...'web !type')
    expect(filtered()).toEqual(['web'])
    expect(status()).toMatch(/^type may be a column: write type:, =, < or > and a value, or press enter/)
    ui.press(...':m5')
    expect(filtered()).toEqual(['web !type:m5'])
    ui.press(...' "zone"', ' ')
    expect(filtered()).toEqual(['web !type:m5 "zone"'])
    ui.press(...'zone', ' ')
    expect(filtered()).toEqual(['web !type:m5 "zone" zone'])
    ui.press(...'zone', 'esc')
    expect(filtered()).toEqual([])
    ui.press('/', ...'zone', 'enter')
    expect(filtered()).toEqual(['zone'])
    expect(ui.state().overlay).toBeNull()
  })

  test('letters typed into a line are text, not keys', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(10))
    ui.press('/', 'q', 'Q', 'j', ' ', '?')
    expect(ui.state().overlay).toMatchObject({ type: 'filter', line: { text: 'qQj ?' } })
    expect(ui.effects.map(({ type }) => type)).not.toContain('quit')
  })

  test('a sort goes up, then down, then ends', () => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(10))
    ui.press('shift-right')
    const sorts = ['O', 'O', 'O'].map((key) => {
      ui.press(key)
      return ui.state().table.ask.view.sort
    })
    expect(sorts).toEqual([
      { column: 'InstanceId', descending: false },
      { column: 'InstanceId', descending: true },
      null,
    ])
  })

  test('a picker marks, searches and takes; nothing marked takes the row', () => {
    const ui = driveKeys(screen(), [])
    ui.press('P', 'n', '/', 's', 't', 'enter', 'space', 'enter')
    expect(ui.state().selection.profiles).toEqual(['staging'])
    expect(ui.effects.map(({ type }) => type)).toEqual(['profiles', 'remember', 'ask', 'sync'])
    ui.press('P', 'n', 'g', 'enter')
    expect(ui.state().selection.profiles).toEqual(['dev'])
    ui.press('P', 'a', 'enter')
    expect(ui.state().selection.profiles).toEqual(['dev', 'prod', 'staging'])
  })

  test.each([
    ['vol', 'the only command that begins so', 'volumes'],
    ['volumes', 'its name', 'volumes'],
  ])(':%s opens a kind by %s', (text, _, kind) => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...text, 'enter')
    expect(ui.state().table.ask.view.kind).toBe(kind)
    ui.press('esc')
    expect(ui.state().table.ask.view.kind).toBe('instances')
  })

  test('tab completes commands and the names of queries', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', 'q', 'u', 'tab')
    expect(ui.state().overlay).toMatchObject({ line: { text: 'query' } })
    ui.press(' ', 'r', 'u', 'tab', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'query', line: 'running' })
  })

  test.each(['q', 'q!', 'quit', 'qa'])(':%s quits', (text) => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...text, 'enter')
    expect(ui.effects.at(-1)).toEqual({ type: 'quit' })
  })

  test('a command that does not exist is reported, with the nearest', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...'scpes', 'enter')
    expect(ui.state().message?.text).toBe('There is no command or kind :scpes; did you mean :scopes?')
  })

  test('an export offers a name, follows its ending, and replaces only when asked again', () => {
    const ui = driveKeys(screen(), [])
    ui.press('ctrl-s', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({ file: 'instances.csv', format: 'csv', force: false })
    ui.send({ type: 'export-exists', file: '/tmp/a.csv' })
    ui.press('enter')
    expect(ui.effects.at(-1)).toMatchObject({ file: 'instances.csv', force: true })
    ui.send({ type: 'export-ended', text: 'The disk is full.', tone: 'error' })
    expect(ui.state().message?.text).toBe('The disk is full.')
    ui.press('ctrl-w', ...'x.json', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({ file: 'x.json', format: 'json', force: false })
    // The line was left meanwhile.
    ui.press('esc')
    expect(ui.effects.at(-1)).toEqual({ type: 'stop-export' })
    ui.send({ type: 'export-exists', file: '/tmp/x.json' })
    expect(ui.state().message?.text).toBe('Nothing was written: /tmp/x.json exists already.')
  })

  test('while an export is written its line takes only esc, and other messages leave it there', () => {
    const ui = driveKeys(screen(), [])
    ui.press('ctrl-s', 'enter')
    const { effects } = ui
    ui.press('enter', ...'typed', 'tab', 'ctrl-w')
    ui.send({ type: 'message', text: 'Copied the row.', tone: 'info' })
    expect(effects.filter(({ type }) => type === 'export')).toHaveLength(1)
    expect(ui.state().overlay).toMatchObject({ line: { text: 'instances.csv' }, isWriting: true })
    ui.send({ type: 'export-ended', text: 'Wrote 1 row.', tone: 'info' })
    expect(ui.state().overlay).toBeNull()
  })

  test('a file whose ending means no format is not written, and the line stays to be corrected', () => {
    const ui = driveKeys(screen(), [])
    ui.press('ctrl-s', 'ctrl-w', ...'x.pdf', 'enter')
    expect(ui.effects).toEqual([])
    expect(ui.state().message?.text).toMatch(/^\.pdf means no format, only \.txt, .* and \.\S+ do\.$/)
    expect(ui.state().overlay).toMatchObject({ type: 'export', line: { text: 'x.pdf' } })
  })
})

test('ctrl-r while a sync runs reads everything again once it has ended', () => {
  const ui = driveKeys({ ...screen(), progress: noFigures }, [])
  ui.press('ctrl-r')
  expect(ui.effects.at(-1)).toMatchObject({ type: 'sync', calls: 'always', after: true })
  expect(ui.state().message?.text).toBe('All is read again when the sync that runs has ended.')
})

describe('the command that answers the same', () => {
  const base = { type: 'view', view, names: null } as const
  test.each([
    [{}, 'muster query'],
    [{ kind: 'volumes', filters: ["it's"] }, `muster query --kind volumes '--filter=it'\\''s'`],
    [
      { filters: ['!web'], sort: { column: 'LaunchTime', descending: true } },
      "muster query '--filter=!web' '--sort=LaunchTime desc'",
    ],
    [{ filters: ['web', '!it'] }, "muster query --filter=web '--filter=!it'"],
    [{ query: 'running', expression: 'x' }, 'muster query running'],
    [{ expression: 'length(@)' }, "muster query --query 'length(@)'"],
    [
      { scopes: { profiles: ['a', 'b'], accounts: ['1*'], regions: ['*'] } },
      "muster query --profile a,b --account '1*' --region '*'",
    ],
    [{ columns: ['Name', 'tag:Env'] }, 'muster query --columns Name,tag:Env'],
    [
      { group: ['State', 'tag:a,b'], sum: 'Vcpus', top: 3, limit: 5 },
      `muster query '--count-by=State,"tag:a,b"' --sum=Vcpus --top=3 --limit=5`,
    ],
    [
      { sort: { column: 'AccountName', descending: false, next: { column: 'tag:a,b', descending: true } } },
      `muster query '--sort=AccountName,"tag:a,b" desc'`,
    ],
  ])('%j is %s', (change, command) => {
    expect(formatEquivalentCommand({ ...base, view: { ...view, ...change } }, screen())).toBe(command)
  })

  test('roles ad hoc are the words that made them', () => {
    const words = ['--role', 'R', '--account', '111122223333', '--source-profile', 'my base']
    const adHoc = { ...view, scopes: { profiles: ['R@111122223333'], accounts: [], regions: ['eu-*'] } }
    expect(formatEquivalentCommand({ ...base, view: adHoc }, { ...screen(), adHoc: words })).toBe(
      "muster query --role R --account 111122223333 --source-profile 'my base' --region 'eu-*'",
    )
    const others = { ...view, scopes: { profiles: ['prod'], accounts: [], regions: [] } }
    expect(formatEquivalentCommand({ ...base, view: others }, { ...screen(), adHoc: words })).toBe(
      'muster query --profile prod',
    )
  })
})
