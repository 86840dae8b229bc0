import { themeNames } from '../../config/settings.ts'
import { findKind, makePlainView } from '../../kinds.ts'
import { endingOf, formatOfFile } from '../../output/format-names.ts'
import { readFilters } from '../../query/filter/check-filters.ts'
import { FilterError } from '../../query/filter/filter-error.ts'
import { scopeIdOf } from '../../store/row-keys.ts'
import type { ItemForm, PageLink, TableRequest, ToReader } from '../threads/messages.ts'
import { findUnsetParameters } from './command-line.ts'
import { formatEquivalentCommand } from './equivalent.ts'
import { makeFaultsPage } from './faults-page.ts'
import { findPage, goBack, openPage, openTable } from './history.ts'
import { lineOf } from './line.ts'
import { pickerOf } from './picker.ts'
import { type Effect, type Message, type State, type Step, step, stepTo } from './state.ts'
import { requestOfShown } from './table-columns.ts'
import { askInPlace, changeView, findCursorRow, leaveQuestion, makeEmptyTable } from './table-state.ts'
import { findChosenLink, makeTextPage } from './text-page.ts'

/**
 * Sorts by the chosen column; a second time reverses the order, a third time ends the sort. The shown values go up
 * first: a time is shown as an age, so the newest come first.
 */
export function sortByColumn(state: State): Step {
  const { table } = state
  const column = table.listed?.columns[table.column]
  if (column === undefined) return stepTo(state)
  const { sort } = table.ask.view
  const first = column.type === 'time'
  if (sort?.column !== column.name)
    return changeView(state, { sort: { column: column.name, descending: first } })
  return changeView(state, { sort: sort.descending === first ? { ...sort, descending: !first } : null })
}

/** Opens the row under the cursor: its resource as a page, or the table of the rows that it counts. */
export function openItem(state: State, as: ItemForm): Step {
  const row = findCursorRow(state)
  if (!row) return stepTo(state)
  const what = row.cells.find((cell) => cell !== '' && cell !== '-') ?? 'the row'
  const { ask, before, question, shown } = state.table
  // The reader has no listing of the question whose rows are still shown; it finds resources without one.
  if (shown !== question && scopeIdOf(row.key) > 0) {
    const { kind } = (before ?? ask).view
    return open(state, what, (number) => ({ type: 'open-resource', number, kind, row: row.key, as }))
  }
  return open(state, what, (number) => ({ type: 'open', number, question: shown, key: row.key, as }))
}

/** Marks the row under the cursor; compares it with the one that is marked; on that one, removes the mark. */
export function markRow(state: State): Step {
  const row = findCursorRow(state)
  if (!row) return stepTo(state)
  const { marked } = state
  if (marked && isMarked(row.key, state))
    return showMessage({ ...state, marked: null }, `${marked.title} is no longer marked.`)
  const what = marked === null ? 'the row' : `${marked.title} beside the row`
  return open(state, what, (number) => {
    return { type: 'mark', number, question: state.table.shown, key: row.key, marked }
  })
}

/** Whether a row is the marked one. Rows that are kept in memory have their places for keys, in each table anew. */
export function isMarked(key: number, { marked, table }: State): boolean {
  return marked?.key === key && (marked.question === table.shown || scopeIdOf(key) > 0)
}

/** Opens the row under the cursor as YAML in the user's pager or editor. */
export function viewItem(state: State): Step {
  const { state: next, effects } = openItem(state, 'yaml')
  return { state: next.opening ? { ...next, opening: { ...next.opening, outside: true } } : next, effects }
}

/** Shows the page in the user's pager or editor. */
export function viewPage(state: State): Step {
  const page = findPage(state)
  return page
    ? step(state, { type: 'view', name: nameDocument(page.crumb, page.item?.as), text: page.copy })
    : stepTo(state)
}

/** The name of a file for a page. */
export function nameDocument(crumb: string, form: ItemForm = 'detail'): string {
  return `${crumb.replace(/ as [A-Z]+$/, '')}.${form === 'detail' ? 'txt' : form}`
}

