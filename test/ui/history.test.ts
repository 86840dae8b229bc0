import { describe, expect, test } from 'vitest'
import { makePlainView } from '../../src/kinds.ts'
import { formatCrumbs } from '../../src/ui/draw/breadcrumbs.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { formatTitle } from '../../src/ui/draw/title.ts'
import { findPage } from '../../src/ui/state/history.ts'
import type { OpenedPage, PageSection } from '../../src/ui/threads/messages.ts'
import { driveKeys, screen, upTo, view } from './state.ts'

type Ui = ReturnType<typeof driveKeys>

/** A page about a row, with links to the next rows and so many lines under them. */
function pageOf(row: number, links = 3, more = 60): OpenedPage {
  const lines: PageSection['lines'] = [
    ...Array.from({ length: links }, (_, n) => ({
      type: 'row' as const,
      depth: 0,
      cells: [{ text: `vol-${row + n + 1}` }],
      link: { type: 'resource' as const, kind: 'volumes', row: row + n + 1 },
    })),
    ...Array.from({ length: more }, (_, n) => ({ type: 'text' as const, depth: 0, text: `line ${n}` })),
  ]
  return {
    title: `page ${row}`,
    crumb: `p${row}`,
    sections: [{ title: null, place: 'wide', lines }],
    copy: null,
    about: { type: 'resource', kind: 'volumes', row },
    as: 'detail',
  }
}

function never(): never {
  throw new Error('a page about nothing')
}

/** The reader answers what was asked for last. */
function answer(ui: Ui, page: OpenedPage) {
  const { opening } = ui.state()
  if (opening) ui.send({ type: 'reader', message: { type: 'opened', number: opening.number, page } })
}

function table() {
  const ui = driveKeys(screen(80, 24), [])
  ui.list(upTo(100))
  return ui
}

const titleOf = (ui: Ui) => findPage(ui.state())?.title ?? 'table'

