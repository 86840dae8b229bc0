import { existsSync, readFileSync, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { World } from './world.ts'

/** Runs a sync, and kills it so long after its first write or at so many writes. */
export async function syncUntil(
  world: World,
  words: readonly string[],
  at: { readonly ms: number } | { readonly writes: number } | null,
) {
  const wal = `${world.cache}-wal`
  const before = stateOf(wal)
  const { kill, ended } = world.start(words)
  let writes = 0
  let first = 0
  const watcher = watch(dirname(world.cache), (_, name) => {
    if (name === null || !wal.endsWith(name) || stateOf(wal) === before) return
    writes += 1
    if (writes === 1) first = performance.now()
    if (at === null) return
    if ('writes' in at && writes === at.writes) kill('SIGKILL')
    if ('ms' in at && writes === 1) setTimeout(() => kill('SIGKILL'), at.ms)
  })
  const result = await ended
  watcher.close()
  return { ended: result, wrote: writes === 0 ? 0 : performance.now() - first }
}

/** What changes when a file is written. */
function stateOf(file: string): string {
  if (!existsSync(file)) return ''
  const { size, mtimeMs } = statSync(file)
  return size <= headerSize ? '' : `${size} ${mtimeMs}`
}

/** Bytes of the head of a -wal file, and of each of its frames (SQLite, "Database File Format", section 4.1). */
const headerSize = 32
const frameHead = 24

/** Whether a -wal file ends with frames of a transaction whose last one, that commits it, is not there. */
export function endsTorn(file: string): boolean {
  return listTornPages(file).length > 0
}

/** The numbers of the pages in those frames. */
export function listTornPages(file: string): readonly number[] {
  if (stateOf(file) === '') return []
  const bytes = readFileSync(file)
  const size = frameHead + bytes.readUInt32BE(8)
  let torn: number[] = []
  for (let at = headerSize; at + size <= bytes.length; at += size) {
    // Frames of an earlier use of the file have other salts.
    if (bytes.compare(bytes, 16, 24, at + 8, at + 16) !== 0) break
    const isLast = bytes.readUInt32BE(at + 4) !== 0
    torn = isLast ? [] : [...torn, bytes.readUInt32BE(at)]
  }
  return torn
}
