/** Runs a piece of work when its turn comes. */
export type RunLimited = <T>(work: () => Promise<T>, turn?: Turn) => Promise<T>

export interface Turn {
  /** Goes before all work that is not `first`, and brings no more work of its owner; default false. */
  readonly first?: boolean
  /** Whose work it is; default: an owner of its own. */
  readonly owner?: string
}

/**
 * Runs at most `size` pieces of work at once, in the order given; those that go first before the others. While
 * owners want more than there is, none has more than a fair share of it, so that one whose work stands still does
 * not hold up the others.
 */
export function makePool(size: number): RunLimited {
  const owners = new Map<string | symbol, Owner>()
  let free = size
  let planned = false
  const startWaiting = () => {
    planned = false
    while (free > 0) {
      const start = takeNext([...owners.values()], size)
      if (!start) return
      free -= 1
      start()
    }
  }
  return async (work, { first = false, owner: name = Symbol('alone') } = {}) => {
    const owner = owners.get(name) ?? { running: 0, first: [], last: [], growing: 0 }
    owners.set(name, owner)
    if (!first) owner.growing += 1
    await new Promise<void>((start) => {
      const queue = first ? owner.first : owner.last
      queue.push(start)
      if (!planned) startWaiting()
    })
    try {
      return await work()
    } finally {
      free += 1
      owner.running -= 1
      if (!first) owner.growing -= 1
      if (demandOf(owner) === 0) owners.delete(name)
      // Who has just signed in asks for its scopes next: its place is not given away before it has asked for all.
      if (!planned) setImmediate(startWaiting)
      planned = true
    }
  }
}

interface Owner {
  running: number
  readonly first: (() => void)[]
  readonly last: (() => void)[]
  /** Pieces, waiting or running, that bring more work when they have ended: nobody knows how much. */
  growing: number
}

/** The next piece of work that may start, as running already; null if none may. */
function takeNext(owners: readonly Owner[], size: number): (() => void) | null {
  const mayStart = shareFairly(owners, size)
  for (const turn of ['first', 'last'] as const) {
    const owner = owners.find((each) => each[turn].length > 0 && mayStart(each))
    const start = owner?.[turn].shift()
    if (!owner || !start) continue
    owner.running += 1
    return start
  }
  return null
}

/** Who may start one more: what small owners leave of their part is shared by the others. */
function shareFairly(owners: readonly Owner[], size: number): (owner: Owner) => boolean {
  if (owners.length >= size) return ({ running }) => running === 0
  let left = size
  let sharing = owners.length
  for (const demand of owners.map(demandOf).sort((a, b) => a - b)) {
    if (demand * sharing > left) break
    left -= demand
    sharing -= 1
  }
  if (sharing === 0) return () => true
  const share = Math.floor(left / sharing)
  const oneMore = owners.filter(({ running }) => running > share).length < left % sharing
  return ({ running }) => running < share || (running === share && oneMore)
}

function demandOf({ running, first, last, growing }: Owner): number {
  return growing > 0 ? Number.POSITIVE_INFINITY : running + first.length + last.length
}

/** Resolves when a call of `account/region/operation` may be made. Rejects when interrupted. */
export type CallLimiter = (key: string, signal: AbortSignal) => Promise<void>

/** Time in ms: what it is, and waiting for more of it. */
export interface Clock {
  readonly now: () => number
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** `burst` calls at once, then so many a second; `onWait` hears of a call that waits, and how long, in ms. */
export interface LimiterOptions {
  readonly burst?: number
  readonly perSecond?: number
  readonly clock?: Clock
  readonly onWait?: ((key: string, ms: number) => void) | undefined
}

/**
 * A token bucket per key: EC2 throttles each account, region and operation by one of 100 tokens that refills
 * 20 times a second (EC2 developer guide, request throttling).
 */
export function callLimiter(options: LimiterOptions = {}): CallLimiter {
  const { burst = 80, perSecond = 18, clock = systemClock, onWait } = options
  const buckets = new Map<string, { tokens: number; at: number }>()
  return async (key, signal) => {
    const now = clock.now()
    const bucket = buckets.get(key) ?? { tokens: burst, at: now }
    buckets.set(key, bucket)
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
