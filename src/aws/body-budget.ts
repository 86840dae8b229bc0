import type { Readable } from 'node:stream'

/** What bodies may hold together: those that come, and those that were read until what was made of them is stored. */
export interface BodyBudget {
  /** Notes a body of which so many bytes more have come; it may be made to wait. */
  readonly take: (body: Readable, bytes: number) => void
  /** Whether it waits for others, and not for the network. */
  readonly isWaiting: (body: Readable) => boolean
  /** The body has come to its end. */
  readonly finish: (body: Readable) => void
  /** Nothing that was made of the body is in hand any more. */
  readonly release: (body: Readable) => void
}

/**
 * Bodies beyond so many bytes wait until others have been read to their end. The one that began first does not, so that
 * there is always one that goes on; while as much as that has been read and not been stored, all wait. What waits stays
 * with the system, and the sender.
 */
export function makeBodyBudget(most: number): BodyBudget {
  /** In the order in which they began. */
  const coming = new Map<Readable, number>()
  const read = new Map<Readable, number>()
  const waiting = new Set<Readable>()
  const sums = { coming: 0, read: 0 }
  const mayGoOn = (body: Readable) => {
    const [first] = coming.keys()
    return sums.read < most && (sums.coming <= most || body === first)
  }
  const end = (body: Readable) => {
    const bytes = coming.get(body) ?? 0
    coming.delete(body)
    waiting.delete(body)
    sums.coming -= bytes
    return bytes
  }
  const wake = () => {
    for (const each of waiting) {
      if (!mayGoOn(each)) continue
      waiting.delete(each)
      each.resume()
    }
  }
  return {
    take(body, bytes) {
      coming.set(body, (coming.get(body) ?? 0) + bytes)
      sums.coming += bytes
      if (mayGoOn(body)) return
      waiting.add(body)
      body.pause()
    },
    isWaiting: (body) => waiting.has(body),
    finish(body) {
      const bytes = end(body)
      read.set(body, bytes)
      sums.read += bytes
      wake()
    },
    release(body) {
      end(body)
      sums.read -= read.get(body) ?? 0
      read.delete(body)
      wake()
    },
  }
}
