import { expect, test } from 'vitest'
import { makeTick } from '../../src/ui/tick.ts'
import { update } from '../../src/ui/update.ts'
import { screen } from './state.ts'

test('the clock of a screen on which nothing else moves ticks every other second, and each second again after a key', () => {
  let state = screen()
  const ticks: number[] = []
  const store = {
    getState: () => state,
    dispatch(event: Parameters<typeof update>[1]) {
      if (event.type === 'ticked') ticks.push(event.now)
      state = update(state, event).state
    },
  }
  let { now } = state
  const tick = makeTick(store, { now: () => now })
  const count = (seconds: number) => {
    const before = ticks.length
    for (let second = 0; second < seconds; second += 1) {
      now += 1000
      tick()
    }
    return ticks.length - before
  }
  expect(count(6)).toBe(6)
  expect(count(20)).toBe(10)
  store.dispatch({ type: 'key', key: 'j' })
  state = { ...state }
  expect(count(6)).toBe(6)
  expect(ticks.at(-1)).toBe(now)
})
