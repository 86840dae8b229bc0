import type { Ast } from '../jmespath/ast.ts'
import { compile } from '../jmespath/compile.ts'
import { infer } from '../jmespath/inference.ts'
import { JmespathError } from '../jmespath/jmespath-errors.ts'
import { documentOf, resourceShape } from '../jmespath/kind-shapes.ts'
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
import { findColumnsNamed, findFieldNamed, isAge } from '../kinds/short-names.ts'
import { tagListNames } from '../kinds/tag-list.ts'
import { columnNamesOf, findJoined, originFields, typeOfColumn } from '../kinds.ts'
import type { Kind, Sort, View } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { columnsOfKind, columnsOfRows } from './filter/bind-filter.ts'
import { countColumn, sumColumn } from './groups.ts'
import { listSorts } from './rows.ts'
import type { SavedQuery } from './saved-text.ts'
import { everyColumn, everyTag } from './wildcards.ts'

/** A name in the columns, the sort or the grouping of a view that can match nothing, whatever is in the cache. */
export interface NameFault {
  /** `names`: the names that a saved query gives to its columns or places. */
  readonly of: 'names' | 'columns' | 'sort' | 'count-by' | 'sum'
  /** A sentence without its full stop. */
  readonly sentence: string
  /** False if rows of another shape, which may have it, cannot be ruled out. */
  readonly certain: boolean
}

