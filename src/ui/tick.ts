import type { Io } from '../io.ts'
import type { ScreenStore } from './screen-store.ts'

/** A screen on which nothing but the clock has moved for so many seconds is drawn every other second: drawing is its work. */
const calmAfter = 5

/** Makes what is to be called each second: it says the time to the store. */
export function makeTick(store: Pick<ScreenStore, 'getState' | 'dispatch'>, io: Pick<Io, 'now'>): () => void {
  let last = store.getState()
  let calm = 0
  return () => {
    calm = store.getState() === last ? calm + 1 : 0
    if (calm > calmAfter && calm % 2 === 1) return
    store.dispatch({ type: 'ticked', now: io.now() })
    last = store.getState()
  }
}
