import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/aws/sha256.ts'

const bytes = (length: number) => Uint8Array.from({ length }, (_, place) => (place * 37) % 256)

describe('what calls are signed with', () => {
  test.each([0, 1, 55, 63, 64, 65, 200])(
    'is SHA-256, and HMAC under a secret of %i bytes, as Node has them',
    async (length) => {
      for (const data of ['', 'us-east-1', 'Zürich ✓', bytes(64), bytes(1000)]) {
        const own = new sha256()
        own.update(data)
        expect(Buffer.from(await own.digest())).toEqual(createHash('sha256').update(data).digest())
        for (const secret of [bytes(length), '✓'.repeat(length)]) {
          const signed = new sha256(secret)
          signed.update(data)
          signed.update('and more')
          const expected = createHmac('sha256', secret).update(data).update('and more').digest()
          expect(Buffer.from(await signed.digest())).toEqual(expected)
        }
      }
    },
  )

  test('takes a part of a buffer as that part, and begins anew', async () => {
    const own = new sha256(bytes(20).buffer)
    own.update('something else')
    own.reset()
    own.update(bytes(30).subarray(10, 20))
    const expected = createHmac('sha256', bytes(20)).update(bytes(30).subarray(10, 20)).digest()
    expect(Buffer.from(await own.digest())).toEqual(expected)
  })
})
