import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { spawn } from '@lydell/node-pty'
import headless, { type Terminal as Screen } from '@xterm/headless'
import { pickFrom, random } from '../helpers/random.ts'
import { bytesOf } from './key-bytes.ts'

export interface SoakOptions {
  readonly program: string
  /** A home whose profiles lead to an endpoint, with a cache that has been filled. */
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly seed: number
  readonly keys: number
  /** After so many keys the screen is compared with itself drawn anew. */
  readonly look: number
  readonly report: (line: string) => void
  /** When no further key is pressed, in ms of `performance.now()`; never if left out. */
  readonly deadline?: number
}

/** Everything that was wrong, and how many keys were pressed. */
export interface SoakResult {
  readonly wrong: readonly string[]
  readonly pressed: number
}

/** Keys that lead anywhere, but out: those that move more often than the others. */
const moving = [
  'j',
  'k',
  'down',
  'up',
  'ctrl-f',
  'ctrl-b',
  'ctrl-d',
  'ctrl-u',
  'g',
  'G',
  'h',
  'l',
  'pgdn',
  'home',
  'end',
]
const acting = [
  ...[
    'enter',
    'enter',
    'esc',
    'esc',
    'esc',
    'tab',
    'space',
    '[',
    ']',
    'd',
    'y',
    'J',
    'K',
    'e',
    'm',
    'n',
    'N',
    'c',
    'C',
    'O',
  ],
  ...[
    'F',
    'w',
    'ctrl-w',
    '=',
    '!',
    'Q',
    'P',
    'R',
    'f',
    '/',
    '?',
    'S',
    'a',
    '>',
    '<',
    '0',
    'backspace',
    'right',
    'left',
  ],
  ...['ctrl-s', 'ctrl-r', 'ctrl-l', 'shift-tab', 'ctrl-p'],
]
/** What a person types as a whole. */
const typed = [
  ...[
    '/prod\r',
    '/web \u001b',
    '/state=running\r',
    '/age>30d\r',
    '/)(\r',
    '/東京\r',
    '/tag:Environment=prod\r',
  ],
  ...[
    ':volumes\r',
    ':vol\t\t\u001b',
    ':instances\r',
    ':scopes\r',
    ':faults\r',
    ':subnets\r',
    ':nothing\r',
    ':help\r',
  ],
  ...[
    ':query by-state\r',
    ':query Reservations[].Instances[].Tags\r',
    ':query lengthh(@)\r',
    ':explain\r',
    ':sync\r',
  ],
  ...[
    ':export soak.csv\r',
    ':theme dark\r',
    ':theme terminal\r',
    ':find 10.0\r',
    'q\u001b',
    'jjjjjjjj',
    'kkkkk',
    'GkkkggjG',
  ],
]
const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [200, 50],
  [40, 10],
  [120, 30],
  [81, 25],
  [20, 5],
  [300, 60],
]

const large = [200, 50] as const

