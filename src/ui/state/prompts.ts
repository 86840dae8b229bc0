import {
  endingOf,
  fileFormats,
  formatOfFile,
  unknownEnding,
  withoutEnding,
} from '../../output/format-names.ts'
import type { OfferedValues } from '../threads/messages.ts'
import * as act from './actions.ts'
import { requestLogins } from './actions.ts'
import { completeColumn, takeColumn, typeColumn } from './column-chooser.ts'
import { type LineCommand, parseCommand } from './command-line.ts'
import { judgeFilter } from './filter-line.ts'
import { findPage } from './history.ts'
import { type EditedLine, editLine, lineOf, pasteText } from './line.ts'
import {
  type Completable,
  findNewWish,
  findWantedValues,
  isAwaited,
  takeOffer,
  turnCompletion,
} from './line-completion.ts'
import { answerQuestion, makeCodeLine, takeCode } from './mfa-question.ts'
import { rememberLine, turnToPast } from './past-lines.ts'
import { movePicker } from './picker.ts'
import { saveShown, takeSave } from './save-line.ts'
import {
  type CommandState,
  type ExportState,
  type Overlay,
  type State,
  type Step,
  step,
  stepTo,
} from './state.ts'
import { requestOfShown } from './table-columns.ts'
import { changeView } from './table-state.ts'
import { changeSearch, endSearch, scrollTo } from './text-page.ts'
import type { TypedLine } from './typed-line.ts'

/** The actions of commands that keys have too, given by the table of keys. */
export interface LineActions {
  readonly requestFaults: (state: State) => Step
  readonly openHelp: (state: State) => Step
}

/** A key typed into the line on top. A key that is neither text nor editing does nothing. */
export function typeKey(state: State, key: string): Step {
  const line = findLine(state.overlay)
  const next = line && editLine(line, key)
  return next ? replaceLine(state, next) : stepTo(state)
}

/** Text pasted into the line on top. */
export function pasteIntoLine(state: State, text: string): Step {
  const line = findLine(state.overlay)
  return line ? replaceLine(state, pasteText(line, text)) : stepTo(state)
}

/** Enter: the line is taken. */
export function takeLine(state: State, actions: LineActions): Step {
  const { overlay } = state
  switch (overlay?.type) {
    case 'filter':
      return overlay.problem?.tone === 'error' ? stepTo(state) : takeFilter(state, overlay.line.text)
    case 'picker':
      return stepTo({ ...state, overlay: { ...overlay, searching: false } })
    case 'text':
      return stepTo({ ...state, overlay: endSearch(overlay) })
    case 'columns':
      return stepTo({ ...state, overlay: takeColumn(overlay) })
    case 'mfa':
      return takeCode(state, overlay.question, overlay.line.text)
    case 'export':
      return takeExport(state, overlay)
    case 'save':
      return takeSave(state, overlay)
    case 'command':
      return overlay.line.text.trim() === ''
        ? stepTo({ ...state, overlay: overlay.over ?? null })
        : takeCommand(state, overlay.line.text, actions)
    default:
      return stepTo(state)
  }
}

/** Esc: restores what was there before the line. */
export function leaveLine(state: State): Step {
  const { overlay } = state
  if (overlay?.type === 'picker') {
    const cleared = { ...overlay, search: lineOf(''), searching: false }
    return stepTo({ ...state, overlay: movePicker(cleared, 0) })
  }
  if (overlay?.type === 'columns')
    return stepTo({ ...state, overlay: { ...overlay, line: null, index: 0, problem: null } })
  if (overlay?.type === 'mfa') return answerQuestion(state, overlay.question, null)
  if (overlay?.type === 'text') {
    const { search } = overlay
    return stepTo({ ...state, overlay: scrollTo({ ...overlay, search: null }, search?.from ?? 0, state) })
  }
  const closed = { ...state, overlay: findPage(state) }
  if (overlay?.type === 'export' && overlay.isWriting) return step(closed, { type: 'stop-export' })
  if (overlay?.type !== 'filter') return stepTo(closed)
  const { fixed, ask } = state.table
  const filters = [...fixed, ...overlay.before]
  const isSame = filters.join('\n') === ask.view.filters.join('\n')
  return isSame ? stepTo(closed) : changeView(closed, { filters })
}

