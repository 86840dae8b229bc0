/** Every message between the screen and its threads: the reader of the cache, a sync. */

import type { AwsConfig } from '../../config/aws-config.ts'
import type { DebugLog, Io } from '../../io.ts'
import type { Calls, View } from '../../model.ts'
import type { Range } from '../../query/filter/mark-matches.ts'
import type { Marks, RowMark } from '../../query/listing.ts'
import type { ProgressFigures } from '../../sync/progress.ts'
import type { ScopeSelection } from '../../sync/standing.ts'
import type { SyncPace } from '../../sync/up-to-date.ts'
import type { FaultReport, Retry } from './fault-messages.ts'
import type { FoundTerm } from './match-messages.ts'

/** What a table shows: a view over resources, the ledger's scopes, or what words were found in. */
export type TableRequest =
  | {
      readonly type: 'view'
      readonly view: View
      readonly names: readonly string[] | null
      /** Whether its groups were asked for by themselves: otherwise they are those of its saved query. */
      readonly counted?: boolean
    }
  | { readonly type: 'scopes'; readonly view: View }
  | { readonly type: 'find'; readonly view: View; readonly words: readonly string[] }

/** How cells of a column are shown. */
export interface ListedColumn {
  readonly name: string
  readonly type: 'text' | 'number' | 'time' | 'state'
  /** Cells of the widest value among the first rows. A window may hold a wider one. */
  readonly width: number
  /** Whether nobody asked for it: it fills room that is left. */
  readonly extra?: boolean
  /** Whether all rows have the same value, or the value that they have in a column before this one. */
  readonly saysNothing?: boolean
  /** What all values begin with, if that says nothing: `acme-`. */
  readonly beginning?: string
  /** The largest of the numbers whose sizes are shown by bars. */
  readonly most?: number
}

/** A row ready to be shown: harmless text, times as ISO 8601. */
export interface ShownRow {
  readonly key: number
  readonly seenAt: number | null
  /** What the last reading of its scope made of it. */
  readonly mark?: RowMark | null
  readonly cells: readonly string[]
  /** What the filter matches in each cell, in UTF-16 units; none if it matches nothing that is shown. */
  readonly matches?: readonly (readonly Range[])[]
  /** Where each term of the filter is found. */
  readonly found?: readonly FoundTerm[]
}

/** Rows of a listing from a place on; null for a row that no longer exists. */
export interface RowWindow {
  readonly from: number
  readonly rows: readonly (ShownRow | null)[]
  /** Cells of the widest value of each column in all rows that were shown of the question: they never get fewer. */
  readonly widths: readonly number[]
}

/** What the rows cover and what is missing. */
export interface CoverageSummary {
  readonly accounts: number
  readonly regions: number
  readonly scopes: number
  readonly covered: number
  readonly stale: number
  /** Scopes that could not be read again, and whose older rows are shown. */
  readonly older: number
  /** Scopes that were never read to their end. */
  readonly missing: number
  /** Scopes that another muster is reading just now, and that are not fresh; they are none of the others. */
  readonly elsewhere: number
  /** How many of both failed, rather than were not read yet or cut off. */
  readonly failed: number
  readonly accepted: number
  readonly skipped: number
  /** When the oldest row was read, in ms since 1970. */
  readonly oldest: number | null
  /** The largest cause of what was not read, in one line, and whether one login fixes it. */
  readonly worst: { readonly cause: string; readonly byLogin: boolean } | null
}

/** A listing that the reader has made. `version` grows with each listing of a question. */
export interface ListingSummary {
  readonly version: number
  readonly total: number
  readonly columns: readonly ListedColumn[]
  readonly coverage: CoverageSummary
  /** How many rows the last complete readings made new or changed; null if none. */
  readonly marks?: Marks | null
  /** The number of the last change that the reader knew of. */
  readonly changes: number
}

