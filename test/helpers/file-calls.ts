import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Ended, launch } from '../commands/program.ts'
import { temporaryFolder } from './temporary.ts'

/** One call that changes a file: what it does, to which path, and the path that it moves it to. */
export type FileCall = readonly [call: string, path: string, to?: string]

/** What happens just before a call, by its name or its number: as if another program came in between. */
export interface Between {
  readonly call?: 'open' | 'write' | 'fsync' | 'rename' | 'link'
  readonly nth?: number
  readonly writes?: { readonly file: string; readonly text: string }
  readonly signals?: readonly NodeJS.Signals[]
  /** How long the call takes, in ms. */
  readonly lasts?: number
  /** The code of an error that the call fails with. */
  readonly fails?: string
}

/** The environment in which a program is watched; with `inThread` its threads are, and not its main one. */
export function watching(within: string, log: string, before: Between, inThread = false) {
  return {
    FILE_CALLS: JSON.stringify({ log, within, before, inThread }),
    NODE_OPTIONS: `--import=${watcher} --no-warnings`,
  }
}

const watcher = new URL('./file-calls.mjs', import.meta.url).pathname

/** Runs a program, and gives what it did to the files of a folder, in order. */
export async function watched(
  within: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  before: Between = {},
): Promise<Ended & { readonly calls: readonly FileCall[] }> {
  const log = join(temporaryFolder(), 'calls')
  writeFileSync(log, '')
  const watch = watching(within, log, before)
  const ended = await launch(process.execPath, args, { ...env, ...watch }).ended
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean)
  return { ...ended, calls: lines.map((line) => JSON.parse(line) as FileCall) }
}

/** Arguments of Node that run a piece of TypeScript, in which `exports` are those of a file of muster's sources. */
export function scriptOver(file: string, script: string): readonly string[] {
  const url = new URL(`../../src/${file}`, import.meta.url).href
  return ['--input-type=module', '--eval', `const exports = await import('${url}'); ${script}`]
}

/** The files of a folder that have a temporary name. */
export function leftBehind(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^\.muster-|\.tmp$|\.part$/.test(basename(name)),
  )
}
