import { describe, expect, test } from 'vitest'
import { machine, syncedMachine } from '../../commands/in-process.ts'
import { program } from '../../commands/program.ts'
import { open, openWith, sizes, type TerminalRun } from '../terminal.ts'
import { cursorLine, idIn, options, shows, untilSynced } from './story.ts'

/** Sizes that a window manager may give a terminal. */
const storm = [
  [40, 10],
  [300, 100],
  [81, 25],
  [40, 100],
  [300, 10],
  [57, 13],
  [120, 40],
] as const

describe('resizing', () => {
  test('from 40×10 to 300×100 every size shows a whole screen with the same row under the cursor', async () => {
    const on = await syncedMachine({ ...options, instances: 400 })
    const run = open(on, [80, 24])
    await untilSynced(run)
    // Keys are taken in their order: when the help is there, so is what they did.
    await run.press('ctrl-f', 'ctrl-f', 'j', '?')
    await shows(run, 'On a table')
    await run.press('esc')
    await run.until(() => idIn(cursorLine(run, [80, 24]).text) !== '', 'a row under the cursor')
    const id = idIn(cursorLine(run, [80, 24]).text)
    for (const [columns, rows] of storm) {
      run.resize(columns, rows)
      await run.until(() => idIn(cursorLine(run, [columns, rows]).text) === id, `${columns}×${rows}`)
      await expectWhole(run, columns, rows)
    }
  })

  test('what a search found in a page is on the screen at every size, with its number', async () => {
    const on = await syncedMachine(options)
    const run = open(on, [200, 50])
    await untilSynced(run)
    await run.press('?', '/', ...'sort', 'enter', 'n')
    await shows(run, '“sort”: line 2 of 4 that hold it')
    for (const [columns, rows] of [
      [80, 24],
      [57, 13],
      [200, 20],
      [40, 10],
    ] as const) {
      run.resize(columns, rows)
      await shows(run, /^“sort”: line 2 of \d/)
      await run.until((lines) => lines.slice(1, -2).some((line) => line.includes('sort')), 'what was found')
    }
    await run.press('N')
    await shows(run, /^“sort”: line 1 of \d/)
  })

  test('keeps the screen whole in every place: text, picker, help, a line being typed', async () => {
    const on = await syncedMachine(options)
    const run = open(on, [80, 24])
    await untilSynced(run)
    for (const [key, text] of [
      ['d', 'InstanceType'],
      ['?', 'On a table'],
      ['P', 'acme-prod-web'],
      ['/', '/'],
      ['ctrl-s', 'export to'],
    ] as const) {
      await run.press(key)
      await shows(run, text)
      for (const [columns, rows] of storm.slice(0, 3)) {
        run.resize(columns, rows)
        await run.untilSettled(120)
        await expectWhole(run, columns, rows)
      }
      run.resize(80, 24)
      await run.press('esc')
      await shows(run, 'Instances(')
    }
  })

  test('another size and the old one again, while muster has no time, leave nothing cut off', async () => {
    const on = await syncedMachine(options)
    const run = open(on, [80, 24])
    await untilSynced(run)
    const before = (await run.untilSettled()).slice(0, -2)
    process.kill(run.pid, 'SIGSTOP')
    run.resize(40, 10)
    run.resize(80, 24)
    expect(run.lines()).not.toEqual(expect.arrayContaining(before))
    process.kill(run.pid, 'SIGCONT')
    await run.until((lines) => before.every((line, row) => lines[row] === line), 'the whole screen again')
  })

  test('a storm of sizes while rows arrive and keys are pressed ends in a whole screen', async () => {
    const slow = { operation: 'DescribeInstances', fault: 'latency', ms: 60 } as const
    const on = await machine({ ...options, instances: 600, faults: [slow] })
    const run = open(on, [80, 24], '--page-size', '5')
    for (let round = 0; round < 40; round += 1) {
      const [columns, rows] = storm[round % storm.length] ?? [80, 24]
      run.resize(columns, rows)
      await run.press('j', 'ctrl-f', 'k', 'O', 'l')
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    run.resize(100, 30)
    await untilSynced(run)
    await run.untilSettled()
    await expectWhole(run, 100, 30)
  })
})

describe.each(sizes)('text from AWS at $name', ({ size }) => {
  const query = "Reservations[].Instances[].{Note: Tags[?Key=='Note'].Value | [0], Id: InstanceId} | [?Note]"

  test('breaks no row, colours nothing, and moves no other text', async () => {
    const on = await syncedMachine({ ...options, instances: 400 })
    const run = open(on, size, '--query', query)
    await shows(run, 'Id')
    const wanted = Math.min(20, size[1] - 4)
    await run.until((seen) => seen.filter(idIn).length === wanted, `${wanted} rows`)
    const lines = await run.untilSettled()
    const rows = lines.filter((line) => idIn(line))
    expect(rows.length).toBe(wanted)
    await expectWhole(run, ...size)
    // All rows end in their id, in the same cells.
    const column = (line: string) => Array.from(line).length
    const plain = rows.filter((line) => /^[\x20-\x7e…]*$/.test(line))
    expect(new Set(plain.map(column)).size).toBe(1)
    expect(run.raw()).not.toContain('\u009b')
    expect(run.titles).toEqual([])
    await run.press('enter')
    await shows(run, 'Note')
  })
})

test('NO_COLOR is honoured: the screen has no colour, the cursor is still seen', async () => {
  const on = await syncedMachine(options)
  const size = [80, 24] as const
  const run = openWith(on, size, { NO_COLOR: '1' }, process.execPath, [program])
  await untilSynced(run)
  for (let row = 0; row < 24; row += 1) {
    for (let column = 0; column < 80; column += 1) {
      const { colour, background } = run.cell(row, column)
      expect([colour, background]).toEqual([null, null])
    }
  }
  expect(cursorLine(run, size).row).toBe(2)
})

/** Title on the first line, hints or a line on the last, nothing beyond the right edge. */
async function expectWhole(run: TerminalRun, columns: number, rows: number): Promise<void> {
  const beyond = () => run.beyond().filter((text) => text !== '')
  const isWhole = (seen: readonly string[]) =>
    seen.length === rows && /^──/.test(seen[0] ?? '') && seen.at(-1) !== '' && beyond().length === 0
  await run.until(isWhole, `a whole screen of ${columns}×${rows}`)
  const lines = await run.untilSettled(120)
  expect(lines).toHaveLength(rows)
  expect(lines[0]).toMatch(/^──/)
  expect(lines.at(-1)).not.toBe('')
  expect(beyond(), `${columns}×${rows}`).toEqual([])
}
