import { makeFleet } from '../../../src/demo/fleet.ts'
import { accountId } from '../../commands/program.ts'
import type { Size, TerminalRun } from '../terminal.ts'

/** The fleet of the stories, if the endpoint makes it from the same options. */
export const options = { accounts: 3, regions: 2, instances: 60 } as const
export const fleet = makeFleet(options)

/** Two of its accounts by name. */
export const payments = accountId(fleet, 'acme-prod-payments')
export const web = accountId(fleet, 'acme-prod-web')

/** Where the lines of a screen of this size are. */
export const places = ([, rows]: Size) => ({ header: 1, first: 2, status: rows - 2, prompt: rows - 1 })

/** Waits until a text stands anywhere on the screen. */
export function shows(run: TerminalRun, text: string | RegExp): Promise<readonly string[]> {
  return run.until((lines) => lines.some((line) => holds(line, text)), String(text))
}

/** Waits until a text stands nowhere on the screen. */
export function hides(run: TerminalRun, text: string | RegExp): Promise<readonly string[]> {
  return run.until((lines) => !lines.some((line) => holds(line, text)), `no ${text}`)
}

/** Waits until every selected scope has been read and the sync has ended. */
export function untilSynced(run: TerminalRun, scopes = 6): Promise<readonly string[]> {
  return run.until((lines) => {
    const status = lines.at(-2) ?? ''
    return status.includes(`${scopes} of ${scopes} scopes`) && !status.includes('sync')
  }, 'the end of the sync')
}

/** The line under the cursor: the one that is shown inverse from its first cell on. */
export function cursorLine(run: TerminalRun, size: Size): { readonly row: number; readonly text: string } {
  const { first, status } = places(size)
  for (let row = first; row < status; row += 1) {
    if (run.cell(row, 0).inverse) return { row, text: run.lines()[row] ?? '' }
  }
  return { row: -1, text: '' }
}

/** Waits until the cursor is on this row of the table, counted from 0. */
export function cursorOn(run: TerminalRun, size: Size, row: number): Promise<readonly string[]> {
  const line = places(size).first + row
  return run.until((lines) => run.cell(line, 0).inverse && lines[line] !== '', `the cursor on row ${row}`)
}

/** The id in a line of a table. */
export function idIn(line: string): string {
  return /\b(?:i|vol)-[0-9a-f]{17}\b/.exec(line)?.[0] ?? ''
}

/** The ids in the lines of a table, from above. */
export function idsIn(lines: readonly string[]): string[] {
  return lines.map(idIn).filter((id) => id !== '')
}

function holds(line: string, text: string | RegExp): boolean {
  return typeof text === 'string' ? line.includes(text) : text.test(line)
}
