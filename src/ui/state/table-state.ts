import type { View } from '../../model.ts'
import type { FromReader, ListingSummary, RowWindow, TableRequest } from '../threads/messages.ts'
import { sayOnScreen } from './next-step.ts'
import { covers, findMissing, joinStretches, joinWindows, stretchOf } from './row-window.ts'
import type { TableState } from './shown-table.ts'
import { countBodyRows, type Effect, type State, type Step, step, stepTo } from './state.ts'

const emptyWindow: RowWindow = { from: 0, rows: [], widths: [] }

/** The table of a request, before anything is known. */
/** The number of a table's question before the first one is asked. */
export const nothingAsked = 0

export function makeEmptyTable(
  ask: TableRequest,
  question: number,
  fixed: readonly string[] = [],
  fixedAs: string | null = null,
): TableState {
  return {
    ask,
    question,
    listed: null,
    shown: question,
    window: emptyWindow,
    index: 0,
    top: 0,
    moved: false,
    column: 0,
    left: 0,
    adopting: null,
    isBack: false,
    asked: null,
    failed: null,
    isSlow: false,
    before: null,
    fixed,
    fixedAs,
  }
}

/** Makes another request in the same table, as a filter or a sort does. The old rows stay until the new ones arrive. */
export function askInPlace(state: State, ask: TableRequest): Step {
  const { table } = state
  const question = table.question + 1
  const isAnswered = table.listed !== null && table.shown === table.question
  const before = isAnswered ? table.ask : table.before
  const waiting = { adopting: null, isBack: false, asked: null, failed: null, isSlow: false }
  return step(
    { ...state, table: { ...table, ...waiting, ask, question, before } },
    { type: 'ask', question, ask },
  )
}

/** Leaves a question whose answer takes long: the rows that are shown are its answer again. */
export function leaveQuestion(state: State, ask: TableRequest): Step {
  const next = askInPlace(state, ask)
  return {
    ...next,
    state: { ...next.state, table: { ...next.state.table, shown: next.state.table.question, before: null } },
  }
}

/** Notes that a tenth of a second has passed since a question was asked: an answer that is not there takes long. */
export function noteWait(state: State, question: number): State {
  const { table } = state
  const isAnswered = table.listed !== null && table.shown === table.question
  if (question !== table.question || isAnswered || table.failed !== null) return state
  return { ...state, table: { ...table, isSlow: true } }
}

/** The same with a changed view. */
export function changeView(state: State, change: Partial<View>): Step {
  const { ask } = state.table
  return askInPlace(state, { ...ask, view: { ...ask.view, ...change } })
}

/** Moves the cursor to a row. The screen follows, and missing rows are asked for. */
export function moveTo(state: State, index: number): Step {
  return placeCursor({ ...state, table: { ...state.table, moved: true } }, index)
}

function placeCursor(state: State, index: number): Step {
  const { table } = state
  // A key that is pressed before the first rows are there is not lost: these show where it leads.
  const last = table.listed ? Math.max(0, table.listed.total - 1) : Number.MAX_SAFE_INTEGER
  const at = Math.max(0, Math.min(index, last))
  return provideRows({ ...state, table: { ...table, index: at, top: findTop(at, table.top, state) } })
}

/** Takes over what the reader reports about the table. */
export function applyTableMessage(state: State, message: FromReader): Step {
  const { table } = state
  switch (message.type) {
    case 'listed':
      if (message.question !== table.question) return stepTo(state)
      if (table.adopting) {
        return stepTo({ ...state, table: { ...table, adopting: { ...table.adopting, again: true } } })
      }
      return requestAdoption(state)
    case 'adopted':
      return message.question === table.question ? adoptListing(state, message) : stepTo(state)
    case 'window': {
      const current = message.question === table.question && message.version === table.listed?.version
      if (!current) return stepTo(state)
      return takeWindow(state, message.window)
    }
    case 'failed':
      if (message.question !== table.question) return stepTo(state)
      return stepTo({ ...state, table: { ...table, failed: sayOnScreen(message.message), isSlow: false } })
    default:
      return stepTo(state)
  }
}

