import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { showScreen } from '../../src/ui/screen.tsx'
import { makeScreenStore } from '../../src/ui/screen-store.ts'
import { screen } from './state.ts'

// Ink makes a console of its own, which Vitest's cannot.
console.Console = Console

test('a terminal that is resized while the screen is being loaded gets a screen of its new size', async () => {
  const store = makeScreenStore(screen(40, 10), () => {})
  const terminal = {
    stdin: input(),
    stdout: output(100, 30),
    suspend: async () => {},
    watchSize: () => () => {},
  }
  const io = { env: {}, now: Date.now, atExit: () => () => {} }
  await showScreen(store, io as never, terminal as never, (app) => app.exit())
  expect([store.getState().columns, store.getState().rows]).toEqual([100, 30])
})

function input() {
  const keys = { isTTY: true, setRawMode: () => {}, ref: () => {}, unref: () => {} }
  return Object.assign(new PassThrough(), keys)
}

function output(columns: number, rows: number) {
  const stream = new PassThrough()
  stream.resume()
  return Object.assign(stream, { isTTY: true, columns, rows })
}
