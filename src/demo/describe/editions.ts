import { hash } from '../random.ts'

/** The resources of a cell in the order in which EC2 gives them. */
export interface Listing {
  readonly length: number
  /** The number in the cell of the resource at a place, both from 0. */
  readonly numberAt: (place: number) => number
}

/**
 * Which of a cell's resources there are in an edition of the fleet. In edition 0 they all are there, which costs no time;
 * in any other a quarter is missing, another one each time, and all have moved along.
 */
export function listEdition(count: number, edition: number): Listing {
  if (edition === 0) return { length: count, numberAt: (place) => place }
  const turn = hash(edition, 72) % Math.max(1, count)
  const turned = Array.from({ length: count }, (_, place) => (place + turn) % count)
  const there = turned.filter((n) => hash(edition, n, 71) % 4 !== 0)
  return { length: there.length, numberAt: (place) => there[place] ?? 0 }
}
