import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { findHomeFolder, ownFolder } from './folders.ts'
import type { Io } from './io.ts'

/**
 * Lets Node keep the compiled program between starts, in a folder for this build that nobody else can write. What
 * lies there is run as code: Node compares it with the source by checksums only, and without a folder given it uses
 * one in the shared temporary directory, whoever made it. If no folder is safe, nothing is kept.
 */
export function keepCompiled(env: Io['env'], build: string): void {
  // Before 22.1 Node has none. With NODE_COMPILE_CACHE it has chosen a folder before muster's first line.
  if (!module.enableCompileCache || module.getCompileCacheDir()) return
  if (env.NODE_DISABLE_COMPILE_CACHE) return
  try {
    const folder = folderOf(build, env)
    if (folder !== null) module.enableCompileCache(folder)
  } catch {
    // The home cannot be written: every start compiles again.
  }
}

/** The folder of this build; its first start removes those of other builds. Null if the folder is not safe. */
function folderOf(build: string, env: Io['env']): string | null {
  const home = findHomeFolder(env)
  if (home === null) return null
  const own = ownFolder('cache', { env, home })
  const isNew = mkdirSync(join(own, 'compiled', build), { recursive: true, mode: 0o700 }) !== undefined
  // The real path is checked and used: a link on the way to it may lead elsewhere a moment later.
  const folder = join(realpathSync(own), 'compiled', build)
  if (!isPrivate(folder)) return null
  if (isNew) removeOthers(dirname(folder), build)
  return folder
}

/**
 * Whether only the user and root can write a folder or put another in its place: no link is on the way, nobody else may
 * use the folder, and each one up to the root is the user's or root's. If others may write one of these, its sticky bit
 * must keep them from moving what is not theirs.
 */
function isPrivate(folder: string): boolean {
  const user = process.geteuid?.()
  if ((lstatSync(folder).mode & 0o077) !== 0) return false
  for (let at = folder; ; at = dirname(at)) {
    const found = lstatSync(at)
    const isOpen = (found.mode & 0o022) !== 0 && (found.mode & 0o1000) === 0
    const isTrusted = found.uid === user || found.uid === 0
    if (!found.isDirectory() || isOpen || !isTrusted) return false
    if (at === dirname(at)) return true
  }
}

function removeOthers(builds: string, build: string): void {
  for (const name of readdirSync(builds)) {
    if (name !== build) rmSync(join(builds, name), { recursive: true, force: true })
  }
}