export type ToReader =
  | {
      readonly type: 'ask'
      readonly question: number
      readonly ask: TableRequest
      readonly selection: ScopeSelection
    }
  /** Something of a scope has changed in a sync; changes are numbered. `retries`: what is tried again later. */
  | { readonly type: 'changed'; readonly number: number; readonly retries: readonly Retry[] }
  /** Show the newest listing from now on. `key`: the row under the cursor, to be found again. */
  | {
      readonly type: 'adopt'
      readonly question: number
      readonly key: number | null
      readonly index: number
      readonly above: number
      readonly count: number
    }
  | {
      readonly type: 'window'
      readonly question: number
      readonly version: number
      readonly from: number
      readonly count: number
    }
  /** A row of the table is opened: the resource that it comes from, the table of the rows that it counts, or itself. */
  | {
      readonly type: 'open'
      readonly number: number
      readonly question: number
      readonly key: number
      readonly as: ItemForm
    }
  /** A resource is opened by its row in the cache. */
  | {
      readonly type: 'open-resource'
      readonly number: number
      readonly kind: string
      readonly row: number
      readonly as: ItemForm
    }
  /** The page of a resource that the screen shows from now on: it is made anew when the cache changes. Null for none. */
  | { readonly type: 'watch'; readonly page: WatchedPage | null }
  /** A row is marked, or compared with the one that is. */
  | {
      readonly type: 'mark'
      readonly number: number
      readonly question: number
      readonly key: number
      readonly marked: MarkedRow | null
    }
  /** Nobody waits any more for what was asked for by a number. */
  | { readonly type: 'leave' }
  /** `again`: for a page that shows them already. */
  | { readonly type: 'faults'; readonly again: boolean }
  /** These columns of the table that is shown, as text with a tab between two cells. */
  | {
      readonly type: 'table-text'
      readonly number: number
      readonly question: number
      readonly columns: readonly string[]
    }
  /** How the table that is shown is answered. */
  | { readonly type: 'explain'; readonly number: number }
  /** What columns of a kind may be made of. */
  | { readonly type: 'column-names'; readonly kind: string }
  /** Values that may complete what is being typed. `selection`: of a kind that is named; null for the table that is shown. */
  | {
      readonly type: 'offer'
      readonly wanted: WantedValues
      readonly selection: ScopeSelection | null
    }
  /** They are not wanted any more. */
  | { readonly type: 'leave-offer' }

/** Values that stand in the cache and begin as what is typed. */
export interface WantedValues {
  /** The kind in whose rows they are looked for; null for the table that is shown. */
  readonly kind: string | null
  readonly of:
    | { readonly type: 'column'; readonly names: readonly string[] }
    | { readonly type: 'tag-keys' }
    | { readonly type: 'tag-values'; readonly key: string }
  readonly begun: string
}

/** Values with how often each was found, the most frequent first. */
export interface OfferedValues {
  readonly wanted: WantedValues
  readonly values: readonly { readonly value: string; readonly count: number }[]
  /** How many more there are. */
  readonly more: number
  /** Of how many rows, if not all have been looked into. */
  readonly looked: number | null
}

/** The page of a resource, and its form. */
export interface WatchedPage {
  readonly about: NonNullable<OpenedPage['about']>
  readonly as: ItemForm
}

export type ItemForm = 'detail' | 'yaml' | 'json'

/** A row that another one can be compared with. `kind`: null if it is no resource. */
export interface MarkedRow {
  readonly key: number
  /** Of the table in which it was marked. */
  readonly question: number
  readonly title: string
  readonly kind: string | null
  /** The item as JSON. */
  readonly text: string
}

/** What a piece of a page is, which decides its colour. */
export type Tone = PageTone | SourceTone
type PageTone = 'plain' | 'dim' | 'strong' | 'key' | 'good' | 'warn' | 'bad'
/** Of YAML and JSON. */
type SourceTone = 'name' | 'string' | 'number' | 'constant'

/** What enter opens on a page: a resource by its row in the cache, or a table. */
export type PageLink =
  | { readonly type: 'resource'; readonly kind: string; readonly row: number }
  | { readonly type: 'table'; readonly ask: TableRequest }
  /** All scopes of one cause of the page of faults, by its key. */
  | { readonly type: 'fault'; readonly group: string }

/** A line of a page before it is laid out: harmless text. Keys of pairs, and cells of rows, stand under one another. */
export type PageLine = {
  readonly depth: number
  /** Whether it is the first of an element of a list. */
  readonly dash?: boolean
  readonly link?: PageLink
} & (
  | { readonly type: 'pair'; readonly key: string; readonly value: string; readonly tone?: Tone }
  | { readonly type: 'row'; readonly cells: readonly PageCell[] }
  | { readonly type: 'text'; readonly text: string; readonly tone?: Tone }
  /** A member of two items; null where one of them does not have it. */
  | {
      readonly type: 'both'
      readonly key: string
      readonly left: string | null
      readonly right: string | null
    }
  /** A line of YAML or JSON, of which the key and the rest are known. */
  | { readonly type: 'source'; readonly key: string; readonly rest: string; readonly tone: Tone }
)

export interface PageCell {
  readonly text: string
  readonly tone?: Tone
}

