import type { Ast } from '../../jmespath/ast.ts'
import type { RowRequest } from '../../store/scan-rows.ts'
import type { CellRows } from './cell-rows.ts'

/** How an expression over one kind is answered: plain data, made from its tree and the kind (make-plan.ts). */
export interface Plan {
  /** The member of the document that holds the kind's list. */
  readonly list: string
  /**
   * What the tree runs over, chunk by chunk: the list of the resources, or the document of the rows that they came in.
   */
  readonly over: 'resources' | 'document'
  readonly request: RowRequest
  /** Resources that are chosen by little of them, before the request is read of these; null if it is read of all. */
  readonly choice: RowChoice | null
  /** Pushed conditions, as a person reads them. */
  readonly conditions: readonly string[]
  /** Trees over the fields of the origin: a scope is read only if all of them are true there. */
  readonly scopes: readonly Ast[]
  /** Run on each chunk. */
  readonly each: Ast
  /** How the results of the chunks become one. */
  readonly fold: Fold
  /** Run on what the fold gives; null if that is the answer. */
  readonly rest: Ast | null
  /** The rows of the list, if they can be had without evaluating anything; null if not. */
  readonly rows: CellRows | null
  /** The members that each item of the list has, in their order; null if they are not known. */
  readonly members: readonly string[] | null
  /** Whether a chunk can end in an error of JMESPath: then nothing is printed before all of them are through. */
  readonly fails: boolean
}

/** One of the conditions must be true of a resource, or fail, for it to matter. */
export interface RowChoice {
  /** What the conditions look at, the number of the row, and what the groups are made of. */
  readonly scan: RowRequest
  readonly conditions: readonly Ast[]
}

export type Fold =
  /** All results in one list; with `take` it ends as soon as it has so many. */
  | { readonly type: 'list'; readonly take: number | null }
  /** Their number. `resources`: each resource gives exactly one, so that nothing needs to be read of them. */
  | { readonly type: 'count'; readonly resources: boolean }
  /** What the call gives over the list; `call` of its own results gives the same. */
  | { readonly type: 'reduce'; readonly call: Ast; readonly name: string }
  /**
   * Resources that are chosen, and put in an order, by little of them: only what is left is read as the plan's request
   * says. `selection` runs over the list of those that `filter` leaves; with `one` it gives a single one.
   */
  | {
      readonly type: 'late'
      readonly scan: RowRequest
      readonly filter: Ast
      readonly selection: Ast
      readonly one: boolean
      /** Whether the rest of the plan can run chunk by chunk, without an error. */
      readonly streams: boolean
    }
  /** The first so many in the order of the call. */
  | { readonly type: 'top'; readonly call: Ast; readonly count: number }

/** The parts of planning. Each can be left out: the answer stays the same. */
export interface PlanParts {
  readonly columns: boolean
  readonly conditions: boolean
  readonly ends: boolean
  readonly fields: boolean
  /** Members of the elements of lists alone. */
  readonly lists: boolean
  readonly folds: boolean
  /** Resources whose documents are read when a condition has let them through. */
  readonly choices: boolean
  /** Parts of an expression over the whole document that are planned by themselves. */
  readonly branches: boolean
  /** Rows that are made of cells without evaluating anything. */
  readonly rows: boolean
  /** Such rows in an order that SQLite brings them into. */
  readonly order: boolean
  /** From so many rows of the scopes on, such an order is cut in two. */
  readonly cutFrom: number
}

/** The member of a row that holds its number, for one that is read late. */
export const rowMember = 'column:_row'

export const allParts: PlanParts = {
  columns: true,
  conditions: true,
  ends: true,
  fields: true,
  lists: true,
  folds: true,
  choices: true,
  branches: true,
  rows: true,
  order: true,
  // The first of fewer rows comes soon anyway, and a second look at them costs a third of the answer.
  cutFrom: 300_000,
}

/**
 * On the screen other questions are answered while rows are collected, and write what they choose into tables of the
 * connection: no statement may stay open meanwhile.
 */
export const partsOnScreen: PlanParts = { ...allParts, order: false }
