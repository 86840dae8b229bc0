import type { Ast } from '../jmespath/ast.ts'
import { compile } from '../jmespath/compile.ts'
import { JmespathError } from '../jmespath/jmespath-errors.ts'
import { isParameter, tokenise } from '../jmespath/lexer.ts'
import { rootFields, staticFaults } from '../jmespath/static.ts'
import { findKind, makePlainView } from '../kinds.ts'
import type { Kind, View } from '../model.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { answerView } from './answer.ts'
import { nameFaults } from './names.ts'
import { exampleOf } from './parameters.ts'
import type { SavedFile } from './saved.ts'
import { locateInFile, type QueryProblem, type SavedQuery, type TextPosition } from './saved-text.ts'

/** Everything that is wrong with a saved query over any resources: header, syntax, functions, parameters, columns. */
export function checkText({ query, problems }: SavedFile): readonly QueryProblem[] {
  if (!query) return problems
  const found = [...problems, ...checkParameters(query), ...checkExpression(query)]
  return found.sort((a, b) => a.line - b.line || a.column - b.column)
}

/** Runs a saved query over the cache. Returns how many rows it gives, or where and why it fails. */
export function checkRun(
  query: SavedQuery,
  store: Store,
  lines: readonly LedgerLine[],
  now: number,
): number | QueryProblem {
  const { name, kind, expression, columns, sort, group } = query
  const view: View = {
    ...makePlainView(kind, { profiles: [], accounts: [], regions: [] }),
    query: name,
    expression,
    parameters: query.parameters.map((each) => exampleOf(each, now)),
  }
  try {
    rowsOf(view, store, lines, null)
  } catch (error) {
    if (!(error instanceof JmespathError)) throw error
    return problemOf(query, locateInFile(query, error.position ?? 0), error)
  }
  try {
    return rowsOf({ ...view, sort, group }, store, lines, columns)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const key = ['columns', 'sort', 'count-by'].find((each) => query.places.has(each)) ?? ''
    return problemOf(query, query.places.get(key) ?? query.begins, error)
  }
}

function rowsOf(view: View, store: Store, lines: readonly LedgerLine[], names: readonly string[] | null) {
  const answer = answerView(view, store, lines, names)
  if (answer.type === 'value') return 1
  let rows = 0
  for (const _ of answer.items) rows += 1
  return rows
}

function problemOf({ file }: SavedQuery, place: TextPosition, cause: string | Error): QueryProblem {
  const [first = ''] = (typeof cause === 'string' ? cause : cause.message).split('\n')
  return { file, ...place, what: first.replace(/\.$/, '') }
}

/** Parameters that are used and not declared, and those that are declared and not used. */
function checkParameters(query: SavedQuery): readonly QueryProblem[] {
  const used = tryToRead(() => tokenise(query.expression, () => null).filter(isParameter))
  // The expression cannot be read: that is the problem, and which parameters it uses is not known.
  if (!used) return []
  const known = new Set(query.parameters.map(({ name }) => `$${name}`))
  const undeclared = used
    .filter(({ text }) => !known.has(text))
    .map(({ text, position }) => {
      const what = `${text} is not declared; add a line '# param: ${text.slice(1)}' to the header`
      return problemOf(query, locateInFile(query, position), what)
    })
  const idle = query.parameters
    .filter(({ name }) => !used.some(({ text }) => text === `$${name}`))
    .map(({ name }) => {
      const place = query.places.get(`param ${name}`) ?? query.begins
      return problemOf(query, place, `the parameter ${name} is declared and never used as $${name}`)
    })
  return [...undeclared, ...idle]
}

function checkExpression(query: SavedQuery): readonly QueryProblem[] {
  const kind = findKind(query.kind)
  try {
    const { ast } = compile(query.expression, () => null)
    const faults = staticFaults(ast).map(({ position, message }) =>
      problemOf(query, locateInFile(query, position), message),
    )
    const roots = rootFields(ast)
    const isListUsed = roots.length === 0 || roots.includes(kind.list)
    const what = `the expression never looks at ${kind.list}, the list of ${kind.name}`
    const elsewhere = isListUsed ? [] : [problemOf(query, query.begins, what)]
    return [...faults, ...elsewhere, ...checkNames(query, ast, kind)]
  } catch (error) {
    if (!(error instanceof JmespathError)) throw error
    return [problemOf(query, locateInFile(query, error.position ?? 0), error)]
  }
}

/** The names in columns, sort and count-by that no row can have. */
function checkNames(query: SavedQuery, ast: Ast, kind: Kind): readonly QueryProblem[] {
  const { columns: names, sort, group, places, begins } = query
  const of = { ast, engine: 'muster' } as const
  const faults = nameFaults({ kind, of, ofAws: { origin: true }, names, columns: null, sort, group })
  return faults
    .filter(({ certain }) => certain)
    .map((fault) =>
      problemOf(query, places.get(fault.of === 'names' ? 'columns' : fault.of) ?? begins, fault.sentence),
    )
}

function tryToRead<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof JmespathError) return null
    throw error
  }
}
