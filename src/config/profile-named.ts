import type { Profile } from './profile.ts'

/**
 * The profile of a name; undefined if there is none. Of thousands of profiles each may be looked up, and its source: the
 * names of a list are gone through once.
 */
export function profileNamed(
  profiles: readonly Profile[],
  name: string | null | undefined,
): Profile | undefined {
  if (name === null || name === undefined) return undefined
  const known = byNames.get(profiles) ?? new Map(profiles.map((profile) => [profile.name, profile]))
  byNames.set(profiles, known)
  return known.get(name)
}

const byNames = new WeakMap<readonly Profile[], ReadonlyMap<string, Profile>>()