/** Opens the link under the cursor of a page. */
export function openLink(state: State): Step {
  const page = findPage(state)
  const link = page && findChosenLink(page, state)
  if (!link) return stepTo(state)
  if (link.type === 'resource') return openResource(state, link, 'detail')
  if (link.type === 'fault')
    return page.live ? openPage(state, makeFaultsPage(page.live.report, link.group, state)) : stepTo(state)
  const { state: next, effects } = openTable(
    state,
    link.ask,
    link.ask.view.filters,
    nameLinked(link, page.crumb),
  )
  return step(next, ...effects, { type: 'sync', calls: 'when-due', view: link.ask.view })
}

/** What the rows of a link are, if its filter is a condition that nobody reads in a title. */
function nameLinked({ ask }: Extract<PageLink, { type: 'table' }>, crumb: string): string | null {
  return ask.view.filters.some((filter) => filter.startsWith('[')) ? `of ${crumb}` : null
}

/** Shows the resource of a page in the other form. */
export function openAgain(state: State, as: ItemForm): Step {
  const { about = null, as: now } = findPage(state)?.item ?? {}
  return about === null || now === as ? stepTo(state) : openResource(state, about, as)
}

function openResource(state: State, { kind, row }: ResourceLink, as: ItemForm): Step {
  return open(state, 'the resource', (number) => ({ type: 'open-resource', number, kind, row, as }))
}

function open(state: State, what: string, message: (number: number) => ToReader): Step {
  return askReader(state, `Opening ${what}`, message)
}

/** Asks the reader for what may take long: meanwhile the screen says so, and esc leaves it. */
export function askReader(state: State, doing: string, message: (number: number) => ToReader): Step {
  const number = state.openings + 1
  const next = { ...state, openings: number, opening: { number, doing } }
  return step(next, { type: 'reader', message: message(number) })
}

/** Goes one step back: leaves what is being opened or takes long, closes what lies on top, clears the filter, opens what was before. */
export function stepBack(state: State): Step {
  const { overlay, opening, table } = state
  if (opening) return step({ ...state, opening: null }, { type: 'reader', message: { type: 'leave' } })
  if (overlay?.type === 'text' && overlay.search !== null)
    return stepTo({ ...state, overlay: { ...overlay, search: null } })
  if (overlay && overlay.type !== 'text') return stepTo({ ...state, overlay: null })
  if (overlay) return goBack(state)
  if (table.isSlow && table.before) return leaveQuestion(state, table.before)
  if (table.isSlow && state.history.length > 0) return goBack(state)
  if (table.ask.view.filters.length > table.fixed.length) return changeView(state, { filters: table.fixed })
  return goBack(state)
}

/** Copies the row's id, or its first cell. */
export function copyRow(state: State): Step {
  const row = findCursorRow(state)
  const columns = state.table.listed?.columns ?? []
  const id = columns.findIndex(({ name }) => name === findKind(state.table.ask.view.kind).id)
  const text = row?.cells[Math.max(0, id)]
  return text ? step(state, { type: 'copy', text, what: text }) : stepTo(state)
}

/** Shows the command that answers the same as the table. */
export function showCommand(state: State): Step {
  const command = formatEquivalentCommand(requestOfShown(state), state)
  const text = `${command}\n\nPress c to copy it. The same with \`muster export … --to FILE\` writes a file.`
  return openPage(state, makeTextPage('The same as a command', text, command))
}

type ResourceLink = Extract<PageLink, { type: 'resource' }>

/** Asks where to write what is shown. */
export function openExport(state: State, file = ''): Step {
  const { ask } = state.table
  const format = formatOfFile(file) ?? 'csv'
  const line = lineOf(file === '' ? `${nameOfRows(ask)}.${endingOf(format)}` : file)
  return stepTo({ ...state, overlay: { type: 'export', line, format, exists: false, isWriting: false } })
}

/** What the rows of a table are called, as the name of a file: the query, the kind, or the scopes. */
export function nameOfRows({ type, view }: TableRequest): string {
  return type === 'view' ? (view.query ?? view.kind) : type
}

/** Opens one of the pickers. */
export function openPicker(state: State, which: 'profiles' | 'regions' | 'queries'): Step {
  const marks = which === 'queries' ? [] : state.chosen[which]
  const opened = { ...state, overlay: pickerOf(which, state.choices[which], marks) }
  return which === 'profiles' ? step(opened, { type: 'profiles' }) : stepTo(opened)
}

