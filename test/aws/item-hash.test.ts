import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { cutAnswer } from '../../src/aws/cut-answer.ts'
import { type ItemKey, itemKeyOf, longHash, makeTextHasher } from '../../src/aws/item-hash.ts'
import { withMemory } from '../../src/aws/reader-memory.ts'
import { makeChance } from './made-answers.ts'

const secret = Buffer.alloc(32, 7)
const key = itemKeyOf(secret, 'salt')
const hashOf = (text: Buffer, by: ItemKey = key) =>
  withMemory((memory) => makeTextHasher(memory, text, by, null)(0, text.length))

/** NH as UMAC's inventors define it, with words of 32 bits, three times; then the length. */
function define(text: Buffer, { words }: ItemKey): string {
  const padded = Buffer.concat([text, Buffer.alloc(-text.length & 31)])
  const found = Buffer.alloc(27)
  for (let turn = 0; turn < 3; turn += 1) {
    let sum = 0n
    for (let unit = 0; unit < padded.length; unit += 32)
      for (let at = unit; at < unit + 16; at += 4) {
        const wordAt = (place: number) =>
          BigInt((padded.readUInt32LE(place) + words.readUInt32LE(place + 32 * turn)) >>> 0)
        sum += wordAt(at) * wordAt(at + 16)
      }
    found.writeBigUInt64LE(BigInt.asUintN(64, sum), 8 * turn)
  }
  found.writeUIntLE(text.length, 24, 3)
  return found.toString('base64url')
}

test('a text has the hash that NH gives, however long it is', () => {
  const chance = makeChance(3)
  const lengths = [...Array.from({ length: 130 }, (_, length) => length), 4999, 16_352, 16_383, 16_384]
  for (const length of lengths) {
    const text = Buffer.from(Array.from({ length }, () => chance(256)))
    expect(hashOf(text)).toBe(define(text, key))
  }
})

test('a text that is longer has the hash of a longer function', () => {
  const text = Buffer.alloc(16_385, 'a')
  expect(hashOf(text)).toBe(longHash(key, [text]))
  expect(hashOf(text)).toHaveLength(43)
  expect(hashOf(text.subarray(1))).toHaveLength(36)
})

test('one byte more or another one, another key or another salt makes another hash', () => {
  const text = Buffer.from('<item><volumeId>vol-1</volumeId><size>8</size></item>')
  const others = Array.from(text, (byte, at) => {
    const other = Buffer.from(text)
    other[at] = byte ^ 1
    return hashOf(other)
  })
  others.push(hashOf(Buffer.concat([text, Buffer.of(0)])), hashOf(text.subarray(0, -1)))
  others.push(
    hashOf(text, itemKeyOf(secret, 'another')),
    hashOf(text, itemKeyOf(Buffer.alloc(32, 8), 'salt')),
  )
  others.push(hashOf(text, itemKeyOf(null, 'salt')))
  expect(new Set([hashOf(text), ...others])).toHaveLength(others.length + 1)
  expect(hashOf(text)).toBe(hashOf(text, itemKeyOf(Buffer.from(secret), 'salt')))
})

test('the keys of texts are as random as the key of the cache', () => {
  const { words, secret: ofLong } = key
  expect(words).toHaveLength(16_384 + 64)
  const pieces = Array.from({ length: 514 }, (_, at) => words.subarray(32 * at, 32 * at + 32).toString('hex'))
  expect(new Set([...pieces, ofLong.toString('hex'), secret.toString('hex')])).toHaveLength(516)
})

test('the hashes of a cache of an older muster are those of no text: its items are read once more', () => {
  const item = '<item><volumeId>vol-1</volumeId></item>'
  const body = Buffer.from(`<R><volumeSet>${item}</volumeSet></R>`)
  const older = (text: string, characters: number) =>
    createHash('sha256').update(text).digest('base64url').slice(0, characters)
  const found = cutAnswer(body, body.toString(), { list: 'volumeSet', nested: null }, key)
  const known = new Set([older(item, 22) + older('salt', 11)])
  expect(found?.hashes.map((hash) => known.has(hash))).toEqual([false])
  expect(found?.hashes[0]).toHaveLength(36)
  expect(found?.leaveOut((hash) => known.has(hash))).toBe(body)
})
