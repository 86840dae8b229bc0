import { makePlainView } from '../../src/kinds.ts'
import type { Effect, State, UiEvent } from '../../src/ui/state/state.ts'
import { makeEmptyTable } from '../../src/ui/state/table-state.ts'
import type {
  CoverageSummary,
  FromReader,
  ListingSummary,
  ShownRow,
  ToReader,
} from '../../src/ui/threads/messages.ts'
import { update } from '../../src/ui/update.ts'

export const now = Date.parse('2026-11-24T12:00:00Z')

export const view = makePlainView('instances', { profiles: [], accounts: [], regions: [] })

export const coverage: CoverageSummary = {
  accounts: 3,
  regions: 2,
  scopes: 6,
  covered: 6,
  stale: 0,
  older: 0,
  missing: 0,
  elsewhere: 0,
  failed: 0,
  accepted: 0,
  skipped: 0,
  oldest: now,
  worst: null,
}

/** A screen of a size on which nothing has happened yet. */
export function screen(columns = 80, rows = 24): State {
  return {
    columns,
    rows,
    now,
    fresh: 900_000,
    demo: false,
    selection: view.scopes,
    table: makeEmptyTable({ type: 'view', view, names: null }, 1),
    history: [],
    future: [],
    opening: null,
    openings: 0,
    overlay: null,
    progress: null,
    repeat: null,
    changes: 0,
    message: null,
    signedIn: false,
    marked: null,
    notes: [],
    past: { filter: [], command: [] },
    questions: [],
    usualKind: 'instances',
    adHoc: [],
    choices: {
      profiles: ['dev', 'prod', 'staging'].map((value) => ({ value, note: 'role' })),
      regions: ['*', 'eu-west-1'].map((value) => ({ value, note: '' })),
      queries: ['by-state', 'running'].map((value) => ({ value, note: 'instances' })),
    },
    columnsOfKinds: {},
    chosen: { profiles: ['prod'], regions: [] },
    look: { theme: 'terminal', plainSigns: false, spoken: false, mouse: false },
  }
}

/** A screen, and a reader of a list of keys that answers it as the real one does. */
export function driveKeys(first: State, keys: readonly number[], values: readonly string[] = []) {
  let state = first
  let listing = keys
  let version = 0
  const effects: Effect[] = []
  const held: FromReader[] = []
  const listed = (): ListingSummary => ({
    version,
    total: listing.length,
    coverage,
    changes: 0,
    columns: ['Name', 'InstanceId', 'State'].map((name) => ({ name, type: 'text', width: 10 })),
  })
  const rowsFrom = (from: number, count: number) => ({
    from: Math.max(0, from),
    rows: listing.slice(Math.max(0, from), Math.max(0, from) + count).map(row),
    widths: [],
  })
  const answer = (message: ToReader): FromReader | null => {
    if (message.type === 'adopt') {
      const found = message.key === null ? -1 : listing.indexOf(message.key)
      const index = found >= 0 ? found : Math.max(0, Math.min(message.index, listing.length - 1))
      const window = rowsFrom(index - message.above, message.count)
      return { type: 'adopted', question: message.question, listed: listed(), index, window }
    }
    if (message.type !== 'window') return null
    return {
      type: 'window',
      question: message.question,
      version,
      window: rowsFrom(message.from, message.count),
    }
  }
  // Of each column `values` may hold what is typed.
  const offer = (effect: Effect): FromReader | null => {
    if (effect.type !== 'offer') return null
    const { wanted } = effect
    const found = values.filter((value) => value.startsWith(wanted.begun))
    const offered = found.map((value) => ({ value, count: 1 }))
    return { type: 'offered', offer: { wanted, values: offered, more: 0, looked: null } }
  }
  const send = (event: UiEvent, hold = false): void => {
    const next = update(state, event)
    state = next.state
    for (const effect of next.effects) {
      effects.push(effect)
      const reply = effect.type === 'reader' ? answer(effect.message) : offer(effect)
      if (reply && hold) held.push(reply)
      else if (reply) send({ type: 'reader', message: reply })
    }
  }
  return {
    state: () => state,
    effects,
    /** Presses keys one after another; with `hold`, the reader's answers wait. */
    press: (...names: string[]) => {
      for (const key of names) send({ type: 'key', key })
    },
    pressHeld: (...names: string[]) => {
      for (const key of names) send({ type: 'key', key }, true)
    },
    send,
    /** The reader has made another listing. */
    list(next: readonly number[], hold = false) {
      listing = next
      version += 1
      const message: FromReader = { type: 'listed', question: state.table.question, listed: listed() }
      send({ type: 'reader', message }, hold)
    },
    /** Lets the oldest of the held answers come, and holds what it leads to. Whether there was one. */
    releaseOldest(): boolean {
      const message = held.shift()
      if (message) send({ type: 'reader', message }, true)
      return message !== undefined
    },
    /** Lets the held answers come. */
    release() {
      for (const message of held.splice(0)) send({ type: 'reader', message })
    },
  }
}

export function row(key: number): ShownRow {
  return { key, seenAt: now, cells: [`name-${key}`, `i-${key}`, 'running'] }
}

/** Numbers from 0 up to a count. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
