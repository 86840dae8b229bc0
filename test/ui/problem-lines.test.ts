import { expect, test } from 'vitest'
import { measureWidth } from '../../src/output/cell.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { speakFrame } from '../../src/ui/draw/spoken-lines.ts'
import { screen } from './state.ts'

const text =
  "There is no saved query 'by-tyype' and none that begins so: Q lists them all, and :query by-type may be meant here; nothing was done."
const failed = (columns: number, rows: number) => ({
  ...screen(columns, rows),
  message: { text, tone: 'error', until: null } as const,
})

test.each([
  [200, 50, 1],
  [80, 24, 2],
  [50, 12, 3],
])('an error at %i×%i is shown whole, in %i lines', (columns, rows, count) => {
  const frame = drawFrame(failed(columns, rows), (part) => part)
  expect(frame.length).toBe(rows)
  for (const line of frame) expect(measureWidth(line)).toBeLessThanOrEqual(columns)
  const shown = frame.slice(-1 - count, -1).map((line) => line.trim())
  expect(shown.join(' ')).toBe(text)
})

test('an error that has no room even so is cut, and a screen reader says all of a long one', () => {
  const frame = drawFrame(failed(20, 8), (part) => part)
  expect(frame.length).toBe(8)
  expect(frame.at(-2)).toMatch(/…\s*$/)
  expect(speakFrame(failed(80, 24)).join(' ')).toContain(text)
  const long = failed(80, 24)
  const table = { ...long.table, listed: null, window: { from: 0, rows: [], widths: [] } }
  const words = speakFrame({ ...long, table }).join(' ')
  expect(words.split('There is no saved query')).toHaveLength(2)
})
