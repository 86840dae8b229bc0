import { runCli } from '../../src/cli.ts'
import type { DemoOptions } from '../../src/demo/server.ts'
import type { Io } from '../../src/io.ts'
import type { JsonObject } from '../../src/model.ts'
import * as program from './program.ts'

/**
 * Where a command runs; `columns`: of the terminal that standard output is; `now`: what the clock says; `atExit`: hears
 * of each file that is about to be written.
 */
type Place = Pick<program.Machine, 'env' | 'home'> & {
  readonly columns?: number
  readonly now?: () => number
  readonly signal?: AbortSignal
  readonly atExit?: Io['atExit']
}

/** Runs a command line in this process, a tenth of the time that a process takes to start. */
export async function runInProcess(place: Place, ...args: string[]): Promise<program.Ended> {
  const { env, home, columns, now = Date.now, signal = new AbortController().signal } = place
  const { atExit = () => () => {} } = place
  let out = ''
  let err = ''
  const io: Io = {
    out: async (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    stdin: () => {
      throw new Error('nothing is read')
    },
    env,
    now,
    home,
    cwd: home,
    columns: columns ?? null,
    errIsTerminal: false,
    errColumns: 80,
    terminal: null,
    keyboard: null,
    atExit,
    hold: async (work) => work(),
    signal,
  }
  const code = await runCli(args, io)
  return { code, signal: null, out, err }
}

/** As `machine` of program.ts, for tests of answers: `muster` runs in this process, and `start` the built program. */
export async function machine(
  options: DemoOptions = {},
  settings: JsonObject = {},
): Promise<program.Machine> {
  return runningHere(await program.machine(options, settings))
}

/** As `openMachine` of program.ts, in the same way. */
export async function openMachine(options: DemoOptions = {}, settings: JsonObject = {}) {
  return runningHere(await program.openMachine(options, settings))
}

function runningHere<T extends program.Machine>(made: T): T {
  const muster = (...args: string[]) => runInProcess(made, ...args)
  return { ...made, muster, cachedIds: () => program.readCachedIds(muster) }
}
