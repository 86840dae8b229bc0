import { setTimeout as pause } from 'node:timers/promises'
import { type IPty, spawn } from '@lydell/node-pty'
import headless, { type IBufferCell, type Terminal as Screen } from '@xterm/headless'
import { onTestFinished } from 'vitest'
import { type Machine, program } from '../commands/program.ts'
import { bytesOf } from './key-bytes.ts'

/** Columns and rows. */
export type Size = readonly [columns: number, rows: number]

/** The sizes of the stories: a small terminal, and one as wide as a screen. */
export const sizes: readonly { readonly name: string; readonly size: Size }[] = [
  { name: '80×24', size: [80, 24] },
  { name: '200×50', size: [200, 50] },
]

/** What one cell of the screen looks like; colours are numbers of the palette, null for the terminal's own. */
export interface Cell {
  readonly text: string
  readonly width: number
  readonly bold: boolean
  readonly dim: boolean
  readonly inverse: boolean
  readonly colour: number | null
  readonly background: number | null
}

/** A program on a real terminal, and the screen as a person sees it. */
export interface TerminalRun {
  /** Presses keys by the names that the help gives them; waits after esc, as people do. */
  readonly press: (...keys: string[]) => Promise<void>
  readonly type: (text: string) => void
  /** Waits until the screen holds what is expected. The error shows the screen as it was. */
  readonly until: (holds: (lines: readonly string[]) => boolean, what: string) => Promise<readonly string[]>
  /** Waits until nothing has been written for a while. */
  readonly untilSettled: (quietMs?: number) => Promise<readonly string[]>
  /** The lines of the screen, without blanks at their ends. */
  readonly lines: () => readonly string[]
  readonly cell: (row: number, column: number) => Cell
  readonly resize: (columns: number, rows: number) => void
  /** Every byte that the program wrote, as text. */
  readonly raw: () => string
  readonly pid: number
  /** What was written to the right of the terminal's edge, line by line: nothing, or a row was too wide. */
  readonly beyond: () => readonly string[]
  /** Titles that the program gave the terminal's window. */
  readonly titles: readonly string[]
  /** What a program may leave behind. */
  readonly modes: () => {
    readonly alternate: boolean
    readonly wraps: boolean
    readonly cursorShown: boolean
    readonly mouse: boolean
  }
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number; readonly signal: number }>
}

/** Cells on the right of the screen's edge that are watched. */
const margin = 40
/** How long a story waits for anything, in ms: far above what a busy machine needs. */
const patience = 120_000

/** Starts the built program on a terminal of exactly this size. The end of the test ends it. */
export function open(on: Machine, size: Size, ...args: string[]): TerminalRun {
  return openWith(on, size, {}, process.execPath, [program, ...args])
}

/** Starts any program in this way; `env` is added to the machine's. */
export function openWith(
  { env: own, home }: Pick<Machine, 'env' | 'home'>,
  [columns, rows]: Size,
  env: Readonly<Record<string, string>>,
  command: string,
  args: readonly string[],
): TerminalRun {
  const pty = spawn(command, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: home,
    // In a CI, Ink behaves as if there were no terminal.
    env: { ...own, TMPDIR: home, TERM: 'xterm-256color', CI: 'false', LANG: 'C.UTF-8', ...env },
  })
  const screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 500 })
  // The same with room on its right, where it shows what a terminal would cut off.
  const wide = new headless.Terminal({ cols: columns + margin, rows, allowProposedApi: true })
  const titles: string[] = []
  screen.onTitleChange((title) => titles.push(title))
  const output = listenTo(pty, screen, wide)
  onTestFinished(() => end(pty, output.ended))
  const lines = () => linesOf(screen)
  const pressed: string[] = []
  // The picture alone does not say whether a key was read and drawn: the keys and the bytes do.
  const fail = (what: string): Error => {
    const keys = `${output.state()}; the last keys, with the bytes before each: ${pressed.slice(-8).join(' ')}`
    const bytes = `the last bytes: ${JSON.stringify(output.raw().slice(-600))}`
    return new Error(`${what}: not on the screen\n${pictureOf(lines(), screen.cols)}\n${keys}\n${bytes}`)
  }
  return {
    async press(...keys) {
      for (const key of keys) {
        const before = output.count()
        pty.write(bytesOf(key))
        pressed.push(`${key}@${output.raw().length}`)
        if (key !== 'esc') continue
        // A lone escape may be the beginning of a sequence: Ink waits for the rest of it. A busy program reads it late.
        await pause(100)
        for (let waited = 0; output.count() === before && waited < 1000; waited += 20) await pause(20)
      }
    },
    type: (text) => pty.write(text),
    async until(holds, what) {
      const last = performance.now() + patience
      for (;;) {
        await output.parsed()
        const seen = lines()
        if (output.whole() && holds(seen)) return seen
        if (performance.now() > last) throw fail(what)
        await Promise.race([output.next(), pause(50)])
      }
    },
    async untilSettled(quietMs = 250) {
      for (let before = -1; before !== output.count(); ) {
        before = output.count()
        await pause(quietMs)
        await output.parsed()
      }
      return lines()
    },
    lines,
    cell: (row, column) => cellOf(screen, row, column),
    resize(nextColumns, nextRows) {
      screen.resize(nextColumns, nextRows)
      wide.resize(nextColumns, nextRows)
      wide.resize(nextColumns + margin, nextRows)
      pty.resize(nextColumns, nextRows)
    },
    raw: output.raw,
    beyond: () => linesOf(wide).map((_, row) => beyondOf(wide, row, screen.cols)),
    titles,
    pid: pty.pid,
    modes: () => ({
      alternate: screen.buffer.active.type === 'alternate',
      wraps: screen.modes.wraparoundMode,
      cursorShown: output.cursorShown(),
      mouse: screen.modes.mouseTrackingMode !== 'none',
    }),
    ended: output.ended.then(async (how) => {
      await output.parsed()
      return how
    }),
  }
}

