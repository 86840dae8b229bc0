import type { Profile } from './profile.ts'

/**
 * The profile with a name; undefined if there is none. A list is indexed when it is first asked: with thousands of profiles
 * a search for each of them, and for its source, would take seconds.
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
