/**
 * `_check` of a row says once more which group and which place it has, in 47 bits: 6 bytes. A bit that is wrong in one of
 * the three would change, in silence, how many lists an answer has, or their order. Null if nothing is known: an older
 * muster wrote the row.
 */
export function placeCheckOf(group: string | null, position: number): number {
  return groupCheckOf(group) * groupFactor + (position % placePrime)
}

/** What `groupAndPlaceCheck` must give for a group: 23 bits. */
function groupCheckOf(group: string | null): number {
  if (group === null) return ofNone
  // FNV-1a: no text that differs in one character has the same 32 bits.
  let hash = 0x811c9dc5
  for (let at = 0; at < group.length; at += 1) hash = Math.imul(hash ^ group.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) & 0x7fffff
}

const groupFactor = 2 ** 24
/** The largest prime below 2^24: no power of two is a multiple of it, so that no single bit of a place can change unseen. */
const placePrime = 16_777_213
const ofNone = 0x5a5a5a

/** SQL of whether the place of a row `r` is not what was stored: 1, 0, or null if nothing is known. */
export const isPlaceWrong = `((r._check & ${groupFactor - 1}) <> r._position % ${placePrime})`

/** SQL of what `groupCheckOf` gives of the group of a row `r`; -1 if its place is wrong, null if nothing is known. */
export const groupAndPlaceCheck = `((r._check >> 24) | -${isPlaceWrong})`

/** SQL of what a row's check is when it moves to another place, which is to be bound. */
export const checkOfMoved = `((_check & ~${groupFactor - 1}) | (? % ${placePrime}))`

/** What is wrong with a row whose check says something else. */
export const wrongPlace = 'its group or its place is not what was stored'

/** Whether a row's group is what was stored, by what `groupAndPlaceCheck` gave. */
export function isGroupSound(group: string | null, check: unknown): boolean {
  return check === null || check === groupCheckOf(group)
}
