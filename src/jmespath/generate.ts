import { ExactNumber } from '../exact-number.ts'
import { makePausePoints } from '../pause-points.ts'
import type { Ast, Entry } from './ast.ts'
import {
  addBlock,
  addStatement,
  addVariable,
  type Code,
  deepen,
  deepest,
  emit,
  makeName,
  type Program,
  quoteString,
  writeConstant,
} from './code.ts'
import { writeComparison, writeJump } from './conditions.ts'
import { makeInvocation } from './functions.ts'
import { canFail, isProjection, type Projection, writeEach } from './loops.ts'
import { noteGrowth, spend } from './memory.ts'
import { compareValues, memberOf, membersOf } from './runtime.ts'
import { sliceList } from './slices.ts'
import { isEqual, isFalse, type Reference } from './values.ts'

/**
 * Compiles a tree into JavaScript: one function without closures, in which loops stand for projections and a
 * member is read in a place of its own, which V8 makes two to three times as fast as closures over the tree are.
 */
export function generate(ast: Ast): Reference {
  const program: Program = { constants: [], functions: [], names: 0, emit: emitTree, jump: writeJump }
  const main = writeFunction(program, ast)
  const bound = program.constants.map((_, index) => `k${index}`)
  const source = `'use strict'
const [${bound.join(',')}] = constants
${program.functions.join('\n')}
return ${main}`
  const make = new Function('constants', ...Object.keys(runtime), source)
  return make(program.constants, ...Object.values(runtime)) as Reference
}

/** What generated code calls, under these names. */
const runtime = {
  compared: compareValues,
  equal: isEqual,
  grown: noteGrowth,
  isFalse,
  memberOf,
  membersOf,
  /** Loops in loops over short lists can take for ever. */
  paused: makePausePoints(4096),
  sliced: sliceList,
  spend,
}

/** Writes a function of one value; gives its name. */
function writeFunction(program: Program, ast: Ast): string {
  const code: Code = { program, statements: [], depth: 0 }
  const value = emit(code, ast, 'v')
  const name = makeName(code, 'f')
  program.functions.push(`const ${name} = (v) => {\n${code.statements.join('\n')}\nreturn ${value}\n}`)
  return name
}

/** Writes what the tree gives for `input`, the name of a variable; gives a name or a constant. */
function emitTree(outer: Code, ast: Ast, input: string): string {
  if (ast.type === 'current') return input
  if (ast.type === 'literal') return writeConstant(outer, ast.value)
  if (outer.depth >= deepest) return addVariable(outer, `${writeFunction(outer.program, ast)}(${input})`)
  const code = deepen(outer)
  switch (ast.type) {
    case 'field':
      return addVariable(code, writeMember(ast.name, input))
    case 'index':
      return addVariable(
        code,
        `Array.isArray(${input}) ? (${writeElement(code, ast.index, input)} ?? null) : null`,
      )
    case 'slice': {
      const [start, end, step] = [ast.start, ast.end, ast.step].map((part) => writeConstant(code, part))
      const slice = `{start: ${start}, end: ${end}, step: ${step}}`
      return addVariable(code, `Array.isArray(${input}) ? sliced(${input}, ${slice}) : null`)
    }
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return writeSteps(code, ast.steps, input)
    case 'flatten':
    case 'projection':
    case 'value-projection':
    case 'filter-projection':
      return writeList(code, ast, input)
    case 'comparator':
      return addVariable(code, writeComparison(code, ast, input))
    case 'or':
    case 'and':
      return writeFirstThat(code, ast.operands, input, ast.type === 'or' ? '!isFalse' : 'isFalse')
    case 'not':
      return writeNegation(code, ast.operand, input)
    case 'list':
      return writeUnlessNull(
        code,
        input,
        ast.items.length + 4,
        () => `[${ast.items.map((item) => emit(code, item, input)).join(', ')}]`,
      )
    case 'hash':
      return writeUnlessNull(
        code,
        input,
        2 * ast.entries.length + 6,
        () => `{${ast.entries.map((entry) => writeEntry(code, entry, input)).join(', ')}}`,
      )
    case 'call': {
      const args = ast.arguments.map((argument) => emit(code, argument, input))
      return addVariable(code, `${writeConstant(code, makeInvocation(ast))}([${args.join(', ')}])`)
    }
    case 'reference':
      return writeFunction(code.program, ast.expression)
  }
}

