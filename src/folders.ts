import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Io } from './io.ts'

/**
 * The user's home: $HOME, or, if that is empty or relative, what the system's list of users says; null if it says
 * nothing. `os.homedir()` would accept any $HOME, and a relative one means whatever folder muster is started in.
 */
export function findHomeFolder({ HOME }: Io['env']): string | null {
  if (isUsable(HOME)) return HOME
  try {
    const { homedir } = userInfo()
    return isUsable(homedir) ? homedir : null
  } catch {
    return null
  }
}

const bases = {
  cache: ['XDG_CACHE_HOME', '.cache'],
  config: ['XDG_CONFIG_HOME', '.config'],
  state: ['XDG_STATE_HOME', '.local/state'],
} as const

/** muster's own folder among the user's, as XDG has them: a relative base directory is not valid there. */
export function ownFolder(purpose: keyof typeof bases, { env, home }: Pick<Io, 'env' | 'home'>): string {
  const [variable, inHome] = bases[purpose]
  const base = env[variable]
  return join(isUsable(base) ? base : join(home, inHome), 'muster')
}

/** Whether muster may make its folder. It never makes a home that does not exist: some users have none. */
export function mayMakeFolder(purpose: keyof typeof bases, { env, home }: Pick<Io, 'env' | 'home'>): boolean {
  return isUsable(env[bases[purpose][0]]) || existsSync(home)
}

function isUsable(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path)
}
