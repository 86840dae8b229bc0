/** The values that muster's parts hand to one another: types only. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

/**
 * One kind in one region of one account, reached through one profile: it is synced, fresh, stale or failed as a whole.
 * Account and region are null while they are not known (no declaration, memory or proof). Such a scope stands for
 * everything that it may turn out to be, so that the coverage can name it.
 */
export interface Scope {
  readonly profile: string
  /** 12 digits. */
  readonly account: string | null
  /** A region's name; null for "every region enabled in the account", not listed yet. */
  readonly region: string | null
  /** The name of a row of `kinds`. */
  readonly kind: string
}

/** A scope whose account and region are known: it can be read and stored. */
export interface ResolvedScope extends Scope {
  readonly account: string
  readonly region: string
}

export type FaultClass =
  | 'credentials' // expired, missing or refused: the user must sign in
  | 'denied' // IAM says no
  | 'denied-by-policy' // a service control policy says no
  | 'throttled'
  | 'network'
  | 'malformed' // answers that cannot be right, or damaged rows in the cache: never an empty account
  | 'not-covered' // AWS refuses the operation as muster sends it: nothing that the user can change
  | 'clock' // this machine's time is not AWS's
  | 'configuration' // ~/.aws or the selection cannot work as it is
  | 'bug'

/** Why one scope (or one profile) could not be read. Holds no secret and no control characters. */
export interface Fault {
  readonly class: FaultClass
  /** AWS's or Node's own name for it, as `UnauthorizedOperation` or `ECONNREFUSED`. */
  readonly code: string
  /** One sentence: what happened. */
  readonly message: string
  /** One sentence: what the user can do. */
  readonly next: string
  /** The words after `muster login` that fix it, as `--sso-session empresa`. */
  readonly login?: string
  /** Of class `denied`: the action that is not allowed, as IAM writes it: `ec2:DescribeVolumes`. */
  readonly action?: string
}

/** Why a profile could not read a scope when it last tried. */
export interface ProfileFault {
  readonly profile: string
  readonly fault: Fault
}

/** Where one scope stands, from the ledger: what an answer covers. */
export interface ScopeStatus {
  readonly scope: Scope
  readonly accountName: string | null
  /**
   * fresh and stale: read to the end, younger or older than `fresh` (stale also if read at a time still to come: the
   * clock was set back); failed: no selected profile of the account could read it at the last attempt; skipped: the
   * region is not enabled in the account; never: not read yet; interrupted: an attempt was cut off before its end;
   * reading: a muster reads it just now, and what it held before is not fresh.
   */
  readonly state: 'fresh' | 'stale' | 'failed' | 'skipped' | 'never' | 'interrupted' | 'reading'
  /** Whether another process reads it; only of one that is being read. */
  readonly elsewhere?: boolean
  /** When the scope was last read to its end, in ms since 1970; null for never. */
  readonly syncedAt: number | null
  /** When AWS last gave the oldest of its rows; a scope that was cut off has rows of several readings. */
  readonly oldestAt: number | null
  /** Rows in the cache, older ones of a failed scope included. */
  readonly rows: number
  readonly fault: Fault | null
  /** The profile that read the rows; null if none did. */
  readonly readBy: string | null
  /** Other selected profiles of the account that could not read the scope. */
  readonly others: readonly ProfileFault[]
  /** The fault is one that the settings accept: still named, no longer incomplete. */
  readonly accepted: boolean
}

/** One resource as a page brought it, ready to be stored. */
export interface Resource {
  readonly id: string
  /** The list it came in, for kinds that nest (a reservation): its id and its fields without the list. */
  readonly group: { readonly id: string; readonly fields: JsonObject } | null
  /** The resource as the AWS CLI v2 prints it, times included. */
  readonly body: JsonObject
  /** A hash of the text that it was read from, and of what decides how it is stored; left out if it is not known. */
  readonly text?: string
}

/** Resources of one scope that were read and are not stored. */
export interface ScopeResources {
  readonly scope: ResolvedScope
  readonly accountName: string
  readonly resources: readonly Resource[]
}

/** A resource that was left out, because a member is not what EC2's schema says: another value is never made of it. */
export interface BadItem {
  readonly id: string
  /** As a path: `BlockDeviceMappings[].Ebs.AttachTime`. */
  readonly member: string
  /** What stands there, in quotes, or what is wrong with it. */
  readonly what: string
}

/** What a complete reading of a scope changed: how many resources are new, are another than before, or are gone. */
export interface Changes {
  readonly added: number
  readonly changed: number
  readonly gone: number
}

