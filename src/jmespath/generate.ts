import { ExactNumber } from '../exact-number.ts'
import type { Ast, Entry } from './ast.ts'
import {
  add,
  block,
  type Code,
  constant,
  deeper,
  deepest,
  emit,
  fresh,
  keep,
  type Program,
  quoted,
} from './code.ts'
import { comparison, jump } from './conditions.ts'
import { invocation } from './functions.ts'
import { canFail, each, isProjection, type Projection } from './loops.ts'
import { grown, spend } from './memory.ts'
import { compared, memberOf, membersOf } from './runtime.ts'
import { sliced } from './slices.ts'
import { equal, isFalse, type Reference } from './values.ts'

/**
 * Compiles a tree into JavaScript: one function without closures, in which loops stand for projections and a
 * member is read in a place of its own, which V8 makes two to three times as fast as closures over the tree are.
 */
export function generate(ast: Ast): Reference {
  const program: Program = { constants: [], functions: [], names: 0, emit: emitTree, jump }
  const main = functionOf(program, ast)
  const bound = program.constants.map((_, index) => `k${index}`)
  const source = `'use strict'
const [${bound.join(',')}] = constants
${program.functions.join('\n')}
return ${main}`
  const make = new Function('constants', ...Object.keys(runtime), source)
  return make(program.constants, ...Object.values(runtime)) as Reference
}

/** What generated code calls, under these names. */
const runtime = { compared, equal, grown, isFalse, memberOf, membersOf, sliced, spend }

/** Writes a function of one value; gives its name. */
function functionOf(program: Program, ast: Ast): string {
  const code: Code = { program, statements: [], depth: 0 }
  const value = emit(code, ast, 'v')
  const name = fresh(code, 'f')
  program.functions.push(`const ${name} = (v) => {\n${code.statements.join('\n')}\nreturn ${value}\n}`)
  return name
}

/** Writes what the tree gives for `input`, the name of a variable; gives a name or a constant. */
function emitTree(outer: Code, ast: Ast, input: string): string {
  if (ast.type === 'current') return input
  if (ast.type === 'literal') return constant(outer, ast.value)
  if (outer.depth >= deepest) return keep(outer, `${functionOf(outer.program, ast)}(${input})`)
  const code = deeper(outer)
  switch (ast.type) {
    case 'field':
      return keep(code, member(ast.name, input))
    case 'index':
      return keep(code, `Array.isArray(${input}) ? (${place(code, ast.index, input)} ?? null) : null`)
    case 'slice': {
      const [start, end, step] = [ast.start, ast.end, ast.step].map((part) => constant(code, part))
      const slice = `{start: ${start}, end: ${end}, step: ${step}}`
      return keep(code, `Array.isArray(${input}) ? sliced(${input}, ${slice}) : null`)
    }
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return steps(code, ast.steps, input)
    case 'flatten':
    case 'projection':
    case 'value-projection':
    case 'filter-projection':
      return collected(code, ast, input)
    case 'comparator':
      return keep(code, comparison(code, ast, input))
    case 'or':
    case 'and':
      return firstThat(code, ast.operands, input, ast.type === 'or' ? '!isFalse' : 'isFalse')
    case 'not':
      return negation(code, ast.operand, input)
    case 'list':
      return unlessNull(
        code,
        input,
        ast.items.length + 4,
        () => `[${ast.items.map((item) => emit(code, item, input)).join(', ')}]`,
      )
    case 'hash':
      return unlessNull(
        code,
        input,
        2 * ast.entries.length + 6,
        () => `{${ast.entries.map((entry) => entryOf(code, entry, input)).join(', ')}}`,
      )
    case 'call': {
      const args = ast.arguments.map((argument) => emit(code, argument, input))
      return keep(code, `${constant(code, invocation(ast))}([${args.join(', ')}])`)
    }
    case 'reference':
      return functionOf(code.program, ast.expression)
  }
}

/** Own members only. A name that every object, list or text inherits needs the slower look, and so has a number. */
function member(name: string, input: string): string {
  const inherited = prototypes.some((prototype) => name in prototype) || /^\d/.test(name)
  return inherited ? `memberOf(${input}, ${quoted(name)})` : `${input}?.[${quoted(name)}] ?? null`
}

const prototypes = [Object, Array, String, Number, ExactNumber, Boolean, Function].map(
  ({ prototype }) => prototype,
)

function place(code: Code, index: number, input: string): string {
  return index < 0 ? `${input}.at(${constant(code, index)})` : `${input}[${constant(code, index)}]`
}

function steps(code: Code, all: readonly Ast[], input: string): string {
  let value = input
  for (const [index, step] of all.entries()) {
    const before = all[index - 1]
    if (step.type === 'index' && before && takesFirst(before, step)) continue
    const next = all[index + 1]
    value = next && takesFirst(step, next) ? first(code, step, value) : emit(code, step, value)
  }
  return value
}

/** `left[…].right | [0]`, where nobody can tell whether the rest was looked at. */
function takesFirst(step: Ast, next: Ast): step is Projection {
  return next.type === 'index' && next.index === 0 && isProjection(step) && !canFail(step)
}

function first(code: Code, ast: Projection, input: string): string {
  const found = fresh(code, 'v')
  add(code, `let ${found} = null`)
  block(code, (leave) =>
    each(code, ast, input, {
      canFail: false,
      item: (inside, item) => add(inside, `${found} = ${item}; ${leave}`),
    }),
  )
  return found
}

function collected(code: Code, ast: Ast, input: string): string {
  const kept = fresh(code, 'v')
  add(code, `let ${kept} = null`)
  each(code, ast, input, {
    canFail: false,
    begin: `${kept} = []`,
    item: (inside, item) =>
      add(
        inside,
        `if (${kept}.length === 0) { spend(16); ${kept} = [${item}] } else if (${kept}.push(${item}) % 16 === 0) grown(${kept})`,
      ),
  })
  return kept
}

/** The first operand's value that ends the search, else the last one's. */
function firstThat(code: Code, operands: readonly Ast[], input: string, ends: string): string {
  const found = fresh(code, 'v')
  add(code, `let ${found}`)
  block(code, (leave) => {
    for (const operand of operands) {
      add(code, `${found} = ${emit(code, operand, input)}`)
      add(code, `if (${ends}(${found})) ${leave}`)
    }
  })
  return found
}

function negation(code: Code, operand: Ast, input: string): string {
  const value = fresh(code, 'v')
  add(code, `let ${value} = false`)
  block(code, (leave) => {
    jump(code, operand, input, true, leave)
    add(code, `${value} = true`)
  })
  return value
}

function unlessNull(code: Code, input: string, words: number, made: () => string): string {
  const value = fresh(code, 'v')
  add(code, `let ${value} = null`)
  add(code, `if (${input} !== null) {`)
  add(code, `spend(${words})`)
  add(code, `${value} = ${made()}`)
  add(code, '}')
  return value
}

/** `__proto__` is a name like any other in brackets alone, where names are slower. */
function entryOf(code: Code, { key, value }: Entry, input: string): string {
  const name = key === '__proto__' ? `[${quoted(key)}]` : quoted(key)
  return `${name}: ${emit(code, value, input)}`
}
