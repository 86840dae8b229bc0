import { expect, test } from 'vitest'
import { makeFrames } from '../../src/ui/frames.ts'
import { makeScreenStore } from '../../src/ui/screen-store.ts'
import { now, screen } from './state.ts'

test('a screen that looks the same is not drawn again, whatever has happened', () => {
  const store = makeScreenStore(screen(), () => {})
  const getFrame = makeFrames(store)
  const first = getFrame()
  store.dispatch({ type: 'ticked', now: now + 10_000 })
  expect(store.getState().now).toBe(now + 10_000)
  expect(getFrame()).toBe(first)
  store.dispatch({ type: 'key', key: '?' })
  expect(getFrame()).not.toBe(first)
  const help = getFrame()
  store.dispatch({ type: 'resized', columns: 80, rows: 24 })
  expect(getFrame()).toBe(help)
  store.dispatch({ type: 'resized', columns: 81, rows: 24 })
  expect(getFrame()).not.toBe(help)
})
