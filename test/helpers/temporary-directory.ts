import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleThreads } from './thread-bundles.ts'

/** Linux's file system in memory. */
const memory = '/dev/shm'
/** `f_type` of statfs(2) for it. */
const tmpfs = 0x01021994
/** In bytes, of which a run fills a tenth. */
const room = 4e9

let directory: string

/**
 * Gives the run a temporary directory of its own: the test files and what they start find it in TMPDIR. If that is set
 * already, it lies there.
 */
export async function setup(project: TestProject): Promise<void> {
  // Short, because the paths of sockets are limited; and open, as /tmp is.
  const inMemory = process.env.TMPDIR === undefined ? makeDirectoryInMemory() : null
  directory = inMemory ?? mkdtempSync(join(tmpdir(), 'm-'))
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

/**
 * A new directory whose files are in memory, where SQLite and all else that writes take a sixth less CPU; null if there is
 * none with room, or if no program can be started in it. What runs left there that were killed is removed.
 */
function makeDirectoryInMemory(): string | null {
  let made: string | null = null
  try {
    const { type, bavail, bsize } = statfsSync(memory)
    if (type !== tmpfs || bavail * bsize < room || freemem() < room) return null
    for (const name of readdirSync(memory)) if (isLeft(name)) rmSync(join(memory, name), { recursive: true })
    made = mkdtempSync(join(memory, `m-${process.pid.toString(36)}-`))
    const script = join(made, 'script')
    writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 })
    if (spawnSync(script).status !== 0) throw new Error('nothing can be started')
    rmSync(script)
    return made
  } catch {
    if (made !== null) rmSync(made, { recursive: true })
    return null
  }
}

/** Whether a directory is that of a run that has ended: its name holds the process id. */
function isLeft(name: string): boolean {
  const [, id = ''] = /^m-([a-z\d]+)-\w{6}$/.exec(name) ?? []
  if (id === '') return false
  try {
    process.kill(Number.parseInt(id, 36), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
