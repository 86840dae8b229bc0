import { type Ast, childrenOf, fieldsOf } from '../../jmespath/ast.ts'
import { compile } from '../../jmespath/compile.ts'
import { resourceShape } from '../../jmespath/kind-shapes.ts'
import { foresee, scalarTypeOf } from '../../jmespath/outlook.ts'
import { originFields } from '../../kinds.ts'
import type { Column, ColumnType, Kind } from '../../model.ts'
import { orderColumn, quoteIdentifier } from '../../store/kind-tables.ts'
import { readFilledColumns } from '../../store/narrow.ts'
import type { Store } from '../../store/open-store.ts'
import type { CellType, RowCell } from '../../store/scan-rows.ts'

/** A column of a kind's table whose cells give back exactly what its expression gives over the document. */
export interface ExactColumn {
  readonly name: string
  /** The member of a row that holds it, a name that no member of AWS has. */
  readonly member: string
  readonly ast: Ast
  readonly type: CellType
  /** As it is written in SQL, of a row `r`, and what it sorts by. */
  readonly sql: string
  readonly order?: NonNullable<RowCell['order']>
}

/** What the members that hold columns begin with. */
export const columnPrefix = 'column:'

/**
 * The columns that can stand for their expressions: the file has them with the same expression, every row has them, and
 * EC2's schema says that the value is of one type, which the cell keeps. Documents are as the schema says: the reader
 * leaves out every other one (aws/read-answer.ts). With a tree only those that can be a part of it: it must name all
 * members that their expressions name, but for the last one: a tree may ask whether that stands in something (`isFoundIn`).
 */
export function readExactColumns(store: Store, kind: Kind, tree: Ast | null = null): readonly ExactColumn[] {
  const held = readFilledColumns(store, kind) ?? []
  const names = tree && new Set(fieldsOf(tree))
  return kind.columns.flatMap((column) => {
    const stored = held.find(({ name }) => name === column.name)
    if (stored?.expression !== column.expression || stored.type !== column.type) return []
    const first = firstField(column.expression)
    if (names && first !== null && !names.has(first)) return []
    const { ast } = compile(column.expression)
    // To ask the schema takes 0.2 ms for each column.
    const fields = fieldsOf(ast)
    if (names && !fields.slice(0, Math.max(1, fields.length - 1)).every((name) => names.has(name))) return []
    return exactColumnOf(column, ast, kind) ?? []
  })
}

/** The member that an expression begins with; null if that is not seen at once. To parse all takes 1 ms of each start. */
function firstField(expression: string): string | null {
  return /^\(*([A-Za-z]\w*)(?![\w(])/.exec(expression)?.[1] ?? null
}

const known = new WeakMap<Kind, Map<string, ExactColumn | null>>()

function exactColumnOf(column: Column, ast: Ast, kind: Kind): ExactColumn | null {
  const ofKind = known.get(kind) ?? new Map<string, ExactColumn | null>()
  known.set(kind, ofKind)
  const made = ofKind.has(column.name) ? (ofKind.get(column.name) ?? null) : exactColumn(column, ast, kind)
  ofKind.set(column.name, made)
  return made
}

function exactColumn({ name, type }: Column, ast: Ast, kind: Kind): ExactColumn | null {
  if (mentionsOrigin(ast)) return null
  const of = scalarTypeOf(foresee(ast, resourceShape(kind, false)))
  if (of === null || of === 'boolean' || !keepsType(type, of)) return null
  const order = { type, sql: `r.${orderColumn({ name, type })}` }
  return { name, member: `${columnPrefix}${name}`, ast, type: of, sql: `r.${quoteIdentifier(name)}`, order }
}

/** A column is made of the document alone, where an expression sees the origin. */
function mentionsOrigin(ast: Ast): boolean {
  const isOrigin = ast.type === 'field' && originFields.some((field) => field === ast.name)
  return isOrigin || childrenOf(ast).some(mentionsOrigin)
}

/** Whether SQLite keeps such a value as it is: text becomes a number in a column of numbers, and the reverse. A boolean is stored as text. */
function keepsType(column: ColumnType, of: CellType): boolean {
  return (column === 'number') === (of === 'number')
}
