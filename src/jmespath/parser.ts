import type { Ast, ChainType, Entry, Operator, Slice } from './ast.ts'
import { describeMissingEnd, describeMissingToken, describeMissingValue } from './hints.ts'
import { type Bindings, tokenise } from './lexer.ts'
import { bindingPower, type Token } from './token.ts'
import { expect, fail, goDeeper, noteHeight, peek, type TokenReader, take } from './token-reader.ts'

/**
 * Parses a JMESPath expression as jmespath.py 1.1.0 does, its leniences included: `f(a b)`, `{a: b c: d}` and
 * `(f)(a)` are accepted. With `bindings`, `$NAME` stands for a literal. A Pratt parser: `start` reads what begins an
 * expression, `carryOn` what continues one.
 * @throws JmespathError (syntax), also for nesting beyond 400 levels.
 */
export function parse(expression: string, bindings: Bindings | null = null): Ast {
  const reader = { expression, tokens: tokenise(expression, bindings), at: 0, depth: 0, heights: new Map() }
  const ast = readExpression(reader, 0)
  const left = peek(reader)
  if (left.type !== 'end') fail(reader, describeMissingEnd(left), left)
  return ast
}

const current: Ast = { type: 'current' }

function readExpression(reader: TokenReader, power: number): Ast {
  goDeeper(reader)
  let left = readStart(reader, take(reader))
  while (power < bindingPower[peek(reader).type]) left = carryOn(reader, left, take(reader))
  reader.depth -= 1
  return left
}

function readStart(reader: TokenReader, token: Token): Ast {
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
      return makeProjection(
        reader,
        'value-projection',
        current,
        peek(reader).type === ']' ? null : bindingPower['*'],
      )
    case '[?':
      return readFilter(reader, current, token)
    case '[]':
      return readFlatten(reader, current)
    case '[':
      return readBracketStart(reader)
    case '{':
      return readHash(reader)
    case '(':
      return readParenthesised(reader)
    case '!':
      return noteHeight(reader, { type: 'not', operand: readExpression(reader, bindingPower['!']) })
    case '&':
      return noteHeight(reader, { type: 'reference', expression: readExpression(reader, bindingPower['&']) })
    default:
      return fail(reader, describeMissingValue(token, reader.tokens[reader.at - 2]), token)
  }
}

function carryOn(reader: TokenReader, left: Ast, token: Token): Ast {
  switch (token.type) {
    case '.':
      if (peek(reader).type !== '*')
        return makeChain(reader, 'subexpression', left, readMember(reader, bindingPower['.']))
      take(reader)
      return makeProjection(reader, 'value-projection', left, bindingPower['.'])
    case '|':
      return makeChain(reader, 'pipe', left, readExpression(reader, bindingPower['|']))
    case '||':
      return readOperands(reader, 'or', '||', left)
    case '&&':
      return readOperands(reader, 'and', '&&', left)
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return readComparison(reader, token.type, left, token)
    case '[]':
      return readFlatten(reader, left)
    case '[?':
      return readFilter(reader, left, token)
    case '[':
      return readBracket(reader, left)
    case '(':
      return readCall(reader, left, token)
    default:
      return fail(reader, describeMissingEnd(token), token)
  }
}

function readParenthesised(reader: TokenReader): Ast {
  const inner = readExpression(reader, 0)
  expect(reader, ')')
  return inner
}

function readComparison(reader: TokenReader, operator: Operator, left: Ast, { position }: Token): Ast {
  const right = readExpression(reader, bindingPower[operator])
  return noteHeight(reader, { type: 'comparator', operator, left, right, position })
}

function readFlatten(reader: TokenReader, left: Ast): Ast {
  return makeProjection(
    reader,
    'projection',
    noteHeight(reader, { type: 'flatten', left }),
    bindingPower['[]'],
  )
}

function readFilter(reader: TokenReader, left: Ast, { position }: Token): Ast {
  const condition = readExpression(reader, 0)
  expect(reader, ']')
  const right = peek(reader).type === '[]' ? current : readProjected(reader, bindingPower['[?'])
  return noteHeight(reader, { type: 'filter-projection', left, condition, right, position })
}

/** `[` at the start: an index, a slice, `[*]` or a list of expressions. */
function readBracketStart(reader: TokenReader): Ast {
  const { type } = peek(reader)
  if (type === 'number' || type === ':') return readElement(reader, current)
  if (type !== '*' || peek(reader, 1).type !== ']') return readList(reader)
  take(reader)
  take(reader)
  return makeProjection(reader, 'projection', current, bindingPower['*'])
}

