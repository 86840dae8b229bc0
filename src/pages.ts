import type { BadItem, JsonObject, Resource } from './model.ts'

/** A row of the cache whose resource an answer holds unchanged: it was not read again. */
export interface KnownRow {
  readonly row: number
  readonly id: string
  readonly group: { readonly id: string } | null
  /** Its place in the order in which AWS gave the scope. */
  readonly position: number
}

/** The rows of a scope by the hashes of the texts that they were read from. */
export type KnownRows = ReadonlyMap<string, KnownRow>

/** A resource as it is stored, with those of its members that were asked for. */
export interface ResourceText {
  readonly id: string
  readonly group: { readonly id: string; readonly fields: string } | null
  /** The body of the resource, as JSON.stringify writes it; so are the fields of the group. */
  readonly json: string
  readonly members: JsonObject
  /** As of a resource. */
  readonly text: string
}

/** A page of a scope that can be known as a whole when it comes again. */
export interface KnownPage {
  /** Names the text of its items: a page of the same name holds the same. */
  readonly mac: string
  /** How many rows it brought. */
  readonly rows: number
}

/** The pages that the last reading of a scope brought, in their order: from the first on, as far as they are known. */
export interface KnownPages {
  /** The secret that their names are made with; null if pages cannot be named. */
  readonly key: Uint8Array | null
  readonly pages: readonly KnownPage[]
}

/** One answer of a paginated describe call. */
export interface Page {
  readonly resources: readonly Resource[]
  /** Resources and rows that are known, in the order of the answer; left out if no row is known. */
  readonly items?: readonly (Resource | ResourceText | KnownRow)[]
  /** What was left out: a scope with such items is not complete. */
  readonly bad: readonly BadItem[]
  /** Names the text of its items; left out if that is not of the usual form. */
  readonly mac?: string
  /** The page that it is known to be again: none of its items was read. */
  readonly same?: KnownPage
  /** Null on the last page. */
  readonly nextToken: string | null
}
