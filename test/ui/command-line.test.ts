import { describe, expect, test } from 'vitest'
import { listKinds, lookForKind } from '../../src/kinds.ts'
import { drawCandidates } from '../../src/ui/draw/candidate-lines.ts'
import { drawFooter } from '../../src/ui/draw/footer.ts'
import { bindings } from '../../src/ui/keys/all-keys.ts'
import { describeKeys } from '../../src/ui/keys/keys-help.ts'
import { findCompletions, parseCommand } from '../../src/ui/state/command-line.ts'
import { findNamed, matchNames } from '../../src/ui/state/command-names.ts'
import { makePage } from '../../src/ui/state/text-page.ts'
import { driveKeys, screen, upTo } from './state.ts'

const usual = ['instances', 'instance-status', 'volumes', 'security-groups', 'security-group-rules', 'query']
const others = ['volumes-modifications', 'volume-status', 'local-gateways', 'carrier-gateways', 'ipam-pools']
const all = [
  ...usual.map((name) => ({ name, usual: true })),
  ...others.map((name) => ({ name, usual: false })),
]

describe('a name on the command line', () => {
  test.each([
    ['volumes', 'volumes'],
    ['vol', 'volumes'],
    ['volume', 'volumes'],
    ['volumes-', 'volumes-modifications'],
    ['volume-', 'volume-status'],
    ['instance', 'instances'],
    ['inst', null],
    ['security-group', 'security-groups'],
    ['ipam', 'ipam-pools'],
    ['pool', 'ipam-pools'],
    ['gateway', null],
    ['VOL', 'volumes'],
    ['weather', null],
    ['', null],
  ])('%j means %j', (typed, name) => {
    expect(findNamed(typed, all)?.name ?? null).toBe(name)
  })

  test.each([
    ['v', ['volumes', 'volumes-modifications', 'volume-status']],
    ['gate', ['local-gateways', 'carrier-gateways']],
    ['tus', ['instance-status', 'volume-status']],
    ['rule', ['security-group-rules']],
    ['i', ['instances', 'instance-status', 'ipam-pools']],
    ['weather', []],
  ])('%j is completed with %j: the usual ones first, and the middle if nothing begins so', (typed, names) => {
    expect(matchNames(typed, all).map(({ name }) => name)).toEqual(names)
  })

  test('whose other word begins so comes before one that holds it elsewhere', () => {
    const named = ['backpools', 'ipam-pools'].map((name) => ({ name, usual: true }))
    expect(matchNames('pool', named).map(({ name }) => name)).toEqual(['ipam-pools', 'backpools'])
  })

  test.each(['v', 'i', 's', 'gateway', ''])(
    'is completed with the kinds made by hand first, and those made from the schema last: %j',
    (typed) => {
      const found = findCompletions(typed, screen().choices)
      const places = found.map((name) => {
        const kind = lookForKind(name)
        return kind === null ? 1 : kind.made === 'from the schema' ? 2 : 0
      })
      expect(places).toEqual([...places].sort())
      expect(places).toEqual(expect.arrayContaining([0, 2]))
    },
  )

  test('is that of any kind, and no other command is hidden by one', () => {
    for (const { name } of listKinds())
      expect(parseCommand(name, screen().choices)).toMatchObject({ command: { name } })
    const names = findCompletions('', screen().choices)
    expect(names).toEqual(expect.arrayContaining([...listKinds().map(({ name }) => name), 'query', 'q']))
    expect(new Set(names).size).toBe(names.length)
  })

  test.each([
    ['que', /^:que may be :query or :queries; tab completes it\.$/],
    ['gatew', /^:gatew may be :nat-gateways, :internet-gateways or \d+ others; tab completes it\.$/],
    ['wether', /^There is no command or kind :wether\. :help lists the commands\.$/],
    ['volumse', /^There is no command or kind :volumse; did you mean :volumes\?$/],
  ])('that may mean several things, or nothing, is a sentence: %j', (typed, problem) => {
    expect(parseCommand(typed, screen().choices)).toEqual({ problem: expect.stringMatching(problem) })
  })
})

