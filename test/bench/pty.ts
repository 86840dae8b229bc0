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
  readonly close: () => void
}

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
  let arrival = Promise.withResolvers<void>()
  pty.onData((data) => {
    text = (text + data).slice(-200_000)
    arrival.resolve()
    arrival = Promise.withResolvers()
  })
  const next = async (pattern: RegExp): Promise<void> => {
    const last = performance.now() + 60_000
    while (!pattern.test(text)) {
      if (performance.now() > last) throw new Error(`${pattern} did not come`)
      await Promise.race([arrival.promise, pause(1000)])
    }
  }
  return {
    async waitUntilShown(pattern) {
      await next(pattern)
      return performance.now() - began
    },
    async press(key) {
      text = ''
      const at = performance.now()
      pty.write(key)
      await next(/\u001b\[7m/)
      return performance.now() - at
    },
    write: (keys) => pty.write(keys),
    signal: (name) => pty.kill(name),
    readMemory: () =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pty.pid)], { encoding: 'utf8' })) / 1024,
    close: () => pty.kill('SIGKILL'),
  }
}
