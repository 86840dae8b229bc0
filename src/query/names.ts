import type { Ast } from '../jmespath/ast.ts'
import { compile } from '../jmespath/compile.ts'
import { infer } from '../jmespath/inference.ts'
import { JmespathError } from '../jmespath/jmespath-errors.ts'
import {
  any,
  eitherOf,
  elementOf,
  type ObjectShape,
  objectOf,
  type Shape,
  scalarOf,
} from '../jmespath/shapes.ts'
import { staticFaults } from '../jmespath/static.ts'
import { tagListNames } from '../kinds/tag-list.ts'
import { columnNamesOf, findJoined } from '../kinds.ts'
import type { Kind, View } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { documentOf, resourceShape } from './kind-shapes.ts'
import { countColumn } from './shape.ts'

/** A name in the columns, the sort or the grouping of a view that can match nothing, whatever is in the cache. */
export interface NameFault {
  /** `names`: the names that a saved query gives to its columns or places. */
  readonly of: 'names' | 'columns' | 'sort' | 'count-by'
  /** A sentence without its full stop. */
  readonly sentence: string
  /** False if rows of another shape, which may have it, cannot be ruled out. */
  readonly certain: boolean
}

/** Names, and the rows in which they are looked for. */
export interface NamesAsked extends Pick<View, 'columns' | 'sort' | 'group'> {
  readonly kind: Kind
  /** Kinds whose lists stand beside that of `kind` in the document of the expression. */
  readonly others: readonly Kind[]
  /** The expression that gives the rows, if it can be read; or they are the resources of the kind. */
  readonly of: Expression | 'table' | null
  /** Whether the expression runs over the AWS CLI's document, and if so, whether its resources carry their origin. */
  readonly ofAws: { readonly origin: boolean } | null
  /** The names that a saved query gives to its columns or places. */
  readonly names: readonly string[] | null
}

interface Expression extends Pick<View, 'engine'> {
  readonly ast: Ast
}

/**
 * The names of a view that its rows cannot have: a name is a member of the rows, a place in them, a column of the kind,
 * a tag, or an expression.
 */
export function nameFaults({
  kind,
  others,
  of,
  ofAws,
  names,
  columns,
  sort,
  group,
}: NamesAsked): readonly NameFault[] {
  const isTable = of === 'table'
  const row = isTable ? resourceShape(kind) : rowShape(of, kind, others, ofAws)
  const rows: Rows = { row, kind, isTable, names }
  const found: (NameFault | null)[] = [...checkHeaderNames(names, rows)]
  const inGroup = group === null ? null : faultIn('count-by', group, rows)
  found.push(inGroup)
  // If the grouping is wrong, the columns of its groups are not known.
  const shown = group === null || inGroup ? rows : groupRows(group, rows)
  if (sort) found.push(faultIn('sort', sort.column, shown))
  for (const column of columns ?? []) found.push(faultIn('columns', column, shown))
  return found.filter((fault) => fault !== null)
}

interface Rows {
  readonly row: Shape
  readonly kind: Kind
  /** Whether they are the resources of the kind's table: its columns win over members. */
  readonly isTable: boolean
  readonly names: readonly string[] | null
}

/** The shape of each row of an expression's result. Another engine may give another shape. */
function rowShape(
  of: Expression | null,
  kind: Kind,
  others: readonly Kind[],
  ofAws: NamesAsked['ofAws'],
): Shape {
  if (!of) return any
  const aws = ofAws && documentOf(kind, ofAws.origin, others)
  const row = elementOf(infer(of.ast, aws?.shape ?? any, aws).shape)
  return of.engine === 'muster' ? row : eitherOf([row, any])
}

function groupRows(group: string, { row, kind }: Rows): Rows {
  const value = row.type === 'object' ? (row.findMember(group) ?? groupValue(group, row)) : any
  const members = new Map([
    [group, value],
    [countColumn, scalarOf('number')],
  ])
  return { row: objectOf(members), kind, isTable: false, names: null }
}

function groupValue(name: string, row: ObjectShape): Shape {
  return name.startsWith('tag:')
    ? scalarOf('text')
    : (readOrNull(() => infer(compile(name).ast, row, null).shape) ?? any)
}

/** The names that a saved query gives to its columns: of rows that are lists, to their places. */
function checkHeaderNames(names: readonly string[] | null, rows: Rows): readonly (NameFault | null)[] {
  const { row } = rows
  if (!names || row.type === 'scalar') return []
  if (row.type !== 'list') return names.map((name) => faultIn('names', name, rows))
  const { places } = row
  if (!places || places.length === names.length) return []
  const sentence = `${names.length} columns are named, and the rows have ${places.length} places`
  return [{ of: 'names', sentence, certain: true }]
}

function faultIn(of: NameFault['of'], name: string, rows: Rows): NameFault | null {
  const { row } = rows
  const shapes = row.type === 'either' ? row.of.filter(({ type }) => type !== 'any') : [row]
  const sentences = shapes.map((shape) => sentenceOf(name, shape, rows))
  const [first] = sentences
  if (first === undefined || first === null || sentences.includes(null)) return null
  return { of, sentence: first.replace(/\.$/, ''), certain: row.type !== 'either' }
}

/** What is wrong with a name in rows of this shape; null if they can have it. */
function sentenceOf(name: string, row: Shape, rows: Rows): string | null {
  switch (row.type) {
    case 'any':
    case 'either':
      return null
    case 'scalar':
      return name === 'value' || name === '1'
        ? null
        : `'${name}' is in no row; they are values: write 'value'`
    case 'list': {
      const { places } = row
      const counted = places ? places.map((_, index) => String(index + 1)) : []
      const known = [...(rows.names ?? []), ...counted]
      if (known.includes(name) || (!places && /^[1-9]\d*$/.test(name))) return null
      return `'${name}' is not a column of the rows; they have ${places ? known.join(', ') : 'places, counted from 1'}`
    }
    case 'object':
      return checkMember(name, row, rows)
  }
}

function checkMember(name: string, row: ObjectShape, rows: Rows): string | null {
  const { kind, isTable } = rows
  const known = kind.columns.find((column) => column.name === name)
  if ((isTable && (known || findJoined(name, kind))) || row.findMember(name)) return null
  if (name.startsWith('tag:')) {
    return isTable || tagListNames.some((list) => row.findMember(list))
      ? null
      : explainMissing(name, row, rows)
  }
  try {
    const { ast } = compile(known?.expression ?? name)
    const { traps } = infer(ast, row, null)
    const [fault] = [
      ...staticFaults(ast).map(({ message }) => message),
      ...traps.map(({ sentence }) => sentence),
    ]
    if (fault === undefined) return null
    return known || ast.type === 'field' ? explainMissing(name, row, rows) : `in '${name}': ${fault}`
  } catch (error) {
    if (!(error instanceof JmespathError)) throw error
    return `in '${name}': ${error.message.split('\n')[0]}`
  }
}

function explainMissing(name: string, row: ObjectShape, { kind, isTable }: Rows): string {
  const own = isTable ? columnNamesOf(kind) : []
  const names = [...new Set([...own, ...row.listNames()])]
  if (names.length <= 12) return `'${name}' is in no row; they have ${names.join(', ')}`
  const near = findNearest(name, names)
  const subject = isTable ? `${kind.name} have no '${name}'` : `'${name}' is in no row`
  const some = `give one such as ${names.slice(0, 3).join(', ')}, another member that AWS gives, tag:KEY or an expression`
  return `${subject}; ${near === null ? some : `did you mean '${near}'?`}`
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof JmespathError) return null
    throw error
  }
}