/** What a sync reports while it runs: one stream for the progress line, the screen and the coverage. */
export type SyncEvent =
  | { readonly type: 'planned'; readonly scopes: number }
  /** A sync of the same selection was cut off: `left` scopes that it has read to their end are not read again. */
  | { readonly type: 'sync-resumed'; readonly left: number }
  | { readonly type: 'profile-identified'; readonly profile: string; readonly account: string }
  | {
      readonly type: 'profile-collapsed'
      readonly profile: string
      readonly into: string
      readonly account: string
    }
  | { readonly type: 'scopes-resolved'; readonly from: Scope; readonly scopes: readonly ResolvedScope[] }
  /** `resumed`: how many of its pages an earlier reading stored, which this one goes on from; 0 if it begins. */
  | { readonly type: 'scope-started'; readonly scope: ResolvedScope; readonly resumed: number }
  /** Another process reads it: this one waits for how that ends. */
  | { readonly type: 'scope-waiting'; readonly scope: ResolvedScope }
  /** AWS throttles it: its next attempt is made in `wait` ms. */
  | { readonly type: 'scope-throttled'; readonly scope: ResolvedScope; readonly wait: number }
  /** AWS failed by itself, or the network did: the next attempt is made in `wait` ms. */
  | { readonly type: 'scope-retried'; readonly scope: ResolvedScope; readonly wait: number }
  | { readonly type: 'page-stored'; readonly scope: ResolvedScope; readonly count: number }
  /** `changes`: null for a reading that stores nothing. */
  | {
      readonly type: 'scope-finished'
      readonly scope: ResolvedScope
      readonly rows: number
      readonly changes: Changes | null
    }
  | { readonly type: 'scope-skipped'; readonly scope: ResolvedScope }
  | { readonly type: 'scope-failed'; readonly scope: Scope; readonly fault: Fault }

/** When to call AWS: never, for what is older than `fresh`, or for everything. */
export type Calls = 'never' | 'when-due' | 'always'

/** What to look at, as patterns: the words of `--profile`, `--account` and `--region`. */
export interface Selection {
  readonly profiles: readonly string[]
  readonly accounts: readonly string[]
  readonly regions: readonly string[]
}

export interface Sort {
  readonly column: string
  readonly descending: boolean
  /** What decides between rows that are equal by it. */
  readonly next?: Sort
}

/** The engine that evaluates a view's expression: muster's own, or the stock `jmespath` package. */
export type Engine = 'muster' | 'jmespath'

/** A parameter of a saved query with the value that it has in a view. */
export interface BoundParameter {
  readonly name: string
  /** As it was written: `-30d`. */
  readonly written: string
  /** What it stands for in the expression: text (a time is text as AWS writes it) or a number. */
  readonly value: string | number
}

/** A name that stands as `$NAME` for what its expression gives over the document, in the expressions after it. */
export interface Let {
  readonly name: string
  readonly expression: string
  /** Whether of the address ranges that it gives only those are meant that overlap another of them. */
  readonly overlapping: boolean
}

/**
 * What is asked, made by flags and by the screen alike; query, export and "show the command" take it.
 * Without an expression it is the table of the kind; with one, whatever the expression gives.
 */
export interface View {
  readonly kind: string
  /** Further kinds, whose lists stand beside that of `kind` in the document of the expression. */
  readonly otherKinds: readonly string[]
  /**
   * Kinds of which all must be known where a resource of `kind` is in the answer: an account and region in which one of
   * them was not read to its end is left out, and named.
   */
  readonly requires: readonly string[]
  /** The name of the saved query the expression came from. */
  readonly query: string | null
  readonly expression: string | null
  /** The values of the saved query's parameters; empty where it has none. */
  readonly parameters: readonly BoundParameter[]
  /** What the saved query's expression finds in the document first, in order. */
  readonly lets: readonly Let[]
  readonly engine: Engine
  /** What must hold for a row, as query/filter reads it: all of them. */
  readonly filters: readonly string[]
  /** From when the ages in filters count, in ms since 1970. */
  readonly now: number
  readonly sort: Sort | null
  /** Columns to show, in order; null for the kind's or the result's own. */
  readonly columns: readonly string[] | null
  /** Group the result by these columns and count. */
  readonly group: readonly string[] | null
  /** Of groups: the column whose numbers are added up; null for none. */
  readonly sum: string | null
  /** How many groups there are at most, those with the most rows or the largest sums; null for all. */
  readonly top: number | null
  /** How many rows are shown at most, the first ones of the order; null for all. */
  readonly limit: number | null
  readonly scopes: Selection
  /** Whether resources carry AccountId, AccountName, Profile and Region. */
  readonly origin: boolean
}

