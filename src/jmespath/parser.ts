import type { Ast, ChainType, Entry, Operator, Slice } from './ast.ts'
import { endExpected, tokenExpected, valueExpected } from './hints.ts'
import { type Bindings, tokens } from './lexer.ts'
import { bindingPower, type Token } from './token.ts'
import { deeper, expect, fail, grow, peek, type Reader, take } from './token-reader.ts'

/**
 * Parses a JMESPath expression as jmespath.py 1.1.0 does, its leniences included: `f(a b)`, `{a: b c: d}` and
 * `(f)(a)` are accepted. With `bindings`, `$NAME` stands for a literal. A Pratt parser: `start` reads what begins an
 * expression, `carryOn` what continues one.
 * @throws JmespathError (syntax), also for nesting beyond 400 levels.
 */
export function parse(expression: string, bindings: Bindings | null = null): Ast {
  const reader = { expression, tokens: tokens(expression, bindings), at: 0, depth: 0, heights: new Map() }
  const ast = read(reader, 0)
  const left = peek(reader)
  if (left.type !== 'end') fail(reader, endExpected(left), left)
  return ast
}

const current: Ast = { type: 'current' }

function read(reader: Reader, power: number): Ast {
  deeper(reader)
  let left = start(reader, take(reader))
  while (power < bindingPower[peek(reader).type]) left = carryOn(reader, left, take(reader))
  reader.depth -= 1
  return left
}

function start(reader: Reader, token: Token): Ast {
  switch (token.type) {
    case 'literal':
      return { type: 'literal', value: token.value }
    case 'identifier':
      return { type: 'field', name: token.text, quoted: false, position: token.position }
    case 'quoted identifier':
      if (peek(reader).type === '(') fail(reader, 'A function name is written without quotes.', token)
      return { type: 'field', name: String(token.value), quoted: true, position: token.position }
    case '@':
      return current
    case '*':
      return project(
        reader,
        'value-projection',
        current,
        peek(reader).type === ']' ? null : bindingPower['*'],
      )
    case '[?':
      return filter(reader, current, token)
    case '[]':
      return flatten(reader, current)
    case '[':
      return startBracket(reader)
    case '{':
      return hash(reader)
    case '(':
      return parenthesised(reader)
    case '!':
      return grow(reader, { type: 'not', operand: read(reader, bindingPower['!']) })
    case '&':
      return grow(reader, { type: 'reference', expression: read(reader, bindingPower['&']) })
    default:
      return fail(reader, valueExpected(token, reader.tokens[reader.at - 2]), token)
  }
}

function carryOn(reader: Reader, left: Ast, token: Token): Ast {
  switch (token.type) {
    case '.':
      if (peek(reader).type !== '*')
        return chain(reader, 'subexpression', left, member(reader, bindingPower['.']))
      take(reader)
      return project(reader, 'value-projection', left, bindingPower['.'])
    case '|':
      return chain(reader, 'pipe', left, read(reader, bindingPower['|']))
    case '||':
      return either(reader, 'or', '||', left)
    case '&&':
      return either(reader, 'and', '&&', left)
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(reader, token.type, left, token)
    case '[]':
      return flatten(reader, left)
    case '[?':
      return filter(reader, left, token)
    case '[':
      return bracket(reader, left)
    case '(':
      return call(reader, left, token)
    default:
      return fail(reader, endExpected(token), token)
  }
}

function parenthesised(reader: Reader): Ast {
  const inner = read(reader, 0)
  expect(reader, ')')
  return inner
}

function compare(reader: Reader, operator: Operator, left: Ast, { position }: Token): Ast {
  const right = read(reader, bindingPower[operator])
  return grow(reader, { type: 'comparator', operator, left, right, position })
}

function flatten(reader: Reader, left: Ast): Ast {
  return project(reader, 'projection', grow(reader, { type: 'flatten', left }), bindingPower['[]'])
}

function filter(reader: Reader, left: Ast, { position }: Token): Ast {
  const condition = read(reader, 0)
  expect(reader, ']')
  const right = peek(reader).type === '[]' ? current : projected(reader, bindingPower['[?'])
  return grow(reader, { type: 'filter-projection', left, condition, right, position })
}

/** `[` at the start: an index, a slice, `[*]` or a list of expressions. */
function startBracket(reader: Reader): Ast {
  const { type } = peek(reader)
  if (type === 'number' || type === ':') return element(reader, current)
  if (type !== '*' || peek(reader, 1).type !== ']') return list(reader)
  take(reader)
  take(reader)
  return project(reader, 'projection', current, bindingPower['*'])
}

