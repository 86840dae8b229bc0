import type { Ast, Comparator } from './ast.ts'
import { addBlock, addStatement, type Code, deepen, deepest, emit, quoteString } from './code.ts'
import { canFail, isProjection, writeEach } from './loops.ts'
import { isPlain } from './values.ts'

type Junction = Extract<Ast, { type: 'or' | 'and' }>

/**
 * Writes a condition: the statement `to` (a `break` or a `continue`) is taken if the tree's truth is `wanted`. Values
 * are not made if only their truth is asked for.
 */
export function writeJump(outer: Code, ast: Ast, input: string, wanted: boolean, to: string): void {
  const code = deepen(outer)
  if (outer.depth >= deepest) {
    jumpByValue(outer, ast, input, wanted, to)
  } else if (ast.type === 'or' || ast.type === 'and') {
    jumpByOperands(code, ast, input, wanted, to)
  } else if (ast.type === 'not') {
    writeJump(code, ast.operand, input, !wanted, to)
  } else if (ast.type === 'comparator') {
    const condition = writeComparison(code, ast, input)
    addStatement(code, `if (${wanted ? condition : `!(${condition})`}) ${to}`)
  } else if (isProjection(ast) && !canFail(ast)) {
    jumpByElement(code, ast, input, wanted, to)
  } else jumpByValue(code, ast, input, wanted, to)
}

/** Writes the two sides of a comparison; gives the JavaScript expression that compares them. */
export function writeComparison(code: Code, { operator, left, right }: Comparator, input: string): string {
  const a = emit(code, left, input)
  const b = emit(code, right, input)
  if (operator === '==' || operator === '!=') {
    const same = isScalar(left) || isScalar(right) ? `${a} === ${b}` : `(${a} === ${b} || equal(${a}, ${b}))`
    return operator === '==' ? same : `!(${same})`
  }
  const type = plainType(right) ?? plainType(left)
  const general = `compared(${quoteString(operator)}, ${a}, ${b})`
  if (type === null) return general
  const other = plainType(right) === null ? b : a
  return `(typeof ${other} === ${quoteString(type)} ? ${a} ${operator} ${b} : ${general})`
}

/** A literal that equals itself alone; a number equals one with a text of its own, too. */
function isScalar(ast: Ast): boolean {
  if (ast.type !== 'literal' || typeof ast.value === 'number') return false
  return ast.value === null || typeof ast.value !== 'object'
}

/**
 * The type of a literal which JavaScript's own operators order as Python does: against a text without surrogates
 * and what lies above them, UTF-16 units have the order of code points.
 */
function plainType(ast: Ast): 'number' | 'string' | null {
  if (ast.type !== 'literal') return null
  if (typeof ast.value === 'number') return 'number'
  return typeof ast.value === 'string' && isPlain(ast.value) ? 'string' : null
}

function jumpByValue(code: Code, ast: Ast, input: string, wanted: boolean, to: string): void {
  addStatement(code, `if (${wanted ? '!' : ''}isFalse(${emit(code, ast, input)})) ${to}`)
}

function jumpByOperands(code: Code, ast: Junction, input: string, wanted: boolean, to: string): void {
  const jumpEach = (operands: readonly Ast[], truth: boolean, leave: string): void => {
    for (const operand of operands) writeJump(code, operand, input, truth, leave)
  }
  if ((ast.type === 'or') === wanted) jumpEach(ast.operands, wanted, to)
  else {
    addBlock(code, (leave) => {
      jumpEach(ast.operands.slice(0, -1), !wanted, leave)
      jumpEach(ast.operands.slice(-1), wanted, to)
    })
  }
}

/** A list is true if it holds anything: its first element decides. */
function jumpByElement(code: Code, ast: Ast, input: string, wanted: boolean, to: string): void {
  const atFirst = (leave: string): void =>
    writeEach(code, ast, input, { canFail: false, item: (inside) => addStatement(inside, leave) })
  if (wanted) atFirst(to)
  else {
    addBlock(code, (leave) => {
      atFirst(leave)
      addStatement(code, to)
    })
  }
}