/** A page about an item. */
export interface OpenedPage {
  readonly title: string
  /** What it is called in the titles of the pages after it. */
  readonly crumb: string
  readonly sections: readonly PageSection[]
  /** All of it as text; null for what the page shows. */
  readonly copy: string | null
  /** The resource that it is about; null for another page. */
  readonly about: Extract<PageLink, { type: 'resource' }> | null
  readonly as: ItemForm
}

/** Lines under a heading. */
export interface PageSection {
  readonly title: string | null
  /** Behind the title, less loud: a number. */
  readonly note?: string
  readonly link?: PageLink
  readonly lines: readonly PageLine[]
  /**
   * On a wide screen: over its whole width, in its left or right half, or in both halves beside its neighbours, as in a
   * newspaper; of short lines, in as many columns as there is room for.
   */
  readonly place: 'wide' | 'left' | 'right' | 'flow' | 'short'
}

export type FromReader =
  | { readonly type: 'offered'; readonly offer: OfferedValues }
  | { readonly type: 'listed'; readonly question: number; readonly listed: ListingSummary }
  | {
      readonly type: 'adopted'
      readonly question: number
      readonly listed: ListingSummary
      /** Where the row under the cursor stands now. */
      readonly index: number
      readonly window: RowWindow
    }
  | {
      readonly type: 'window'
      readonly question: number
      readonly version: number
      readonly window: RowWindow
    }
  | { readonly type: 'opened'; readonly number: number; readonly page: OpenedPage }
  /** What was opened is the table of the rows that a group counts. */
  /** `name`: what the rows have in common, in words. */
  | {
      readonly type: 'opened-group'
      readonly number: number
      readonly ask: TableRequest
      readonly name: string
    }
  | { readonly type: 'marked'; readonly number: number; readonly marked: MarkedRow }
  | { readonly type: 'not-opened'; readonly number: number; readonly reason: string }
  /** The page that is watched, as the cache is now. */
  | { readonly type: 'page'; readonly page: OpenedPage }
  /** The resource of the page that is watched is no longer there. */
  | { readonly type: 'page-gone'; readonly page: WatchedPage }
  | { readonly type: 'faults'; readonly again: boolean; readonly report: FaultReport }
  /** The text is null if it is too long for a clipboard. */
  | {
      readonly type: 'table-text'
      readonly number: number
      readonly rows: number
      readonly text: string | null
    }
  | { readonly type: 'explained'; readonly number: number; readonly text: string }
  /** Keys of tags, the commonest first, and members by name, as JMESPath writes them. */
  | {
      readonly type: 'column-names'
      readonly kind: string
      readonly tags: readonly string[]
      readonly members: readonly string[]
    }
  | { readonly type: 'failed'; readonly question: number; readonly message: string }

/** What the reader's thread starts from. */
export interface ReaderTask {
  readonly cacheFile: string
  readonly env: Io['env']
  readonly debugHandle: DebugLog['handle']
}

/** What a sync in another thread starts from. */
export interface SyncTask {
  readonly cacheFile: string
  readonly env: Io['env']
  readonly debugHandle: DebugLog['handle']
  readonly home: string
  readonly config: AwsConfig
  readonly selection: ScopeSelection
  readonly calls: Calls
  readonly pace: SyncPace
  /** Whether role sessions are shared with the AWS CLI. */
  readonly shareRoles: boolean
}

/** A code that it waits for: answered by `MfaAnswer`, while other scopes go on. */
export interface MfaRequest {
  readonly type: 'mfa-wanted'
  /** Of the device. */
  readonly serial: string
  readonly profile: string
  /** How many codes AWS has refused. */
  readonly refused: number
  /** Why another code is wanted, if AWS has not refused one; null if it has, or for the first. */
  readonly reason: string | null
}

/** The code of a device; null if nobody gave one. */
export interface MfaAnswer {
  readonly type: 'mfa-code'
  readonly serial: string
  readonly code: string | null
}

export type SyncMessage = SyncReport | MfaRequest

/**
 * A sync's report: at most ten times a second, and once at its end. `changed`: whether something of a scope has changed since
 * the last one; `retries`: what is tried again later.
 */
export interface SyncReport {
  readonly type: 'report'
  readonly progress: ProgressFigures
  readonly changed: boolean
  readonly retries: readonly Retry[]
  readonly ended: boolean
  /** At its end, the regions that are enabled in any account: it may have asked for them. Null before, and if they are not known. */
  readonly enabled: readonly string[] | null
  /** Why it ended early, as a sentence. */
  readonly error: string | null
}
