import { measureWidth } from '../output/cell.ts'
import { noFigures } from '../sync/progress.ts'
import { pressKey } from './keys/all-keys.ts'
import { beginLogin, changeSelection, nameDocument, showMessage } from './state/actions.ts'
import { addColumnNames } from './state/column-chooser.ts'
import { addGroupNames } from './state/count-by.ts'
import { agePage, makeFaultsPage } from './state/faults-page.ts'
import { findPage, goBack, openPage, openTable, replacePage } from './state/history.ts'
import { lineOf } from './state/line.ts'
import { dropQuestions, showQuestion } from './state/mfa-question.ts'
import { clickLine, turnWheel } from './state/mouse.ts'
import { sayOnScreen } from './state/next-step.ts'
import { pickerOf } from './state/picker.ts'
import { pasteIntoLine, pointAtMistake, takeOffered, wishForValues } from './state/prompts.ts'
import { postponeRepeat, repeatWhenDue } from './state/repeat.ts'
import {
  countBodyRows,
  type Effect,
  isSyncing,
  type PickerItem,
  type State,
  type Step,
  step,
  stepTo,
  type TextState,
  type UiEvent,
} from './state/state.ts'
import { applyTableMessage, noteWait, refitTable } from './state/table-state.ts'
import { makePage, makeTextPage } from './state/text-page.ts'
import type { FromReader, OpenedPage, WatchedPage } from './threads/messages.ts'

/** The one reducer: the screen's state after an event, and the work to be done outside. Pure. */
export function update(state: State, event: UiEvent): Step {
  const { state: folded, effects } = wishForValues(state, foldEvent(state, event))
  const next = showQuestion(folded)
  const [before, after] = [findWatched(state), findWatched(next)]
  if (before?.about === after?.about && before?.as === after?.as) return { state: next, effects }
  const watch: Effect = { type: 'reader', message: { type: 'watch', page: after } }
  return { state: next, effects: [...effects, watch] }
}

function foldEvent(state: State, event: UiEvent): Step {
  switch (event.type) {
    case 'key':
      return pressKey(state.message ? { ...state, message: null } : state, event.key)
    case 'pasted':
      return pasteIntoLine(state, event.text)
    case 'mouse':
      if (event.does === 'click') return clickLine(state, event.line)
      return turnWheel(state, event.does === 'wheel-down' ? 1 : -1)
    case 'resized':
      return resizeScreen({ ...state, columns: event.columns, rows: event.rows }, state)
    case 'ticked':
      return repeatWhenDue(agePages(state, advanceClock(state, event.now)), event.now)
    case 'waited':
      return stepTo(noteWait(state, event.number))
    case 'reader':
      return applyReaderMessage(state, event.message)
    case 'sync-started':
      return stepTo({ ...state, progress: noFigures })
    case 'sync-reported': {
      const progress = event.ended ? null : event.progress
      const message = event.error
        ? { text: sayOnScreen(event.error), tone: 'error' as const, until: null }
        : state.message
      const next = { ...state, progress, message, changes: event.changes }
      return stepTo(event.ended ? postponeRepeat(dropQuestions(next)) : next)
    }
    case 'mfa-wanted':
      return stepTo({ ...state, questions: [...state.questions, event.question] })
    case 'message':
      return stepTo(applyMessage(state, { ...event, text: sayOnScreen(event.text) }))
    case 'text-shown':
      if (state.overlay?.type === 'login') return stepTo(state)
      return openPage(state, makeTextPage(event.title, event.text))
    case 'export-exists':
      if (state.overlay?.type === 'export')
        return stepTo({ ...state, overlay: { ...state.overlay, exists: true, isWriting: false } })
      return showMessage(state, `Nothing was written: ${event.file} exists already.`, 'error')
    case 'export-ended':
      return stepTo(applyMessage(endExport(state, event.tone), event))
    case 'save-exists':
      return stepTo(
        state.overlay?.type === 'save' ? { ...state, overlay: { ...state.overlay, exists: true } } : state,
      )
    case 'saved': {
      const overlay = state.overlay?.type === 'save' ? null : state.overlay
      return showMessage(
        { ...state, overlay, choices: { ...state.choices, queries: event.queries } },
        event.text,
      )
    }
    case 'chosen':
      return stepTo({ ...state, chosen: { profiles: event.profiles, regions: event.regions } })
    case 'items-listed':
      return stepTo(takeItems(state, event.which, event.items))
    case 'logins-listed': {
      const { items, index, only } = event
      if (only !== null) return beginLogin(state, only)
      return stepTo({ ...state, overlay: { ...pickerOf('logins', items, []), index } })
    }
    case 'login-waiting': {
      const { name, url, code, complete } = event
      if (state.overlay?.type !== 'login') return stepTo(state)
      const shown = { ...state, overlay: { type: 'login', name, url, code, complete, top: 0 } as const }
      return step(shown, { type: 'copy', text: complete, what: 'the address' })
    }
    case 'login-done':
      return finishLogin(state, event.text)
    case 'selected':
      return changeSelection(state, event.selection)
    case 'query-found': {
      const { state: next, effects } = openTable(state, event.ask)
      return step(next, ...effects, { type: 'sync', calls: 'when-due', view: event.ask.view })
    }
  }
}

