import { type Ast, type Comparator, childrenOf, type Operator } from '../../jmespath/ast.ts'
import { isSameTree, stepsOf } from '../../jmespath/canonical.ts'
import { compileAst } from '../../jmespath/compile.ts'
import { JmespathError } from '../../jmespath/jmespath-errors.ts'
import { unknownValue } from '../../jmespath/lexer.ts'
import { foresee, scalarTypeOf } from '../../jmespath/outlook.ts'
import type { Shape } from '../../jmespath/shapes.ts'
import type { Json } from '../../model.ts'
import { isPlainName, pathOf } from '../../store/document-paths.ts'
import type { CellType } from '../../store/scan-rows.ts'
import type { ExactColumn } from './exact-columns.ts'
import { isFoundIn } from './found-in.ts'

/** A part of a condition as SQL: 1 or 0, of a row `r` and its document `d`. */
export interface SqlTerm {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
  /** As a person reads it. */
  readonly written: string
  /** The columns that it looks at, as SQL. */
  readonly columns: readonly string[]
  readonly document: boolean
  /** The id that the row must have, if that is what it says. */
  readonly id: string | null
}

/** What conditions over resources can be written with. */
export interface SqlSetting {
  readonly row: Shape
  /** Columns of the table, which a tree names by their members or as they are made. */
  readonly columns: readonly ExactColumn[]
  /** The member that is the id of a resource; null if none is. */
  readonly id: string | null
  /** Members that the documents do not hold. */
  readonly origin: readonly string[]
}

/** What a resource must meet, at least, to pass a condition: one that does not fails it without an error. */
export interface NecessaryTerms {
  readonly terms: readonly SqlTerm[]
  /** What its scope must meet: trees over the fields of the origin. */
  readonly scopes: readonly ScopeTerm[]
  /** Whether a resource that meets them all passes. */
  readonly exact: boolean
}

export interface ScopeTerm {
  readonly ast: Ast
  readonly written: string
}

/** The terms of a condition. Operands of `&&` are taken from left to right, up to the first that may fail. */
export function necessaryTerms(condition: Ast, setting: SqlSetting): NecessaryTerms {
  const operands = condition.type === 'and' ? condition.operands : [condition]
  const terms: SqlTerm[] = []
  const scopes: ScopeTerm[] = []
  let exact = operands.every((operand) => isShallow(operand, deepest))
  for (const operand of operands) {
    if (foresee(operand, setting.row).fails) {
      exact = false
      break
    }
    if (!isShallow(operand, deepest)) continue
    if (operand.type === 'and') {
      const inner = necessaryTerms(operand, setting)
      terms.push(...inner.terms)
      scopes.push(...inner.scopes)
      exact &&= inner.exact
    } else if (isOfOrigin(operand, setting.origin)) {
      const term = writeTerm(
        operand,
        { ...setting, columns: setting.origin.map(originColumn), origin: [] },
        true,
      )
      scopes.push({ ast: operand, written: term?.written ?? 'a condition on the origin' })
    } else {
      const term = writeTerm(operand, setting, true)
      if (term) terms.push(term)
      exact &&= term !== null && isSameTerm(term, writeTerm(operand, setting, false))
    }
  }
  return { terms: terms.slice(0, mostOperands), scopes, exact: exact && terms.length <= mostOperands }
}

/** Whether what may be true is what surely is. */
function isSameTerm(may: SqlTerm, must: SqlTerm | null): boolean {
  return may.sql === must?.sql && JSON.stringify(may.parameters) === JSON.stringify(must.parameters)
}

/** SQLite's own limit is a depth of 1,000: so many levels of a tree and operands of one level stay far below it. */
const deepest = 40
const mostOperands = 100

function isShallow(ast: Ast, levels: number): boolean {
  return levels > 0 && childrenOf(ast).every((child) => isShallow(child, levels - 1))
}

