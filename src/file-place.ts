import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, isAbsolute } from 'node:path'
import { MusterError } from './errors.ts'

/**
 * What a path leads to when it is written. A `file` can be replaced, whether it exists or not, and `path` is not a
 * link. The others have nothing to replace: a `descriptor` is one that this process has open (/dev/stdout, /dev/fd/3).
 */
export type FilePlace =
  | { readonly type: 'file'; readonly path: string; readonly exists: boolean }
  | { readonly type: 'pipe' | 'device'; readonly path: string }
  | { readonly type: 'descriptor'; readonly handle: number }

/** Follows links to where they end, also if nothing is there yet. Throws what the file system refuses, and EISDIR. */
export function resolveFilePlace(file: string): FilePlace {
  // Links that lead in a circle end here.
  const found = statSync(file, { throwIfNoEntry: false })
  let path = file
  for (;;) {
    const handle = findOwnDescriptor(path)
    if (handle !== null) return { type: 'descriptor', handle }
    const here = lstatSync(path, { throwIfNoEntry: false })
    if (here?.isSymbolicLink() || here?.isFIFO()) refuseForeign(path, here)
    if (!here?.isSymbolicLink()) break
    const target = readlinkSync(path)
    path = isAbsolute(target) ? target : `${realpathSync(dirname(path))}/${target}`
  }
  if (found?.isDirectory()) throw Object.assign(new Error(`EISDIR: ${path} is a folder`), { code: 'EISDIR' })
  if (found?.isFIFO()) return { type: 'pipe', path }
  // A block device counts as a file, which is replaced: nothing may be written onto a disk by mistake.
  if (found?.isCharacterDevice() || found?.isSocket()) return { type: 'device', path }
  return { type: 'file', path, exists: found !== undefined }
}

/**
 * `/dev/stdout`, `/dev/fd/3` and `/proc/self/fd/3`: opened anew, a file behind them would be written from its start.
 */
function findOwnDescriptor(path: string): number | null {
  const name = basename(path)
  if (!/^\d+$/.test(name)) return null
  const folder = realpathSync(dirname(path))
  return folder === '/dev/fd' || folder === `/proc/${process.pid}/fd` ? Number(name) : null
}

/**
 * In a folder that everybody may write, such as /tmp, another user may have put a link or a pipe where a new file is
 * expected. Linux refuses to follow these (protected_symlinks and protected_fifos in proc(5)), but not to say where
 * they lead.
 */
function refuseForeign(path: string, { uid }: Stats): void {
  const folder = statSync(dirname(path))
  const isShared = (folder.mode & 0o1000) !== 0 && (folder.mode & 0o022) !== 0
  if (!isShared || uid === process.geteuid?.() || uid === folder.uid) return
  throw new MusterError(
    `${path} was put there by another user and leads elsewhere: give another name, in a folder of your own.`,
  )
}