function applyReaderMessage(state: State, message: FromReader): Step {
  switch (message.type) {
    case 'opened':
    case 'opened-group':
    case 'marked':
    case 'not-opened':
    case 'table-text':
    case 'explained':
      if (message.number !== state.opening?.number) return stepTo(state)
      if (isElsewhere(state) && message.type !== 'table-text') return stepTo({ ...state, opening: null })
      return showOpened(state, message)
    case 'page':
    case 'page-gone':
      return stepTo(refreshItem(state, message))
    case 'faults':
      return showFaults(state, message)
    case 'offered':
      return takeOffered(state, message.offer)
    case 'column-names':
      return stepTo(addGroupNames(addColumnNames(state, message), message))
    case 'failed':
      return returnToLine(state, message) ?? applyTableMessage(state, message)
    case 'adopted':
      return refreshPage(applyTableMessage(state, message))
    default:
      return applyTableMessage(state, message)
  }
}

/** A page that is open already keeps its place; one that was closed meanwhile stays closed. */
function showFaults(state: State, { report, again }: Extract<FromReader, { type: 'faults' }>): Step {
  const open = findPage(state)
  const live = open?.live
  if (again ? !live : isElsewhere(state)) return stepTo(state)
  const page = makeFaultsPage(report, again && live ? live.group : null, state)
  return again && open ? stepTo(replacePage(state, open, page)) : openPage(state, page)
}

/** On a page of faults the times that scopes wait for get shorter. */
function agePages(before: State, state: State): State {
  const open = findPage(state)
  if (state === before || !open?.live) return state
  const page = agePage(open, state)
  return page === open ? state : replacePage(state, open, page)
}

/** Whenever the screen shows what has changed, so does the page that lies on it. */
function refreshPage({ state, effects }: Step): Step {
  if (!findPage(state)?.live) return { state, effects }
  return step(state, ...effects, { type: 'reader', message: { type: 'faults', again: true } })
}

/** What was asked for by a number. */
type NumberedReply = Extract<
  FromReader,
  { type: 'opened' | 'opened-group' | 'marked' | 'not-opened' | 'table-text' | 'explained' }
>

function showOpened(state: State, message: NumberedReply): Step {
  switch (message.type) {
    case 'opened': {
      const { page } = message
      if (state.opening?.outside) {
        const name = nameDocument(page.crumb, page.as)
        return step({ ...state, opening: null }, { type: 'view', name, text: page.copy ?? page.title })
      }
      return openPage(state, makeItem(page))
    }
    case 'opened-group':
      return openTable(state, message.ask, message.ask.view.filters, message.name)
    case 'marked': {
      const { marked } = message
      return showMessage(
        { ...state, opening: null, marked },
        `${marked.title} is marked: m on another compares the two.`,
      )
    }
    case 'table-text': {
      const { rows, text } = message
      const what = `${rows.toLocaleString('en-US')} row${rows === 1 ? '' : 's'}`
      const next = { ...state, opening: null }
      if (text !== null) return step(next, { type: 'copy', text, what })
      return showMessage(
        next,
        `${what} are too much for a clipboard: ctrl-s writes them into a file.`,
        'error',
      )
    }
    case 'explained':
      return openPage({ ...state, message: null }, makeTextPage('Plan', message.text))
    case 'not-opened':
      return showMessage({ ...state, opening: null }, message.reason, 'error')
  }
}

function makeItem({ title, sections, copy, crumb, about, as }: OpenedPage): TextState {
  return { ...makePage(title, sections, copy ?? undefined, crumb), item: { about, as } }
}

/** The page of a resource that is on the screen, also under a line that is typed. */
function findWatched(state: State): WatchedPage | null {
  const { about = null, as = 'detail' } = findPage(state)?.item ?? {}
  return about && { about, as }
}

/** The page of a resource as the cache is now. What a sync no longer found stays, and says so. */
function refreshItem(state: State, message: Extract<FromReader, { type: 'page' | 'page-gone' }>): State {
  const open = findPage(state)
  const { about, as } = message.page
  const { item } = open ?? {}
  if (
    !open ||
    !item?.about ||
    item.as !== as ||
    item.about.kind !== about?.kind ||
    item.about.row !== about.row
  )
    return state
  // The number of a row may be given to another resource when its own is gone.
  const page = message.type === 'page' && message.page.crumb === open.crumb ? makeItem(message.page) : null
  if (page) {
    const warning = state.message?.text === goneLine.text ? null : state.message
    return replacePage({ ...state, message: warning }, open, { ...page, item: { about: item.about, as } })
  }
  if (item.gone) return state
  const sections = [{ title: null, place: 'wide', lines: [goneLine] } as const, ...open.sections]
  const warned = { ...state, message: { text: goneLine.text, tone: 'warning', until: null } } as const
  return replacePage(warned, open, { ...open, sections, item: { ...item, gone: true } })
}

