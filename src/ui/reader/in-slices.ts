import { type PausePlace, withPausePoints } from '../../pause-points.ts'

/** How long work may run before messages are answered, in ms. */
const slice = 8

/** Answers the messages that wait. Those that read the cache go on waiting inside a statement. */
type Listen = (place: PausePlace) => void

/** Works until it is done; null if it was left because nobody asks for it any more. */
export type WorkInSlices = <T>(work: Generator<void, T>, isDropped: () => boolean) => Promise<T | null>

/** Ends work at a pause point. */
class LeftWork extends Error {}

/**
 * Makes what does long work while messages are answered: when it yields, and at its pause points. Those of work that has
 * been left end it. `ms`: the time between two looks.
 */
export function makeSlices(listen: Listen, ms: number = slice): WorkInSlices {
  return async (work, isDropped) => {
    let until = performance.now() + ms
    const visit = (place: PausePlace) => {
      if (performance.now() < until) return
      listen(place)
      until = performance.now() + ms
      if (isDropped()) throw new LeftWork()
    }
    try {
      for (;;) {
        const step = withPausePoints(visit, () => work.next())
        if (isDropped()) return null
        if (step.done) return step.value
        if (performance.now() < until) continue
        await new Promise(setImmediate)
        until = performance.now() + ms
      }
    } catch (error) {
      if (error instanceof LeftWork) return null
      throw error
    } finally {
      work.return(undefined as never)
      // Those that a statement made wait.
      listen('between')
    }
  }
}