/** The row of the cursor; null while it is not known. */
export function findCursorRow({ table }: State) {
  return table.window.rows[table.index - table.window.from] ?? null
}

/** After a change of the terminal's size: the cursor stays on the screen. */
export function refitTable(state: State): Step {
  return placeCursor(state, state.table.index)
}

function requestAdoption(state: State): Step {
  const { table } = state
  const body = countBodyRows(state)
  const another = table.shown !== table.question
  const message = {
    type: 'adopt',
    question: table.question,
    key: table.moved ? (findCursorRow(state)?.key ?? null) : null,
    index: another && table.listed && !table.isBack ? 0 : table.index,
    above: Math.min(table.index - table.top, body) + 2 * body,
    count: screens * body,
  } as const
  const next = { ...table, adopting: { index: table.index, again: false } }
  return step({ ...state, table: next }, { type: 'reader', message })
}

function adoptListing(state: State, message: Extract<FromReader, { type: 'adopted' }>): Step {
  const { table } = state
  const { listed, window } = message
  const moved = table.adopting ? table.index - table.adopting.index : 0
  const last = Math.max(0, listed.total - 1)
  const index = Math.max(0, Math.min(message.index + moved, last))
  const top = findTop(index, index - (table.index - table.top), { ...state, table: { ...table, listed } })
  const next = {
    ...table,
    listed,
    window,
    index,
    top,
    shown: message.question,
    ...followColumn(table, listed),
    adopting: null,
    isBack: false,
    asked: null,
    failed: null,
    isSlow: false,
    before: null,
  }
  const shown = { ...state, table: next }
  return table.adopting?.again ? requestAdoption(shown) : provideRows(shown)
}

/** The chosen column stays chosen by its name; of columns that it is not among, the first one is, from the beginning on. */
function followColumn(
  { listed: before, column, left }: TableState,
  { columns }: ListingSummary,
): Pick<TableState, 'column' | 'left'> {
  const chosen = before?.columns[column]
  if (chosen === undefined) return { column: Math.min(column, Math.max(0, columns.length - 1)), left }
  const place = columns.findIndex(
    ({ name, extra }) => name === chosen.name && (!extra || chosen.extra === true),
  )
  return place === column ? { column, left } : { column: Math.max(0, place), left: 0 }
}

/** Keeps the cursor on the screen and the screen on the rows. */
function findTop(index: number, top: number, state: State): number {
  const body = countBodyRows(state)
  const total = state.table.listed?.total ?? 0
  const clamped = Math.min(Math.max(top, index - body + 1), index)
  return Math.max(0, Math.min(clamped, Math.max(0, total - body)))
}

/** Rows that were asked for have come. */
function takeWindow(state: State, came: RowWindow): Step {
  const { table } = state
  const body = countBodyRows(state)
  const window = joinWindows(table.window, came, body * screens, { from: table.top, count: body })
  const isAnswer = table.asked?.from === came.from
  return provideRows({ ...state, table: { ...table, window, asked: isAnswer ? null : table.asked } })
}

/** As many screens of rows are there. */
const screens = 5

/** Asks for rows before they are needed: a screen above and below are always there. */
function provideRows(state: State): Step {
  const { table } = state
  const { listed, window, top, asked } = table
  if (!listed || table.adopting) return stepTo(state)
  const body = countBodyRows(state)
  const first = Math.max(0, top - body)
  const last = Math.min(listed.total, top + 2 * body)
  const held = stretchOf(window)
  if (covers(held, first, last)) return stepTo(state)
  if (asked && covers(joinStretches(held, asked) ?? asked, first, last)) return stepTo(state)
  const from = Math.max(0, top - 2 * body)
  const wanted = findMissing(held, { from, count: Math.min(listed.total - from, screens * body) })
  const effect: Effect = {
    type: 'reader',
    message: { type: 'window', question: table.question, version: listed.version, ...wanted },
  }
  return step({ ...state, table: { ...table, asked: wanted } }, effect)
}
