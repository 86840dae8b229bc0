import type { KindColumns } from '../../config/remembered-columns.ts'
import type { ThemeName } from '../../config/settings.ts'
import type { Calls, Selection, View } from '../../model.ts'
import type { FileFormat } from '../../output/format-names.ts'
import type { ProgressFigures } from '../../sync/progress.ts'
import type { FaultReport } from '../threads/fault-messages.ts'
import type {
  FromReader,
  MarkedRow,
  OpenedPage,
  PageSection,
  TableRequest,
  ToReader,
  WantedValues,
} from '../threads/messages.ts'
import type { ColumnsState } from './columns-state.ts'
import type { EditedLine } from './line.ts'
import type { LoginOverlay, WelcomeOverlay } from './short-page-state.ts'
import type { TableState } from './shown-table.ts'
import type { FilterProblem, PastLines, QueryParameter, SaveState, TypedLine } from './typed-line.ts'

/** Everything that the screen shows. Rows live in the cache: only a window of them is here. */
export interface State {
  readonly columns: number
  readonly rows: number
  /** The clock, in ms since 1970, as of the last event that moved it. */
  readonly now: number
  /** How old a row may be before it is dimmed, in ms. */
  readonly fresh: number
  readonly demo: boolean
  readonly selection: Selection
  readonly table: TableState
  /** Places to come back to with esc or [, the last one first, and those to go forward to with ]. */
  readonly history: readonly Place[]
  readonly future: readonly Place[]
  /** What was asked for and has not come; null if nothing was. */
  readonly opening: Opening | null
  /** How much was opened so far. */
  readonly openings: number
  readonly overlay: Overlay | null
  /** The running sync; null if none runs. */
  readonly progress: ProgressFigures | null
  /** When the screen reads again by itself; null if it does not. */
  readonly repeat: Repeat | null
  /** The number of the last change that a sync reported to the reader. */
  readonly changes: number
  readonly message: Message | null
  /** Whether somebody has signed in, and what failed before is being read again. */
  readonly signedIn: boolean
  /** The row that another one can be compared with. */
  readonly marked: MarkedRow | null
  /** What was odd when the screen opened: the page of faults begins with it. */
  readonly notes: readonly string[]
  /** Lines that were taken before, the last one first. */
  readonly past: PastLines
  /** Codes that syncs wait for. */
  readonly questions: readonly MfaQuestion[]
  /** The kind that the settings make the usual one. */
  readonly usualKind: string
  /** The words of --role and its companions, if the profiles come from them. */
  readonly adHoc: readonly string[]
  readonly choices: Choices
  readonly look: Look
  /** The columns that were chosen for the tables of kinds. */
  readonly columnsOfKinds: Readonly<Record<string, KindColumns>>
  /** What the pickers mark, whoever chose it: profiles by name, regions as they were given; `*` for all. */
  readonly chosen: Pick<Selection, 'profiles' | 'regions'>
}

/** How the screen looks, whatever it shows. */
export interface Look {
  readonly theme: ThemeName
  /** Whether signs are ASCII: the locale has no others. */
  readonly plainSigns: boolean
  /** Whether a screen reader reads the screen aloud: it is said in words. */
  readonly spoken: boolean
  /** Whether the terminal reports the mouse. */
  readonly mouse: boolean
}

/** Reading again: after how long, and when next, in ms. A sync that ends sets the next time anew. */
export interface Repeat {
  readonly every: number
  readonly at: number
}

/** Where one is: a table, and the page of text over it. */
export interface Place {
  readonly table: TableState
  readonly page: TextState | null
}

/** What is being opened. By the number, its answer differs from that to an earlier wish. */
export interface Opening {
  readonly number: number
  /** As the line of messages says it: `Opening the row`. */
  readonly doing: string
  /** Whether it is opened in the user's pager or editor. */
  readonly outside?: true
}

/** A code that a sync waits for; others go on meanwhile. */
export interface MfaQuestion {
  readonly id: number
  /** Of the device: `arn:aws:iam::111122223333:mfa/name`. */
  readonly serial: string
  readonly profile: string
  /** How many codes AWS has refused. */
  readonly refused: number
  /** Why another code is wanted, if AWS has not refused one. */
  readonly reason: string | null
}

/** What the pickers offer and the command line completes. */
export interface Choices {
  readonly profiles: readonly PickerItem[]
  readonly regions: readonly PickerItem[]
  readonly queries: readonly PickerItem[]
}

