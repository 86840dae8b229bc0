import type { Ast, Call } from './ast.ts'
import { elementsOf } from './call-shapes.ts'
import { byKeyFunctions } from './functions-by.ts'
import { listFunctions } from './functions-list.ts'
import { textFunctions } from './functions-text.ts'
import { describeQuotedField, describeUnknownFunction } from './hints.ts'
import { JmespathError } from './jmespath-errors.ts'
import { spend, spendText } from './memory.ts'
import { suggestFlattening } from './shape-hints.ts'
import { type CallSite, type FunctionRow, isTypeAccepted, type Parameter } from './signatures.ts'
import { isArray, type TypeName, typeName, type Value, withArticle } from './values.ts'

/** The functions of jmespath.py 1.1.0, by name. */
export const functions: ReadonlyMap<string, FunctionRow> = new Map([
  ...textFunctions,
  ...listFunctions,
  ...byKeyFunctions,
])

/**
 * Makes the call: name, count and types of the arguments are checked when it is evaluated, as jmespath.py does,
 * so that a call over an empty list never fails.
 */
export function makeInvocation(call: Call): (args: readonly Value[]) => Value {
  const row = functions.get(call.name)
  if (row === undefined) {
    return () => {
      throw new JmespathError(
        'unknown-function',
        describeUnknownFunction(call.name, functions.keys()),
        call.position,
      )
    }
  }
  const { parameters, variadic, run } = row
  const site = {
    name: call.name,
    position: call.position,
    list: (call.written ?? call.arguments)[elementsOf(call) ?? -1],
  }
  const least = parameters.length
  return (args) => {
    if (args.length < least || (!variadic && args.length > least))
      throw wrongCountError(site, row, args.length)
    for (let index = 0; index < least; index += 1) {
      const parameter = parameters[index]
      if (parameter === undefined || parameter === 'any') continue
      checkArgument(site, parameter, args[index] ?? null, call.arguments[index])
    }
    for (const arg of args) spendCopy(arg)
    return run(args, site)
  }
}

/** Most functions make no more than a few copies of a list or of a text. Other members are counted where they are made. */
function spendCopy(value: Value): void {
  if (typeof value === 'string') spendText(value.length)
  else if (isArray(value)) spend(4 * value.length)
}

function checkArgument(site: CallSite, parameter: Parameter, value: Value, written: Ast | undefined): void {
  const type = typeName(value)
  if (parameter === type) return
  if (!isTypeAccepted(parameter, type)) throw wrongTypeError(site, parameter, type, written)
  if (type !== 'array' || !isArray(value)) return
  const first = value[0]
  if (first === undefined) return
  const wanted = elementTypeOf(parameter, typeName(first))
  if (wanted === null) return
  for (const item of value) {
    if (typeName(item) !== wanted) throw wrongTypeError(site, parameter, describeElement(item, site), written)
  }
}

function describeElement(item: Value, { list }: CallSite): string {
  const what = `an array that holds ${withArticle(typeName(item))}`
  return isArray(item) ? `${what}; ${suggestFlattening(list)}` : what
}

/** What every element must be, going by the first; null for anything. */
function elementTypeOf(parameter: Parameter, first: TypeName): TypeName | null {
  switch (parameter) {
    case 'numbers':
      return 'number'
    case 'strings':
      return 'string'
    case 'numbers or strings':
      return first === 'number' ? 'number' : 'string'
    default:
      return null
  }
}

function wrongTypeError(site: CallSite, parameter: Parameter, found: string, written?: Ast): JmespathError {
  const got = found.includes(' ') ? found : withArticle(found)
  const message = `${site.name}() takes ${words[parameter]} and got ${got}${found === 'null' ? suggestWayOut(written) : ''}.`
  return new JmespathError('type', message, site.position)
}

function suggestWayOut(written: Ast | undefined): string {
  const isQuoted = written?.type === 'field' && written.quoted
  return isQuoted
    ? `; ${describeQuotedField(written.name)}`
    : '; give missing fields a default with not_null() or ||'
}

function wrongCountError(site: CallSite, row: FunctionRow, found: number): JmespathError {
  const { length } = row.parameters
  const wanted = `${row.variadic ? 'at least ' : ''}${length} argument${length === 1 ? '' : 's'}`
  return new JmespathError('arity', `${site.name}() takes ${wanted} and got ${found}.`, site.position)
}

const words: Readonly<Record<Parameter, string>> = {
  any: 'anything',
  number: 'a number',
  string: 'a string',
  array: 'an array',
  object: 'an object',
  expression: 'an expression such as &Name',
  numbers: 'an array of numbers',
  strings: 'an array of strings',
  'numbers or strings': 'an array of numbers or of strings',
  'array or string': 'an array or a string',
  'array, string or object': 'an array, a string or an object',
}