/** Bytes go into the screen as they come; the screen's own answers (where is the cursor?) go back. */
function listenTo(pty: IPty, screen: Screen, wide: Screen) {
  let raw = ''
  let count = 0
  let written: Promise<void> = Promise.resolve()
  let wake = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<{ code: number; signal: number }>()
  let state = 'the program runs'
  pty.onData((data) => {
    raw += data
    count += 1
    const done = Promise.withResolvers<void>()
    written = done.promise
    wide.write(data)
    screen.write(data, () => {
      done.resolve()
      wake.resolve()
      wake = Promise.withResolvers()
    })
  })
  screen.onData((answer) => pty.write(answer))
  pty.onExit(({ exitCode, signal = 0 }) => {
    state = `the program has ended with ${exitCode}, by signal ${signal}`
    ended.resolve({ code: exitCode, signal })
  })
  return {
    raw: () => raw,
    state: () => state,
    count: () => count,
    next: () => wake.promise,
    ended: ended.promise,
    async parsed() {
      for (let before = -1; before !== count; ) {
        before = count
        await written
      }
    },
    /** Terminals show nothing of a frame before its end (DEC private mode 2026, synchronized output). */
    whole: () => raw.lastIndexOf('\u001b[?2026l') >= raw.lastIndexOf('\u001b[?2026h'),
    cursorShown: () => raw.lastIndexOf('\u001b[?25h') >= raw.lastIndexOf('\u001b[?25l'),
  }
}

async function end(pty: IPty, ended: Promise<unknown>): Promise<void> {
  try {
    process.kill(pty.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
  await Promise.race([ended, pause(2000)])
}

function linesOf({ buffer, rows }: Screen): readonly string[] {
  const { active } = buffer
  return Array.from(
    { length: rows },
    (_, row) =>
      active
        .getLine(active.baseY + row)
        ?.translateToString(true)
        .trimEnd() ?? '',
  )
}

function beyondOf({ buffer }: Screen, row: number, from: number): string {
  const { active } = buffer
  return active.getLine(active.baseY + row)?.translateToString(true, from) ?? ''
}

function cellOf({ buffer }: Screen, row: number, column: number): Cell {
  const { active } = buffer
  const cell: IBufferCell | undefined = active.getLine(active.baseY + row)?.getCell(column)
  if (!cell) throw new Error(`no cell at ${row}, ${column}`)
  return {
    text: cell.getChars(),
    width: cell.getWidth(),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
    colour: cell.isFgDefault() ? null : cell.getFgColor(),
    background: cell.isBgDefault() ? null : cell.getBgColor(),
  }
}

function pictureOf(lines: readonly string[], columns: number): string {
  const edge = '─'.repeat(columns)
  return [`┌${edge}┐`, ...lines.map((line) => `│${line.padEnd(columns)}│`), `└${edge}┘`].join('\n')
}