/** Tab: a filter or a command becomes its next completion; an export takes the next format. Backwards with `by` -1. */
export function completeLine(state: State, by: 1 | -1 = 1): Step {
  const { overlay } = state
  if (overlay?.type === 'command' || overlay?.type === 'filter') {
    const turned = turnCompletion(overlay, by, state)
    return turned
      ? putLine(state, overlay, turned.line, turned.completed && { completed: turned.completed })
      : stepTo(state)
  }
  if (overlay?.type === 'columns') return stepTo({ ...state, overlay: completeColumn(overlay) })
  if (overlay?.type !== 'export' || overlay.isWriting) return stepTo(state)
  const format = fileFormats.at((fileFormats.indexOf(overlay.format) + by) % fileFormats.length) ?? 'csv'
  const line = lineOf(`${withoutEnding(overlay.line.text)}.${endingOf(format)}`)
  return stepTo({ ...state, overlay: { ...overlay, format, line, exists: false } })
}

/** Up and down: an earlier line that begins with what was typed, or a later one again. */
export function recallLine(state: State, by: 1 | -1): Step {
  const { overlay } = state
  if (overlay?.type !== 'command' && overlay?.type !== 'filter') return stepTo(state)
  const turned = turnToPast(overlay, state.past[overlay.type], by)
  return turned
    ? putLine(state, overlay, turned.line, turned.recalled && { recalled: turned.recalled })
    : stepTo(state)
}

/** Values of the cache have come for what is being typed. */
export function takeOffered(state: State, offer: OfferedValues): Step {
  const { overlay } = state
  if (overlay?.type !== 'command' && overlay?.type !== 'filter') return stepTo(state)
  const typed = takeOffer(overlay, offer, state)
  return typed === overlay ? stepTo(state) : applyTyped({ ...state, overlay: typed })
}

/** Puts another text into a line that can be completed. `turn`: for what it stands. */
function putLine(
  state: State,
  typed: Completable,
  line: EditedLine,
  turn?: Pick<TypedLine, 'completed'> | Pick<TypedLine, 'recalled'>,
): Step {
  const { completed: _, recalled: __, ...kept } = typed
  return applyTyped({ ...state, overlay: { ...kept, line, ...turn } })
}

/** Asks for the values that may complete the line on top, if it has changed; ends what was asked for if they are not wanted. */
export function wishForValues({ overlay: before }: Pick<State, 'overlay'>, { state, effects }: Step): Step {
  const { overlay } = state
  if (overlay === before) return { state, effects }
  const [typedBefore, typed] = [before, overlay].map((each) =>
    each?.type === 'command' || each?.type === 'filter' ? each : null,
  )
  const isSame = typedBefore?.type === typed?.type
  const wish = typed && findNewWish(typed, isSame && typedBefore ? typedBefore : null, state)
  if (wish)
    return step(state, ...effects, { type: 'offer', wanted: wish, scopes: state.table.ask.view.scopes })
  const isLeft = typedBefore && isAwaited(typedBefore, state) && !(typed && findWantedValues(typed, state))
  return isLeft
    ? step(state, ...effects, { type: 'reader', message: { type: 'leave-offer' } })
    : { state, effects }
}

/** While a filter is typed, the rows are those that its finished terms leave. */
function applyTyped(state: State): Step {
  const { overlay, table, now } = state
  if (overlay?.type !== 'filter') return stepTo(state)
  const { problem, applied } = judgeFilter(overlay.line, table, now, overlay.offer)
  const judged = { ...state, overlay: { ...overlay, problem } }
  return applied === null ? stepTo(judged) : showFilter(judged, applied)
}

function findLine(overlay: Overlay | null): EditedLine | null {
  switch (overlay?.type) {
    case 'filter':
    case 'command':
    case 'export':
    case 'save':
    case 'mfa':
      return overlay.line
    case 'picker':
      return overlay.search
    case 'columns':
      return overlay.line
    case 'text':
      return overlay.search?.typing ? overlay.search.line : null
    default:
      return null
  }
}

function replaceLine(state: State, line: EditedLine): Step {
  const { overlay } = state
  switch (overlay?.type) {
    case 'command':
    case 'filter':
      return putLine(state, overlay, line)
    case 'save':
      return stepTo({ ...state, overlay: { ...overlay, line, exists: false } })
    case 'columns':
      return stepTo({ ...state, overlay: typeColumn(overlay, line) })
    case 'text':
      return stepTo({ ...state, overlay: changeSearch(overlay, line, state) })
    case 'export': {
      if (overlay.isWriting) return stepTo(state)
      const format = formatOfFile(line.text) ?? overlay.format
      return stepTo({ ...state, overlay: { ...overlay, line, format, exists: false } })
    }
    case 'mfa':
      return stepTo({ ...state, overlay: { ...overlay, line: makeCodeLine(line.text) } })
    case 'picker':
      return stepTo({ ...state, overlay: { ...movePicker({ ...overlay, search: line }, 0) } })
    default:
      return stepTo(state)
  }
}

