import { width } from '../output/cell.ts'
import { pressed } from './keys/all-keys.ts'
import { said, selectionChanged } from './state/actions.ts'
import { faultsText } from './state/faults-text.ts'
import { questionShown, questionsDropped } from './state/mfa-question.ts'
import { pickerOf } from './state/picker.ts'
import { pastedIn } from './state/prompts.ts'
import { isSyncing, type State, type Step, step, still, type UiEvent } from './state/state.ts'
import { heard, opened, refitted } from './state/table-state.ts'
import { scrolled, textPage } from './state/text-page.ts'
import type { FromReader } from './threads/messages.ts'

/** The one reducer: what an event makes of the screen, and what is to be done outside. Pure. */
export function update(state: State, event: UiEvent): Step {
  const { state: next, effects } = folded(state, event)
  return { state: questionShown(next), effects }
}

function folded(state: State, event: UiEvent): Step {
  switch (event.type) {
    case 'key':
      return pressed(state.message ? { ...state, message: null } : state, event.key)
    case 'pasted':
      return pastedIn(state, event.text)
    case 'resized':
      return resized({ ...state, columns: event.columns, rows: event.rows })
    case 'ticked':
      return still(ticked(state, event.now))
    case 'reader':
      return told(state, event.message)
    case 'sync-started':
      return still({ ...state, progress: { scopes: 0, done: 0, pages: 0, rows: 0, faults: 0 } })
    case 'sync-told': {
      const progress = event.ended ? null : event.progress
      const message = event.error ? { text: event.error, tone: 'error' as const, until: null } : state.message
      const next = { ...state, progress, message, changes: event.changes }
      return still(event.ended ? questionsDropped(next) : next)
    }
    case 'mfa-wanted':
      return still({ ...state, questions: [...state.questions, event.question] })
    case 'said':
      return still(saying(state, event))
    case 'export-exists':
      return still(
        state.overlay?.type === 'export' ? { ...state, overlay: { ...state.overlay, exists: true } } : state,
      )
    case 'chosen':
      return still({ ...state, chosen: { profiles: event.profiles, regions: event.regions } })
    case 'logins-listed':
      return still({ ...state, overlay: { ...pickerOf('logins', event.items, []), index: event.index } })
    case 'login-asked': {
      const { name, url, code, complete } = event
      if (state.overlay?.type !== 'login') return still(state)
      const asked = { ...state, overlay: { type: 'login', name, url, code, complete } as const }
      return step(asked, { type: 'copy', text: complete, what: 'the address' })
    }
    case 'login-done':
      return signedIn(state, event.text)
    case 'selected':
      return selectionChanged(state, event.selection)
    case 'query-found': {
      const { state: next, effects } = opened(state, event.ask)
      return step(next, ...effects, { type: 'sync', calls: 'when-due', view: event.ask.view })
    }
  }
}

function told(state: State, message: FromReader): Step {
  switch (message.type) {
    case 'item':
      if (isElsewhere(state)) return still(state)
      return still({
        ...state,
        overlay: textPage(message.title, message.text ?? 'This row has gone since: it was read again.'),
      })
    case 'faults':
      if (isElsewhere(state)) return still(state)
      return still({
        ...state,
        overlay: textPage('Faults', faultsText(message.report, isSyncing(state))),
      })
    default:
      return heard(state, message)
  }
}

/** What failed for want of the login is read by itself. */
function signedIn(state: State, text: string | null): Step {
  const next = state.overlay?.type === 'login' ? { ...state, overlay: null } : state
  if (text === null) return still(next)
  return said(next, text, 'info', {
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

function resized(state: State): Step {
  const { overlay } = state
  const fitted = overlay?.type === 'text' ? scrolled(overlay, overlay.top, state) : overlay
  return refitted({ ...state, overlay: fitted })
}

function ticked(state: State, now: number): State {
  const { message } = state
  const gone = message !== null && message.until !== null && message.until <= now
  return { ...state, now, message: gone ? null : message }
}

function saying(state: State, { text, tone }: Extract<UiEvent, { type: 'said' }>): State {
  // An error with a caret under its place, or of many words, takes more than a line; what is being typed stays.
  const isLong = tone === 'error' && state.overlay === null && width(text) > state.columns
  if (isLong || text.includes('\n')) return { ...state, overlay: textPage('That did not work', text) }
  const overlay = state.overlay?.type === 'export' && tone === 'info' ? null : state.overlay
  return { ...state, overlay, message: { text, tone, until: tone === 'info' ? state.now + 6000 : null } }
}