const goneLine = {
  type: 'text',
  depth: 0,
  tone: 'bad',
  text: 'AWS no longer gave this resource when its scope was read again. This is what was known of it.',
} as const

/**
 * What is wrong with some expressions shows only when they are evaluated: then the line is open again over the table
 * before. Null if the table has shown rows, or was not asked for by a line.
 */
function returnToLine(
  state: State,
  { question, message }: Extract<FromReader, { type: 'failed' }>,
): Step | null {
  const { table, history, overlay } = state
  const { query, expression } = table.ask.view
  const isTyped = query === null && expression !== null && history.length > 0 && overlay === null
  if (question !== table.question || table.listed !== null || !isTyped) return null
  const back = goBack(state)
  const line = { type: 'command', line: lineOf(`query ${expression}`) } as const
  // Forward leads to no table that has failed.
  return step(
    pointAtMistake({ ...back.state, future: state.future }, line, sayOnScreen(message)),
    ...back.effects,
  )
}

/** After a login, the scopes that failed without it are read again. */
function finishLogin(state: State, text: string | null): Step {
  const next = state.overlay?.type === 'login' ? { ...state, overlay: null } : state
  if (text === null) return stepTo(next)
  return showMessage({ ...next, signedIn: true }, text, 'info', {
    type: 'sync',
    calls: 'when-due',
    view: next.table.ask.view,
    after: true,
  })
}

/** Whether something else was opened since a page was asked for. */
function isElsewhere({ overlay }: State): boolean {
  return overlay !== null && overlay.type !== 'text'
}

function resizeScreen(state: State, before: State): Step {
  const page = findPage(state)
  return refitTable(page ? replacePage(state, page, page, before) : state)
}

/** Profiles or regions, with what is known of them now. In a list that is open each stays in its place. */
function takeItems(state: State, which: 'profiles' | 'regions', items: readonly PickerItem[]): State {
  const { overlay, choices } = state
  const next = { ...state, choices: { ...choices, [which]: items } }
  if (overlay?.type !== 'picker' || overlay.which !== which) return next
  const known = new Map(items.map((item) => [item.value, item]))
  const shown = overlay.items.map((item) => known.get(item.value) ?? item)
  const added = items.filter(({ value }) => overlay.items.every((item) => item.value !== value))
  return { ...next, overlay: { ...overlay, items: [...shown, ...added] } }
}

function advanceClock(state: State, now: number): State {
  const { message } = state
  // To draw what stays as it is costs as much as what changes. Ages of minutes and days may be a few seconds late.
  const isQuiet = message === null && state.progress === null && !state.signedIn
  if (isQuiet && now - state.now < slowTick && now >= state.now && !showsSeconds(state)) return state
  const isOver = message !== null && message.until !== null && message.until <= now
  const signedIn = state.signedIn && isSyncing(state)
  return { ...state, now, signedIn, message: isOver ? null : message }
}

/** How late an age may be that is not shown in seconds, in ms. Less than the clock may lag behind rows. */
const slowTick = 4000

/** Whether an age of less than a minute is on the screen. */
function showsSeconds({ table, now, rows }: State): boolean {
  const { listed, window, top } = table
  if (!listed) return true
  const isYoung = (at: number) => Math.abs(now - at) < 60_000
  if (listed.coverage.oldest !== null && isYoung(listed.coverage.oldest)) return true
  const times = listed.columns.flatMap(({ type }, place) => (type === 'time' ? [place] : []))
  const body = countBodyRows({ rows })
  return window.rows
    .slice(Math.max(0, top - window.from), Math.max(0, top - window.from) + body)
    .some((row) => row !== null && times.some((place) => isYoung(Date.parse(row.cells[place] ?? ''))))
}

function applyMessage(state: State, event: Extract<UiEvent, { type: 'message' | 'export-ended' }>): State {
  const { text, tone } = event
  if (tone === 'error' && state.overlay?.type === 'command') return pointAtMistake(state, state.overlay, text)
  // An error with a caret under its place, or a long one, takes more than a line; the line being typed stays.
  const isLong = tone === 'error' && state.overlay === null && measureWidth(text) > state.columns
  if (isLong || text.includes('\n')) return openPage(state, makeTextPage('That did not work', text)).state
  const rest = event.type === 'message' && event.rest !== undefined ? { rest: event.rest } : {}
  return { ...state, message: { text, tone, ...rest, until: tone === 'info' ? state.now + 6000 : null } }
}

/** The line of an export goes when its file is written; with what is wrong it stays, to be corrected. */
function endExport(state: State, tone: 'info' | 'error'): State {
  const { overlay } = state
  if (overlay?.type !== 'export') return state
  return { ...state, overlay: tone === 'info' ? null : { ...overlay, isWriting: false } }
}