/** Runs a query. If a saved query needs a value that was not given, the command line asks for it. */
export function runQuery(state: State, line: string): Step {
  const [missing] = findUnsetParameters(line, state.choices).filter(({ required }) => required)
  const { kind } = state.table.ask.view
  if (!missing) return step(state, { type: 'query', line, kind, scopes: state.selection })
  const text = `query ${line.trimEnd()} ${missing.name}=`
  return stepTo({ ...state, overlay: { type: 'command', line: lineOf(text) } })
}

/** Shows the table of a kind without sort, and with no filter but this one. */
export function openKind(state: State, kind: string, filter = ''): Step {
  const plain = makePlainView(kind, state.selection, state.now)
  const view = { ...plain, filters: filter === '' ? [] : [filter] }
  try {
    readFilters(view, 'table', null)
  } catch (error) {
    if (error instanceof FilterError) return showMessage(state, error.sentence, 'error')
    throw error
  }
  const { state: next, effects } = openTable(state, { type: 'view', view, names: null })
  return step(next, ...effects, { type: 'sync', calls: 'when-due', view })
}

/** Searches everything that the cache has for words: a text in quotes is one. */
export function findEverywhere(state: State, text: string): Step {
  const words = [...text.matchAll(/"([^"]+)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  if (words.length === 0) return typeFind(state)
  const { scopes } = state.table.ask.view
  const view = makePlainView(state.usualKind, scopes, state.now)
  return openTable(state, { type: 'find', view, words })
}

/** Asks for words to search for. */
export function typeFind(state: State): Step {
  const over = findPage(state)
  const line = lineOf('find ')
  return stepTo({ ...state, overlay: { type: 'command', line, ...(over ? { over } : {}) } })
}

/** Shows where every scope stands. */
export function openScopes(state: State): Step {
  const { kind, scopes } = state.table.ask.view
  return openTable(state, { type: 'scopes', view: makePlainView(kind, scopes, state.now) })
}

/** Changes to other profiles or regions, and reads the table of the kind for them. */
export function changeSelection(state: State, change: Partial<State['selection']>): Step {
  const selection = { ...state.selection, ...change }
  const { ask, question } = state.table
  const view = { ...ask.view, scopes: selection }
  const table = makeEmptyTable({ ...ask, view }, question)
  const { state: next, effects } = askInPlace(
    { ...state, selection, table, history: [], future: [], overlay: null },
    table.ask,
  )
  return step(next, { type: 'remember', selection }, ...effects, { type: 'sync', calls: 'when-due', view })
}

/** Reads everything that is selected again, whatever its age. */
export function syncAgain(state: State): Step {
  const again: Effect = { type: 'sync', calls: 'always', view: state.table.ask.view, after: true }
  if (!state.progress) return step(state, again)
  return showMessage(state, 'All is read again when the sync that runs has ended.', 'info', again)
}

/** Says something in the line of messages, for a while or until the next key. */
export function showMessage(
  state: State,
  text: string,
  tone: Message['tone'] = 'info',
  ...effects: Effect[]
): Step {
  const message = { text, tone, until: tone === 'info' ? state.now + 4000 : null }
  return step({ ...state, message }, ...effects)
}

/** Shows all columns of the kind, or the chosen ones again, or its usual ones. */
export function toggleColumns(state: State, all: readonly string[]): Step {
  const { view } = state.table.ask
  if (view.expression !== null || view.group !== null)
    return showMessage(state, 'A query and counts have the columns that they give.')
  const isAll = view.columns !== null && view.columns.join('\n') === all.join('\n')
  const chosen = state.columnsOfKinds[view.kind]?.columns ?? null
  return changeView(state, { columns: isAll || (view.columns !== null && chosen === null) ? chosen : all })
}

/** Takes other colours, as long as the screen is open. */
export function chooseTheme(state: State, name: string): Step {
  const theme = themeNames.find((each) => each === name) ?? state.look.theme
  return stepTo({ ...state, look: { ...state.look, theme } })
}

/** Lists the SSO sessions, to sign in to one. */
export function requestLogins(state: State): Step {
  return step(state, { type: 'logins' })
}

/** Asks for address and code of a sign-in. */
export function beginLogin(state: State, name: string): Step {
  const waiting = { type: 'login', name, url: null, code: null, complete: null, top: 0 } as const
  return step({ ...state, overlay: waiting }, { type: 'login', value: name })
}
