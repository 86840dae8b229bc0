import type { Args } from '../app/options.ts'
import { leastEvery, type Settings } from '../config/settings.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { parseDuration } from '../output/age.ts'
import type { Repeat } from './state/state.ts'

/** How often to read again: --every, or else the settings. A usage error if that is too often, or not possible. */
export function chooseRepeat(
  { every: given, offline }: Pick<Args, 'every' | 'offline'>,
  settings: Pick<Settings, 'every'>,
  io: Pick<Io, 'now'>,
): Repeat | null {
  if (given !== null && offline) throw usageError('--every and --offline exclude each other: give one.')
  const every = given === null ? settings.every : parseDuration(given)
  if (every === null || offline) return null
  if (every < leastEvery) throw usageError(`--every takes ${leastEvery / 1000}s or more, not '${given}'.`)
  return { every, at: io.now() + every }
}
