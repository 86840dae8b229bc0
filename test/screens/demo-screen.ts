import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { keptCode, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { openWith, type Size, type TerminalRun } from '../ui/terminal.ts'

/** Where a home has the demo's cache. */
const demoCacheIn = (home: string) => join(home, '.cache/muster/demo.db')

/** The screen on the demo fleet, whose clock stands still; `cache`: of a demo that was synced, if it is there. */
export function openDemo(size: Size, cache = ''): TerminalRun & { readonly home: string } {
  const home = temporaryFolder()
  if (existsSync(cache)) {
    mkdirSync(dirname(demoCacheIn(home)), { recursive: true, mode: 0o700 })
    copyFileSync(cache, demoCacheIn(home))
  }
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...keptCode(),
    NODE_OPTIONS: `--import=${new URL('clock.mjs', import.meta.url).pathname}`,
  }
  return { ...openWith({ env, home }, size, {}, process.execPath, [program, '--demo']), home }
}

/** Copies the cache of a demo that runs. */
export async function copyDemoCache(home: string, copy: string): Promise<void> {
  const cache = new Database(demoCacheIn(home), { readonly: true })
  await cache.backup(copy)
  cache.close()
}

/** Waits until everything has been read that can be. */
export function isSynced(run: TerminalRun): Promise<unknown> {
  return run.until(
    (lines) => /44 of 48 scopes/.test(lines.at(-2) ?? '') && !/sync/.test(lines.at(-2) ?? ''),
    'all',
  )
}

/** Waits until a text stands on the screen. */
export function shows(run: TerminalRun, text: string): Promise<unknown> {
  return run.until((lines) => lines.some((line) => line.includes(text)), text)
}