/** Own members only. A name that every object, list or text inherits needs the slower look, and so has a number. */
function writeMember(name: string, input: string): string {
  const inherited = prototypes.some((prototype) => name in prototype) || /^\d/.test(name)
  return inherited ? `memberOf(${input}, ${quoteString(name)})` : `${input}?.[${quoteString(name)}] ?? null`
}

const prototypes = [Object, Array, String, Number, ExactNumber, Boolean, Function].map(
  ({ prototype }) => prototype,
)

function writeElement(code: Code, index: number, input: string): string {
  return index < 0 ? `${input}.at(${writeConstant(code, index)})` : `${input}[${writeConstant(code, index)}]`
}

function writeSteps(code: Code, all: readonly Ast[], input: string): string {
  let value = input
  for (const [index, step] of all.entries()) {
    const before = all[index - 1]
    if (step.type === 'index' && before && takesFirst(before, step)) continue
    const next = all[index + 1]
    value = next && takesFirst(step, next) ? writeFirst(code, step, value) : emit(code, step, value)
  }
  return value
}

/** `left[…].right | [0]`, when it cannot be seen whether the rest was looked at. */
function takesFirst(step: Ast, next: Ast): step is Projection {
  return next.type === 'index' && next.index === 0 && isProjection(step) && !canFail(step)
}

function writeFirst(code: Code, ast: Projection, input: string): string {
  const found = makeName(code, 'v')
  addStatement(code, `let ${found} = null`)
  addBlock(code, (leave) =>
    writeEach(code, ast, input, {
      canFail: false,
      item: (inside, item) => addStatement(inside, `${found} = ${item}; ${leave}`),
    }),
  )
  return found
}

function writeList(code: Code, ast: Ast, input: string): string {
  const collected = makeName(code, 'v')
  addStatement(code, `let ${collected} = null`)
  writeEach(code, ast, input, {
    canFail: false,
    begin: `${collected} = []`,
    item: (inside, item) =>
      addStatement(
        inside,
        `if (${collected}.length === 0) { spend(16); ${collected} = [${item}] } else if (${collected}.push(${item}) % 16 === 0) grown(${collected})`,
      ),
  })
  return collected
}

/** The first operand's value that ends the search, else the last one's. */
function writeFirstThat(code: Code, operands: readonly Ast[], input: string, ends: string): string {
  const found = makeName(code, 'v')
  addStatement(code, `let ${found}`)
  addBlock(code, (leave) => {
    for (const operand of operands) {
      addStatement(code, `${found} = ${emit(code, operand, input)}`)
      addStatement(code, `if (${ends}(${found})) ${leave}`)
    }
  })
  return found
}

function writeNegation(code: Code, operand: Ast, input: string): string {
  const value = makeName(code, 'v')
  addStatement(code, `let ${value} = false`)
  addBlock(code, (leave) => {
    writeJump(code, operand, input, true, leave)
    addStatement(code, `${value} = true`)
  })
  return value
}

function writeUnlessNull(code: Code, input: string, words: number, makeValue: () => string): string {
  const value = makeName(code, 'v')
  addStatement(code, `let ${value} = null`)
  addStatement(code, `if (${input} !== null) {`)
  addStatement(code, `spend(${words})`)
  addStatement(code, `${value} = ${makeValue()}`)
  addStatement(code, '}')
  return value
}

/** `__proto__` is a name like any other in brackets alone, where names are slower. */
function writeEntry(code: Code, { key, value }: Entry, input: string): string {
  const name = key === '__proto__' ? `[${quoteString(key)}]` : quoteString(key)
  return `${name}: ${emit(code, value, input)}`
}
