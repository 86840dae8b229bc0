import { malformedError } from './faults.ts'

/**
 * Where the reading of a kind that follows a parent stands: between the parents' pages, or in the list of one parent. A
 * page token of such a kind holds all of it, so that another process can go on.
 */
export interface ParentPosition {
  /** The token of the parents' page to ask for next; null for the first, undefined when all were asked for. */
  readonly parents: string | null | undefined
  /** Ids of parents that are still to be asked about; the first is the one that is read. */
  readonly ids: readonly string[]
  /** EC2's token of the page of the first parent's list; null for its first page. */
  readonly page: string | null
}

/** The beginning, for null. */
export function decodePosition(token: string | null): ParentPosition {
  if (token === null) return { parents: null, ids: [], page: null }
  try {
    const [parents, ids, page] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [
      string | 0,
      readonly string[],
      string | null,
    ]
    return { parents: parents === 0 ? undefined : parents, ids, page }
  } catch (error) {
    throw malformedError(`A page token of muster cannot be read: ${String(error)}.`)
  }
}

/** Null at the end. */
export function encodePosition({ parents, ids, page }: ParentPosition): string | null {
  if (parents === undefined && ids.length === 0) return null
  return Buffer.from(JSON.stringify([parents === undefined ? 0 : parents, ids, page])).toString('base64url')
}
