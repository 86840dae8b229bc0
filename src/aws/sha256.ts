import { hash } from 'node:crypto'

/** What the SDK's clients take as `sha256` (`HashConstructor`, @smithy/types). */
export type Sha256 = new (
  secret?: Data,
) => {
  readonly update: (data: Data) => void
  readonly digest: () => Promise<Uint8Array>
  readonly reset: () => void
}

type Data = string | ArrayBuffer | ArrayBufferView

/**
 * SHA-256, and HMAC (RFC 2104) if there is a secret, in one step each. A call is signed by six of these, and the keys of
 * five are bytes: Node's Hmac looks for three kinds of key objects in each, which takes 20 microseconds of 24.
 */
export const sha256 = function makeSha256(secret?: Data) {
  let parts: Uint8Array[] = []
  const reset = () => {
    parts = []
  }
  return {
    update: (data: Data) => void parts.push(bytesOf(data)),
    digest: async () => (secret === undefined ? digest(parts) : authenticate(bytesOf(secret), parts)),
    reset,
  }
} as unknown as Sha256

/** Bytes of a block of SHA-256. */
const blockSize = 64

function authenticate(secret: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const key = secret.length > blockSize ? digest([secret]) : secret
  const inner = digest([pad(key, 0x36), ...parts])
  return digest([pad(key, 0x5c), inner])
}

function pad(key: Uint8Array, value: number): Uint8Array {
  const block = new Uint8Array(blockSize).fill(value)
  for (let place = 0; place < key.length; place += 1) block[place] = (key[place] ?? 0) ^ value
  return block
}

function digest(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  return hash('sha256', first && parts.length === 1 ? first : Buffer.concat(parts), 'buffer')
}

function bytesOf(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