/** Whether a tree over a resource looks at the fields of its origin alone, and at one at least. */
function isOfOrigin(ast: Ast, origin: readonly string[]): boolean {
  const looksAtNothingElse = (tree: Ast): boolean => {
    if (tree.type === 'field') return origin.includes(tree.name)
    if (tree.type === 'literal') return true
    const isPlain = ['comparator', 'and', 'or', 'not', 'call'].includes(tree.type)
    return isPlain && childrenOf(tree).every(looksAtNothingElse)
  }
  return looksAtNothingElse(ast) && !isConstant(ast)
}

/** Only to write a condition for a reader. */
function originColumn(name: string): ExactColumn {
  const ast: Ast = { type: 'field', name, quoted: false, position: 0 }
  return { name, member: name, ast, type: 'text', sql: 'NULL' }
}

/**
 * The truth of a tree as SQL. With `may` it is 1 if the tree may be true, else only if it surely is; null if that cannot
 * be written.
 */
function writeTerm(ast: Ast, setting: SqlSetting, may: boolean): SqlTerm | null {
  switch (ast.type) {
    case 'not': {
      const operand = foresee(ast.operand, setting.row).fails ? null : writeTerm(ast.operand, setting, !may)
      return (
        operand && { ...operand, sql: `(NOT ${operand.sql})`, written: `!(${operand.written})`, id: null }
      )
    }
    case 'and':
    case 'or':
      return writeJunction(ast, setting, may)
    case 'comparator':
      return writeComparison(ast, setting)
    case 'call':
      return writeCall(ast, setting)
    default: {
      const value = sqlValueOf(ast, setting)
      return value ? writeTruth(value) : may ? null : writeFound(ast, setting)
    }
  }
}

/** All operands of `&&` must be true, one of `||`: a part that cannot be written is left out where that errs on the safe side. */
function writeJunction(ast: Extract<Ast, { type: 'and' | 'or' }>, setting: SqlSetting, may: boolean) {
  const membership = ast.type === 'or' ? findMembership(ast.operands, setting) : null
  if (membership) return membership
  if (ast.operands.length > mostOperands) return null
  const safe = ast.operands.findIndex((operand) => foresee(operand, setting.row).fails)
  const operands = safe < 0 ? ast.operands : ast.operands.slice(0, safe)
  const terms = operands.map((operand) => writeTerm(operand, setting, may))
  const found = terms.filter((term) => term !== null)
  const mayLeaveOut = (ast.type === 'and') === may
  const isWhole = found.length === ast.operands.length
  if (found.length === 0 || (!isWhole && !mayLeaveOut)) return null
  const [sign, word] = ast.type === 'and' ? [' AND ', ' && '] : [' OR ', ' || ']
  return {
    sql: `(${found.map(({ sql }) => sql).join(sign)})`,
    parameters: found.flatMap(({ parameters }) => parameters),
    written: `(${found.map(({ written }) => written).join(word)})`,
    columns: found.flatMap(({ columns }) => columns),
    document: found.some(({ document }) => document),
    id: null,
  }
}

/** `State=='a' || State=='b'`, of which a filter may hold thousands. */
function findMembership(operands: readonly Ast[], setting: SqlSetting): SqlTerm | null {
  const [first] = operands
  if (first?.type !== 'comparator' || operands.length < 2) return null
  const texts = operands.map((operand) =>
    operand.type === 'comparator' && operand.operator === '==' && isSameTree(operand.left, first.left)
      ? constantOf(operand.right)
      : undefined,
  )
  const found = texts.filter((text) => typeof text === 'string')
  return found.length === texts.length ? writeMembership(found, first.left, setting) : null
}

/** A value of a row: null, or of one type. */
interface SqlValue {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
  readonly type: CellType | 'boolean'
  readonly written: string
  readonly columns: readonly string[]
  readonly document: boolean
  /** Whether it is the id of the resource. */
  readonly isId: boolean
}

