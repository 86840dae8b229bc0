import { type Ast, fieldsOf } from '../../jmespath/ast.ts'
import { keepsObjects, type Operation } from '../../jmespath/pipeline.ts'
import type { RowCell, RowRequest } from '../../store/scan-rows.ts'
import type { Plan } from './expression-plan.ts'

/**
 * The cells of a pipeline that ends in `{a: column, …}` or `[column, …]`: those that nothing but these values asks for are
 * shown as they are. A wrong bit in one of them is that of its row, and leaves out no other.
 */
export function markShown(operations: readonly Operation[], cells: readonly RowCell[]): readonly RowCell[] {
  const last = operations.at(-1)
  if (last?.type !== 'each' || (last.tree.type !== 'hash' && last.tree.type !== 'list')) return cells
  const before = operations.slice(0, -1)
  if (!before.every((operation) => operation.type === 'filter' || keepsObjects(operation))) return cells
  const values = last.tree.type === 'hash' ? last.tree.entries.map(({ value }) => value) : last.tree.items
  const filters = before.flatMap((operation) => (operation.type === 'filter' ? [operation.condition] : []))
  const isField = ({ type }: Ast) => type === 'field'
  const looked = new Set([...filters, ...values.filter((value) => !isField(value))].flatMap(fieldsOf))
  const shown = new Set(values.filter(isField).flatMap(fieldsOf))
  return cells.map((cell) =>
    shown.has(cell.member) && !looked.has(cell.member) ? { ...cell, isShown: true } : cell,
  )
}

/** The same plan for one who leaves out rows of its answer, or counts them, by what stands in them. */
export function withCellsChecked(plan: Plan): Plan {
  const { request, choice, fold } = plan
  const checked = request.cells.map(({ sql }) => sql)
  const check = <T extends { readonly scan: RowRequest }>(part: T): T => ({
    ...part,
    scan: { ...part.scan, checked },
  })
  return {
    ...plan,
    request: { ...request, checked },
    choice: choice && check(choice),
    fold: fold.type === 'late' ? check(fold) : fold,
  }
}
