import { holdItems } from '../../held-items.ts'
import { compileAst } from '../../jmespath/compile.ts'
import { JmespathError } from '../../jmespath/jmespath-errors.ts'
import { isFalse } from '../../jmespath/values.ts'
import { originOf } from '../../kinds.ts'
import type { Answer, Json, JsonObject, Kind } from '../../model.ts'
import { makeItemRows, withMembers } from '../../ready-items.ts'
import { needsDocument } from '../../store/scan-rows.ts'
import { type FoundResource, groupResources } from '../documents.ts'
import { takeFirst } from '../rows.ts'
import { type Plan, type PlanParts, type RowChoice, rowMember } from './expression-plan.ts'
import type { ResourceReader, ScopeTest } from './resource-reader.ts'

/**
 * Answers by a plan. A list streams if nothing in it can fail, inside one snapshot of the cache. If anything fails, plain
 * evaluation over the whole list decides which error it is: of several it reports the first, whatever was read first.
 */
export function runPlan(plan: Plan, source: PlanSource, searchPlainly: () => Json): Answer {
  const { kind, reader } = source
  const title = kind.operation
  if (plan.fold.type === 'list' && !plan.rest && !plan.fails) {
    const stream = () => reader.inSnapshot(() => streamItems(plan, source))
    const items = readRows(plan, source) ?? withMembers(stream(), plan.members)
    return { type: 'list', title, columns: null, items }
  }
  const { fold } = plan
  if (fold.type === 'late' && fold.streams) {
    const items = reader.inSnapshot(() => streamLate(plan, fold, searchPlainly, source))
    return { type: 'list', title, columns: null, items }
  }
  const [answer] = reader.inSnapshot((): Answer[] => {
    try {
      return [answerAtOnce(plan, source)]
    } catch (error) {
      if (error instanceof JmespathError) return [asAnswer(searchPlainly(), title)]
      throw error
    }
  })
  return answer ?? asAnswer(null, title)
}

/** The answer by a plan when all of it has been read; a long list waits packed. Inside one snapshot. */
export function answerAtOnce(plan: Plan, source: PlanSource): Answer {
  const { fold } = plan
  const title = source.kind.operation
  if (fold.type === 'list' && fold.take === null && !plan.rest)
    return { type: 'list', title, columns: null, items: holdItems(streamItems(plan, source)) }
  return asAnswer(evaluatePlan(plan, source), title)
}

/** Items of a list, and how often the last one that was taken is in it. */
export interface CountedItems {
  readonly items: Iterable<Json>
  readonly countOfLast: () => number
}

/**
 * The items of a plan's list for one who only counts them, those of resources that are alike only once. Null if they
 * cannot be had so: if documents are read, or something can fail.
 */
export function countAlike(
  plan: Plan,
  { expression, kind, reader }: PlanSource,
  parts: PlanParts,
): CountedItems | null {
  const { inSnapshot, readAlike } = reader
  if (readAlike === null || !isCountedAlike(plan, reader, parts)) return null
  const each = compileAst(plan.each, expression)
  let last = 0
  function* countItems(read: NonNullable<ResourceReader['readAlike']>): Generator<Json> {
    for (const { body, count } of read(kind, plan.request, scopeTestOf(plan, expression))) {
      last = count
      yield* each([body]) as readonly Json[]
    }
  }
  return { items: inSnapshot(() => countItems(readAlike)), countOfLast: () => last }
}

/** Whether `countAlike` can count the items of a plan. */
export function isCountedAlike(
  { over, fold, rest, fails, request }: Plan,
  { readAlike }: ResourceReader,
  parts: PlanParts,
): boolean {
  const isList = over === 'resources' && fold.type === 'list' && !rest && !fails
  const isById = request.condition?.id != null
  const readsDocuments = needsDocument(request) || request.condition?.document === true
  return parts.folds && isList && !isById && !readsDocuments && readAlike !== null
}

/** A value as the answer that it is. */
export function asAnswer(value: Json, title: string): Answer {
  return Array.isArray(value)
    ? { type: 'list', title, columns: null, items: value }
    : { type: 'value', title, value }
}

export interface PlanSource {
  readonly expression: string
  readonly kind: Kind
  readonly reader: ResourceReader
}

type LateFold = Extract<Plan['fold'], { type: 'late' }>

/** The results of chosen resources, chunk by chunk. Choosing may fail, and then nothing has come out yet. */
function* streamLate(
  plan: Plan,
  fold: LateFold,
  searchPlainly: () => Json,
  source: PlanSource,
): Generator<Json> {
  let rows: readonly number[]
  try {
    rows = chooseRows(plan, fold, source)
  } catch (error) {
    if (!(error instanceof JmespathError)) throw error
    yield* searchPlainly() as readonly Json[]
    return
  }
  const each = compileAst(plan.rest ?? { type: 'current' }, source.expression)
  for (const chunk of readChosen(plan, rows, source)) {
    const results = each(chunk.map(({ body }) => body))
    if (Array.isArray(results)) yield* results
  }
}

/** The numbers of the rows that a late plan's selection leaves, in its order. */
function chooseRows(plan: Plan, fold: LateFold, { expression, kind, reader }: PlanSource): readonly number[] {
  const filter = compileAst(fold.filter, expression)
  const found: Json[] = []
  for (const chunk of reader.read(kind, fold.scan, scopeTestOf(plan, expression))) {
    const left = filter(chunk.map(({ body }) => body))
    for (const each of left as readonly Json[]) found.push(each)
  }
  const chosen = compileAst(fold.selection, expression)(found)
  const rows = fold.one ? (chosen === null ? [] : [chosen]) : (chosen as readonly Json[])
  return rows.map((row) => (row as JsonObject)[rowMember] as number)
}

