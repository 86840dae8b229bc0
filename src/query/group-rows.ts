import type { Ast } from '../jmespath/ast.ts'
import { isSameTree } from '../jmespath/canonical.ts'
import { compile } from '../jmespath/compile.ts'
import { type Operation, pipelineTree, resourcePipeline } from '../jmespath/pipeline.ts'
import { split } from '../jmespath/stream.ts'
import { writeTree } from '../jmespath/write-tree.ts'
import { isObject } from '../json-object.ts'
import { findJoined, findKind, makePlainView, originFields } from '../kinds.ts'
import type { Json, Kind, View } from '../model.ts'
import { compileExpression } from './evaluation.ts'

/**
 * The table of the resources that a group of a view counts: their kind's, with a filter that leaves them alone. Null if
 * the rows that are counted do not come from single resources, so that no filter of these gives them. A resource that a
 * group counts twice is one row.
 */
export function viewOfGroup(view: View, group: Json, names: readonly string[] | null): View | null {
  if (view.group === null || !isObject(group)) return null
  const kind = findKind(view.kind)
  const wanted = view.group.map((column) => [column, group[column] ?? null] as const)
  const terms =
    view.expression === null
      ? wanted.map(([column, value]) => termOfColumn(column, value, kind))
      : termsOfRows(view, view.expression, wanted, kind, names)
  const whole = terms.filter((term) => term !== null)
  if (whole.length < terms.length) return null
  const before = view.expression === null ? view.filters : []
  const plain = makePlainView(view.kind, view.scopes, view.now)
  return { ...plain, requires: view.requires, filters: [...before, whole.join(' ')] }
}

type Wanted = readonly (readonly [column: string, value: Json])[]

/** A term that holds where the column has this value and no other. */
function termOfColumn(column: string, value: Json, kind: Kind): string | null {
  const known = kind.columns.find(({ name }) => name === column)
  const isJoined = findJoined(column, kind) !== null
  const isOrigin = originFields.some((field) => field === column)
  if (isJoined || isOrigin) return termOfText(column, value)
  const tree = known ? compile(known.expression).ast : treeOfMember(column)
  return tree && termOfTree(tree, value, kind, column.startsWith(tagPrefix) ? termOfTag(column, value) : null)
}

const tagPrefix = 'tag:'

/** A tag of that value, in capitals or not: a row passes it if it has the value. */
function termOfTag(column: string, value: Json): string | null {
  if (typeof value !== 'string' || value === '') return null
  const quote = (text: string) => (/^[\w.-]+$/.test(text) ? text : JSON.stringify(text))
  return `${tagPrefix}${quote(column.slice(tagPrefix.length))}=${quote(value)}`
}

/** A value that the term of a column names exactly: no other value is equal to it there. */
function termOfText(column: string, value: Json): string | null {
  if (value === null) return `${column}=""`
  if (typeof value !== 'string') return null
  return `${column}=${/^[\w.-]+$/.test(value) ? value : JSON.stringify(value)}`
}

/** What is asked of a tree over the resource: in the narrow columns if one of them is the same, as that is quick. */
function termOfTree(tree: Ast, value: Json, kind: Kind, before: string | null = null): string | null {
  // Of the origin there is nothing in the documents, which need not be read for it.
  if (tree.type === 'field' && originFields.some((field) => field === tree.name))
    return termOfText(tree.name, value)
  const column = kind.columns.find(({ expression }) => isSameTree(compile(expression).ast, tree))
  const condition = writeCondition(isValue(tree, value))
  if (column && typeof value === 'string' && value !== '' && column.type !== 'time') {
    const term = termOfText(column.name, value)
    // Small letters are found in capitals too: what people write is looked at again.
    const isExact = value !== value.toLowerCase() || !/\p{L}/u.test(value) || isOfAws(column.type, kind)
    return term === null || isExact ? term : condition && `${term} ${condition}`
  }
  if (column && column.type === 'number' && typeof value === 'number') return `${column.name}=${value}`
  return before && condition ? `${before} ${condition}` : condition
}

/** Whether values of a column are words of AWS's own, of which no two differ by capitals alone. */
function isOfAws(type: string, { made }: Kind): boolean {
  return type !== 'name' && made !== 'from the schema'
}

/**
 * The same for rows that an expression makes of each resource. Filters of the rows are left out if the rows of a group are
 * all alike: then it is in the answer because they let it pass.
 */
