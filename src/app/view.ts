import { selectKinds } from '../config/kind-words.ts'
import type { Settings } from '../config/settings.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { JmespathError } from '../jmespath/jmespath-errors.ts'
import { documentOf } from '../jmespath/kind-shapes.ts'
import { checkStock } from '../jmespath/stock.ts'
import { hintsFor } from '../jmespath/traps.ts'
import { findKind } from '../kinds.ts'
import type { Engine, Kind, View } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { sanitise } from '../output/sanitise.ts'
import { compileExpression, writeStockExpression } from '../query/evaluation.ts'
import { checkFilters } from '../query/filter/check-filters.ts'
import {
  findRowNames,
  headerOf,
  makeColumnCheck,
  type NameFault,
  type NamesAsked,
  nameFaults,
  withFullNames,
} from '../query/names.ts'
import { bindParameters, type ParameterSetting, parseSetting } from '../query/parameters.ts'
import { readQuestionLine } from '../query/question-line.ts'
import { findQuery, isBareWord, readQueryNames } from '../query/saved.ts'
import { expressionsOf, locateInFile, type PlacedExpression, type SavedQuery } from '../query/saved-text.ts'
import { noShapeWords, type ShapeWords, shapeAsked } from '../query/shape-asked.ts'
import { readTree } from '../query/view-columns.ts'
import { findQueryFolders, selectionOf } from './context.ts'
import type { Args } from './options.ts'

/** A view as the command line asks for it. */
export interface RequestedView {
  readonly view: View
  /** The names that its saved query gives to the places of the result. */
  readonly names: readonly string[] | null
  /** Where its expression runs but cannot do what was meant. Empty for a saved query's. */
  readonly hints: readonly string[]
}

/** Makes the view of `muster query` and `muster export`. Finds every mistake in it before AWS is called. */
export function makeView(args: Args, io: Io, settings: Pick<Settings, 'kind'>): RequestedView {
  const source = readQuerySource(args, io)
  const { saved } = source
  const { kind, otherKinds } = kindsAsked(args, source, settings.kind)
  const isTable = source.expression === null && args.input === null
  const view: View = {
    ...bindQuery(source, readSetFlags(args), engineOf(args), io),
    ...shapeAsked(args, saved, isTable ? { kind: findKind(kind), joined: !args.live } : null),
    kind,
    otherKinds,
    requires: saved?.requires ?? [],
    now: io.now(),
    scopes: selectionOf(args),
    origin: !args.noOrigin,
  }
  return checkNames(view, saved, args.input === null, args)
}

/** The view with its hints. A usage error if it holds a name that no row can have. */
function checkNames(
  requested: View,
  saved: SavedQuery | null,
  ofAws: boolean,
  words: ShapeWords,
): RequestedView {
  const kind = findKind(requested.kind)
  const others = requested.otherKinds.map(findKind)
  const names = saved?.columns ?? null
  const of =
    requested.expression === null ? (ofAws ? 'table' : null) : readTree(requested, requested.expression)
  const document = ofAws ? { origin: requested.origin } : null
  const { columns, sort, group, sum } = requested
  const namesAsked: NamesAsked = { kind, others, of, ofAws: document, names, columns, sort, group, sum }
  const inFull = withFullNames(namesAsked)
  const view: View = {
    ...requested,
    columns: inFull.columns,
    sort: inFull.sort,
    group: inFull.group,
    sum: inFull.sum,
  }
  const found = nameFaults(inFull).map((fault) => {
    const where = saved && !isFrom(words, fault) ? placeOf(saved, headerOf(saved, fault)) : `--${fault.of}`
    return { ...fault, text: `${where}: ${fault.sentence}${fault.sentence.endsWith('?') ? '' : '.'}` }
  })
  const wrong = found.find(({ certain }) => certain)
  if (wrong) throw usageError(wrong.text)
  const filterHints = checkFilters(view, findRowNames(namesAsked), makeColumnCheck(namesAsked), (place) =>
    saved && place < saved.filters.length ? placeOf(saved, `filter ${place + 1}`) : '--filter',
  )
  const hints = [...found.map(({ text }) => text), ...filterHints].map(sanitise)
  return { view, names, hints: [...findHints(view, ofAws ? [kind, ...others] : []), ...hints] }
}

/** Whether a name stands in an option, and not in a saved query. */
function isFrom(words: ShapeWords, { of }: NameFault): boolean {
  if (of === 'names') return false
  return of === 'columns' || of === 'count-by'
    ? words[of === 'columns' ? 'columns' : 'countBy'].length > 0
    : words[of] !== null
}

/** Where a header stands. */
function placeOf(saved: SavedQuery, header: string): string {
  const { line, column } = saved.places.get(header) ?? saved.begins
  return `${saved.file}:${line}:${column}`
}

/** The hints about a view's expression; none for a saved query's. Over a document of the user's there are no kinds. */
function findHints(view: View, [kind, ...others]: readonly Kind[]): readonly string[] {
  const { query, expression, engine } = view
  if (query !== null || expression === null || engine !== 'muster') return []
  // A hint quotes the expression, on lines of its own.
  const hints = hintsFor(
    compileExpression(expression, view),
    kind ? documentOf(kind, view.origin, others) : null,
  )
  return hints.map((hint) => hint.split('\n').map(sanitise).join('\n'))
}

/**
 * The view that a line asks for, over these scopes: an expression about a kind, or the name of a saved query followed
 * by NAME=value for its parameters. Mistakes in it are usage errors.
 */
