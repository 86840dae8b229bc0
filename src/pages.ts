import type { BadItem, Json, JsonObject, Resource } from './model.ts'

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

/** A resource as it is read: no objects inside one another, so that handing it to another thread costs little. */
export interface ResourceDocument {
  readonly id: string
  readonly group: ResourceText['group']
  /** The body of the resource in SQLite's JSONB, of what JSON.stringify writes of it. */
  readonly document: Uint8Array
  /** The hash of the text that it was read from. */
  readonly text: string
  /**
   * How many hashes of the words in the body stand behind it in its buffer (kinds/words-behind.ts); left out if nobody
   * has looked for them yet.
   */
  readonly words?: number | undefined
}

/** A resource as it is written, with its row. */
export interface ResourceText extends RowValues {
  readonly id: string
  readonly group: { readonly id: string; readonly fields: string } | null
  /** The body of the resource as JSON.stringify writes it, as the fields of the group are, or as SQLite's JSONB of that. */
  readonly document: string | Uint8Array
  /** The hash of the text that it was read from; null if that is not kept. */
  readonly text: string | null
  /** As of a document, for one in JSONB. */
  readonly words?: number | undefined
  /** What `hashCell` gives of each value, if that is known. It may hold those of the next row when this one is written. */
  readonly hashes?: Int32Array
}

/** What a kind's columns gave for a resource, in their order, and the text that the filter looks into. */
export interface RowValues {
  readonly values: readonly Json[]
  readonly search: string
}

/** How the row of a resource is made: of its body, or of its document in JSONB. */
export interface RowMaking {
  /** Columns of a row. */
  readonly width: number
  readonly evaluate: (body: JsonObject) => RowValues
  readonly evaluateDocument: (document: Uint8Array) => RowValues
  /**
   * Puts the cells and the search text of a document into a pack. False, and nothing is put there, for one that it leaves
   * to `evaluateDocument`.
   */
  readonly packDocument: (document: Uint8Array, to: TextPack) => boolean
}

/**
 * The texts of many rows, one behind the other: no text is made of them before they are in the thread that writes. Each
 * character of a text is a byte, as Latin-1 has it.
 */
export interface TextPack {
  texts: Buffer
  end: number
  /** The texts that the filter looks into. */
  search: Buffer
  searchEnd: number
  /** How long the texts are, and what stands for cells that have none (store/packed-texts.ts). */
  readonly lengths: Int32Array
  /** How many of these are there. */
  count: number
  readonly numbers: number[]
  /** The bits of all bytes of a row that were copied. */
  seen: number
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
  readonly items?: readonly (Resource | ResourceDocument | KnownRow)[]
  /** What was left out: a scope with such items is not complete. */
  readonly bad: readonly BadItem[]
  /** Names the text of its items; left out if that is not of the usual form. */
  readonly mac?: string
  /** The page that it is known to be again: none of its items was read. */
  readonly same?: KnownPage
  /** Null on the last page. */
  readonly nextToken: string | null
}
