/**
 * Resolves when the next attempt at a call of `account/region/operation` may be made; `bucket`: the one of EC2 that it
 * takes from. Rejects when interrupted.
 */
export type CallLimiter = (key: string, bucket: Bucket, signal: AbortSignal) => Promise<void>

/** `whole`: a call that asks for everything at once, without a page size and without a filter. */
export type Bucket = 'paged' | 'whole'

/** Time in ms: what it is, and waiting for more of it. */
export interface Clock {
  readonly now: () => number
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** So many calls at once, and then so many a second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

export interface LimiterOptions {
  readonly rates?: Readonly<Record<Bucket, Rate>>
  readonly clock?: Clock
  /** Hears of a call that waits, and how long, in ms. */
  readonly onWait?: ((key: string, ms: number) => void) | undefined
}

/**
 * EC2 throttles each account, region and operation by a bucket of 100 tokens that refills 20 times a second, and calls
 * without page size and filter by one of 50 tokens that refills 10 times (EC2 developer guide, request throttling). What
 * is left of them is for whoever else works in the account.
 */
const ratesBelowEc2: Readonly<Record<Bucket, Rate>> = {
  paged: { burst: 80, perSecond: 18 },
  whole: { burst: 40, perSecond: 9 },
}

/** A token bucket per key. */
export function callLimiter(options: LimiterOptions = {}): CallLimiter {
  const { rates = ratesBelowEc2, clock = systemClock, onWait } = options
  const buckets = new Map<string, { tokens: number; at: number }>()
  return async (key, size, signal) => {
    const { burst, perSecond } = rates[size]
    const now = clock.now()
    const name = `${key} ${size}`
    const bucket = buckets.get(name) ?? { tokens: burst, at: now }
    buckets.set(name, bucket)
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond) - 1
    bucket.at = now
    if (bucket.tokens >= 0) return
    const wait = (-bucket.tokens / perSecond) * 1000
    onWait?.(key, wait)
    await clock.pause(wait, signal)
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
