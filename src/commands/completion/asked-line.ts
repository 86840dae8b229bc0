import { join } from 'node:path'
import { expandPath } from '../../config/paths.ts'
import { ownFolder } from '../../folders.ts'
import type { Io } from '../../io.ts'

/** A word that can stand at the cursor, and what it means. */
export interface Candidate {
  readonly value: string
  readonly about: string | null
}

/** What stands before the cursor: words, and options by their flags with all their values. */
export interface TypedLine {
  /** The command; null before one is typed, which means the screen or a query. */
  readonly command: string | null
  readonly words: readonly string[]
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** The shell asks before it puts homes and variables into a path. */
export function cacheFileOf(line: TypedLine, io: Io): string {
  const [given] = line.values.get('--cache') ?? []
  if (given !== undefined) return expandPath(given, io)
  return join(ownFolder('cache', io), isDemo(line) ? 'demo.db' : 'inventory.db')
}

export function isDemo({ values }: TypedLine): boolean {
  return values.has('--demo')
}

/** What cannot be read offers nothing: the command itself says why when it runs. */
export function orNothing<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read()
  } catch {
    return []
  }
}