export interface Message {
  readonly text: string
  /** What leads to the whole of it: the line ends with this if it has no room for the text. */
  readonly rest?: string
  /** A `warning` stays until the next key, as an `error` does. */
  readonly tone: 'info' | 'warning' | 'error'
  /** When it disappears by itself, in ms since 1970; null: with the next key. */
  readonly until: number | null
}

export type Overlay =
  | FilterState
  | CommandState
  | { readonly type: 'mfa'; readonly question: MfaQuestion; readonly line: EditedLine }
  | PickerState
  | ColumnsState
  | TextState
  | ExportState
  | SaveState
  /** Whether to quit: a key that was pressed twice must not end the program. */
  | { readonly type: 'leaving' }
  | WelcomeOverlay
  | LoginOverlay

/** The filter of a table. */
export interface FilterState extends TypedLine {
  readonly type: 'filter'
  readonly before: readonly string[]
  readonly problem: FilterProblem | null
}

/** The command line. */
export interface CommandState extends TypedLine {
  readonly type: 'command'
  /** The page over which it is typed. */
  readonly over?: TextState
}

export interface PickerItem {
  readonly value: string
  readonly note: string
  /** What stands in the columns beside the value, in the place of the note. */
  readonly cells?: readonly string[]
  /** Of a saved query: its kind, what it answers, and what may be set. */
  readonly saved?: {
    readonly kind: string
    readonly title: string
  }
  readonly parameters?: readonly QueryParameter[]
}

export interface PickerState {
  readonly type: 'picker'
  readonly which: 'profiles' | 'regions' | 'queries' | 'logins' | 'groups'
  readonly items: readonly PickerItem[]
  readonly marks: readonly string[]
  /** Whether a mark was set or removed: until then enter changes nothing. */
  readonly touched: boolean
  readonly search: EditedLine
  readonly searching: boolean
  /** Whether it asks whether to quit: behind the first list of profiles there is no table to go back to. */
  readonly leaving: boolean
  readonly index: number
}

/** A page of text that scrolls, with a cursor over its links. */
export interface TextState {
  readonly type: 'text'
  readonly title: string
  /** What it is called in the titles of pages that are opened from it. */
  readonly crumb: string
  readonly sections: readonly PageSection[]
  readonly top: number
  /** The link under the cursor, by its number. */
  readonly chosen: number
  readonly search: PageSearch | null
  /** Of a page about an item: the resource that it shows, if it is one, and in which form. */
  readonly item?: Pick<OpenedPage, 'about' | 'as'> & {
    /** Whether the resource is no longer there. */
    readonly gone?: boolean
  }
  /** What `c` copies. */
  readonly copy: string
  /** What the page shows anew whenever rows or scopes have changed. */
  readonly live?: LiveFaults
}

/** The faults of which a page is made. `group`: the cause that it is about; null for all. */
export interface LiveFaults {
  readonly type: 'faults'
  readonly report: FaultReport
  readonly group: string | null
}

/** What is looked for in a page. */
export interface PageSearch {
  readonly line: EditedLine
  readonly typing: boolean
  /** The first line on the screen when the search began, and the line that was found last. */
  readonly from: number
  readonly at?: number
}

export interface ExportState {
  readonly type: 'export'
  readonly line: EditedLine
  readonly format: FileFormat
  /** The file exists: enter once more replaces it. */
  readonly exists: boolean
  /** The file is being written: esc stops that. */
  readonly isWriting: boolean
}

