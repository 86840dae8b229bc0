/** Sentences about values that are of another shape than an expression takes them for, with the way out. */

import { findNearest } from '../nearest.ts'
import type { Ast } from './ast.ts'
import type { Shape } from './shapes.ts'
import type { AwsDocument } from './trap.ts'

/** The argument that is usually a text, in functions that look for one. */
export const textArguments: ReadonlyMap<string, number> = new Map([
  ['starts_with', 1],
  ['ends_with', 1],
  ['contains', 1],
  ['join', 0],
])

export function describeMissingMember(name: string, names: readonly string[]): string {
  const near = findNearest(name, names)
  return `There is no ${name} here, so this is null; ${near === null ? listNames(names) : `did you mean ${near}?`}`
}

function listNames(names: readonly string[]): string {
  const few = names.slice(0, 8).join(', ')
  return names.length > 8 ? `some that there are: ${few}.` : `there are ${few}.`
}

/** `spot` where 'spot' was meant: in double quotes the shell leaves single ones alone. */
export function describeBareText(name: string): string {
  if (name === 'true' || name === 'false' || name === 'null')
    return `${name} is a field here, and no field has that name; the value is written \`${name}\` in backticks, and the whole expression in single quotes.`
  return `${name} is a field here, and no field has that name; a text is written '${name}', and the shell leaves its quotes if the whole expression is in double quotes.`
}

export function describeFieldOfScalar(name: string, of: 'text' | 'number' | 'boolean'): string {
  return `${name} is looked for in ${describeShape({ type: 'scalar', of })}, which has no fields, so this is null; leave it out.`
}

export function describeFieldOfList(name: string, piped: boolean): string {
  if (!piped)
    return `${name} is looked for in a list, and a list has no fields, so this is null; put [] before it.`
  return `The pipe binds loosest, so ${name} is looked for in the list that it hands on, and a list has no fields; put what belongs to the pipe in parentheses, as (Tags[].Value | [0]).`
}

export function describeMissingInDocument(name: string, { list, nested }: AwsDocument): string {
  const path = nested === null ? `${list}[]` : `${list}[].${nested}[]`
  return `The document has no ${name}, only ${list}; begin with ${path}.`
}

export function describeListForEach({ list, nested }: AwsDocument): string {
  return `This filter gives one list for each ${singularOf(list)}, the empty ones too; for one list of all put [] after it, as ${nested}[?…][].`
}

export function describeIndex(shape: Shape, name: string): string {
  return `${name || 'This'} is ${describeShape(shape)} and no list, so an index gives null; leave the index out.`
}

export function describeFlatten(shape: Shape, name: string): string {
  return `${name || 'This'} is ${describeShape(shape)} and no list, so [] gives null; leave it out.`
}

export function describeProjection(shape: Shape, name: string): string {
  const all = shape.type === 'object' ? ', or write .* for the values of its members' : ''
  return `${name || 'This'} is ${describeShape(shape)} and no list, so [*] gives null; leave it out${all}.`
}

export function describeFilter(shape: Shape, name: string): string {
  return `${name || 'This'} is ${describeShape(shape)} and no list, so a filter gives null; filter the list that it stands in.`
}

export function describeIndexOfEach(element: Shape): string {
  return `The index asks each element for its own, and each is ${describeShape(element)}, so the result is always empty; for the first of all put a pipe before it, in parentheses if more follows, as (x[?…] | [0]).y.`
}

/** A function that looks at elements, and the elements are lists. */
export function describeListsInList(name: string, list: Ast, aws: AwsDocument | null): string {
  const per = aws && isOfGroups(list, aws) ? ` one list for each ${singularOf(aws.list)}` : ' a list of lists'
  return `${name}() gets${per}, and looks at the lists instead of what they hold; ${suggestFlattening(list)}.`
}

/** `flatten it first, as Reservations[].Instances[]`: in the words of the expression itself. */
export function suggestFlattening(list: Ast | undefined): string {
  const path = list && makeFlatPath(list)
  return path ? `flatten it first, as ${path}` : 'flatten it first, with [] after it'
}

/** A path of fields and `[*]` with all its lists opened; null for anything else. */
function makeFlatPath(ast: Ast): string | null {
  switch (ast.type) {
    case 'field':
      return /^[A-Za-z_]\w*$/.test(ast.name) ? ast.name : null
    case 'flatten':
      return makeFlatPath(ast.left)
    case 'projection': {
      const left = makeFlatPath(ast.left)
      if (left === null || ast.right.type === 'current') return left && `${left}[]`
      const right = makeFlatPath(ast.right)
      return right && `${left}[].${right}`
    }
    case 'subexpression': {
      const steps = ast.steps.map(makeFlatPath)
      return steps.includes(null) ? null : steps.join('.')
    }
    default:
      return null
  }
}

function isOfGroups(list: Ast, { list: name, nested }: AwsDocument): boolean {
  if (nested === null || list.type !== 'projection') return false
  const left = list.left.type === 'flatten' ? list.left.left : list.left
  return left.type === 'field' && left.name === name
}

function singularOf(list: string): string {
  return list.replace(/s$/, '').toLowerCase()
}

function describeShape(shape: Shape): string {
  if (shape.type === 'object') return 'an object'
  if (shape.type !== 'scalar') return 'no list'
  return { text: 'a text', number: 'a number', boolean: 'true or false' }[shape.of]
}
