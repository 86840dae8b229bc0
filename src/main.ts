/** The only file that touches `process`: argv in, exit code out. */
import { fstatSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { isatty } from 'node:tty'
import type { Worker } from 'node:worker_threads'
import { runCli } from './cli.ts'
import { collectGarbage } from './collect-garbage.ts'
import { type ExitCode, exitCodes, Interruption, usageError } from './errors.ts'
import { findHomeFolder } from './folders.ts'
import type { Io } from './io.ts'
import { openOutlet } from './outlet.ts'
import { removeAfterwards } from './remove-afterwards.ts'

const interrupt = new AbortController()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof signals)[number]
/** Signals that come within so many ms are one. */
const together = 200
let firstSignalAt = 0
/** How long an orderly end may take before the signal itself ends the process, in ms. */
const orderly = 3000
/**
 * What may pass until all threads have ended, in ms: of the process's CPU time, which a thread inside SQLite goes on using,
 * and on the clock, for one that waits for a disk. On a busy machine a thread that ends takes long on the clock alone.
 */
const threadsEnd = { cpu: 500, clock: 10_000 }
const handlers = signals.map((name) => ({ name, handle: () => handleSignal(name) }))
listen()
/** Threads that run; Node says so of each that is started anywhere. */
const threads = new Set<Worker>()
process.on('worker', (thread) => {
  threads.add(thread)
  thread.once('exit', () => threads.delete(thread))
})
// The screen is closed before the error is printed, so that it is printed on the terminal that stays.
process.on('uncaughtException', (error) => {
  if (interrupt.signal.aborted) exit(1)
  interrupt.abort(error)
  setTimeout(() => {
    stderr.write(`${error.stack}\n`)
    exit(1)
  }, 3000)
})
const stdout = openOutlet(1, () => withEnd(process.stdout))
const stderr = openOutlet(2, () => withEnd(process.stderr))
// SDK packages warn on the console; standard error belongs to muster's own lines.
process.removeAllListeners('warning')
process.on('warning', () => {})

// The AWS SDK, the threads and the programs that muster starts look at the variable themselves.
const home = findHomeFolder(process.env)
if (home === null) delete process.env.HOME
else process.env.HOME = home

const io: Io = {
  out: async (piece) => {
    if (!stdout.write(piece)) await new Promise((resolve) => stdout.stream.once('drain', resolve))
  },
  stdin: () => {
    interrupt.signal.addEventListener('abort', () => process.stdin.destroy(), { once: true })
    return process.stdin
  },
  err: (text) => {
    stderr.write(text)
  },
  env: process.env,
  now: Date.now,
  get home() {
    if (home !== null) return home
    throw usageError('HOME is not an absolute path, and this system knows no home folder of yours: set HOME.')
  },
  cwd: process.cwd(),
  columns: stdout.isTerminal ? (stdout.stream.columns ?? 80) : null,
  // A dumb terminal cannot go back to the beginning of a line that was drawn.
  errIsTerminal: stderr.isTerminal && process.env.TERM !== 'dumb',
  get errColumns() {
    return stderr.stream.columns || 80
  },
  terminal: isScreen() ? { stdin: process.stdin, stdout: stdout.stream, suspend, lend, watchSize } : null,
  keyboard:
    stderr.isTerminal && isTerminal(0)
      ? { stdin: process.stdin, interrupt: () => process.kill(process.pid, 'SIGINT') }
      : null,
  signal: interrupt.signal,
  atExit,
  removeAfterwards,
  hold,
}

/** `muster … | head`: the reader has gone, so nothing more can be printed. */
function withEnd(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    exit(error.code === 'EPIPE' ? 0 : 1)
  })
}

/** A dumb terminal (an editor's shell) shows no screen, only lines. */
function isScreen(): boolean {
  return stdout.isTerminal && process.env.TERM !== 'dumb' && isTerminal(0)
}

/** Node takes 2 ms to make `process.stdin`, which few commands read, and one to load what knows a terminal: ask this last. */
function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor)
  } catch {
    return false
  }
}

/** To the whole process group, as a shell's ctrl-z: `npm start` must stop with the program. */
function suspend(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGCONT', () => void measureTerminal().then(resolve))
    process.kill(0, 'SIGTSTP')
  })
}

