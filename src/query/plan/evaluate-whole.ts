import type { Ast } from '../../jmespath/ast.ts'
import { JmespathError } from '../../jmespath/jmespath-errors.ts'
import { findRowNeeds } from '../../jmespath/row-needs.ts'
import { findKind } from '../../kinds.ts'
import type { Answer, Json, Kind, View } from '../../model.ts'
import { groupResources } from '../documents.ts'
import { compileExpression, searchDocument } from '../evaluation.ts'
import type { ExactColumn } from './exact-columns.ts'
import type { PlanParts } from './expression-plan.ts'
import { requestOf, usableColumns } from './make-plan.ts'
import type { ResourceReader } from './resource-reader.ts'
import { asAnswer } from './run-plan.ts'

/** Over the whole document at once, with the lists of all kinds: of each only what can be touched. */
export function evaluateWhole(
  view: View,
  expression: string,
  kind: Kind,
  reader: ResourceReader,
  parts: PlanParts,
): Answer {
  const kinds = [kind, ...view.otherKinds.map(findKind)]
  const evaluate = (columnsOf: ResourceReader['columnsOf']): Json => {
    const plan = planLists(view, expression, kinds, columnsOf, parts)
    const lists = plan.lists.map(({ kind: each, request }) => {
      const rows: Json[] = []
      for (const chunk of reader.read(each, request)) {
        const bodies = chunk.map(({ body }) => body)
        for (const row of each.nested ? groupResources(chunk, bodies, each.nested) : bodies) rows.push(row)
      }
      return [each.list, rows] as const
    })
    return searchDocument(expression, view, Object.fromEntries(lists), plan.bind)
  }
  const [value = null] = reader.inSnapshot(() => {
    try {
      return [evaluate(reader.columnsOf)]
    } catch (error) {
      if (error instanceof JmespathError) return [evaluate(() => [])]
      throw error
    }
  })
  return asAnswer(value, kind.operation)
}

/** What is read of each kind for a view's expressions together. Of the stock package's nothing is known. */
export function planLists(
  view: View,
  expression: string,
  kinds: readonly Kind[],
  columnsOf: ResourceReader['columnsOf'],
  parts: PlanParts,
) {
  const isKnown = view.engine === 'muster'
  const written = [...view.lets.map((each) => each.expression), expression]
  const items = isKnown ? written.map((each) => compileExpression(each, view).ast) : []
  const all: Ast = { type: 'list', items }
  const usable = kinds.map((kind) => (isKnown ? usableColumns(all, columnsOf(kind, all), parts) : []))
  const listsOf = (columns: readonly (readonly ExactColumn[])[]) =>
    kinds.map(({ list, nested }, index) => ({
      name: list,
      nested: nested?.list ?? null,
      columns: columns[index] ?? [],
    }))
  const { needs } = findRowNeeds(all, listsOf(usable))
  const requestFor = (kind: Kind, columns: readonly ExactColumn[]) => {
    const found = isKnown ? needs.get(kind.list) : undefined
    return requestOf(found ?? { paths: null, columns: [], group: true }, columns, kind, view.origin, parts)
  }
  const requests = kinds.map((kind, index) => requestFor(kind, usable[index] ?? []))
  // Of whole documents no column is read.
  const read = usable.map((columns, index) => (requests[index]?.paths === null ? [] : columns))
  return {
    lists: kinds.map((kind, index) => ({ kind, request: requests[index] ?? requestFor(kind, []) })),
    bind: (ast: Ast) => findRowNeeds(ast, listsOf(read)).ast,
  }
}
