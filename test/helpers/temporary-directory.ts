import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let directory: string

/** What Node has compiled of muster is kept here for the whole run: compiling it in every home takes 0.1 s of each start. */
export const compiledFolder = 'compiled'

/** Gives the run a temporary directory of its own: the test files and what they start find it in TMPDIR. */
export function setup(): void {
  // Short, because the paths of sockets are limited; and open, as /tmp is.
  directory = mkdtempSync(join(tmpdir(), 'm-'))
  chmodSync(directory, 0o755)
  process.env.TMPDIR = directory
}

/** Fails the run when a test, or muster itself, left a folder behind. */
export function teardown(): void {
  const left = readdirSync(directory).filter((name) => /^(muster|t)-/.test(name))
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  if (left.length > 0) throw new Error(`left behind in the temporary directory: ${left.join(', ')}`)
}