function readChosen(plan: Plan, rows: readonly number[], { kind, reader }: PlanSource) {
  return reader.makeNumberReader?.(kind, plan.request)(rows) ?? []
}

/** The test of a plan's scopes, of which the origin is known before any resource is read. */
export function scopeTestOf({ scopes }: Pick<Plan, 'scopes'>, expression: string): ScopeTest {
  const tests = scopes.map((scope) => compileAst(scope, expression))
  return (source) => tests.every((test) => !isFalse(test(originOf(source))))
}

/** The rows of a plan that need no evaluation; null if it has none. */
function readRows({ rows, ...plan }: Plan, { expression, kind, reader }: PlanSource): Iterable<Json> | null {
  const { readCells, inSnapshot } = reader
  if (rows === null || readCells === null) return null
  function* makeRows(read: NonNullable<typeof readCells>, places: readonly number[]) {
    for (const chunk of read(kind, plan.request, places, scopeTestOf(plan, expression))) yield* chunk
  }
  const made = inSnapshot(() => makeRows(readCells, rows.places))
  return rows.members ? makeItemRows(rows.members, made) : made
}

/** The results of the chunks, one after the other. */
function* streamItems(plan: Plan, { expression, kind, reader }: PlanSource): Generator<Json> {
  const each = compileAst(plan.each, expression)
  const isWanted = scopeTestOf(plan, expression)
  const { choice, request } = plan
  const chunks = choice
    ? readChoice(choice, plan, isWanted, { expression, kind, reader })
    : readAll(reader.read(kind, request, isWanted))
  for (const chunk of chunks) {
    const results = each(inputOf(plan, chunk, kind))
    if (Array.isArray(results)) yield* results
  }
}

/** Resources, and what is read of each: null if it cannot matter. */
interface ReadChunk {
  readonly found: readonly FoundResource[]
  readonly bodies: readonly (JsonObject | null)[]
}

function* readAll(chunks: Iterable<readonly FoundResource[]>): Generator<ReadChunk> {
  for (const found of chunks) yield { found, bodies: found.map(({ body }) => body) }
}

/** What the conditions of a choice look at, and then all that is asked of the resources that they let through. */
function* readChoice(
  { scan, conditions }: RowChoice,
  { request }: Plan,
  isWanted: ScopeTest,
  { expression, kind, reader }: PlanSource,
): Generator<ReadChunk> {
  const tests = conditions.map((condition) => compileAst(condition, expression))
  const isChosen = (body: JsonObject) => tests.some((test) => isTrueOrFails(test, body))
  const read = reader.makeNumberReader?.(kind, request)
  for (const found of reader.read(kind, scan, isWanted)) {
    const numbers = found.map(({ body }) => (isChosen(body) ? (body[rowMember] as number) : null))
    const chosen = [...(read?.(numbers.filter((number) => number !== null)) ?? [])].flat()
    let next = 0
    yield {
      found,
      bodies: numbers.map((number) => (number === null ? null : (chosen[next++]?.body ?? null))),
    }
  }
}

/** What fails here may never be asked in the whole expression, or fail there with an error of its own. */
function isTrueOrFails(test: (input: Json) => Json, body: JsonObject): boolean {
  try {
    return !isFalse(test(body))
  } catch (error) {
    if (error instanceof JmespathError) return true
    throw error
  }
}

function inputOf({ over, list }: Plan, { found, bodies }: ReadChunk, { nested }: Kind): Json {
  if (over === 'document' && nested) return { [list]: groupResources(found, bodies, nested) }
  const resources = bodies.filter((body) => body !== null)
  return over === 'resources' ? resources : { [list]: resources }
}

/** What a plan gives, as one value. */
export function evaluatePlan(plan: Plan, source: PlanSource): Json {
  const folded = foldItems(plan, source)
  return plan.rest ? compileAst(plan.rest, source.expression)(folded) : folded
}

function foldItems(plan: Plan, source: PlanSource): Json {
  const { expression, kind, reader } = source
  const how = plan.fold
  const items = () => streamItems(plan, source)
  switch (how.type) {
    case 'list':
      return [...takeFirst(items(), how.take)]
    case 'count': {
      if (how.resources) return reader.count(kind)
      let count = 0
      for (const _ of items()) count += 1
      return count
    }
    case 'reduce': {
      const call = compileAst(how.call, expression)
      return reduceItems(items(), (list) => [call(list)], call)
    }
    case 'late': {
      const bodies: Json[] = []
      for (const chunk of readChosen(plan, chooseRows(plan, how, source), source))
        for (const { body } of chunk) bodies.push(body)
      return how.one ? (bodies[0] ?? null) : bodies
    }
    case 'top': {
      const sort = compileAst(how.call, expression)
      return reduceItems(items(), (list) => (sort(list) as readonly Json[]).slice(0, how.count), sort)
    }
  }
}

/** Items that are brought to what matters of them at once. */
const stretch = 4096

function reduceItems(
  items: Iterable<Json>,
  reduce: (list: readonly Json[]) => readonly Json[],
  last: (list: readonly Json[]) => Json,
): Json {
  let held: Json[] = []
  for (const item of items) {
    held.push(item)
    if (held.length >= stretch) held = [...reduce(held)]
  }
  return last(held)
}
