import { createHash } from 'node:crypto'

/**
 * The SHA-256 digest of a text in UTF-8, in hex. To load Node's crypto takes 4 ms of a start, which often digests a few
 * lines of ~/.aws and no more: such texts are digested here.
 */
export function digestInHex(text: string): string {
  return text.length > 1000 ? createHash('sha256').update(text).digest('hex') : sha256(text)
}

/** FIPS 180-4. Written for a text that is short and comes first: V8 interprets it, so it makes no objects on its way. */
function sha256(text: string): string {
  const message = padMessage(new TextEncoder().encode(text))
  const state = new Uint32Array(firstState)
  const words = new Uint32Array(64)
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let place = 0; place < 16; place += 1) words[place] = message.getUint32(at + 4 * place)
    addBlock(state, words)
  }
  let digest = ''
  for (const word of state) digest += word.toString(16).padStart(8, '0')
  return digest
}

/** The bytes, a bit that is set, zeros, and how many bits there are, in blocks of 64 bytes. */
function padMessage(bytes: Uint8Array): DataView {
  const message = new Uint8Array(64 * Math.ceil((bytes.length + 9) / 64))
  message.set(bytes)
  message[bytes.length] = 0x80
  const view = new DataView(message.buffer)
  view.setUint32(message.length - 4, 8 * bytes.length)
  return view
}

/** `words`: the sixteen of a block, and room for those that follow from them. */
function addBlock(state: Uint32Array, words: Uint32Array): void {
  for (let t = 16; t < 64; t += 1) {
    const early = words[t - 15] as number
    const late = words[t - 2] as number
    const first = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3)
    const second = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10)
    words[t] = (words[t - 16] as number) + first + (words[t - 7] as number) + second
  }
  let a = state[0] as number
  let b = state[1] as number
  let c = state[2] as number
  let d = state[3] as number
  let e = state[4] as number
  let f = state[5] as number
  let g = state[6] as number
  let h = state[7] as number
  for (let t = 0; t < 64; t += 1) {
    const mixed = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const more = h + mixed + ((e & f) ^ (~e & g)) + (factors[t] as number) + (words[t] as number)
    const other = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    h = g
    g = f
    f = e
    e = (d + more) | 0
    d = c
    c = b
    b = a
    a = (more + other + ((b & c) ^ (b & d) ^ (c & d))) | 0
  }
  state[0] = (state[0] as number) + a
  state[1] = (state[1] as number) + b
  state[2] = (state[2] as number) + c
  state[3] = (state[3] as number) + d
  state[4] = (state[4] as number) + e
  state[5] = (state[5] as number) + f
  state[6] = (state[6] as number) + g
  state[7] = (state[7] as number) + h
}

/** The square roots of the first 8 primes: 32 bits behind the point. */
const firstState = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]

/** The cube roots of the first 64 primes, likewise. */
const factors = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]
