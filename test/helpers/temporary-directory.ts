import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleThreads } from './thread-bundles.ts'

let directory: string

/** Gives the run a temporary directory of its own: the test files and what they start find it in TMPDIR. */
export async function setup(project: TestProject): Promise<void> {
  // Short, because the paths of sockets are limited; and open, as /tmp is.
  directory = mkdtempSync(join(tmpdir(), 'm-'))
  chmodSync(directory, 0o755)
  process.env.TMPDIR = directory
  await bundleThreads(directory)
  // The sources may have changed.
  project.onTestsRerun(() => bundleThreads(directory))
}

/** Fails the run when a test, or muster itself, left a folder behind. */
export function teardown(): void {
  const left = readdirSync(directory).filter((name) => /^(muster|t)-/.test(name))
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  if (left.length > 0) throw new Error(`left behind in the temporary directory: ${left.join(', ')}`)
}