/**
 * Presses random keys on the screen, resizes it and lets it sync. Whatever they did, it shows what it shows when it is drawn
 * anew, and at the end what a new start shows. Returns everything that was wrong.
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { seed, keys, look, report, deadline = Infinity, ...on } = options
  const dice = random(seed)
  const wrong: string[] = []
  let pressed = 0
  const run = open(on, ['--fresh', '30d'], [80, 24])
  await run.until((lines) => /scopes/.test(lines.at(-2) ?? ''))
  for (let key = 0; key < keys && !run.hasEnded() && performance.now() < deadline; key += 1) {
    pressed = key + 1
    const chance = dice()
    if (chance < 0.02) run.resize(pickFrom(sizes, dice))
    else if (chance < 0.12) run.write(pickFrom(typed, dice))
    else run.write(bytesOf(pickFrom(chance < 0.6 ? moving : acting, dice)))
    await (dice() < 0.1 ? run.untilQuiet(40) : pause(5 * dice()))
    if (key % look !== look - 1) continue
    await run.until(([first = '']) => first.startsWith('──'))
    // What was asked for last may come late on a busy machine.
    await run.untilQuiet(1000)
    const [before, after] = [run.lines(), await run.redraw()]
    // The key that draws it anew ends a message, on the line before the last.
    const rows = before.flatMap((line, row) =>
      row === before.length - 2 || sameButAges(line, after[row] ?? '') ? [] : [row],
    )
    for (const row of rows.slice(0, 3))
      wrong.push(
        `seed ${seed}, key ${key}, line ${row}: it showed\n  ${before[row]}\nand drawn anew\n  ${after[row]}`,
      )
    report(`seed ${seed}: ${key + 1} keys, ${rows.length} lines wrong`)
  }
  if (run.hasEnded()) {
    wrong.push(`seed ${seed}: the screen has ended:\n${run.lines().join('\n')}`)
    return { wrong, pressed }
  }
  run.resize(large)
  const ended = await showAll(run)
  run.close()
  const fresh = open(on, ['--fresh', '30d'], large)
  const started = await showAll(fresh)
  fresh.close()
  ended.forEach((line, row) => {
    // The way to a table stands before its title, which fills the line; a marked row stays marked, which a new start has not.
    const cut = (text: string) =>
      row === 0 ? text.replace(/ · marked: .*$/, '').replace(/^.*› |─+$/g, '') : text
    if (!sameButAges(cut(line), cut(started[row] ?? '')))
      wrong.push(
        `seed ${seed}, at the end, line ${row}: it showed\n  ${line}\nand a new start\n  ${started[row]}`,
      )
  })
  return { wrong, pressed }
}

/** The first rows of the usual table, when nothing is read any more. */
async function showAll(run: Run): Promise<readonly string[]> {
  await run.untilQuiet(250)
  // Out of whatever is typed, asked or searched for; then a table of its own.
  for (let back = 0; back < 4; back += 1) {
    run.write('\u001b')
    await pause(120)
  }
  run.write(':instances\r')
  await run.untilQuiet(250)
  // A new start has what the settings name: all, whatever was chosen meanwhile.
  for (const key of ['P', 'a', '\r', 'R', 'a', '\r']) {
    run.write(key)
    await run.untilQuiet(250)
  }
  await run.until(
    (lines) =>
      / Instances\(/.test(lines[0] ?? '') &&
      /\d of \d.* scopes/.test(lines.at(-2) ?? '') &&
      !/sync/.test(lines.at(-2) ?? ''),
  )
  run.write('g')
  await run.untilQuiet(500)
  return run.redraw()
}

/** Ages go on while two screens are compared. */
function sameButAges(one: string, other: string): boolean {
  const mask = (line: string) =>
    line
      .replace(/\b\d+[smhdy](?:\d+[smhd])?\b/g, 'AGE')
      .replace(/ +/g, ' ')
      .trim()
  return mask(one) === mask(other)
}

/** Whether a thread of a process runs, or would if the machine had time for it. Only Linux says so. */
function isBusy(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.some((id) => /\) [RD] /.test(readFileSync(`/proc/${pid}/task/${id}/stat`, 'latin1')))
  } catch {
    return false
  }
}

type Run = ReturnType<typeof open>

function open(
  { program, home, env }: Pick<SoakOptions, 'program' | 'home' | 'env'>,
  words: readonly string[],
  [columns, rows]: readonly [number, number],
) {
  const pty = spawn(process.execPath, [program, ...words], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: home,
    env: { ...env, TERM: 'xterm-256color', CI: 'false', LANG: 'C.UTF-8', PAGER: 'true', EDITOR: 'true' },
  })
  const screen: Screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 })
  let count = 0
  let ended = false
  let parsed: Promise<void> = Promise.resolve()
  pty.onData((data) => {
    count += 1
    parsed = new Promise((resolve) => screen.write(data, resolve))
  })
  pty.onExit(() => {
    ended = true
  })
  const lines = (): readonly string[] => {
    const { active } = screen.buffer
    return Array.from(
      { length: screen.rows },
      (_, row) =>
        active
          .getLine(active.baseY + row)
          ?.translateToString(true, 0, screen.cols)
          .trimEnd() ?? '',
    )
  }
  const untilQuiet = async (ms: number) => {
    for (let before = -1; (before !== count || isBusy(pty.pid)) && !ended; ) {
      before = count
      await pause(ms)
      await parsed
    }
  }
  return {
    lines,
    untilQuiet,
    write: (text: string) => ended || pty.write(text),
    resize([nextColumns, nextRows]: readonly [number, number]) {
      screen.resize(nextColumns, nextRows)
      pty.resize(nextColumns, nextRows)
    },
    /** What it shows once it was drawn anew: every line was damaged before. */
    async redraw(): Promise<readonly string[]> {
      await parsed
      await new Promise<void>((resolve) => screen.write('\u001b[H\u001b[J', resolve))
      pty.write('\u000c')
      for (let waited = 0; lines().every((line) => line === '') && waited < 100; waited += 1) await pause(50)
      await untilQuiet(250)
      return lines()
    },
    async until(holds: (lines: readonly string[]) => boolean) {
      for (let waited = 0; waited < 2400 && !ended; waited += 1) {
        await parsed
        if (holds(lines())) return
        await pause(50)
      }
      throw new Error(`it did not come to that:\n${lines().join('\n')}`)
    },
    hasEnded: () => ended,
    close: () => ended || pty.kill('SIGKILL'),
  }
}
