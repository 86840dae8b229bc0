import { describe, expect, test } from 'vitest'
import { noFigures } from '../../src/sync/progress.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import type { Paint } from '../../src/ui/draw/style.ts'
import { makeRowMarker } from '../../src/ui/reader/row-matches.ts'
import { driveKeys, row, screen, view } from './state.ts'

const resource = {
  InstanceId: 'i-1',
  Architecture: 'arm64',
  VpcId: 'vpc-1',
  Region: 'eu-west-1',
  Tags: [
    { Key: 'Environment', Value: 'prod' },
    { Key: 'Note', Value: `${'x'.repeat(300)}\u001bneedle` },
  ],
}
const columns = ['Name', 'InstanceId', 'State']
const cells = ['web-1', 'i-1', 'running']
/** What is underlined stands in brackets. */
const marking: Paint = (text, ...styles) => (styles.includes('underline') ? `<${text}>` : text)

/** The row of the resource under filters, and how often its document was read. */
function markRow(...filters: string[]) {
  let reads = 0
  const mark = makeRowMarker({ type: 'view', view: { ...view, filters }, names: null }, columns)
  const read = () => {
    reads += 1
    return resource
  }
  const shown = mark?.({ key: 0, seenAt: null, cells }, { ...row(0), cells }, read)
  return { shown, reads: () => reads }
}

/** The line at the bottom over a table of that row. */
function statusLine(filter: string, size: readonly [number, number], change = {}): string {
  const ui = driveKeys(screen(...size), [0])
  ui.list([0])
  const { table } = ui.state()
  const window = { from: 0, rows: [markRow(filter).shown ?? null], widths: [] }
  return drawFrame({ ...ui.state(), table: { ...table, window }, ...change }, marking).at(-2) ?? ''
}

describe('why a row passes a filter', () => {
  test('is found in its columns first, else in a tag, else in a column that the table does not have', () => {
    const found = (filter: string) => markRow(filter).shown?.found
    expect(found('web')).toEqual([{ places: [0], beside: null }])
    const tag = { column: null, text: 'Environment=prod', ranges: [[12, 16]] }
    expect(found('prod')).toEqual([{ places: [], beside: tag }])
    expect(found('arm run !x86')).toEqual([
      { places: [], beside: { column: 'Architecture', text: 'arm64', ranges: [[0, 3]] } },
      { places: [2], beside: null },
    ])
    expect(found('eu-west')?.[0]?.beside).toMatchObject({ column: 'Region', text: 'eu-west-1' })
    expect(found('tag:Env* vpc=vpc-1')?.map(({ beside }) => beside?.column)).toEqual([null, 'VpcId'])
  })

  test('costs no document where the row shows it, and one however many words it does not', () => {
    expect(markRow('web run').reads()).toBe(0)
    expect(markRow('prod arm64 eu-west').reads()).toBe(1)
  })

  test('stands in the line at the bottom, of the row under the cursor, with what matches underlined', () => {
    expect(statusLine('prod', [80, 24])).toMatch(
      /^6 of 6 scopes · oldest 0s +found in tag Environment=<prod>$/,
    )
    expect(statusLine('arm64 prod', [80, 24])).toContain('found in ARCH <arm64> · tag Environment=<prod>')
    expect(statusLine('web', [80, 24])).not.toContain('found in')
    expect(statusLine('prod arm64', [40, 10])).toMatch(/^6 of 6 scopes · old… tag Environment=pr…$/)
  })

  test('of a column for which the terminal has no room, is said as well', () => {
    expect(statusLine('web-1 i-1 running', [200, 50])).not.toContain('found in')
    expect(statusLine('web-1 i-1 running', [28, 10])).toMatch(/ STATE <running>$/)
  })

  test('leaves room for the progress of a sync and hides nothing of what is missing', () => {
    const progress = { ...noFigures, phase: 'reading' as const, scopes: 6, done: 3 }
    const line = statusLine('prod', [80, 24], { progress })
    expect(line).toMatch(/^6 of 6 scopes .* found in tag Environment=<prod> .*3\/6/)
  })

  test('is harmless text, and of a long one the part that matches', () => {
    const line = statusLine('needle', [200, 50])
    expect(line).toMatch(/found in tag …x+\S*<needle>$/)
    expect(line).not.toContain('\u001b')
  })
})