/** A list result with named columns: rows may be read once and stream. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: Iterable<readonly Json[]>
}

/** The answer to a view. */
export type Answer =
  /** A list of objects or of anything else, printed item by item; `table` is the same list in columns. */
  | {
      readonly type: 'list'
      readonly title: string
      readonly items: Iterable<Json>
      readonly columns: readonly string[] | null
    }
  /** One value: a scalar, null or an object. With a text at hand, the value is made for those who ask for it. */
  | {
      readonly type: 'value'
      readonly title: string
      readonly value: Json
      readonly text?: ReadyText
    }

/** A value as the format `json` prints it, without its last line end, in pieces that can be read once. */
export type ReadyText = () => Iterable<Piece>

/** A piece of text, or its bytes in UTF-8. */
export type Piece = string | Uint8Array

/**
 * What a column holds, which decides how it sorts: text by code point, names as people count, addresses by their
 * bytes, instance types by family and size, numbers and times as they are.
 */
export type ColumnType = 'text' | 'name' | 'address' | 'instance-type' | 'number' | 'time'

/** A column of a kind: a JMESPath expression over one resource, evaluated as rows come in. */
export interface Column {
  readonly name: string
  readonly expression: string
  readonly type: ColumnType
  /** The title over the column on the screen. */
  readonly label: string
  /** Cells that it keeps when a narrow terminal cuts it; null for as many as its type needs. */
  readonly least: number | null
}

/**
 * A column whose value stands in another kind's row of the same id, in the same account and region. It is not stored
 * but joined when it is read: null where the other kind was not read, or has no such row.
 */
export interface JoinedColumn extends Pick<Column, 'name' | 'type' | 'label'> {
  /** The name of the other kind, and its column. */
  readonly kind: string
  readonly column: string
}

/** What a value of a kind's state means to the person who looks: it decides sign and colour. */
export type StateMeaning =
  | 'active' // in use, as it should be
  | 'changing' // on its way to another state
  | 'inactive' // switched off
  | 'unused' // ready, and nobody uses it
  | 'ended' // gone, or broken

/** A group of kinds that people name together. */
export type Area = 'compute' | 'storage' | 'network'

/** The kind whose resources are asked about one by one, to list those of another. */
export interface Parent {
  /** The name of the kind. */
  readonly kind: string
  /** The member that identifies the parent. A resource that does not say its parent gets it under this name. */
  readonly id: string
  /** The member of the input that takes it. */
  readonly parameter: string
  /** Parents that AWS refuses to be asked about. */
  readonly except?: { readonly member: string; readonly value: string }
}

/** One EC2 resource kind, as data: everything that muster knows about it. */
export interface Kind {
  readonly name: string
  /** Who chose its columns: a person, or muster from the SDK's schema (kinds/derive.ts). `by hand` if it is not given. */
  readonly made?: 'by hand' | 'from the schema'
  /** As a heading for people: `Instances`. */
  readonly title: string
  /** The group of kinds that it belongs to, as `--kind network` names them. */
  readonly area: Area
  /** The EC2 operation: `DescribeInstances`. */
  readonly operation: string
  /** Input that every call carries, such as `{ OwnerIds: ['self'] }`. */
  readonly input: JsonObject
  /** The member of the answer that holds the list, and, for a kind that nests, the list inside. */
  readonly list: string
  readonly nested: { readonly list: string; readonly id: string } | null
  /** The member that people name a resource by; a column of the same name holds it. */
  readonly id: string
  /**
   * `id`: the member identifies a resource within account, region and kind. `item`: it does not, and a resource is known
   * by the member, a hash of all of it and its place among equal ones, so that it comes and goes, and never changes.
   * `id` if it is not given.
   */
  readonly identity?: 'id' | 'item'
  /** Members that hold the ranges of addresses that belong to a resource: an address is looked for in them, too. */
  readonly ranges?: readonly string[]
  /** What a call needs from each resource of another kind; without it, one list holds the whole region. */
  readonly parent?: Parent
  /** What MaxResults may be (EC2 API reference); null if the operation is not paginated. */
  readonly pageSize: { readonly min: number; readonly max: number } | null
  /**
   * Grows by one with every release that changes `columns`. If two versions of muster use one cache, the one with the
   * higher edition decides which columns the cache holds.
   */
  readonly edition: number
  readonly columns: readonly Column[]
  /** Left out for a kind that takes nothing from another. */
  readonly joined?: readonly JoinedColumn[]
  /** Names of `columns` and origin columns, as the table shows them unasked. */
  readonly table: readonly string[]
  /** Columns that a narrow terminal hides first, in that order. */
  readonly spare: readonly string[]
  /** The column that says what state a resource is in, and what its values mean; null if it has none. */
  readonly state: {
    readonly column: string
    readonly meanings: Readonly<Record<string, StateMeaning>>
  } | null
}