function sqlValueOf(ast: Ast, setting: SqlSetting): SqlValue | null {
  const names = stepsOf(ast).map((step) => (step.type === 'field' ? step.name : ''))
  const [first = ''] = names
  const column = setting.columns.find((each) => names.join() === each.member || isSameTree(each.ast, ast))
  if (column) {
    const { name, sql, type } = column
    return {
      sql,
      parameters: [],
      type,
      written: name,
      columns: [sql],
      document: false,
      isId: column.ast.type === 'field' && column.ast.name === setting.id,
    }
  }
  if (names.length === 0 || names.includes('')) return fallbackOf(ast, setting)
  const isColumn = setting.columns.some(({ member }) => member === first)
  if (isColumn || setting.origin.includes(first) || !names.every(isPlainName)) return null
  const type = scalarTypeOf(foresee(ast, setting.row))
  if (type === null) return null
  const isId = names.length === 1 && first === setting.id
  const plain = { parameters: [], written: names.join('.'), columns: [] }
  return { ...plain, sql: `(d.body ->> '${pathOf(names)}')`, type, document: true, isId }
}

/** `not_null(value, 'text')`. */
function fallbackOf(ast: Ast, setting: SqlSetting): SqlValue | null {
  if (ast.type !== 'call' || ast.name !== 'not_null' || ast.arguments.length !== 2) return null
  const [first, second] = ast.arguments
  const value = first ? sqlValueOf(first, setting) : null
  const otherwise = second ? constantOf(second) : undefined
  if (!value || value.type === 'boolean' || !isOfType(otherwise, value.type)) return null
  return {
    ...value,
    sql: `coalesce(${value.sql}, ?)`,
    parameters: [...value.parameters, otherwise],
    written: `not_null(${value.written}, ${write(otherwise)})`,
    isId: false,
  }
}

/** Null is false, and so is an empty text; a number never is. */
function writeTruth(value: SqlValue): SqlTerm {
  const { sql, type, ...rest } = value
  const term = { ...rest, id: null }
  if (type === 'number') return { ...term, sql: `(${sql} IS NOT NULL)` }
  if (type === 'text') return { ...term, sql: `coalesce(${sql} <> '', 0)` }
  // Of a document SQLite gives 1 and 0.
  return { ...term, sql: `(${sql} IS 1)` }
}

/** That something was found in a tree: then it is true, as `IamInstanceProfile` where `IamInstanceProfile.Arn` is a column. */
function writeFound(ast: Ast, { columns }: SqlSetting): SqlTerm | null {
  const column = columns.find((each) => isFoundIn(each.ast, ast))
  if (!column) return null
  const { sql, name } = column
  const written = `${name} != null`
  return { sql: `(${sql} IS NOT NULL)`, parameters: [], written, columns: [sql], document: false, id: null }
}

function writeComparison(ast: Comparator, setting: SqlSetting): SqlTerm | null {
  const onRight = constantOf(ast.right)
  const [tree, constant, operator] =
    onRight !== undefined
      ? [ast.left, onRight, ast.operator]
      : [ast.right, constantOf(ast.left), mirrored[ast.operator]]
  const value = constant === undefined ? null : sqlValueOf(tree, setting)
  if (!value || constant === undefined) return null
  const { sql, parameters, document, columns } = value
  const term = { document, columns, written: `${value.written} ${operator} ${write(constant)}`, id: null }
  const isEven = operator === '==' || operator === '!='
  const is = operator === '==' ? 'IS' : 'IS NOT'
  if (constant === null) return isEven ? { ...term, sql: `(${sql} ${is} NULL)`, parameters } : null
  if (value.type === 'boolean') {
    const isBoolean = isEven && typeof constant === 'boolean'
    return isBoolean ? { ...term, sql: `(${sql} ${is} ${Number(constant)})`, parameters } : null
  }
  if (!isOfType(constant, value.type)) return null
  const all = [...parameters, constant]
  if (!isEven) return { ...term, sql: `coalesce(${sql} ${operator} ?, 0)`, parameters: all }
  const isId = value.isId && operator === '==' && typeof constant === 'string'
  return { ...term, sql: `(${sql} ${is} ?)`, parameters: all, id: isId ? constant : null }
}

