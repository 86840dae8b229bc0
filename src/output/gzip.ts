import { deflateRawSync } from 'node:zlib'

/**
 * Text as one gzip member (RFC 1952), packed piece by piece. Several members in a row are valid too, and some readers stop
 * behind the first. The head holds no time, so that the same rows are the same bytes.
 */
export function* gzip(chunks: Iterable<string>): Generator<Uint8Array> {
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
  const packing = startPacking()
  for (const piece of joinText(chunks)) yield packing.pack(piece)
  yield packing.end()
  const end = Buffer.alloc(8)
  end.writeUInt32LE(packing.crc(), 0)
  // The size is written modulo 2^32.
  end.writeUInt32LE(packing.size() % 2 ** 32, 4)
  yield end
}

/** A stream of the deflate format (RFC 1951), piece by piece, with the sum and the size of what went in. */
interface Packing {
  readonly pack: (piece: Uint8Array) => Uint8Array
  readonly end: () => Uint8Array
  readonly crc: () => number
  readonly size: () => number
}

/**
 * Packs piece by piece: each piece ends at a whole byte and not in a last block, so that the pieces in a row are one
 * stream. Node has no other way to pack without waiting.
 */
export function startPacking(): Packing {
  let crc = 0
  let size = 0
  return {
    pack(piece) {
      crc = addToCrc(crc, piece)
      size += piece.length
      return deflateRawSync(piece, { finishFlush: syncFlush })
    },
    end: () => deflateRawSync(new Uint8Array()),
    crc: () => crc,
    size: () => size,
  }
}

/** Z_SYNC_FLUSH of zlib.h: Node's list of such numbers would be read at every start. */
const syncFlush = 2

/** Joins chunks of text into pieces that are long enough to be packed well. */
export function* joinText(chunks: Iterable<string>): Generator<Uint8Array> {
  let text = ''
  for (const chunk of chunks) {
    text += chunk
    if (text.length < pieceLength) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}

const pieceLength = 262_144

/** CRC-32 as gzip and zip want it (RFC 1952, section 8); Node has it of its own since 22.2 only. */
function addToCrc(before: number, bytes: Uint8Array): number {
  let crc = ~before
  for (let at = 0; at < bytes.length; at += 1)
    crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return ~crc >>> 0
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})
