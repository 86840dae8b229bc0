import type { Ast } from './ast.ts'
import { JmespathError } from './jmespath-errors.ts'
import type { TypeName, Value } from './values.ts'

/** What a parameter takes; the plural ones look at every element. */
export type Parameter =
  | 'any'
  | 'number'
  | 'string'
  | 'array'
  | 'object'
  | 'expression'
  | 'numbers'
  | 'strings'
  | 'numbers or strings'
  | 'array or string'
  | 'array, string or object'

/** One function as data. */
export interface FunctionRow {
  readonly parameters: readonly Parameter[]
  /** Takes more arguments than it has parameters; those are not checked beforehand. */
  readonly variadic: boolean
  readonly run: (args: readonly Value[], site: CallSite) => Value
}

export interface CallSite {
  readonly name: string
  readonly position: number
  /** The argument whose elements are looked at, as it is written. */
  readonly list?: Ast | undefined
}

export type NamedFunction = readonly [name: string, row: FunctionRow]

export function defineFunction(
  name: string,
  parameters: readonly Parameter[],
  run: FunctionRow['run'],
): NamedFunction {
  return [name, { parameters, variadic: false, run }]
}

export function isTypeAccepted(parameter: Parameter, type: TypeName): boolean {
  return acceptedTypes[parameter].includes(type)
}

export function typeError(site: CallSite, sentence: string): JmespathError {
  return new JmespathError('type', `${site.name}() ${sentence}.`, site.position)
}

const acceptedTypes: Readonly<Record<Parameter, readonly TypeName[]>> = {
  any: ['null', 'boolean', 'number', 'string', 'array', 'object', 'expression'],
  number: ['number'],
  string: ['string'],
  array: ['array'],
  object: ['object'],
  expression: ['expression'],
  numbers: ['array'],
  strings: ['array'],
  'numbers or strings': ['array'],
  'array or string': ['array', 'string'],
  'array, string or object': ['array', 'string', 'object'],
}
