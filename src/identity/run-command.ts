import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import type { Io } from '../io.ts'

/** The exit code; null for a signal; too late, or too much output; an error of the system if it was not started. */
export type ProcessEnding = number | null | 'late' | 'long' | { readonly code: string }

export interface CommandResult {
  readonly ending: ProcessEnding
  /** Of standard output. */
  readonly output: string
  /** The beginning of standard error. */
  readonly errors: string
}

interface RunOptions {
  /** In ms. */
  readonly timeout: number
  /**
   * Whether it may ask on the terminal, which it then shares with this process. Else it runs in a group of its own, so
   * that all of it can be ended when it takes too long or when muster is interrupted.
   */
  readonly hasTerminal: boolean
}

/** Runs a program with its arguments to its end, without a shell. Never rejects. */
export async function runCommand(
  words: readonly string[],
  { env, signal }: Pick<Io, 'env' | 'signal'>,
  options: RunOptions,
): Promise<CommandResult> {
  try {
    return await waitForEnd(startProgram(words, env, options), signal, options)
  } catch (error) {
    // A word with a null character, which no program can be given.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return { ending: { code }, output: '', errors: '' }
  }
}

function startProgram(
  [program = '', ...args]: readonly string[],
  env: Io['env'],
  { hasTerminal }: RunOptions,
) {
  const stdio: StdioOptions = [hasTerminal ? 'inherit' : 'ignore', 'pipe', 'pipe']
  return spawn(program, args, { detached: !hasTerminal, env, stdio })
}

function waitForEnd(
  child: ChildProcess,
  signal: AbortSignal,
  { timeout, hasTerminal }: RunOptions,
): Promise<CommandResult> {
  let output = ''
  let errors = ''
  let early: ProcessEnding | undefined
  const end = (why?: ProcessEnding) => {
    early ??= why
    try {
      if (child.pid === undefined) return
      if (hasTerminal) child.kill('SIGKILL')
      else process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.length > 65_536) end('long')
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < 4096) errors += text.slice(0, 4096)
  })
  const timer = setTimeout(() => end('late'), timeout)
  const onAbort = () => end(null)
  signal.addEventListener('abort', onAbort, { once: true })
  return new Promise((resolve) => {
    const finish = (ending: ProcessEnding) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve({ ending: early === undefined ? ending : early, output, errors })
    }
    child.once('error', (error: NodeJS.ErrnoException) => finish({ code: error.code ?? 'unknown error' }))
    child.once('close', finish)
    // What it started in the background may hold its output open for ever.
    child.once('exit', () => end())
  })
}