/** Names, and the rows in which they are looked for. */
export interface NamesAsked extends Pick<View, 'columns' | 'sort' | 'group' | 'sum'> {
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
export function nameFaults(asked: NamesAsked): readonly NameFault[] {
  const { names, columns, sort, group, sum } = asked
  const rows = rowsOf(asked)
  const inGroup = (group ?? []).map((name) => faultIn('count-by', name, rows) ?? faultInGroup(name, sum))
  const found: (NameFault | null)[] = [...checkHeaderNames(names, rows), ...inGroup]
  if (sum !== null) found.push(faultIn('sum', sum, rows) ?? faultInSum(sum, rows))
  // If the grouping is wrong, the columns of its groups are not known.
  const shown = group === null || inGroup.some((fault) => fault !== null) ? rows : groupRows(group, sum, rows)
  for (const { column } of sort ? listSorts(sort) : []) found.push(faultIn('sort', column, shown))
  for (const column of columns ?? []) {
    if (column === everyTag && group)
      found.push({ of: 'columns', sentence: 'groups have no tags', certain: true })
    else if (column !== everyColumn && column !== everyTag) found.push(faultIn('columns', column, shown))
  }
  return found.filter((fault) => fault !== null)
}

/** Makes the function that says whether the rows of a view can have a column of that name. */
export function makeColumnCheck(asked: NamesAsked): (name: string) => boolean {
  const rows = rowsOf(asked)
  return (name) => faultIn('columns', name, rows) === null
}

/** The key of the line in a saved query's header that a wrong name stands in. */
export function headerOf({ places }: Pick<SavedQuery, 'places'>, { of }: NameFault): string {
  if (of === 'names') return 'columns'
  return of === 'columns' && places.has('show') ? 'show' : of
}

/**
 * The same names in full: `account` is AccountName and `type` InstanceType, as in a filter, unless the rows have a member
 * of the name that is written, or more than one column is meant. A sort by `age` is one by the time, the other way round.
 */
export function withFullNames<Asked extends NamesAsked>(asked: Asked): Asked {
  const { columns, sort, group, sum } = asked
  const rows = rowsOf(asked)
  const grouped = group?.map((name) => fullName(name, rows)) ?? null
  const added = sum === null ? null : fullName(sum, rows)
  const shown = grouped ? groupRows(grouped, added, rows) : rows
  const sortBy = (each: Sort): Sort => {
    const column = fullName(each.column, shown)
    return {
      ...each,
      column,
      descending: each.descending !== (column !== each.column && isAge(each.column)),
      ...(each.next ? { next: sortBy(each.next) } : {}),
    }
  }
  const inFull = columns?.map((name) => fullName(name, shown)) ?? null
  return {
    ...asked,
    group: grouped,
    sort: sort && sortBy(sort),
    sum: added,
    // `+launched` adds nothing to a LaunchTime that is there.
    columns: inFull?.filter((name, place) => name === columns?.[place] || !columns?.includes(name)) ?? null,
  }
}

function fullName(name: string, { row, kind, isTable }: Rows): string {
  if (row.type !== 'object' || row.findMember(name)) return name
  if (isTable && columnNamesOf(kind).includes(name)) return name
  const origin = findFieldNamed(name, originFields)
  if (origin !== null && row.findMember(origin)) return origin
  const [full, ...others] = meantBy(name, row, { kind, isTable })
  // `vpcid` is the name of a member, written wrongly: in an expression it would be null.
  return full === undefined || others.length > 0 || full.toLowerCase() === name.toLowerCase() ? name : full
}

/** The columns that a filter would look into for this name. */
function meantBy(name: string, row: ObjectShape, { kind, isTable }: Pick<Rows, 'kind' | 'isTable'>) {
  const { columns, id } = isTable ? columnsOfKind(kind, []) : columnsOfRows(row.listNames(), kind)
  return findColumnsNamed(name, columns, id).map((column) => column.name)
}

function rowsOf({ kind, others, of, ofAws, names }: NamesAsked): Rows {
  const isTable = of === 'table'
  const row = isTable ? resourceShape(kind) : rowShape(of, kind, others, ofAws)
  return { row, kind, isTable, names }
}

/** The names in the rows of a view, or in each of its lists; null if they are not known. */
export function findRowNames({
  kind,
  others,
  of,
  ofAws,
  names,
}: NamesAsked): readonly string[] | 'table' | null {
  if (of === 'table') return 'table'
  const row = rowShape(of, kind, others, ofAws)
  if (row.type === 'object') return row.listNames()
  if (row.type !== 'list' || !row.places) return null
  return names ?? row.places.map((_, index) => String(index + 1))
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
  const known = knownShapes.get(of)
  if (known && known.kind === kind && known.others === others && known.ofAws === ofAws) return known.shape
  const aws = ofAws && documentOf(kind, ofAws.origin, others)
  const row = elementOf(infer(of.ast, aws?.shape ?? any, aws).shape)
  const shape = of.engine === 'muster' ? row : eitherOf([row, any])
  knownShapes.set(of, { kind, others, ofAws, shape })
  return shape
}

/** A view asks for its own three times: 0.5 ms each. */
const knownShapes = new WeakMap<
  Expression,
  Pick<NamesAsked, 'kind' | 'others' | 'ofAws'> & { readonly shape: Shape }
>()

function groupRows(group: readonly string[], sum: string | null, { row, kind }: Rows): Rows {
  const shapeIn = (name: string) =>
    row.type === 'object' ? (row.findMember(name) ?? groupValue(name, row)) : any
  const members = new Map([
    ...group.map((name): [string, Shape] => [name, shapeIn(name)]),
    [countColumn, scalarOf('number')],
    ...(sum === null ? [] : [[sumColumn, scalarOf('number')] as const]),
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

/** A group's own columns would stand in the place of what it is grouped by. */
function faultInGroup(name: string, sum: string | null): NameFault | null {
  if (name !== countColumn && (name !== sumColumn || sum === null)) return null
  const sentence = `groups have a '${name}' of their own; give the column another name in the expression`
  return { of: 'count-by', sentence, certain: true }
}

/** Only numbers can be added up; text of a tag or of another document may be a number. */
function faultInSum(name: string, { kind, isTable }: Rows): NameFault | null {
  const type = isTable ? typeOfColumn(name, kind) : null
  if (type === null || type === 'number') return null
  const numbers = kind.columns.filter((column) => column.type === 'number').map((column) => column.name)
  const some = numbers.length > 0 ? `; the numbers of ${kind.name} are ${numbers.join(', ')}` : ''
  return { of: 'sum', sentence: `numbers are added up, and '${name}' holds none${some}`, certain: true }
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
  const columns = meantBy(name, row, { kind, isTable })
  if (columns.length > 1) return `'${name}' is short for ${columns.join(' and ')}; give one of them`
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
