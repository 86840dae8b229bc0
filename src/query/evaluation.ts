import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import { collectGarbage } from '../collect-garbage.ts'
import { exitCodes, MusterError } from '../errors.ts'
import { type Compiled, compile } from '../jmespath/compile.ts'
import { type Bindings, unknownValue } from '../jmespath/lexer.ts'
import { boundMemory } from '../jmespath/memory.ts'
import { searchStock, withLiterals } from '../jmespath/stock.ts'
import type { Json, View } from '../model.ts'
import { findOverlapping } from './ranges.ts'

boundMemory(measureRoomInHeap)

type BoundQuery = Pick<View, 'query' | 'parameters' | 'lets'>

/** What the lets of a view have given, by name. */
export type LetValues = ReadonlyMap<string, Json>

/** Before a document is there, nothing is known of them. */
const noLetValues: LetValues = new Map()

/** The values of a view's parameters and lets. Only a saved query has some; in any other expression a `$` means nothing. */
function bindingsOf({ query, parameters, lets }: BoundQuery, letValues: LetValues): Bindings | null {
  if (query === null) return null
  const values = new Map<string, Json>([
    ...parameters.map(({ name, value }) => [name, value] as const),
    ...lets.map(({ name }) => [name, unknownValue] as const),
    ...letValues,
  ])
  return (name) => values.get(name)
}

/** Compiles a view's expression, with its parameters, and what its lets have given, as literals. */
export function compileExpression(
  expression: string,
  view: BoundQuery,
  letValues: LetValues = noLetValues,
): Compiled {
  return compile(expression, bindingsOf(view, letValues))
}

/** What a view's expression gives over a whole document, its lets first. */
export function searchDocument(expression: string, view: View, document: Json): Json {
  return searchAfterLets(expression, view, (each, values) =>
    view.engine === 'jmespath'
      ? searchStockExpression(each, view, document, values)
      : compileExpression(each, view, values).search(document),
  )
}

/** What a view's expression gives when its lets have been found, in order, by the same `search`. */
export function searchAfterLets(
  expression: string,
  view: View,
  search: (expression: string, values: LetValues, isLast: boolean) => Json,
): Json {
  const found = new Map<string, Json>()
  for (const { name, expression: each, overlapping } of view.lets) {
    const value = search(each, found, false)
    found.set(name, overlapping ? findOverlapping(value) : value)
  }
  return search(expression, found, true)
}

/** What the stock package gives for one expression. */
export function searchStockExpression(
  expression: string,
  view: View,
  document: Json,
  values: LetValues,
): Json {
  return searchStock(writeStockExpression(expression, view, values), document)
}

/** A view's expression as the stock package reads it: parameters are written out as literals. */
export function writeStockExpression(
  expression: string,
  view: BoundQuery,
  letValues: LetValues = noLetValues,
): string {
  const bindings = bindingsOf(view, letValues)
  return bindings ? withLiterals(expression, bindings) : expression
}

/**
 * Half of what is free for objects that live long, in words of 8 bytes: if the count was too low, the next look shows
 * it. To V8, memory that it has not collected yet is in use, and on a machine with other work it collects late: before
 * an expression is refused, it must.
 */
function measureRoomInHeap(wanted: number): number {
  const limit = getHeapStatistics().heap_size_limit
  const wordsLeft = () => (0.8 * Math.max(limit - young, limit / 4) - usedHeap()) / 8 - wanted
  if (wordsLeft() < leastRoom) collectGarbage()
  const left = wordsLeft()
  if (left < leastRoom) throw tooMuchMemoryError(limit)
  return Math.floor(left / 2)
}

/** Bytes of objects that live long. */
function usedHeap(): number {
  let used = 0
  for (const { space_name, space_used_size } of getHeapSpaceStatistics())
    if (!space_name.startsWith('new_')) used += space_used_size
  return used
}

/** What Node's limit holds for young objects beside the old ones, in bytes: measured with Node 24. */
const young = 215_000_000
const leastRoom = 2 ** 16

function tooMuchMemoryError(limit: number): MusterError {
  const memory = `${(limit / 1e9).toFixed(1)} GB`
  return new MusterError(
    `The expression needs more memory than muster has here (${memory}): ask for less, or set NODE_OPTIONS=--max-old-space-size=MEGABYTES to more.`,
    exitCodes.failed,
  )
}
