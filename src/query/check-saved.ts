import type { Ast } from '../jmespath/ast.ts'
import { compile } from '../jmespath/compile.ts'
import { JmespathError } from '../jmespath/jmespath-errors.ts'
import { isParameter, tokenise, unknownValue } from '../jmespath/lexer.ts'
import { rootFields, staticFaults } from '../jmespath/static.ts'
import { findKind, makePlainView } from '../kinds.ts'
import type { Kind, View } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { answerView } from './answer.ts'
import { readFilters } from './filter/check-filters.ts'
import { FilterError } from './filter/filter-error.ts'
import { headerOf, nameFaults, withFullNames } from './names.ts'
import { exampleOf } from './parameters.ts'
import type { SavedFile } from './saved.ts'
import {
  expressionsOf,
  locateInFile,
  type QueryProblem,
  type SavedQuery,
  type TextPosition,
} from './saved-text.ts'
import { type AskedShape, noShapeWords, shapeAsked } from './shape-asked.ts'

/** Everything that is wrong with a saved query over any resources: header, syntax, functions, parameters, columns. */
export function checkText({ query, problems }: SavedFile): readonly QueryProblem[] {
  if (!query) return problems
  const found = [
    ...problems,
    ...checkParameters(query),
    ...checkFilterHeaders(query),
    ...checkExpression(query),
  ]
  return found.sort((a, b) => a.line - b.line || a.column - b.column)
}

/** Runs a saved query over the cache. Returns how many rows it gives, or where and why it fails. */
export function checkRun(
  query: SavedQuery,
  store: Store,
  lines: readonly LedgerLine[],
  now: number,
): number | QueryProblem {
  const { name, kind, otherKinds, lets, expression, columns } = query
  const view: View = {
    ...makePlainView(kind, { profiles: [], accounts: [], regions: [] }),
    now,
    otherKinds,
    query: name,
    expression,
    lets,
    parameters: query.parameters.map((each) => exampleOf(each, now)),
  }
  try {
    rowsOf(view, store, lines, null)
  } catch (error) {
    if (!(error instanceof JmespathError)) throw error
    const [first] = expressionsOf(query)
    const place = query.lets.length > 0 || !first ? query.begins : locateInFile(first, error.position ?? 0)
    return problemOf(query, place, error)
  }
  try {
    return rowsOf({ ...view, ...shapeOf(query) }, store, lines, columns)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const keys = ['columns', 'show', 'filter 1', 'sort', 'count-by']
    const key = keys.find((each) => query.places.has(each)) ?? ''
    return problemOf(query, query.places.get(key) ?? query.begins, error)
  }
}

function shapeOf(query: SavedQuery): AskedShape {
  const table = query.expression === null ? { kind: findKind(query.kind), joined: true } : null
  return shapeAsked(noShapeWords, query, table)
}

function rowsOf(view: View, store: Store, lines: readonly LedgerLine[], names: readonly string[] | null) {
  const answer = answerView(view, store, lines, names)
  if (answer.type === 'value') return 1
  let rows = 0
  for (const _ of answer.items) rows += 1
  return rows
}

/** What no filter can be, or of a table none of its kind. */
function checkFilterHeaders(query: SavedQuery): readonly QueryProblem[] {
  const isTable = query.expression === null && query.columns === null
  return query.filters.flatMap((text, index) => {
    const place = query.places.get(`filter ${index + 1}`) ?? query.begins
    try {
      readFilters(
        { filters: [text], kind: query.kind, columns: null, now: 0 },
        isTable ? 'table' : null,
        null,
      )
      return []
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      return [problemOf(query, { ...place, column: place.column + error.position }, error.sentence)]
    }
  })
}

function problemOf({ file }: SavedQuery, place: TextPosition, cause: string | Error): QueryProblem {
  const [first = ''] = (typeof cause === 'string' ? cause : cause.message).split('\n')
  return { file, ...place, what: first.replace(/\.$/, '') }
}

/** Parameters that are used and not declared, and those that are declared and not used. */
function checkParameters(query: SavedQuery): readonly QueryProblem[] {
  const { parameters, lets } = query
  const used = expressionsOf(query).map((each, index) => {
    const known = [...parameters, ...lets.slice(0, index)].map(({ name }) => `$${name}`)
    const tokens = tryToRead(() => tokenise(each.expression, () => null).filter(isParameter))
    return tokens?.map(({ text, position }) => ({
      text,
      place: locateInFile(each, position),
      isKnown: known.includes(text),
    }))
  })
  // An expression cannot be read: that is the problem, and which parameters it uses is not known.
  if (used.includes(undefined)) return []
  const all = used.flatMap((each) => each ?? [])
  const undeclared = all
    .filter(({ isKnown }) => !isKnown)
    .map(({ text, place }) => {
      const what = `${text} is not declared; add a line '# param: ${text.slice(1)}' to the header`
      return problemOf(query, place, what)
    })
  const declared = [
    ...parameters.map(({ name }) => ['param', name, `the parameter ${name}`] as const),
    ...lets.map(({ name }) => ['let', name, name] as const),
  ]
  const idle = declared
    .filter(([, name]) => !all.some(({ text }) => text === `$${name}`))
    .map(([key, name, words]) => {
      const place = query.places.get(`${key} ${name}`) ?? query.begins
      return problemOf(query, place, `${words} is declared and never used as $${name}`)
    })
  return [...undeclared, ...idle]
}

function checkExpression(query: SavedQuery): readonly QueryProblem[] {
  const kinds = [query.kind, ...query.otherKinds].map(findKind)
  const problems: QueryProblem[] = []
  const asts: Ast[] = []
  for (const each of expressionsOf(query)) {
    try {
      const { ast } = compile(each.expression, () => unknownValue)
      asts.push(ast)
      for (const { position, message } of staticFaults(ast))
        problems.push(problemOf(query, locateInFile(each, position), message))
    } catch (error) {
      if (!(error instanceof JmespathError)) throw error
      return [...problems, problemOf(query, locateInFile(each, error.position ?? 0), error)]
    }
  }
  const roots = asts.flatMap(rootFields)
  for (const { list, name } of kinds) {
    if (roots.length === 0 || roots.includes(list)) continue
    problems.push(
      problemOf(query, query.begins, `the expression never looks at ${list}, the list of ${name}`),
    )
  }
  const [main, ...others] = kinds
  const ast = asts.at(-1)
  if (!main || (query.expression !== null && !ast)) return problems
  return [...problems, ...checkNames(query, query.expression === null ? null : (ast ?? null), main, others)]
}

/** The names in columns, sort, count-by and sum that no row can have; `ast` is null for the table of the kind. */
function checkNames(
  query: SavedQuery,
  ast: Ast | null,
  kind: Kind,
  others: readonly Kind[],
): readonly QueryProblem[] {
  const { columns: names, places, begins } = query
  const of = ast ? ({ ast, engine: 'muster' } as const) : 'table'
  const shape = shapeOf(query)
  return nameFaults(withFullNames({ ...shape, kind, others, of, ofAws: { origin: true }, names }))
    .filter(({ certain }) => certain)
    .map((fault) => problemOf(query, places.get(headerOf(query, fault)) ?? begins, fault.sentence))
}

function tryToRead<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof JmespathError) return null
    throw error
  }
}
