import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestInHex } from '../src/short-digest.ts'

const expected = (text: string) => createHash('sha256').update(text).digest('hex')

test('a digest is that of SHA-256, which caches of every version hold, of a text of any length and script', () => {
  for (const length of [...Array(300).keys(), 999, 1000, 1001, 5000]) {
    const text = 'role_arn é€𝒳'.repeat(length).slice(0, length)
    expect(digestInHex(text), text).toBe(expected(text))
  }
})
