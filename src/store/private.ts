import { chmodSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Removes the rights of other users to a cache and to what SQLite keeps beside it, if the files are the user's own;
 * gives a sentence about each right that stays.
 */
export function keepPrivate(file: string): readonly string[] {
  const notes: string[] = []
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found || (found.mode & 0o077) === 0) continue
    if (!removeRights(path, found, 0o600)) notes.push(describeReadable(path, found))
  }
  const folder = dirname(file)
  const found = statSync(folder)
  // Who may write the folder may put another file in the place of this one; in /tmp everyone may move only their own.
  const isShared = (found.mode & 0o022) !== 0 && (found.mode & 0o1000) === 0
  if (isShared) notes.push(describeWritable(folder, found))
  return notes
}

/** Removes the rights of other users to the folder that muster itself makes for its caches. */
export function keepFolderPrivate(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found && (found.mode & 0o077) !== 0) removeRights(folder, found, 0o700)
}

function removeRights(path: string, found: Stats, mode: number): boolean {
  if (found.uid !== process.geteuid?.()) return false
  try {
    chmodSync(path, found.mode & mode)
    return (statSync(path).mode & 0o077) === 0
  } catch {
    return false
  }
}

function describeReadable(path: string, { mode }: Stats): string {
  return `Other users of this machine may read ${path} (mode ${formatMode(mode)}), and its mode cannot be changed from here: its owner should run chmod 600 on it.`
}

function describeWritable(folder: string, { mode }: Stats): string {
  return `Other users of this machine may write the folder ${folder} (mode ${formatMode(mode)}), and so replace the cache: keep it in a folder of your own, with --cache FILE.`
}

function formatMode(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0')
}
