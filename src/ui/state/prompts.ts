import { endingOf, formatOfFile, formats, unknownEnding } from '../../output/format.ts'
import * as act from './actions.ts'
import { loginsAsked } from './actions.ts'
import { completions, type LineCommand, understood } from './command-line.ts'
import { edited, type Line, lineOf, pasted } from './line.ts'
import { answered, codeLine, codeTaken } from './mfa-question.ts'
import { pickerMoved } from './picker.ts'
import { type ExportState, type Overlay, type State, type Step, step, still } from './state.ts'
import { askedView } from './table-state.ts'

/** What commands of the command line do that keys do too: given by the table of keys. */
export interface LineActions {
  readonly faults: (state: State) => Step
  readonly help: (state: State) => Step
}

/** A key typed into the line on top; nothing where it is not text or editing. */
export function typed(state: State, key: string): Step {
  const line = lineIn(state.overlay)
  const next = line && edited(line, key)
  return next ? written(state, next) : still(state)
}

/** Text pasted into the line on top. */
export function pastedIn(state: State, text: string): Step {
  const line = lineIn(state.overlay)
  return line ? written(state, pasted(line, text)) : still(state)
}

/** Enter: the line is taken. */
export function lineTaken(state: State, actions: LineActions): Step {
  const { overlay } = state
  switch (overlay?.type) {
    case 'filter':
      return still({ ...state, overlay: null })
    case 'picker':
      return still({ ...state, overlay: { ...overlay, searching: false } })
    case 'mfa':
      return codeTaken(state, overlay.question, overlay.line.text)
    case 'export':
      return exportTaken(state, overlay)
    case 'command':
      return overlay.line.text.trim() === ''
        ? still({ ...state, overlay: null })
        : commandTaken({ ...state, overlay: null }, overlay.line.text, actions)
    default:
      return still(state)
  }
}

/** Esc: what was before the line is there again. */
export function lineLeft(state: State): Step {
  const { overlay } = state
  if (overlay?.type === 'picker') {
    const cleared = { ...overlay, search: lineOf(''), searching: false }
    return still({ ...state, overlay: pickerMoved(cleared, 0) })
  }
  if (overlay?.type === 'mfa') return answered(state, overlay.question, null)
  const closed = { ...state, overlay: null }
  if (overlay?.type !== 'filter' || overlay.before === state.table.ask.view.filter) return still(closed)
  return askedView(closed, { filter: overlay.before })
}

/** Tab: a command is completed; an export takes the next format. */
export function lineCompleted(state: State): Step {
  const { overlay } = state
  if (overlay?.type === 'command') {
    const [first] = completions(overlay.line.text, state.choices)
    const next = first === overlay.line.text ? `${first} ` : first
    return still(next === undefined ? state : { ...state, overlay: { ...overlay, line: lineOf(next) } })
  }
  if (overlay?.type !== 'export') return still(state)
  const format = formats[(formats.indexOf(overlay.format) + 1) % formats.length] ?? 'csv'
  const file = overlay.line.text.replace(/\.[\w-]*$/, '')
  const line = lineOf(`${file}.${endingOf(format)}`)
  return still({ ...state, overlay: { ...overlay, format, line, exists: false } })
}

function lineIn(overlay: Overlay | null): Line | null {
  switch (overlay?.type) {
    case 'filter':
    case 'command':
    case 'export':
    case 'mfa':
      return overlay.line
    case 'picker':
      return overlay.search
    default:
      return null
  }
}

function written(state: State, line: Line): Step {
  const { overlay } = state
  switch (overlay?.type) {
    case 'command':
      return still({ ...state, overlay: { ...overlay, line } })
    case 'export': {
      const format = formatOfFile(line.text) ?? overlay.format
      return still({ ...state, overlay: { ...overlay, line, format, exists: false } })
    }
    case 'mfa':
      return still({ ...state, overlay: { ...overlay, line: codeLine(line.text) } })
    case 'picker':
      return still({ ...state, overlay: { ...pickerMoved({ ...overlay, search: line }, 0) } })
    case 'filter': {
      const changed = { ...state, overlay: { ...overlay, line } }
      const filter = line.text === '' || line.text === '!' ? null : line.text
      return filter === state.table.ask.view.filter ? still(changed) : askedView(changed, { filter })
    }
    default:
      return still(state)
  }
}

function exportTaken(state: State, { line, format, exists }: ExportState): Step {
  const file = line.text.trim()
  if (file === '') return act.said(state, 'Give the file a name.', 'error')
  const problem = unknownEnding(file)
  if (problem) return act.said(state, `${problem}.`, 'error')
  return step(state, { type: 'export', file, format, force: exists, ask: state.table.ask })
}

function commandTaken(state: State, text: string, actions: LineActions): Step {
  const found = understood(text)
  if ('problem' in found) return act.said(state, found.problem, 'error')
  const run = runs[found.command.name]
  return run ? run(state, found.argument, actions) : act.kindOpened(state, found.command.name)
}

type Run = (state: State, argument: string, actions: LineActions) => Step

/** What the commands do; those without a row here are kinds. */
const runs: Readonly<Record<LineCommand['name'], Run>> = {
  query: (state, argument) =>
    argument === '' ? act.pickerOpened(state, 'queries') : act.queryAsked(state, argument),
  scopes: act.scopesOpened,
  faults: (state, _, { faults }) => faults(state),
  queries: (state) => act.pickerOpened(state, 'queries'),
  profiles: (state) => act.pickerOpened(state, 'profiles'),
  regions: (state) => act.pickerOpened(state, 'regions'),
  login: loginsAsked,
  sync: act.syncedAgain,
  export: act.exportAsked,
  command: act.commandShown,
  help: (state, _, { help }) => help(state),
  q: (state) => step(state, { type: 'quit' }),
}
