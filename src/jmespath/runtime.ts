/** What generated code calls where a few characters of JavaScript do not do. */

import { toPlainNumber } from '../exact-number.ts'
import type { Operator } from './ast.ts'
import { JmespathError } from './jmespath-errors.ts'
import { compareText, isObject, type Value } from './values.ts'

export type OrderOperator = Exclude<Operator, '==' | '!='>

/**
 * Order is for numbers and strings; null for anything else.
 * @throws JmespathError (type) between a number and a string
 */
export function compareValues(operator: OrderOperator, left: Value, right: Value): boolean | null {
  const [a, b] = [toPlainNumber(left), toPlainNumber(right)]
  if (typeof a === 'number' && typeof b === 'number') return isOrderTrue(operator, a, b)
  if (typeof left === 'string' && typeof right === 'string')
    return isOrderTrue(operator, compareText(left, right), 0)
  if (!isOrdered(a) || !isOrdered(b)) return null
  const message = `A number cannot be compared with a string by ${operator}; convert with to_number() or to_string().`
  throw new JmespathError('type', message)
}

/** A member of its own, whatever its name; null if there is no such member. */
export function memberOf(value: Value, name: string): Value {
  return isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null
}

/** The values of an object's members; null for anything else. */
export function membersOf(value: Value): readonly Value[] | null {
  return isObject(value) ? Object.values(value) : null
}

function isOrderTrue(operator: OrderOperator, left: number, right: number): boolean {
  switch (operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}

function isOrdered(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'string'
}