function termsOfRows(
  view: View,
  expression: string,
  wanted: Wanted,
  kind: Kind,
  names: readonly string[] | null,
): readonly (string | null)[] {
  const isPlain = view.engine === 'muster' && view.otherKinds.length === 0 && view.lets.length === 0
  const parted = isPlain ? split(compileExpression(expression, view).ast, kind.list) : null
  const operations =
    parted?.rest === null ? resourcePipeline(parted.stream, kind.list, kind.nested?.list ?? null) : null
  if (!operations) return [null]
  const first = operations.findIndex(({ type }) => type !== 'filter')
  const conditions = operations.flatMap((each, at) =>
    each.type === 'filter' && (first < 0 || at < first) ? [each.condition] : [],
  )
  const rest = first < 0 ? [] : operations.slice(first)
  const [row] = rest
  if (rest.length === 0 || (rest.length === 1 && row?.type === 'each')) {
    const tree: Ast = row?.type === 'each' ? row.tree : current
    if (view.filters.length > 0 && !isAllGrouped(tree, wanted)) return [null]
    const terms = wanted.map(([column, value]) => {
      const found = treeOfColumn(tree, column, kind, names)
      return found && termOfTree(found, value, kind)
    })
    const all = conditions.length === 0 ? [] : [writeCondition(...conditions)]
    return [...terms, ...all]
  }
  if (view.filters.length > 0) return [null]
  return [writeCondition(...conditions, someRow(rest, wanted, kind, names))]
}

const current: Ast = { type: 'current' }

/** Whether all that a row holds is what it is grouped by. */
function isAllGrouped(tree: Ast, wanted: Wanted): boolean {
  return tree.type === 'hash' && tree.entries.every(({ key }) => wanted.some(([column]) => column === key))
}

/** The tree over a resource that gives a column of its row. */
function treeOfColumn(row: Ast, column: string, kind: Kind, names: readonly string[] | null): Ast | null {
  if (row.type === 'hash') {
    const entry = row.entries.find(({ key }) => key === column)
    if (entry) return entry.value
  }
  if (row.type === 'list') {
    const place = names ? names.indexOf(column) : Number(column) - 1
    return row.items[place] ?? null
  }
  const inRow = treeInRow(column, kind)
  if (row.type === 'current') return inRow
  return inRow && { type: 'pipe', steps: [row, inRow] }
}

/** A column of an object: its member of that name, or what the kind's column of that name stands for. */
function treeInRow(column: string, kind: Kind): Ast | null {
  const member = treeOfMember(column)
  const known = kind.columns.find(({ name }) => name === column)
  if (!known || member === null) return member
  const stands = compile(known.expression).ast
  if (isSameTree(stands, member)) return member
  return { type: 'call', name: 'not_null', arguments: [member, stands], position: 0 }
}

function treeOfMember(column: string): Ast | null {
  if (column.startsWith(tagPrefix)) return treeOfTag(column.slice(tagPrefix.length))
  if (/^[A-Za-z_]\w*$/.test(column)) return { type: 'field', name: column, quoted: false, position: 0 }
  try {
    return compile(column).ast
  } catch {
    return null
  }
}

function treeOfTag(key: string): Ast {
  const literal = JSON.stringify(key).replaceAll('`', '\\`')
  return compile(`(Tags || TagSet)[?Key==\`${literal}\`].Value | [0]`).ast
}

/** Whether one of the rows that operations make of a resource has these values. */
function someRow(
  operations: readonly Operation[],
  wanted: Wanted,
  kind: Kind,
  names: readonly string[] | null,
): Ast | null {
  const last = operations.at(-1)
  const tree = last?.type === 'each' ? last.tree : current
  const before = last?.type === 'each' ? operations.slice(0, -1) : operations
  const tests = wanted.map(([column, value]) => {
    const found = treeOfColumn(tree, column, kind, names)
    return found && isValue(found, value)
  })
  const whole = tests.filter((test) => test !== null)
  if (whole.length < tests.length) return null
  const made = pipelineTree(before)
  // As it is read from an expression: no list of a resource holds a null, which this leaves out.
  const each: Ast = made.type === 'flatten' ? { type: 'projection', left: made, right: current } : made
  const rows: Ast = { type: 'pipe', steps: [{ type: 'list', items: [current] }, each] }
  return { type: 'filter-projection', left: rows, condition: allOf(whole), right: current, position: 0 }
}

function isValue(tree: Ast, value: Json): Ast {
  return { type: 'comparator', operator: '==', left: tree, right: { type: 'literal', value }, position: 0 }
}

function allOf(conditions: readonly Ast[]): Ast {
  const [only, ...more] = conditions
  return only && more.length === 0 ? only : { type: 'and', operands: conditions }
}

/** Conditions as a term of a filter; null if it would not be read as it is meant. */
function writeCondition(...conditions: readonly (Ast | null)[]): string | null {
  const all = conditions.filter((each) => each !== null)
  if (all.length < conditions.length) return null
  const condition = allOf(all)
  const tree: Ast = { type: 'filter-projection', left: current, condition, right: current, position: 0 }
  const written = writeTree(tree)
  if (written === null) return null
  return isSameTree(compile(written).ast, tree) ? written : null
}