export function makeViewFromLine(line: string, kind: string, scopes: View['scopes'], io: Io): RequestedView {
  const { word, settings } = readQuestionLine(line)
  const source = findQuerySource(word, io, false)
  const { saved } = source
  const isTable = source.expression === null
  const view: View = {
    ...bindQuery(source, settings, 'muster', io),
    ...shapeAsked(
      noShapeWords,
      saved,
      isTable ? { kind: findKind(saved?.kind ?? kind), joined: true } : null,
    ),
    kind: saved?.kind ?? kind,
    otherKinds: saved?.otherKinds ?? [],
    requires: saved?.requires ?? [],
    now: io.now(),
    scopes,
    origin: true,
  }
  return checkNames(view, saved, true, noShapeWords)
}

/** The kinds of a question: those of --kind, or the saved query's own, or the usual one. */
function kindsAsked(args: Args, { saved, expression }: QuerySource, usual: string) {
  const given = selectKinds(args.kind).map(({ name }) => name)
  const own = saved ? [saved.kind, ...saved.otherKinds] : [usual]
  const [kind = usual, ...otherKinds] = given.length > 0 ? given : own
  if (saved && given.length > 0 && [...given].sort().join() !== [...own].sort().join()) {
    throw usageError(
      `The saved query '${saved.name}' is about ${own.join(' and ')}: leave --kind ${args.kind.join(',')} out.`,
    )
  }
  if (saved) return { kind: saved.kind, otherKinds: saved.otherKinds }
  if (expression === null && otherKinds.length > 0) {
    throw usageError(
      `A table is of one kind, and --kind ${args.kind.join(',')} names ${given.length}: name one, or ask all of them by an expression.`,
    )
  }
  const lists = [kind, ...otherKinds].map((name) => findKind(name))
  const twin = lists.find((each) => lists.some((other) => other !== each && other.list === each.list))
  if (twin) throw usageError(`Two of the kinds come as ${twin.list}: leave ${twin.name} out.`)
  return { kind, otherKinds }
}

/** What is asked: a saved query or an expression. Neither means the table of the kind. */
interface QuerySource {
  readonly saved: SavedQuery | null
  readonly expression: string | null
}

function bindQuery(
  { saved, expression }: QuerySource,
  settings: readonly ParameterSetting[],
  engine: Engine,
  io: Io,
) {
  const [first] = settings
  if (!saved && first) {
    throw usageError(
      `--set ${first[0]} gives a value to a parameter of a saved query, and this is not one: leave it out.`,
    )
  }
  const view = {
    query: saved?.name ?? null,
    expression,
    parameters: saved ? bindParameters(saved, settings, io.now()) : [],
    engine,
    lets: saved?.lets.map(({ begins: _, ...each }) => each) ?? [],
  }
  if (!saved && expression !== null) checkSyntax(expression, view)
  for (const each of saved ? expressionsOf(saved) : []) {
    try {
      checkSyntax(each.expression, view)
    } catch (error) {
      throw saved && error instanceof JmespathError ? locateError(error, each, saved.file) : error
    }
  }
  return view
}

function checkSyntax(
  expression: string,
  view: Parameters<typeof compileExpression>[1] & Pick<View, 'engine'>,
): void {
  if (view.engine === 'jmespath') checkStock(writeStockExpression(expression, view))
  else compileExpression(expression, view)
}

/** An error with the place in the saved query's file at which an expression is wrong. */
function locateError(error: JmespathError, expression: PlacedExpression, file: string): Error {
  const { line, column } = locateInFile(expression, error.position ?? 0)
  return usageError(`${file}:${line}:${column}: ${error.message}`, error)
}

/** The values of --set. */
function readSetFlags(args: Args): readonly ParameterSetting[] {
  return args.set.map((text) => {
    const setting = parseSetting(text)
    if (setting) return setting
    throw usageError(`--set takes NAME=value, not '${text}'.`)
  })
}

function engineOf(args: Args): Engine {
  const written = args.engine ?? 'muster'
  if (written === 'muster' || written === 'jmespath') return written
  throw usageError(`--engine takes muster (the default) or jmespath, not '${written}'.`)
}

function readQuerySource(args: Args, io: Io): QuerySource {
  const forced = args.query
  const [word, ...more] = args.words
  if (more.length > 0)
    throw usageError(`One query at a time: quote the expression, or leave out '${more.join(' ')}'.`)
  if (forced !== null && word !== undefined) throw usageError(`Give either --query or '${word}', not both.`)
  if (forced !== null) return { saved: null, expression: forced }
  if (word === undefined) return { saved: null, expression: null }
  return findQuerySource(word, io, args.input !== null)
}

/**
 * What a word asks for: the saved query of that name, or else a JMESPath expression. `fields`: a bare word may be a
 * field of a document that muster does not know.
 */
function findQuerySource(word: string, io: Io, fields: boolean): QuerySource {
  if (!isBareWord(word)) return { saved: null, expression: word }
  const saved = findQuery(word, findQueryFolders(io))
  if (saved) return { saved, expression: saved.expression }
  const near = findNearest(word, readQueryNames(findQueryFolders(io)))
  if (fields && !near) return { saved: null, expression: word }
  throw usageError(
    `There is no saved query '${word}'${near ? `; did you mean '${near}'?` : '.'} See muster queries, or give an expression with --query.`,
  )
}