const mirrored: Readonly<Record<Operator, Operator>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** Calls that look for a text, over arguments that cannot fail. */
function writeCall(ast: Extract<Ast, { type: 'call' }>, setting: SqlSetting): SqlTerm | null {
  const [first, second] = ast.arguments
  if (first === undefined || second === undefined || ast.arguments.length !== 2) return null
  if (foresee(ast, setting.row).fails) return null
  const isUnknown = first.type === 'literal' && first.value === unknownValue
  if (ast.name === 'contains' && isUnknown) return writeUnknownMembership(second, setting)
  const list = ast.name === 'contains' ? constantOf(first) : undefined
  if (Array.isArray(list)) return writeMembership(list as readonly Json[], second, setting)
  const value = sqlValueOf(first, setting)
  const text = constantOf(second)
  if (value?.type !== 'text' || !isOfType(text, 'text') || typeof text !== 'string') return null
  const length = Array.from(text).length
  const { sql, parameters, document, columns } = value
  const term = { document, columns, written: `${ast.name}(${value.written}, ${write(text)})`, id: null }
  const after = [...parameters, text]
  switch (ast.name) {
    case 'contains':
      return { ...term, sql: `coalesce(instr(${sql}, ?) > 0, 0)`, parameters: after }
    case 'starts_with':
      return { ...term, sql: `coalesce(substr(${sql}, 1, ${length}) = ?, 0)`, parameters: after }
    case 'ends_with':
      if (length === 0) return null
      return { ...term, sql: `coalesce(substr(${sql}, -${length}) = ?, 0)`, parameters: after }
    default:
      return null
  }
}

/** SQLite reads them anew in each scope. */
const mostTexts = 5000

/** `contains(['a', 'b'], value)`. */
function writeMembership(list: readonly Json[], wanted: Ast, setting: SqlSetting): SqlTerm | null {
  const value = sqlValueOf(wanted, setting)
  if (list.length > mostTexts) return null
  if (value?.type !== 'text' || !list.every((each) => isOfType(each, 'text'))) return null
  return {
    sql: `coalesce(${value.sql} IN (SELECT value FROM json_each(?)), 0)`,
    parameters: [...value.parameters, JSON.stringify(list)],
    written: `contains([${list.length} texts], ${value.written})`,
    columns: value.columns,
    document: value.document,
    id: null,
  }
}

/** Only to write a condition for a reader: the values are found before it is asked. */
function writeUnknownMembership(wanted: Ast, setting: SqlSetting): SqlTerm | null {
  const value = sqlValueOf(wanted, setting)
  if (value?.type !== 'text') return null
  const { document, columns, written } = value
  return {
    sql: 'NULL',
    parameters: [],
    columns,
    document,
    id: null,
    written: `contains(values found before, ${written})`,
  }
}

/** The value of a tree that looks at nothing; undefined for any other, and for one that fails. */
function constantOf(ast: Ast): Json | undefined {
  if (ast.type === 'literal' && ast.value === unknownValue) return undefined
  if (ast.type === 'literal') return ast.value
  if (!isConstant(ast)) return undefined
  try {
    return compileAst(ast, '')({})
  } catch (error) {
    if (error instanceof JmespathError) return undefined
    throw error
  }
}

function isConstant(ast: Ast): boolean {
  if (ast.type === 'literal') return true
  return (ast.type === 'list' || ast.type === 'call') && childrenOf(ast).every(isConstant)
}

/** Whether SQL compares a value as JMESPath does: text that UTF-8 can hold, without the end that C sees in U+0000. */
function isOfType(value: Json | undefined, type: CellType | 'boolean'): value is string | number {
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value)
  return type === 'text' && typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
}

function write(value: Json): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}