/** `[` after an expression: an index, a slice or `[*]`. */
function bracket(reader: Reader, left: Ast): Ast {
  const { type } = peek(reader)
  if (type === 'number' || type === ':') return element(reader, left)
  expect(reader, '*')
  expect(reader, ']')
  return project(reader, 'projection', left, bindingPower['*'])
}

/** A slice projects, except (jmespath.py's way) right after an index. */
function element(reader: Reader, left: Ast): Ast {
  const isSlice = peek(reader).type === ':' || peek(reader, 1).type === ':'
  const step: Ast = isSlice ? slice(reader) : { type: 'index', index: Number(take(reader).value) }
  if (!isSlice) expect(reader, ']')
  const steps = chain(reader, 'index-expression', left, step)
  if (!isSlice || left.type === 'index-expression') return steps
  return project(reader, 'projection', steps, bindingPower['*'])
}

function slice(reader: Reader): Slice {
  const parts: (number | null)[] = [null, null, null]
  let part = 0
  while (peek(reader).type !== ']') {
    const token = take(reader)
    if (token.type === 'number') parts[part] = Number(token.value)
    else if (token.type === ':' && part < 2) part += 1
    else fail(reader, tokenExpected('] or a number of the slice [start:end:step]', token), token)
  }
  take(reader)
  const [begin = null, end = null, step = null] = parts
  return { type: 'slice', start: begin, end, step }
}

function list(reader: Reader): Ast {
  const items = [read(reader, 0)]
  while (peek(reader).type !== ']') {
    expect(reader, ',')
    items.push(read(reader, 0))
  }
  take(reader)
  return grow(reader, { type: 'list', items })
}

function hash(reader: Reader): Ast {
  const entries: Entry[] = []
  do {
    const name = take(reader)
    const isName = name.type === 'identifier' || name.type === 'quoted identifier'
    if (!isName) fail(reader, tokenExpected('a name for {name: value}', name), name)
    expect(reader, ':')
    entries.push({ key: String(name.value), value: read(reader, 0) })
  } while (another(reader))
  return grow(reader, { type: 'hash', entries })
}

/** Whether another pair follows; jmespath.py does without the comma. */
function another(reader: Reader): boolean {
  const { type } = peek(reader)
  if (type === ',' || type === '}') take(reader)
  return type !== '}'
}

function call(reader: Reader, left: Ast, parenthesis: Token): Ast {
  const name = reader.tokens[reader.at - 2] ?? parenthesis
  if (left.type !== 'field') return fail(reader, `Only a function name may stand before (.`, parenthesis)
  const args: Ast[] = []
  while (peek(reader).type !== ')') {
    args.push(read(reader, 0))
    if (peek(reader).type === ',') take(reader)
  }
  take(reader)
  return grow(reader, { type: 'call', name: left.name, arguments: args, position: name.position })
}

function project(
  reader: Reader,
  type: 'projection' | 'value-projection',
  left: Ast,
  power: number | null,
): Ast {
  return grow(reader, { type, left, right: power === null ? current : projected(reader, power) })
}

/** The right side of a projection: everything up to a token that binds less than 10 stops it. */
function projected(reader: Reader, power: number): Ast {
  const token = peek(reader)
  if (bindingPower[token.type] < 10) return current
  if (token.type === '[' || token.type === '[?') return read(reader, power)
  if (token.type !== '.') return fail(reader, endExpected(token), token)
  take(reader)
  return member(reader, power)
}

/** What may follow a dot. */
function member(reader: Reader, power: number): Ast {
  const token = peek(reader)
  if (token.type === 'identifier' || token.type === 'quoted identifier' || token.type === '*') {
    return read(reader, power)
  }
  take(reader)
  if (token.type === '[') return list(reader)
  if (token.type === '{') return hash(reader)
  return fail(reader, tokenExpected('a field name after the dot', token), token)
}

/** Steps with one and the same binding stand side by side in one node: long chains stay low. */
function chain(reader: Reader, type: ChainType, left: Ast, step: Ast): Ast {
  return grow(reader, { type, steps: left.type === type ? [...left.steps, step] : [left, step] })
}

/** `a || b || c` is one node, so that a filter may list thousands of ids. */
function either(reader: Reader, type: 'or' | 'and', token: '||' | '&&', left: Ast): Ast {
  const operands = [left, read(reader, bindingPower[token])]
  while (peek(reader).type === token) {
    take(reader)
    operands.push(read(reader, bindingPower[token]))
  }
  return grow(reader, { type, operands })
}
