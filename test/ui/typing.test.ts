import { describe, expect, test } from 'vitest'
import { drawCandidates } from '../../src/ui/draw/candidate-lines.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import type { Paint } from '../../src/ui/draw/style.ts'
import type { State } from '../../src/ui/state/state.ts'
import { driveKeys, row, screen, upTo } from './state.ts'

const plain: Paint = (text) => text
/** What is underlined stands in brackets, what is inverse in braces. */
const marking: Paint = (text, ...styles) =>
  styles.includes('underline') ? `<${text}>` : styles.includes('inverse') ? `{${text}}` : text

const lineOf = ({ overlay }: State) => (overlay && 'line' in overlay ? (overlay.line?.text ?? null) : null)
const filters = ({ table }: State) => table.ask.view.filters
const list = (state: State) => drawCandidates(state, plain).map((line) => line.trim())

function start(values: readonly string[] = [], change: Partial<State> = {}) {
  const ui = driveKeys({ ...screen(), ...change }, upTo(5), values)
  ui.list(upTo(5))
  return ui
}

describe('while a filter is typed', () => {
  test('that finds nothing and looks like a regular expression, the table says how one is written', () => {
    const ui = start()
    ui.press('/', ...'web|db', 'enter')
    const sentence = 'A regular expression stands between slashes: /web|db/'
    expect(drawFrame(ui.state(), plain).join('\n')).not.toContain(sentence)
    ui.list([])
    expect(drawFrame(ui.state(), plain).join('\n')).toContain(sentence)
  })

  test('its last term is left out as long as it may become something else', () => {
    const ui = start(['running', 'run', 'stopped'])
    const shown = [...'/web size>1'].map((key) => {
      ui.press(key)
      return filters(ui.state()).join()
    })
    expect(shown.slice(0, 4)).toEqual(['', 'w', 'we', 'web'])
    // `vcpus` is a column of instances, `size` is one of volumes: here it is a word.
    ui.press('ctrl-u', ...'web vcpus')
    expect(filters(ui.state())).toEqual(['web'])
    ui.press('>')
    expect(filters(ui.state())).toEqual(['web'])
    ui.press('1')
    expect(filters(ui.state())).toEqual(['web vcpus>1'])
  })

  test('a value that the cache has is taken once it is whole, and one that begins others waits', () => {
    const ui = start(['running', 'run', 'stopped'])
    const shown = [...'/state=runnin'].map((key) => {
      ui.press(key)
      return filters(ui.state()).join()
    })
    expect(shown.slice('/state='.length)).toEqual(['', '', 'state=run', '', '', ''])
    ui.press('g')
    expect(filters(ui.state())).toEqual(['state=running'])
    // No value begins so: that no row has it is the answer.
    ui.press('x')
    expect(filters(ui.state())).toEqual(['state=runningx'])
    ui.press('ctrl-u', ...'state=stop', 'enter')
    expect(filters(ui.state())).toEqual(['state=stop'])
  })

  test('an answer to what was typed before changes nothing', () => {
    const ui = start()
    ui.press('/', ...'state=st')
    expect(filters(ui.state())).toEqual(['state=st'])
    ui.send({
      type: 'reader',
      message: {
        type: 'offered',
        offer: {
          wanted: { kind: null, of: { type: 'column', names: ['State'] }, begun: 's' },
          values: [{ value: 'shutting-down', count: 7 }],
          more: 0,
          looked: null,
        },
      },
    })
    expect(filters(ui.state())).toEqual(['state=st'])
    expect(list(ui.state())).toEqual([])
  })

  test('values that are still being counted are not counted on when the line is left', () => {
    const ui = start(['running'])
    const last = () => ui.effects.at(-1)
    ui.press('/', ...'state=', 'esc')
    expect(last()).not.toMatchObject({ message: { type: 'leave-offer' } })
    ui.press('/', ...'state=')
    const { overlay } = ui.state()
    const offer = overlay?.type === 'filter' ? overlay.offer : undefined
    if (offer) ui.send({ type: 'reader', message: { type: 'offered', offer: { ...offer, looked: 500 } } })
    ui.press('esc')
    expect(last()).toMatchObject({ message: { type: 'leave-offer' } })
  })

  test('tab goes round columns, then round their values, which are quoted where they must be', () => {
    const ui = start(['web shop', 'web'])
    ui.press('/', ...'own', 'tab')
    expect(lineOf(ui.state())).toBe('owner=')
    ui.press('tab')
    expect(lineOf(ui.state())).toBe('owner="web shop"')
    expect(filters(ui.state())).toEqual(['owner="web shop"'])
    ui.press('tab')
    expect(lineOf(ui.state())).toBe('owner=web')
    ui.press('shift-tab')
    expect(lineOf(ui.state())).toBe('owner="web shop"')
    ui.press('enter')
    expect(ui.state().overlay).toBeNull()
  })

  test('the list has values with their counts, and how many there are beside them', () => {
    const ui = start(['Team', 'Tier'])
    ui.press('/', ...'tag:T')
    expect(list(ui.state())).toEqual(['Team  1', 'Tier  1'])
    ui.send({
      type: 'reader',
      message: {
        type: 'offered',
        offer: {
          wanted: { kind: null, of: { type: 'tag-keys' }, begun: 'T' },
          values: [
            { value: 'Team', count: 1200 },
            { value: 'Tier', count: 7 },
          ],
          more: 12,
          looked: 45_000,
        },
      },
    })
    expect(list(ui.state())).toEqual(['Team  1,200', 'Tier      7  +12  of 45,000 rows so far'])
    ui.press(...'eam=')
    expect(filters(ui.state())).toEqual([])
  })

  test('a mistake is underlined at its place, and said over it', () => {
    const ui = start()
    ui.press('/', ...'web vcpus>x')
    const [status, prompt] = drawFrame(ui.state(), marking).slice(-2)
    expect(status?.trim()).toBe("Vcpus is compared with a number, not 'x'.")
    expect(prompt).toMatch(/^\/web vcpus><x>\{ \}/)
  })

  test('what it matches is underlined in the rows, under the cursor and where a cell is cut, too', () => {
    const ui = start()
    const match = (key: number) => ({ ...row(key), matches: [[[0, 4]], [], [[1, 3]]] as const })
    const { table } = ui.state()
    const window = { from: 0, rows: [match(0), match(1)], widths: [] }
    const lines = drawFrame({ ...ui.state(), table: { ...table, window } }, marking)
    expect(lines[2]).toMatch(/^\{<name>-0 .*r<un>ning/)
    expect(lines[3]).toMatch(/^<name>-1 .*r<un>ning/)
  })
})

describe('lines that were taken', () => {
  test('are recalled by up and down, one sort for filters and one for commands', () => {
    const ui = start([], { past: { filter: ['web', 'prod web', 'web-2'], command: ['volumes'] } })
    const press = (...keys: string[]) => {
      ui.press(...keys)
      return lineOf(ui.state())
    }
    expect(press('/', 'up')).toBe('web')
    expect(filters(ui.state())).toEqual(['web'])
    expect([press('up'), press('up'), press('up')]).toEqual(['prod web', 'web-2', 'web-2'])
    expect([press('down'), press('down'), press('down')]).toEqual(['prod web', 'web', ''])
    // With something typed: those that begin so.
    expect([press(...'we', 'up'), press('up'), press('down'), press('down')]).toEqual([
      'web',
      'web-2',
      'web',
      'we',
    ])
    expect(press('esc', ':', 'up')).toBe('volumes')
    expect(press('ctrl-p')).toBe('volumes')
    expect(press('ctrl-n')).toBe('')
  })

  test('are remembered when enter takes them, once, and not when esc leaves them', () => {
    const ui = start([], { past: { filter: ['web'], command: [] } })
    ui.press(
      '/',
      ...'prod',
      'enter',
      '/',
      'ctrl-u',
      ...'gone',
      'esc',
      ':',
      ...'scopes',
      'enter',
      ':',
      ...'scopes',
      'enter',
    )
    expect(ui.state().past).toEqual({ filter: ['prod', 'web'], command: ['scopes'] })
    expect(ui.effects.filter(({ type }) => type === 'remember-line')).toEqual([
      { type: 'remember-line', what: 'filter', text: 'prod' },
      { type: 'remember-line', what: 'command', text: 'scopes' },
    ])
  })

  test('never hold a code, a search or the name of a file', () => {
    const ui = start()
    ui.press(
      'ctrl-s',
      'ctrl-u',
      ...'x.csv',
      'enter',
      'esc',
      'S',
      ...'mine',
      'enter',
      'esc',
      '?',
      '/',
      ...'keys',
      'enter',
    )
    expect(ui.state().past).toEqual({ filter: [], command: [] })
  })
})

describe('a saved query that asks for values', () => {
  const asking: Partial<State> = {
    choices: {
      ...screen().choices,
      queries: [
        {
          value: 'by-tag',
          note: '',
          saved: { kind: 'instances', title: 'Instances whose tag KEY is VALUE' },
          parameters: [
            { name: 'KEY', required: true, default: null, meaning: { type: 'tag-key' } },
            {
              name: 'VALUE',
              required: true,
              default: null,
              meaning: { type: 'tag-value', key: 'KEY', parameter: true },
            },
          ],
        },
      ],
    },
  }

  test('asks in words, with the values that the cache has', () => {
    const ui = start(['Team', 'Owner'], asking)
    ui.press('Q', 'enter')
    expect(lineOf(ui.state())).toBe('query by-tag KEY=')
    expect(list(ui.state())).toEqual([
      'by-tag: Instances whose tag KEY is VALUE',
      'KEY is the key of a tag.',
      'Team   1',
      'Owner  1',
    ])
    ui.press('tab', 'enter')
    expect(lineOf(ui.state())).toBe('query by-tag KEY=Team VALUE=')
    expect(list(ui.state())[1]).toBe('VALUE is the value of the tag “Team”.')
    const wished = ui.effects.flatMap((effect) => (effect.type === 'offer' ? [effect.wanted] : []))
    expect(wished.at(-1)).toEqual({ kind: 'instances', of: { type: 'tag-values', key: 'Team' }, begun: '' })
  })
})

describe('S keeps what is shown as a saved query', () => {
  test('and asks for a name; a second enter replaces one that exists', () => {
    const ui = start()
    ui.press('/', ...'web', 'enter', 'S', ...'my web', 'enter')
    expect(ui.state().message?.text).toBe('A name has letters, digits and dashes: “my web” has others.')
    ui.press('ctrl-u', ...'mine', 'enter')
    const view = ui.state().table.ask.view
    expect(ui.effects.at(-1)).toEqual({ type: 'save', name: 'mine', force: false, view })
    ui.send({ type: 'save-exists' })
    ui.press('enter')
    expect(ui.effects.at(-1)).toMatchObject({ type: 'save', force: true })
    ui.send({ type: 'saved', text: 'Saved as mine.', queries: [{ value: 'mine', note: '' }] })
    expect(ui.state().overlay).toBeNull()
    expect(ui.state().choices.queries).toEqual([{ value: 'mine', note: '' }])
  })

  test('but not the scopes, which are no query', () => {
    const ui = start()
    ui.press(':', ...'scopes', 'enter', 'S')
    expect(ui.state().message?.text).toMatch(/^The table of scopes is not a query/)
  })
})

test.each([
  ['a filter', ['/']],
  ['a command', [':']],
  ['a file', ['ctrl-s', 'ctrl-u', 'ctrl-w', 'ctrl-w']],
  ['the name of a query', ['S']],
  ['a search in a list', ['P', '/']],
  ['a search in a page', ['?', '/']],
])('%s takes a paste of several lines as one line, with blanks for tabs and line ends', (_, keys) => {
  const ui = start()
  ui.press(...keys)
  ui.send({ type: 'pasted', text: 'a\r\nb\tc\nd\u001b[31m\n' })
  const { overlay } = ui.state()
  const line =
    overlay?.type === 'picker' ? overlay.search : overlay?.type === 'text' ? overlay.search?.line : null
  expect(line?.text ?? lineOf(ui.state())).toBe('a b c d[31m')
})
