import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { spawn } from '@lydell/node-pty'

/** A program on a terminal, measured by its bytes. */
export interface Timed {
  /** Milliseconds from its start to the first bytes that match. */
  readonly waitUntilShown: (pattern: RegExp) => Promise<number>
  /** Milliseconds from a key to the first bytes that move the cursor's inverse line. */
  readonly press: (key: string) => Promise<number>
  readonly write: (text: string) => void
  readonly signal: (name: NodeJS.Signals) => void
  /** Resident memory in MB. */
  readonly readMemory: () => number
  /** CPU of all its threads since its start, in ms. */
  readonly readCpu: () => number
  /** Bytes that it wrote since its start. */
  readonly countBytes: () => number
  /** Waits until it has written nothing for a while. */
  readonly untilSettled: () => Promise<void>
  readonly close: () => void
  readonly pid: number
}

/** Inverse, alone or behind other codes. */
const inverse = /\u001b\[(?:\d+;)*7m/

/** Starts a Node program on a terminal of 200×50. */
export function startTimed(words: readonly string[], env: Readonly<Record<string, string>>): Timed {
  const began = performance.now()
  const pty = spawn(process.execPath, [...words], {
    name: 'xterm-256color',
    cols: 200,
    rows: 50,
    env: { ...env, TERM: 'xterm-256color', CI: 'false', NODE_ENV: 'production' },
  })
  let text = ''
  let bytes = 0
  let arrival = Promise.withResolvers<void>()
  pty.onData((data) => {
    text = (text + data).slice(-200_000)
    bytes += Buffer.byteLength(data)
    arrival.resolve()
    arrival = Promise.withResolvers()
  })
  const next = async (pattern: RegExp): Promise<void> => {
    const last = performance.now() + 120_000
    while (!pattern.test(text)) {
      if (performance.now() > last) throw new Error(`${pattern} did not come`)
      await Promise.race([arrival.promise, pause(1000)])
    }
  }
  const ask = (what: string) =>
    execFileSync('ps', ['-o', `${what}=`, '-p', String(pty.pid)], { encoding: 'utf8' }).trim()
  return {
    async waitUntilShown(pattern) {
      await next(pattern)
      return performance.now() - began
    },
    async press(key) {
      text = ''
      const at = performance.now()
      pty.write(key)
      await next(inverse)
      return performance.now() - at
    },
    write: (keys) => pty.write(keys),
    signal: (name) => pty.kill(name),
    readMemory: () => Number(ask('rss')) / 1024,
    readCpu: () => readTicks(pty.pid) * 10,
    countBytes: () => bytes,
    async untilSettled() {
      for (let before = -1; before !== bytes; ) {
        before = bytes
        await pause(300)
      }
    },
    close: () => pty.kill('SIGKILL'),
    pid: pty.pid,
  }
}

/** User and system time of a process in hundredths of a second (proc(5): the fields after the name in parentheses). */
function readTicks(pid: number): number {
  const fields = execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' })
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}
