/** Runs at most `size` pieces of work at once, in the order given. */
export function pool(size: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = size
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
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
