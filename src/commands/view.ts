import { nearest } from '../config/nearest.ts'
import { splitList } from '../config/patterns.ts'
import type { Settings } from '../config/settings.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { compile } from '../jmespath/compile.ts'
import { kindNamed } from '../kinds.ts'
import type { View } from '../model.ts'
import { findQuery, isBareWord, listQueries, parseSort, type SavedQuery } from '../query/saved.ts'
import { queryFolders, selectionOf } from './context.ts'
import type { Args } from './flags.ts'

/** A view as the command line asks for it, and the names that its saved query gives the result's places. */
export interface AskedView {
  readonly view: View
  readonly names: readonly string[] | null
}

/** Makes the view of `muster query` and `muster export`; every mistake in it is found before AWS is called. */
export function viewFrom(args: Args, io: Io, settings: Settings): AskedView {
  const { saved, expression } = questionOf(args, io)
  const kind = kindNamed(args.text('kind') ?? saved?.kind ?? settings.kind).name
  if (saved && saved.kind !== kind) {
    throw usageError(`The saved query '${saved.name}' is about ${saved.kind}: leave --kind ${kind} out.`)
  }
  if (expression !== null) compile(expression)
  const columns = splitList(args.list('columns'))
  const sort = args.text('sort')
  const view: View = {
    kind,
    query: saved?.name ?? null,
    expression,
    filter: args.text('filter'),
    sort: sort === null ? (saved?.sort ?? null) : parseSort(sort),
    columns: columns.length > 0 ? columns : null,
    group: saved?.group ?? null,
    scopes: selectionOf(args),
    origin: !args.on('no-origin'),
  }
  return { view, names: saved?.columns ?? null }
}

function questionOf(args: Args, io: Io): { saved: SavedQuery | null; expression: string | null } {
  const forced = args.text('query')
  const [word, ...more] = args.words
  if (more.length > 0)
    throw usageError(`One query at a time: quote the expression, or leave out '${more.join(' ')}'.`)
  if (forced !== null && word !== undefined) throw usageError(`Give either --query or '${word}', not both.`)
  if (forced !== null) return { saved: null, expression: forced }
  if (word === undefined) return { saved: null, expression: null }
  return questionNamed(word, io)
}

/** The view that a word alone asks for, over these scopes; mistakes in it are usage errors. */
export function viewNamed(word: string, scopes: View['scopes'], io: Io): AskedView {
  const { saved, expression } = questionNamed(word, io)
  compile(expression)
  const view: View = {
    kind: saved?.kind ?? 'instances',
    query: saved?.name ?? null,
    expression,
    filter: null,
    sort: saved?.sort ?? null,
    columns: null,
    group: saved?.group ?? null,
    scopes,
    origin: true,
  }
  return { view, names: saved?.columns ?? null }
}

/** What a word asks for: the saved query of that name, or the JMESPath expression that it is. */
function questionNamed(
  word: string,
  io: Io,
): { readonly saved: SavedQuery | null; readonly expression: string } {
  if (!isBareWord(word)) return { saved: null, expression: word }
  const saved = findQuery(word, queryFolders(io))
  if (saved) return { saved, expression: saved.expression }
  const near = nearest(
    word,
    listQueries(queryFolders(io)).map(({ name }) => name),
  )
  throw usageError(
    `There is no saved query '${word}'${near ? `; did you mean '${near}'?` : '.'} See muster queries, or give an expression with --query.`,
  )
}
