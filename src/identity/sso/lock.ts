import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A lock left behind by a process that died counts no longer than this, in ms; no work under it takes so long. */
const longest = 20_000

/** Does work while no other muster does work under the same lock file. Throws what the file system refuses. */
export async function locked<T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  while (!take(file)) await pause(50, undefined, { signal })
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600))
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if (ageOf(file) > longest) rmSync(file, { force: true })
    return false
  }
}

function ageOf(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat ? Date.now() - stat.mtimeMs : 0
}
