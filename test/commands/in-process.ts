import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { runCli } from '../../src/cli.ts'
import type { FleetOptions } from '../../src/demo/fleet.ts'
import type { DemoOptions } from '../../src/demo/server.ts'
import type { Io } from '../../src/io.ts'
import type { JsonObject } from '../../src/model.ts'
import { keptCaches } from '../helpers/kept-caches.ts'
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
    // This process outlives the command: a shell that waits for its end would be started for each export.
    removeAfterwards: () => {},
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

/** As `machine`, with a cache that `fillCache` has filled. */
export async function syncedMachine(options: FleetOptions = {}, ...words: string[]) {
  const made = await machine(options)
  await fillCache(made, options, ...words)
  return made
}

/**
 * Gives a machine of these options the cache that a `muster sync` with these words leaves, and leaves nothing out. Only
 * for the first of a file's tests that ask for the same it is read; the others get a copy. The endpoint has had no call.
 */
export async function fillCache(
  { cache }: Pick<program.Machine, 'cache'>,
  options: FleetOptions = {},
  ...words: string[]
): Promise<void> {
  const key = JSON.stringify([options, words])
  const reading = keptCaches.get(key) ?? readCache(options, words)
  keptCaches.set(key, reading)
  mkdirSync(dirname(cache), { recursive: true, mode: 0o700 })
  writeFileSync(cache, await reading, { mode: 0o600 })
}

async function readCache(options: FleetOptions, words: readonly string[]): Promise<Buffer> {
  const { muster, cache, close } = await openMachine(options)
  try {
    const { code, err } = await muster('sync', ...words)
    if (code !== 0) throw new Error(`the sync ended with ${code}: ${err}`)
    return readFileSync(cache)
  } finally {
    await close()
  }
}

function runningHere<T extends program.Machine>(made: T): T {
  const muster = (...args: string[]) => runInProcess(made, ...args)
  return { ...made, muster, cachedIds: () => program.readCachedIds(muster) }
}
