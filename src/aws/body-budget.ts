import type { Readable } from 'node:stream'

/** What bodies that are being read may hold together. */
export interface BodyBudget {
  /** Notes a body of which so many bytes more have come; it may be made to wait. */
  readonly take: (body: Readable, bytes: number) => void
  /** Whether it waits for others, and not for the network. */
  readonly isWaiting: (body: Readable) => boolean
  /** The body has been read, and what was made of it. */
  readonly release: (body: Readable) => void
}

/**
 * Bodies beyond so many bytes wait until others have been read to their end. The one that began first never waits, so
 * that there is always one that goes on; what waits stays with the system, and the sender.
 */
export function makeBodyBudget(most: number): BodyBudget {
  /** In the order in which they began. */
  const held = new Map<Readable, number>()
  const waiting = new Set<Readable>()
  let sum = 0
  return {
    take(body, bytes) {
      held.set(body, (held.get(body) ?? 0) + bytes)
      sum += bytes
      const [first] = held.keys()
      if (sum <= most || body === first) return
      waiting.add(body)
      body.pause()
    },
    isWaiting: (body) => waiting.has(body),
    release(body) {
      sum -= held.get(body) ?? 0
      held.delete(body)
      waiting.delete(body)
      const [first] = held.keys()
      for (const each of waiting) {
        if (sum > most && each !== first) continue
        waiting.delete(each)
        each.resume()
      }
    },
  }
}