/** `[` after an expression: an index, a slice or `[*]`. */
function readBracket(reader: TokenReader, left: Ast): Ast {
  const { type } = peek(reader)
  if (type === 'number' || type === ':') return readElement(reader, left)
  expect(reader, '*')
  expect(reader, ']')
  return makeProjection(reader, 'projection', left, bindingPower['*'])
}

/** A slice projects, except (jmespath.py's way) right after an index. */
function readElement(reader: TokenReader, left: Ast): Ast {
  const isSlice = peek(reader).type === ':' || peek(reader, 1).type === ':'
  const step: Ast = isSlice ? readSlice(reader) : { type: 'index', index: Number(take(reader).value) }
  if (!isSlice) expect(reader, ']')
  const steps = makeChain(reader, 'index-expression', left, step)
  if (!isSlice || left.type === 'index-expression') return steps
  return makeProjection(reader, 'projection', steps, bindingPower['*'])
}

function readSlice(reader: TokenReader): Slice {
  const parts: (number | null)[] = [null, null, null]
  let part = 0
  while (peek(reader).type !== ']') {
    const token = take(reader)
    if (token.type === 'number') parts[part] = Number(token.value)
    else if (token.type === ':' && part < 2) part += 1
    else fail(reader, describeMissingToken('] or a number of the slice [start:end:step]', token), token)
  }
  take(reader)
  const [begin = null, end = null, step = null] = parts
  return { type: 'slice', start: begin, end, step }
}

function readList(reader: TokenReader): Ast {
  const items = [readExpression(reader, 0)]
  while (peek(reader).type !== ']') {
    expect(reader, ',')
    items.push(readExpression(reader, 0))
  }
  take(reader)
  return noteHeight(reader, { type: 'list', items })
}

function readHash(reader: TokenReader): Ast {
  const entries: Entry[] = []
  do {
    const name = take(reader)
    const isName = name.type === 'identifier' || name.type === 'quoted identifier'
    if (!isName) fail(reader, describeMissingToken('a name for {name: value}', name), name)
    expect(reader, ':')
    entries.push({ key: String(name.value), value: readExpression(reader, 0) })
  } while (hasAnotherPair(reader))
  return noteHeight(reader, { type: 'hash', entries })
}

/** Whether another pair follows; jmespath.py does without the comma. */
function hasAnotherPair(reader: TokenReader): boolean {
  const { type } = peek(reader)
  if (type === ',' || type === '}') take(reader)
  return type !== '}'
}

function readCall(reader: TokenReader, left: Ast, parenthesis: Token): Ast {
  const name = reader.tokens[reader.at - 2] ?? parenthesis
  if (left.type !== 'field') return fail(reader, `Only a function name may stand before (.`, parenthesis)
  const args: Ast[] = []
  while (peek(reader).type !== ')') {
    args.push(readExpression(reader, 0))
    if (peek(reader).type === ',') take(reader)
  }
  take(reader)
  return noteHeight(reader, { type: 'call', name: left.name, arguments: args, position: name.position })
}

function makeProjection(
  reader: TokenReader,
  type: 'projection' | 'value-projection',
  left: Ast,
  power: number | null,
): Ast {
  return noteHeight(reader, { type, left, right: power === null ? current : readProjected(reader, power) })
}

/** The right side of a projection: everything up to a token that binds less than 10 stops it. */
function readProjected(reader: TokenReader, power: number): Ast {
  const token = peek(reader)
  if (bindingPower[token.type] < 10) return current
  if (token.type === '[' || token.type === '[?') return readExpression(reader, power)
  if (token.type !== '.') return fail(reader, describeMissingEnd(token), token)
  take(reader)
  return readMember(reader, power)
}

/** What may follow a dot. */
function readMember(reader: TokenReader, power: number): Ast {
  const token = peek(reader)
  if (token.type === 'identifier' || token.type === 'quoted identifier' || token.type === '*') {
    return readExpression(reader, power)
  }
  take(reader)
  if (token.type === '[') return readList(reader)
  if (token.type === '{') return readHash(reader)
  return fail(reader, describeMissingToken('a field name after the dot', token), token)
}

/** Steps with one and the same binding stand side by side in one node: long chains stay low. */
function makeChain(reader: TokenReader, type: ChainType, left: Ast, step: Ast): Ast {
  return noteHeight(reader, { type, steps: left.type === type ? [...left.steps, step] : [left, step] })
}

/** `a || b || c` is one node, so that a filter may list thousands of ids. */
function readOperands(reader: TokenReader, type: 'or' | 'and', token: '||' | '&&', left: Ast): Ast {
  const operands = [left, readExpression(reader, bindingPower[token])]
  while (peek(reader).type === token) {
    take(reader)
    operands.push(readExpression(reader, bindingPower[token]))
  }
  return noteHeight(reader, { type, operands })
}
