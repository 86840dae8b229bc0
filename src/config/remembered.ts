import { join } from 'node:path'
import { ownFolder } from '../folders.ts'
import type { Io } from '../io.ts'
import { writePrivately } from '../whole-file.ts'
import { readTextFile } from './aws-files.ts'

/** What was last chosen on the screen. Commands never read it: a script says what it means. */
export interface RememberedSelection {
  readonly profiles: readonly string[]
  readonly regions: readonly string[]
  /** The profiles that could be chosen then; null if they were not written down. */
  readonly known: readonly string[] | null
}

const nothingRemembered: RememberedSelection = { profiles: [], regions: [], known: null }

/** `$XDG_STATE_HOME/muster/selection.json`, or the same in ~/.local/state. */
export function rememberedFile(io: Pick<Io, 'env' | 'home'>): string {
  return join(ownFolder('state', io), 'selection.json')
}

/** What was chosen last time; nothing if the file is missing or is not muster's. */
export function readRemembered(io: Pick<Io, 'env' | 'home' | 'debug'>): RememberedSelection {
  try {
    const text = readTextFile(rememberedFile(io), io)
    const value: unknown = text === null ? null : JSON.parse(text)
    if (typeof value !== 'object' || value === null) return nothingRemembered
    const readList = (key: string): readonly string[] | null => {
      const found: unknown = (value as Record<string, unknown>)[key]
      return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : null
    }
    return {
      profiles: readList('profiles') ?? [],
      regions: readList('regions') ?? [],
      known: readList('known'),
    }
  } catch {
    return nothingRemembered
  }
}

/** Keeps a choice for the next start, whole or not at all. Throws what the file system refuses. */
export function rememberSelection(
  io: Pick<Io, 'env' | 'home'>,
  { profiles, regions, known }: RememberedSelection,
): void {
  writePrivately(rememberedFile(io), `${JSON.stringify({ profiles, regions, known }, null, 4)}\n`)
}