describe('a mistake in a command', () => {
  test.each([
    ['weather', /^There is no command or kind :weather/],
    ['scopes acme', /^:scopes takes nothing after its name/],
    ['volumes size>x', /^Size is compared with a number, not 'x'\.$/],
    ['q now', /^:q takes nothing after its name/],
    ['export out.pdf', /^\.pdf means no format/],
    ['theme blue', /^:theme takes /],
    ['save a b', /^A name has letters, digits and dashes: “a b” has others\.$/],
  ])('leaves the line as it was typed: %j', (typed, message) => {
    const ui = driveKeys(screen(), [])
    ui.list(upTo(3))
    ui.press(':', ...typed, 'enter')
    expect(ui.state().message?.text).toMatch(message)
    expect(ui.state().overlay).toMatchObject({ type: 'command', line: { text: typed, at: typed.length } })
    expect(ui.effects.filter(({ type }) => type !== 'remember-line' && type !== 'reader')).toEqual([])
  })
})

test.each([
  ['volumes web', 'web'],
  ['volumes /web', 'web'],
  ['vol state=in-use !web', 'state=in-use !web'],
  ['volumes /^web-/', '/^web-/'],
])('a kind is opened with a filter, as in k9s, which esc clears: %j', (typed, filter) => {
  const ui = driveKeys(screen(), [])
  ui.list(upTo(3))
  ui.press(':', ...typed, 'enter')
  expect(ui.state().table.ask.view).toMatchObject({ kind: 'volumes', filters: [filter] })
  ui.press('esc')
  expect(ui.state().table.ask.view).toMatchObject({ kind: 'volumes', filters: [] })
  ui.press('esc')
  expect(ui.state().table.ask.view).toMatchObject({ kind: 'instances', filters: [] })
})

describe('the name of a saved query', () => {
  const { choices } = screen()

  test('runs it, with the values that follow', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...'running', 'enter')
    expect(ui.effects).toContainEqual(expect.objectContaining({ type: 'query', line: 'running' }))
    expect(parseCommand('by-state KEY=a', choices)).toMatchObject({
      command: { name: 'query' },
      argument: 'by-state KEY=a',
    })
  })

  test('never hides a command or a kind of that name, and comes before what only begins so', () => {
    const named = { ...choices, queries: ['volumes', 'vol', 'q'].map((value) => ({ value, note: '' })) }
    const nameOf = (text: string) => parseCommand(text, named)
    expect(nameOf('volumes')).toMatchObject({ command: { name: 'volumes' } })
    expect(nameOf('q')).toMatchObject({ command: { name: 'q' } })
    expect(nameOf('vol')).toMatchObject({ command: { name: 'query' }, argument: 'vol' })
  })

  test('is completed after the commands and kinds that begin so, and named when it is misspelt', () => {
    expect(findCompletions('runn', choices)).toEqual(['query running'])
    const found = findCompletions('b', choices)
    expect(found.indexOf('query by-state')).toBe(found.findLastIndex((each) => each.startsWith('b')) + 1)
    expect(parseCommand('runing', choices)).toEqual({
      problem: 'There is no command or kind :runing; did you mean :running?',
    })
  })
})

describe('tab', () => {
  const typedOn = (ui: ReturnType<typeof driveKeys>) => {
    const { overlay } = ui.state()
    return overlay?.type === 'command' ? overlay.line.text : null
  }

  test('goes round the completions, shift-tab the other way, and enter takes the one that is shown', () => {
    const ui = driveKeys(screen(), [])
    const found = findCompletions('gateway', screen().choices)
    expect(found.slice(0, 2)).toEqual(['nat-gateways', 'internet-gateways'])
    expect(found.length).toBeGreaterThan(5)
    const press = (key: string) => {
      ui.press(key)
      return typedOn(ui)
    }
    ui.press(':', ...'gateway')
    expect([...found, ''].map(() => press('tab'))).toEqual([...found, 'nat-gateways'])
    expect([press('shift-tab'), press('shift-tab')]).toEqual([found.at(-1), found.at(-2)])
    expect([press('tab'), press('tab')]).toEqual([found.at(-1), 'nat-gateways'])
    ui.press('enter')
    expect(ui.state().table.ask.view.kind).toBe('nat-gateways')
  })

  test('begins anew when something else is typed', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', 'v', 'tab')
    expect(typedOn(ui)).toBe('volumes')
    ui.press('ctrl-u', ...'vp', 'tab')
    expect(typedOn(ui)).toBe('vpcs')
  })

  test('passes over what is typed in full already', () => {
    const ui = driveKeys(screen(), [])
    ui.press(':', ...'security-group', 'tab', 'tab')
    expect(typedOn(ui)).toBe('security-group-rules')
    ui.press('ctrl-u', ...'security-groups', 'tab')
    expect(typedOn(ui)).toBe('security-groups ')
  })

  test('of an export goes through the formats, and shift-tab back', () => {
    const ui = driveKeys(screen(), [])
    ui.press('ctrl-s', 'tab', 'shift-tab')
    expect(ui.state().overlay).toMatchObject({ line: { text: 'instances.csv' } })
    ui.press('shift-tab', 'tab')
    expect(ui.state().overlay).toMatchObject({ line: { text: 'instances.csv' } })
  })
})

