/** Turns at calls that AWS limits for all of a sign-in's accounts together. */
export interface Gate {
  /** Waits for a turn; false if all that wait were sent back, to look again whether they still want one. */
  readonly waitForTurn: (signal: AbortSignal) => Promise<boolean>
  /** No turn for so many ms. */
  readonly hold: (ms: number) => void
  readonly sendBack: () => void
}

/** What a gate measures time with, in ms; a test has its own. */
export interface GateClock {
  readonly now: () => number
  readonly runLater: (ms: number, work: () => void) => void
}

const systemClock: GateClock = {
  now: () => performance.now(),
  runLater: (ms, work) => void setTimeout(work, ms),
}

interface WaitingCall {
  readonly pass: (mayCall: boolean) => void
}

/**
 * Fewer than `perSecond` turns in any second: half of them at once if none were taken, then evenly spaced by when the
 * last one was really taken, so that a busy moment is not followed by a burst.
 */
export function makeGate(perSecond: number, clock: GateClock = systemClock): Gate {
  const waiting: WaitingCall[] = []
  const gap = 1100 / perSecond
  let taken: number[] = []
  let held = 0
  let isTimed = false

  const freeAt = (now: number): number => {
    taken = taken.filter((at) => at > now - 1000)
    const spaced = taken.length < perSecond / 2 ? 0 : (taken.at(-1) ?? 0) + gap
    const full = taken.length < perSecond - 1 ? 0 : (taken[0] ?? 0) + 1001
    return Math.max(spaced, full, held)
  }
  const serve = (): void => {
    isTimed = false
    while (waiting.length > 0) {
      const now = clock.now()
      const wait = freeAt(now) - now
      if (wait > 0) {
        isTimed = true
        clock.runLater(Math.ceil(wait), serve)
        return
      }
      taken.push(now)
      waiting.shift()?.pass(true)
    }
  }
  return {
    waitForTurn(signal) {
      if (signal.aborted) return Promise.reject(signal.reason)
      return new Promise((resolve, reject) => {
        const stop = () => {
          waiting.splice(waiting.indexOf(entry), 1)
          reject(signal.reason)
        }
        const entry: WaitingCall = {
          pass(mayCall) {
            signal.removeEventListener('abort', stop)
            resolve(mayCall)
          },
        }
        signal.addEventListener('abort', stop, { once: true })
        waiting.push(entry)
        if (!isTimed) serve()
      })
    },
    hold(ms) {
      held = Math.max(held, clock.now() + ms)
    },
    sendBack() {
      for (const { pass } of waiting.splice(0)) pass(false)
    },
  }
}
