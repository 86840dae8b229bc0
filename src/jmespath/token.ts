import type { Json } from '../model.ts'

export type TokenType = keyof typeof bindingPower

export interface Token {
  readonly type: TokenType
  /** The text as written. */
  readonly text: string
  /** The value of a number, a literal or an identifier. */
  readonly value: Json
  /** In UTF-16 units from 0. */
  readonly position: number
}

/** How tightly a token binds to what stands left of it: jmespath.py's table. */
export const bindingPower = {
  end: 0,
  identifier: 0,
  'quoted identifier': 0,
  literal: 0,
  number: 0,
  ']': 0,
  ')': 0,
  ',': 0,
  '}': 0,
  '@': 0,
  '&': 0,
  ':': 0,
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '!': 45,
  '{': 50,
  '[': 55,
  '(': 60,
} as const