/** Enter ends the last term, too. */
function takeFilter(state: State, text: string): Step {
  const { state: shown, effects } = showFilter({ ...state, overlay: null }, text)
  const { state: next, effects: more } = rememberLine(shown, 'filter', text)
  return step(next, ...effects, ...more)
}

/** Leaves the rows for which the filter holds, unless they are shown already. */
function showFilter(state: State, written: string): Step {
  const { fixed, ask } = state.table
  const { filters: shown } = ask.view
  const text = written.trim()
  const filters = [...fixed, ...(text === '' ? [] : [text])]
  const isShown = filters.length === shown.length && filters.every((each, at) => each === shown[at])
  return isShown ? stepTo(state) : changeView(state, { filters, now: state.now })
}

function takeExport(state: State, overlay: ExportState): Step {
  const { line, format, exists, isWriting } = overlay
  if (isWriting) return stepTo(state)
  const file = line.text.trim()
  if (file === '') return act.showMessage(state, 'Give the file a name.', 'error')
  const problem = unknownEnding(file)
  if (problem) return act.showMessage(state, `${problem}.`, 'error')
  const ask = requestOfShown(state)
  const writing = { ...state, overlay: { ...overlay, isWriting: true } }
  return step(writing, { type: 'export', file, format, force: exists, ask })
}

/** A line with a mistake stays, to be corrected: also an expression's, until its table opens. */
function takeCommand(state: State, text: string, actions: LineActions): Step {
  const found = parseCommand(text, state.choices)
  if ('problem' in found) return act.showMessage(state, found.problem, 'error')
  const { name } = found.command
  const { state: remembered, effects } = rememberLine(state, 'command', text)
  const before = name === 'query' ? remembered : { ...remembered, overlay: findPage(state) }
  const run = runs[name]
  const done = run
    ? run(before, found.argument, actions)
    : act.openKind(before, name, filterOf(found.argument))
  const isRefused = done.state.message !== state.message && done.state.message?.tone === 'error'
  const next = isRefused ? { ...done.state, overlay: state.overlay } : done.state
  return step(next, ...effects, ...done.effects)
}

/** In k9s a filter after a kind begins with a slash. A regex begins and ends with one. */
function filterOf(argument: string): string {
  return /^\/[^/]*$/.test(argument) ? argument.slice(1) : argument
}

/** What is wrong with the command line: its sentence over the line, and the caret of the line at the place. */
export function pointAtMistake(state: State, overlay: CommandState, text: string): State {
  const [sentence = '', shown = '', mark = ''] = text.split('\n')
  const [before = '', place = ''] = [shown.slice(0, mark.indexOf('^')), shown.slice(mark.indexOf('^'))]
  // A long expression is shown in part.
  const from = overlay.line.text.indexOf(shown.replaceAll('…', ''))
  const at = from + before.replaceAll('…', '').length
  const isFound = mark.includes('^') && from >= 0 && (place !== '' || before !== '')
  const line = isFound ? { ...overlay.line, at } : overlay.line
  return {
    ...state,
    overlay: { type: 'command', line, ...(overlay.over ? { over: overlay.over } : {}) },
    message: { text: sentence, tone: 'error', until: null },
  }
}

type RunCommand = (state: State, argument: string, actions: LineActions) => Step

/** What the commands do; those without a row here are kinds. */
const runs: Readonly<Record<LineCommand['name'], RunCommand>> = {
  query: (state, argument) =>
    argument === '' ? act.openPicker(state, 'queries') : act.runQuery(state, argument),
  find: act.findEverywhere,
  scopes: act.openScopes,
  faults: (state, _, { requestFaults: faults }) => faults(state),
  queries: (state) => act.openPicker(state, 'queries'),
  profiles: (state) => act.openPicker(state, 'profiles'),
  regions: (state) => act.openPicker(state, 'regions'),
  login: requestLogins,
  sync: act.syncAgain,
  export: (state, file) => {
    const opened = act.openExport(state, file)
    const { overlay } = opened.state
    return file === '' || overlay?.type !== 'export' ? opened : takeExport(opened.state, overlay)
  },
  save: saveShown,
  command: act.showCommand,
  explain: (state) =>
    act.askReader(state, 'Looking at what is read', (number) => ({ type: 'explain', number })),
  theme: act.chooseTheme,
  help: (state, _, { openHelp: help }) => help(state),
  q: (state) => step(state, { type: 'quit' }),
}
