/** Runs a piece of work when its turn comes. */
export type Limited = <T>(work: () => Promise<T>, turn?: 'first' | 'last') => Promise<T>

/** Runs at most `size` pieces of work at once, in the order given; those whose turn is first before the others. */
export function pool(size: number): Limited {
  let free = size
  const first: (() => void)[] = []
  const last: (() => void)[] = []
  return async (work, turn = 'last') => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => (turn === 'first' ? first : last).push(resolve))
    try {
      return await work()
    } finally {
      const next = first.shift() ?? last.shift()
      if (next) next()
      else free += 1
    }
  }
}

/** Resolves when a call of `account/region/operation` may be made. Rejects when interrupted. */
export type CallLimiter = (key: string, signal: AbortSignal) => Promise<void>

/** Time in ms: what it is, and waiting for more of it. */
export interface Clock {
  readonly now: () => number
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * A token bucket per key: EC2 throttles each account, region and operation by one of 100 tokens that refills
 * 20 times a second (EC2 developer guide, request throttling).
 */
export function callLimiter(burst = 80, perSecond = 18, clock: Clock = systemClock): CallLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return async (key, signal) => {
    const now = clock.now()
    const bucket = buckets.get(key) ?? { tokens: burst, at: now }
    buckets.set(key, bucket)
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond) - 1
    bucket.at = now
    if (bucket.tokens < 0) await clock.pause((-bucket.tokens / perSecond) * 1000, signal)
  }
}

const systemClock: Clock = { now: () => performance.now(), pause }

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
