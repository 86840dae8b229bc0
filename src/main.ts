/** The only file that touches `process`: argv in, exit code out. */
import { runCli } from './cli.ts'
import { Interruption, usageError } from './errors.ts'
import { homeFolder } from './folders.ts'
import type { Io } from './io.ts'
import { removeDrafts } from './whole-file.ts'

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(130)
    interrupt.abort(new Interruption(`ended by ${signal}`))
  })
}
// A screen is taken away before the error is told, so that it is told on the terminal that stays.
process.on('uncaughtException', (error) => {
  if (interrupt.signal.aborted) process.exit(1)
  interrupt.abort(error)
  setTimeout(() => {
    process.stderr.write(`${error.stack}\n`)
    process.exit(1)
  }, 3000)
})
// A second ctrl-c ends the process in the middle of whatever it does.
process.once('exit', removeDrafts)
// `muster … | head`: the reader has gone, and nothing is left to be said.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
}
// SDK packages warn on the console; standard error belongs to muster's own lines.
process.removeAllListeners('warning')
process.on('warning', () => {})

// The AWS SDK, the threads and the programs that muster starts look at the variable themselves.
const home = homeFolder(process.env)
if (home === null) delete process.env.HOME
else process.env.HOME = home

const io: Io = {
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve()
      else process.stdout.once('drain', resolve)
    }),
  stdin: () => {
    interrupt.signal.addEventListener('abort', () => process.stdin.destroy(), { once: true })
    return process.stdin
  },
  err: (text) => {
    process.stderr.write(text)
  },
  env: process.env,
  now: Date.now,
  get home() {
    if (home !== null) return home
    throw usageError('HOME is no absolute path, and this system knows no home folder of yours: set HOME.')
  },
  cwd: process.cwd(),
  columns: process.stdout.isTTY ? (process.stdout.columns ?? 80) : null,
  errIsTerminal: process.stderr.isTTY === true,
  terminal: isScreen() ? { stdin: process.stdin, stdout: process.stdout, suspend, atExit } : null,
  keyboard:
    process.stdin.isTTY && process.stderr.isTTY
      ? { stdin: process.stdin, interrupt: () => process.kill(process.pid, 'SIGINT') }
      : null,
  atExit,
  signal: interrupt.signal,
}

/** A dumb terminal (an editor's shell) shows no screen, only lines. */
function isScreen(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb'
}

/** To the whole process group, as a shell's ctrl-z: `npm start` must stop with the program. */
function suspend(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGCONT', () => resolve())
    process.kill(0, 'SIGTSTP')
  })
}

function atExit(work: () => void): () => void {
  process.once('exit', work)
  return () => process.off('exit', work)
}

process.exitCode = await runCli(process.argv.slice(2), io)
// Idle keep-alive sockets and the demo's worker must not hold the process.
if (process.stdout.writableLength > 0) await new Promise((resolve) => process.stdout.write('', resolve))
process.exit()