describe('what is proposed while typing', () => {
  const plain = (text: string) => text
  const proposed = (columns: number, ...keys: string[]) => {
    const ui = driveKeys(screen(columns, 24), [])
    ui.press(':', ...keys)
    return drawFooter(ui.state(), plain).prompt
  }

  const list = (size: number | readonly [number, number], ...keys: string[]) => {
    const [columns, rows] = typeof size === 'number' ? [size, 24] : size
    const ui = driveKeys(screen(columns, rows), [])
    ui.press(':', ...keys)
    return drawCandidates(ui.state(), plain)
  }

  test('is the rest of the likeliest name, then whole names only, and how many more there are', () => {
    const names = findCompletions('', screen().choices)
    expect(proposed(80)).toMatch(/^:instances {3}volumes {2}.* \+\d+$/)
    for (let columns = 40; columns <= 140; columns += 1) {
      const line = proposed(columns)
      expect(line.length).toBeLessThanOrEqual(columns)
      const shown = line.slice(1).split(/ {2,}/)
      expect(names).toEqual(expect.arrayContaining(shown.slice(0, -1)))
      expect(shown.length - 1 + Number(shown.at(-1)), line).toBe(names.length)
    }
  })

  test('is a list over the table: of what begins so, or else of what holds it, with a word about each', () => {
    const listed = list(80, ...'gatew')
    expect(listed.slice(0, 2).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['nat-gateways', 'NAT gateways'],
      ['internet-gateways', 'Internet gateways'],
    ])
    expect(listed.at(-1)).toMatch(/ {2}\+\d+$/)
    expect(list(80, ...'query ').map((line) => line.trim())).toEqual([
      'by-state  instances',
      'running   instances',
    ])
  })

  test('is marked in the list while tab goes round it, and the list stays where it is', () => {
    const marked = (...keys: string[]) => list(80, ...'gatew', ...keys).map((line) => line.startsWith('›'))
    expect(marked().every((each) => !each)).toBe(true)
    for (const [place, keys] of [
      ['tab'],
      ['tab', 'tab'],
      ['tab', 'tab', 'shift-tab', 'tab', 'tab'],
    ].entries())
      expect(marked(...keys).indexOf(true)).toBe(place)
    const last = list(80, ...'gatew', 'shift-tab')
    expect(last.at(-1)).toMatch(/^› /)
  })

  test('takes half of the lines at most, and none if nothing can be completed or all is typed', () => {
    expect(list(40, ...'gatew')).toHaveLength(9)
    expect(list([40, 10], ...'gatew')).toHaveLength(3)
    expect(list(80)).toEqual([])
    expect(list(80, ...'weather')).toEqual([])
    expect(list(80, ...'security-group-rules')).toEqual([])
  })
})

test('the table of every kind has the id, which c copies', () => {
  for (const { name, table, id } of listKinds()) expect(table, name).toContain(id)
})

test('the page of keys has one line for all kinds', () => {
  const help = makePage('Help', describeKeys(bindings)).copy
  expect(help).toMatch(/^ {2}:KIND FILTER +the table of a kind/m)
  for (const { name } of listKinds()) expect(help).not.toContain(`:${name}`)
})
