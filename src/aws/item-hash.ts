import { createCipheriv, createHmac, hash, randomBytes } from 'node:crypto'
import type { KnownPages } from '../pages.ts'
import { type ReaderMemory, viewOf } from './reader-memory.ts'

/** What the texts of items are hashed with. */
export interface ItemKey {
  /** The key of NH. */
  readonly words: Buffer
  /** What texts are hashed with that are not for NH. */
  readonly secret: Buffer
}

/** In bytes. As long as items of nearly all kinds are. */
const longestText = 16_384

/** By .tools/answer-reader/hash.ts: where its key stands, a text that stands elsewhere, and the hash. */
const [keyBegin, textBegin, hashBegin] = [0x1000, 0x8000, 0x6040]
const keyLength = longestText + 64
const hashLength = 27

/** A cache that has lost its key knows no text again. */
const lost: { key: Uint8Array | null } = { key: null }
const itemKeys = new WeakMap<Uint8Array, Map<string, ItemKey>>()

/** `salt`: what decides how an item is stored. Another one gives other hashes. */
export function itemKeyOf(key: KnownPages['key'], salt: string): ItemKey {
  lost.key ??= randomBytes(32)
  const root = key ?? lost.key
  const ofRoot = itemKeys.get(root) ?? new Map<string, ItemKey>()
  itemKeys.set(root, ofRoot)
  const made = ofRoot.get(salt) ?? makeItemKey(root, salt)
  ofRoot.set(salt, made)
  return made
}

function makeItemKey(root: Uint8Array, salt: string): ItemKey {
  const derive = (use: string) => createHmac('sha256', root).update(`${use} ${salt}`).digest()
  const stream = createCipheriv('aes-256-ctr', derive('short texts'), Buffer.alloc(16))
  return { words: stream.update(Buffer.alloc(keyLength)), secret: derive('long texts') }
}

/**
 * Makes the function that hashes a text: 216 bits, three sums of NH and the length. Two texts have one hash with a
 * probability of 2^-96 at most, whatever they are (see .tools/answer-reader/hash.ts): who can write tags and knows neither
 * the key nor a hash cannot look for two texts whose change from one to the other would never be seen. Of all pairs
 * of a scope of a million items, with a million that are new to it, one has the same hash with 2^-56. 5,000 bytes take
 * 0.6 µs, and SHA-256 4.
 *
 * `place`: where what texts are stretches of stands in the memory of the reader. A long text has 256 bits of SHA-256.
 */
export function makeTextHasher(
  memory: ReaderMemory | null,
  body: Pick<Buffer, 'subarray'>,
  key: ItemKey,
  place: number | null,
): (begin: number, end: number) => string {
  const ofLong = (begin: number, end: number) => longHash(key, [body.subarray(begin, end)])
  if (memory === null) return ofLong
  const { code } = memory
  if (memory.hashKey !== key.words) viewOf(memory).bytes.set(key.words, keyBegin)
  memory.hashKey = key.words
  return (begin, end) => {
    if (end - begin > longestText) return ofLong(begin, end)
    if (place === null) viewOf(memory).bytes.set(body.subarray(begin, end), textBegin)
    const from = place === null ? textBegin : place + begin
    code.hashText(from, from + end - begin)
    return viewOf(memory).bytes.toString('base64url', hashBegin, hashBegin + hashLength)
  }
}

/** Of texts that are not for NH, one behind the other. */
export function longHash({ secret }: ItemKey, texts: readonly Uint8Array[]): string {
  return hash('sha256', Buffer.concat([secret, ...texts]), 'base64url')
}
