import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { type InkApp, showScreen } from '../../src/ui/screen.tsx'
import { makeScreenStore } from '../../src/ui/screen-store.ts'
import { coverage, screen } from './state.ts'

// Ink makes a console of its own, which Vitest's cannot.
console.Console = Console

test.each([
  ['नमस्ते', true],
  ['☁\ufe0f cloud', true],
  ['a\u200dwidth', true],
  ['東京', true],
  ['plain', false],
])('a changed line with %s is drawn whole: %s, as terminals may see other widths', async (name, isWhole) => {
  const base = screen(60, 8)
  const columns = [
    { name: 'Name', type: 'text', width: 10 },
    { name: 'State', type: 'state', width: 10 },
    { name: 'LaunchTime', type: 'time', width: 25 },
  ] as const
  const rows = ['other', name].map((text, key) => ({
    key,
    seenAt: base.now,
    cells: [text, 'running', new Date(base.now - 5000).toISOString()],
  }))
  const listed = { version: 1, total: 2, coverage, columns, changes: 0 }
  const table = { ...base.table, listed, window: { from: 0, rows, widths: [] } }
  const store = makeScreenStore({ ...base, table }, () => {})
  let written = ''
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 60, rows: 8 })
  stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text
  })
  const keys = { isTTY: true, setRawMode: () => {}, ref: () => {}, unref: () => {} }
  const terminal = {
    stdin: Object.assign(new PassThrough(), keys),
    stdout,
    suspend: async () => {},
    watchSize: () => () => {},
  }
  let { now } = base
  const io = { env: {}, now: () => now, atExit: () => () => {} }
  const mounted = Promise.withResolvers<InkApp>()
  const shown = showScreen(store, io as never, terminal as never, mounted.resolve)
  const app = await Promise.race([mounted.promise, shown.then(() => Promise.reject(new Error('it ended')))])
  try {
    await expect.poll(() => written).toContain('5s')
    expect(written).toContain(name)
    written = ''
    // The screen's own clock ticks, too.
    now += 2000
    store.dispatch({ type: 'ticked', now })
    // Of a line that all terminals show alike, the one digit that changed is enough.
    await expect.poll(() => written.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '')).toContain('7')
    expect(written.includes(name)).toBe(isWhole)
  } finally {
    app.exit()
    await shown
  }
})