/** What has happened: keys, messages of the other threads, the clock and the terminal. */
export type UiEvent =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'pasted'; readonly text: string }
  | { readonly type: 'mouse'; readonly does: 'wheel-up' | 'wheel-down' | 'click'; readonly line: number }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'ticked'; readonly now: number }
  | { readonly type: 'waited'; readonly number: number }
  | { readonly type: 'reader'; readonly message: FromReader }
  | { readonly type: 'sync-started' }
  | {
      readonly type: 'sync-reported'
      readonly progress: ProgressFigures
      readonly ended: boolean
      readonly changes: number
      readonly error: string | null
    }
  | { readonly type: 'mfa-wanted'; readonly question: MfaQuestion }
  | ({ readonly type: 'message' } & Pick<Message, 'text' | 'tone' | 'rest'>)
  | { readonly type: 'export-exists'; readonly file: string }
  | { readonly type: 'export-ended'; readonly text: string; readonly tone: 'info' | 'error' }
  /** A saved query of that name is the user's own already. */
  | { readonly type: 'save-exists' }
  | { readonly type: 'saved'; readonly text: string; readonly queries: readonly PickerItem[] }
  | { readonly type: 'text-shown'; readonly title: string; readonly text: string }
  | { readonly type: 'chosen'; readonly profiles: readonly string[]; readonly regions: readonly string[] }
  | {
      readonly type: 'items-listed'
      readonly which: 'profiles' | 'regions'
      readonly items: readonly PickerItem[]
    }
  /** `only`: the one session there is, if nobody is signed in to it: there is nothing to choose. */
  | {
      readonly type: 'logins-listed'
      readonly items: readonly PickerItem[]
      readonly index: number
      readonly only: string | null
    }
  | {
      readonly type: 'login-waiting'
      readonly name: string
      readonly url: string
      readonly code: string
      readonly complete: string
    }
  /** A sign-in has ended: with its sentence, or null if it did not succeed. */
  | { readonly type: 'login-done'; readonly text: string | null }
  | { readonly type: 'selected'; readonly selection: Selection }
  | { readonly type: 'query-found'; readonly ask: TableRequest }

/** Work to be done outside the reducer. */
export type Effect =
  | { readonly type: 'ask'; readonly question: number; readonly ask: TableRequest }
  | { readonly type: 'reader'; readonly message: ToReader }
  /** `after`: if one of the kind runs already, start this one when it has ended. */
  | {
      readonly type: 'sync'
      readonly calls: Calls
      readonly view: View
      readonly after?: boolean
      /** How old a scope may be that is not read, in ms, if not as old as rows may be. */
      readonly fresh?: number
    }
  | { readonly type: 'remember'; readonly selection: Selection }
  /** `columns`: null for the kind's own. */
  | { readonly type: 'remember-columns'; readonly kind: string; readonly columns: KindColumns | null }
  /** `line`: a saved query's name with its settings, or an expression. */
  | { readonly type: 'query'; readonly line: string; readonly kind: string; readonly scopes: Selection }
  | {
      readonly type: 'export'
      readonly file: string
      readonly format: FileFormat
      readonly force: boolean
      readonly ask: TableRequest
    }
  | { readonly type: 'stop-export' }
  | { readonly type: 'save'; readonly name: string; readonly force: boolean; readonly view: View }
  /** Values for what is being typed. */
  | { readonly type: 'offer'; readonly wanted: WantedValues; readonly scopes: Selection }
  /** A line was taken: the next start knows it. */
  | { readonly type: 'remember-line'; readonly what: keyof PastLines; readonly text: string }
  | { readonly type: 'copy'; readonly text: string; readonly what: string }
  | { readonly type: 'mfa-code'; readonly id: number; readonly code: string | null }
  /** Finds out which profiles have access now. */
  | { readonly type: 'profiles' }
  | { readonly type: 'logins' }
  | { readonly type: 'login'; readonly value: string }
  | { readonly type: 'login-open'; readonly url: string }
  | { readonly type: 'login-stop' }
  | { readonly type: 'redraw' }
  | { readonly type: 'suspend' }
  /** Shows a text in the user's pager or editor. */
  | { readonly type: 'view'; readonly name: string; readonly text: string }
  | { readonly type: 'demo' }
  | { readonly type: 'machine' }
  | { readonly type: 'quit' }

export interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
}

/** A sign-in that did not succeed. */
export const loginEnded: UiEvent = { type: 'login-done', text: null }

/** A step with a new state and no work outside. */
export function stepTo(state: State): Step {
  return { state, effects: [] }
}

export function step(state: State, ...effects: readonly Effect[]): Step {
  return { state, effects }
}

/** Whether a sync runs, or its last rows are not shown yet: until then nothing is missing for good. */
export function isSyncing({ progress, changes, table }: State): boolean {
  return progress !== null || (table.listed !== null && table.listed.changes < changes)
}

/** Lines of the screen around the table: title, header, status, hints. */
const chrome = 4

/** How many rows of a table, or lines of text, are on the screen. */
export function countBodyRows(state: Pick<State, 'rows'>): number {
  return Math.max(1, state.rows - chrome)
}