/**
 * Until when another program has the terminal: it gets the signals of its keys as muster does. One that ends it may be
 * heard of here after its end.
 */
let lentUntil = 0

async function lend(work: () => Promise<void>): Promise<void> {
  lentUntil = Number.POSITIVE_INFINITY
  try {
    await work()
  } finally {
    lentUntil = performance.now() + together
    await measureTerminal()
  }
}

/**
 * SIGWINCH goes to the terminal's foreground group alone: who was stopped has not heard of another size. Node measures the
 * terminal when the signal comes, whoever sends it, before those who listen after it.
 */
function measureTerminal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGWINCH', () => resolve())
    process.kill(process.pid, 'SIGWINCH')
  })
}

function watchSize(listener: () => void): () => void {
  process.on('SIGWINCH', listener)
  return () => process.off('SIGWINCH', listener)
}

function atExit(work: () => void): () => void {
  process.once('exit', work)
  return () => process.off('exit', work)
}

/**
 * The first signal asks for an orderly end. A second one, or an end that takes too long, ends the process. npm and timeout(1)
 * pass on a signal that the whole process group gets as well: what comes together is one.
 */
function handleSignal(signal: Signal): void {
  if (signal === 'SIGINT' && performance.now() < lentUntil) return
  if (interrupt.signal.aborted) {
    if (performance.now() - firstSignalAt > together) endBy(signal)
    return
  }
  firstSignalAt = performance.now()
  interrupt.abort(new Interruption(signal))
  setTimeout(() => endBy(signal), orderly)
}

function listen(): void {
  for (const { name, handle } of handlers) process.on(name, handle)
}

/**
 * A handler in JavaScript runs only when the thread is free, and neither a long evaluation nor a statement of SQLite
 * can be interrupted from outside. So there are no handlers while such work runs, and a signal has the system's own
 * effect: it ends the process, with all its threads.
 */
async function hold<T>(work: () => T | Promise<T>): Promise<T> {
  // Signals that came before are handled first: after two turns the event loop has looked for them.
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  interrupt.signal.throwIfAborted()
  for (const { name, handle } of handlers) process.off(name, handle)
  try {
    return await work()
  } finally {
    listen()
  }
}

/**
 * Ends the process by a signal, as a shell sees it: 130 for SIGINT. `process.exit` would wait for threads, and a thread
 * inside SQLite reacts to nothing until its statement ends.
 */
function endBy(signal: Signal): void {
  // The same work as at an exit, by `atExit`: the terminal is given back, drafts are removed.
  process.emit('exit', exitCodes.interrupted)
  for (const name of signals) process.removeAllListeners(name)
  process.kill(process.pid, signal)
}

/** Exits when all threads have ended. If one does not, ends by the signal that came, or as by ctrl-c. */
function exit(code: ExitCode): void {
  if (threads.size === 0) process.exit(code)
  // What is typed from now on is for the shell.
  if (isScreen()) process.stdin.pause()
  const ends = Promise.all(Array.from(threads, (thread) => thread.terminate()))
  void Promise.race([ends, untilThreadsAreLate()]).then(() => {
    if (threads.size === 0) process.exit(code)
    const { reason } = interrupt.signal
    endBy(signals.find((name) => reason instanceof Interruption && reason.signal === name) ?? 'SIGINT')
  })
}

async function untilThreadsAreLate(): Promise<void> {
  const before = process.cpuUsage()
  const last = performance.now() + threadsEnd.clock
  for (let used = 0; used < threadsEnd.cpu && performance.now() < last; ) {
    await pause(20)
    const { user, system } = process.cpuUsage(before)
    used = (user + system) / 1000
  }
}

const code = await runCli(process.argv.slice(2), io)
await stdout.flush()
await stderr.flush()
// A thread of V8's optimiser that finds no memory waits for the main thread to collect some, and an exit waits for that
// thread: after an expression that was refused for its memory, 4 of 100 programs hung (Node 24).
if (code === exitCodes.failed) collectGarbage()
// Idle keep-alive sockets must not hold the process.
exit(code)
