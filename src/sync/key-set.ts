/**
 * A set of texts that is never changed: adding to it and removing from it make another one. Its texts lie in buckets, so
 * that a change copies one of them, and not the tens of thousands of scopes that may wait at once.
 */
export interface KeySet {
  readonly size: number
  readonly buckets: readonly (ReadonlySet<string> | undefined)[]
}

export const emptyKeySet: KeySet = { size: 0, buckets: [] }

const bucketCount = 256

/** The set with a text, or the same set if it has it. */
export function addKey(set: KeySet, key: string): KeySet {
  const place = placeOf(key)
  const bucket = set.buckets[place]
  if (bucket?.has(key)) return set
  return { size: set.size + 1, buckets: withBucket(set, place, new Set(bucket).add(key)) }
}

/** The set without a text, or the same set if it does not have it. */
export function removeKey(set: KeySet, key: string): KeySet {
  if (set.size === 0) return set
  const place = placeOf(key)
  const bucket = set.buckets[place]
  if (!bucket?.has(key)) return set
  const rest = new Set(bucket)
  rest.delete(key)
  return { size: set.size - 1, buckets: withBucket(set, place, rest) }
}

function withBucket({ buckets }: KeySet, place: number, bucket: ReadonlySet<string>): KeySet['buckets'] {
  return Array.from({ length: bucketCount }, (_, at) => (at === place ? bucket : buckets[at]))
}

function placeOf(key: string): number {
  let hash = 0
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
  return (hash >>> 0) % bucketCount
}