describe('the places where one was', () => {
  test('a row is opened before the rows of a table to which one comes back are there', () => {
    const ui = driveKeys(screen(80, 24), [])
    const stored = 2 ** 32 + 7
    ui.list([stored])
    ui.send({ type: 'query-found', ask: { type: 'view', view, names: null } })
    ui.pressHeld('esc', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({
      message: { type: 'open-resource', kind: view.kind, row: stored, as: 'detail' },
    })
  })

  test('a key that comes before the rows of a table to which one comes back is not lost', () => {
    const ui = table()
    ui.list(upTo(1000))
    ui.send({ type: 'query-found', ask: { type: 'view', view, names: null } })
    ui.pressHeld('esc', 'G')
    ui.list(upTo(1000))
    expect(ui.state().table).toMatchObject({ index: 999, isBack: false })
  })

  test('esc leads back through pages to the same row, and ] forward again', () => {
    const ui = table()
    ui.press('j', 'j', 'j', 'enter')
    answer(ui, pageOf(3))
    ui.press('j', 'enter')
    expect(ui.effects.at(-1)).toMatchObject({ message: { type: 'open-resource', kind: 'volumes', row: 5 } })
    answer(ui, pageOf(5))
    expect(titleOf(ui)).toBe('page 5')
    ui.press('esc')
    expect([titleOf(ui), findPage(ui.state())?.chosen]).toEqual(['page 3', 1])
    ui.press('[')
    expect([titleOf(ui), ui.state().table.index]).toEqual(['table', 3])
    ui.press(']', ']')
    expect(titleOf(ui)).toBe('page 5')
    ui.press(']')
    expect(titleOf(ui)).toBe('page 5')
  })

  test('a table that is opened from a page leads back to the page, and to the table under it', () => {
    const ui = table()
    ui.press('j', 'enter')
    answer(ui, pageOf(1))
    ui.press(':', ...'volumes', 'enter')
    expect([titleOf(ui), ui.state().table.ask.view.kind]).toEqual(['table', 'volumes'])
    ui.press('esc')
    expect([titleOf(ui), ui.state().table.ask.view.kind]).toEqual(['page 1', 'instances'])
    ui.press('esc')
    expect([titleOf(ui), ui.state().table.index]).toEqual(['table', 1])
  })

  test('what is opened after going back takes the place of what was forward', () => {
    const ui = table()
    ui.press('enter')
    answer(ui, pageOf(1))
    ui.press('esc', 'j', 'enter')
    answer(ui, pageOf(2))
    ui.press(']')
    expect(titleOf(ui)).toBe('page 2')
  })

  test('another choice of profiles begins anew', () => {
    const ui = table()
    ui.press('enter')
    answer(ui, pageOf(1))
    ui.send({ type: 'selected', selection: { profiles: ['dev'], accounts: [], regions: [] } })
    expect([ui.state().history, ui.state().future, titleOf(ui)]).toEqual([[], [], 'table'])
  })

  test('esc leaves what is being opened, and what comes late does not appear', () => {
    const ui = table()
    ui.press('enter')
    const { opening } = ui.state()
    expect(drawFrame(ui.state(), makePaint(false)).at(-2)).toContain('Opening name-0')
    ui.press('esc')
    expect(ui.effects.at(-1)).toMatchObject({ message: { type: 'leave' } })
    ui.send({ type: 'reader', message: { type: 'opened', number: opening?.number ?? 0, page: pageOf(1) } })
    expect(titleOf(ui)).toBe('table')
  })

  test('the rows of a group keep their filter: esc clears what was typed beside it, then leads back', () => {
    const ui = table()
    ui.press('j', 'enter')
    const group = { ...makePlainView('instances', view.scopes), filters: ['State=running'] }
    ui.send({
      type: 'reader',
      message: {
        type: 'opened-group',
        number: ui.state().opening?.number ?? 0,
        ask: { type: 'view', view: group, names: null },
        name: 'state of running',
      },
    })
    const filters = () => ui.state().table.ask.view.filters
    expect(filters()).toEqual(['State=running'])
    ui.list(upTo(50))
    ui.press('/', ...'web', 'enter')
    expect(filters()).toEqual(['State=running', 'web'])
    // What a group leaves may be a long condition: the title has its name.
    expect(formatTitle(ui.state())).toMatch(/ <\/state of running> <\/web>$/)
    ui.press('esc')
    expect(filters()).toEqual(['State=running'])
    ui.press('/', 'x', 'esc')
    expect(filters()).toEqual(['State=running'])
    ui.press('esc')
    expect([filters(), ui.state().table.index]).toEqual([[], 1])
  })

  test('the title shows the way, as much of it as there is room for', () => {
    const ui = table()
    ui.press('enter')
    answer(ui, pageOf(1))
    ui.press('enter')
    answer(ui, pageOf(2))
    expect(formatCrumbs(ui.state(), 40)).toBe('Instances › p1 › ')
    expect(formatCrumbs(ui.state(), 10)).toBe('… › p1 › ')
    expect(formatCrumbs(ui.state(), 5)).toBe('… › ')
    expect(drawFrame(ui.state(), makePaint(false))[0]).toContain(' Instances › p1 › page 2 1/63 ')
  })
})

describe('a page', () => {
  const open = (page: OpenedPage, columns = 80, rows = 24) => {
    const ui = driveKeys(screen(columns, rows), [])
    ui.list(upTo(10))
    ui.press('enter')
    answer(ui, page)
    return ui
  }
  const state = (ui: Ui) => {
    const page = findPage(ui.state())
    return [page?.top, page?.chosen]
  }

  test('j goes from link to link, then scrolls; k comes back the same way', () => {
    const ui = open(pageOf(0, 3))
    ui.press('j', 'j')
    expect(state(ui)).toEqual([0, 2])
    ui.press('j', 'j')
    expect(state(ui)).toEqual([2, 2])
    // No link is on the screen: nothing is opened.
    ui.press('j', 'j')
    const before = ui.effects.length
    ui.press('enter')
    expect(ui.effects.length).toBe(before)
    ui.press('k', 'k')
    expect(state(ui)).toEqual([2, 2])
    ui.press('k', 'k', 'k', 'k')
    expect(state(ui)).toEqual([0, 0])
  })

  test('is watched while it is on the screen, also when one comes back to it, and no longer', () => {
    const ui = open(pageOf(3))
    const watched = () =>
      ui.effects.flatMap((effect) =>
        effect.type === 'reader' && effect.message.type === 'watch' ? [effect.message.page?.about.row] : [],
      )
    expect(watched()).toEqual([3])
    ui.press('j', 'enter', ':', 'esc')
    expect(watched()).toEqual([3])
    answer(ui, pageOf(5))
    ui.press('[', '[')
    expect(watched()).toEqual([3, 5, 3, undefined])
  })

  test('that has changed stays where one is: on the same link, in the same line of the screen', () => {
    const ui = open(pageOf(0, 50))
    ui.press('ctrl-f', 'j', 'j')
    expect(state(ui)).toEqual([20, 22])
    const changed = pageOf(0, 50)
    const [section] = changed.sections
    const lines = section?.lines ?? []
    const send = (own: PageSection['lines']) =>
      ui.send({
        type: 'reader',
        message: {
          type: 'page',
          page: { ...changed, sections: [{ title: null, place: 'wide', lines: own }] },
        },
      })
    // Two come above the cursor, one goes.
    const [more] = pageOf(400, 2).sections
    send([...(more?.lines.slice(0, 2) ?? []), ...lines.slice(1)])
    expect(state(ui)).toEqual([21, 23])
    ui.press('enter')
    expect(ui.effects.at(-1)).toMatchObject({ message: { type: 'open-resource', row: 23 } })
    // The link of the cursor goes: the next one takes its place.
    send([...lines.slice(0, 22), ...lines.slice(23)])
    expect(state(ui)[1]).toBe(23)
    // Of a page without a link on the screen the text stays where it is.
    ui.press('G')
    const top = state(ui)[0] ?? 0
    send([...(more?.lines ?? []), ...lines])
    ui.press('G')
    expect(state(ui)[0]).toBeGreaterThan(top)
  })

  test('whose resource is gone stays, and says so once', () => {
    const ui = open(pageOf(3))
    const about = pageOf(3).about ?? never()
    for (const _ of [1, 2])
      ui.send({ type: 'reader', message: { type: 'page-gone', page: { about, as: 'detail' } } })
    const text = drawFrame(ui.state(), makePaint(false)).join('\n')
    // On the page, and in the line of messages.
    expect(text.match(/AWS no longer gave this resource/g)).toHaveLength(2)
    expect(text).toContain('vol-4')
    // Another resource has got its number.
    ui.send({ type: 'reader', message: { type: 'page', page: { ...pageOf(3), crumb: 'other' } } })
    expect(drawFrame(ui.state(), makePaint(false)).join('\n')).toBe(text)
    ui.send({ type: 'reader', message: { type: 'page', page: pageOf(3) } })
    expect(drawFrame(ui.state(), makePaint(false)).join('\n')).not.toContain('no longer')
    // What comes late for a page that is left changes nothing.
    const before = ui.state()
    ui.send({ type: 'reader', message: { type: 'page', page: pageOf(4) } })
    expect(ui.state()).toEqual(before)
  })

  test('j and k scroll a page without links line by line', () => {
    const ui = open(pageOf(0, 0))
    ui.press('j', 'j', 'j', 'k')
    expect(state(ui)[0]).toBe(2)
    ui.press('G')
    expect(state(ui)[0]).toBe(40)
    ui.press('j')
    expect(state(ui)[0]).toBe(40)
  })

  test('the cursor goes to a link that is on the screen when a page is turned, and tab to the next one anywhere', () => {
    const ui = open(pageOf(0, 50))
    ui.press('ctrl-f')
    expect(state(ui)).toEqual([20, 20])
    ui.press('g')
    expect(state(ui)[0]).toBe(0)
    ui.press('G', 'shift-tab')
    expect(state(ui)[1]).toBe(49)
    ui.press('tab')
    expect(state(ui)).toEqual([0, 0])
    ui.press('G', 'tab')
    expect(state(ui)).toEqual([0, 0])
  })

  test('a search scrolls while it is typed; n and N go on, around the ends; esc ends it, and then leads back', () => {
    const ui = open(pageOf(0, 0))
    ui.press('/', ...'LINE 3')
    expect(drawFrame(ui.state(), makePaint(false)).at(-2)).toContain('is not on this page')
    ui.press('ctrl-u', ...'line 31')
    expect(drawFrame(ui.state(), makePaint(false)).at(-2)).toContain('line 1 of 1 that holds it')
    ui.press('ctrl-u', ...'line 3')
    const position = () =>
      /line (\d+) of (\d+)/.exec(drawFrame(ui.state(), makePaint(false)).at(-2) ?? '')?.[1]
    // 3 and 30 to 39.
    expect(drawFrame(ui.state(), makePaint(false)).at(-2)).toContain('line 1 of 11 that hold it')
    ui.press('enter', 'n', 'n')
    expect(position()).toBe('3')
    ui.press('N', 'N', 'N')
    expect(position()).toBe('11')
    ui.press('n')
    expect(position()).toBe('1')
    ui.press('esc')
    expect(titleOf(ui)).toBe('page 0')
    ui.press('esc')
    expect(titleOf(ui)).toBe('table')
  })

  test('what a search found stays so on a terminal of another size, also under a line that is typed', () => {
    const ui = open(pageOf(0, 0))
    const status = () => drawFrame(ui.state(), makePaint(false)).at(-2)
    const isShown = (text: string) =>
      drawFrame(ui.state(), makePaint(false)).some((line) =>
        line.replaceAll(/\u001b\[\d+m/g, '').startsWith(text),
      )
    ui.press('/', ...'line 3', 'enter', 'n', 'n', 'n')
    expect(status()).toContain('line 4 of 11')
    for (const [columns, rows] of [
      [200, 50],
      [40, 10],
      [200, 12],
      [80, 24],
    ] as const) {
      ui.send({ type: 'resized', columns, rows })
      expect(status(), `${columns}×${rows}`).toContain('line 4 of')
      expect(isShown('line 32')).toBe(true)
    }
    ui.press(':')
    ui.send({ type: 'resized', columns: 60, rows: 9 })
    ui.press('esc')
    expect(status()).toContain('line 4 of 11')
    ui.press('n')
    expect(status()).toContain('line 5 of 11')
  })

  test('what is found is marked, also where pieces of a line meet', () => {
    const page = pageOf(0, 0, 1)
    const sections: readonly PageSection[] = [
      { title: null, place: 'wide', lines: [{ type: 'pair', depth: 0, key: 'State', value: 'running' }] },
    ]
    const ui = open({ ...page, sections })
    ui.press('/', ...'e  r', 'enter')
    const line = drawFrame(ui.state(), makePaint(false))[2] ?? ''
    expect(line).toContain('\u001b[7m')
    expect(line.replaceAll(/\u001b\[\d+m/g, '')).toBe('State  running')
    const marked = [...line.matchAll(/\u001b\[7m(.*?)\u001b\[27m/g)].map(([, text]) =>
      text?.replaceAll(/\u001b\[\d+m/g, ''),
    )
    expect(marked.join('')).toBe('e  r')
  })

  test('esc while a search is typed scrolls back to where it began', () => {
    const ui = open(pageOf(0, 0))
    ui.press('j', 'j', '/', ...'line 55')
    expect(state(ui)[0]).toBeGreaterThan(20)
    ui.press('esc')
    expect(state(ui)[0]).toBe(2)
  })

  test('the command line over a page leaves the page where it was', () => {
    const ui = open(pageOf(0, 0))
    ui.press('j', ':', 'x')
    expect(drawFrame(ui.state(), makePaint(false))[2]).toBe('line 1')
    ui.press('esc')
    expect(state(ui)[0]).toBe(1)
  })
})

test('find takes words, and a text in quotes as one', () => {
  const ui = table()
  ui.press('f', ...'10.0.0.1 "web 1"', 'enter')
  expect(ui.state().table.ask).toMatchObject({ type: 'find', words: ['10.0.0.1', 'web 1'] })
  ui.press('=')
  expect(findPage(ui.state())?.copy).toBe("muster find 10.0.0.1 'web 1'")
})
