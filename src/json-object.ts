import { isExact } from './exact-number.ts'
import type { JsonObject } from './model.ts'

/** Whether JSON is an object: not a list, not a scalar, and not a number that keeps its own text. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExact(value)
}

/** The object that a text holds as JSON; null if it is no JSON, or another value. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
