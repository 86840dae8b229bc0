import { createHash } from 'node:crypto'
import { malformedError } from './faults.ts'

/**
 * Makes the function that checks the tokens of pages as they are asked for: one that comes twice is a malformed answer.
 */
export function makeTokenTrail(operation: string): (token: string | null) => void {
  const seen = new Set<string>()
  return (token) => {
    if (token === null) return
    if (seen.has(token)) throw tokenTwice(operation)
    seen.add(token)
  }
}

/**
 * What a reading in several runs remembers of the tokens that led to its pages, of one size however many these are: a
 * token and how far it lies behind (Brent's algorithm: the remembered token is replaced after 1, 2, 4, 8 … steps, so
 * that a cycle of any length comes back to one).
 */
export interface TrailMark {
  /** A hash. */
  readonly token: string
  readonly steps: number
  /** At so many steps the next token is remembered instead; 0 when the token has come back. */
  readonly until: number
}

/** The mark after a step to the page of another token. */
export function advanceMark(mark: TrailMark | undefined, next: string): TrailMark {
  const token = createHash('sha256').update(next).digest('base64url').slice(0, 16)
  if (mark?.token === token) return { token, steps: 0, until: 0 }
  if (mark === undefined) return { token, steps: 0, until: 1 }
  if (mark.steps + 1 >= mark.until) return { token, steps: 0, until: mark.until * 2 }
  return { ...mark, steps: mark.steps + 1 }
}

/** Whether the token that leads to a page led to one before. */
export function isRoundAgain(mark: TrailMark | undefined): boolean {
  return mark?.until === 0
}

/** The fault of tokens that go round in a circle. */
export function tokenTwice(operation: string): Error {
  return malformedError(`${operation} gave the same NextToken twice.`)
}
