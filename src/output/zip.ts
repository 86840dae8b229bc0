import { joinText, startPacking } from './gzip.ts'

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string
  readonly chunks: Iterable<string>
}

/** How much the archive and each file in it may be: sizes of the simple form of the format have 32 bits. */
export interface ZipLimit {
  readonly most: number
  /** The error for more. */
  readonly refuse: () => Error
}

/**
 * A zip archive, piece by piece, as APPNOTE.TXT of PKWARE describes it (6.3.10). Sizes and sums stand behind each file, as
 * they are not known before it. All files are of 1980, so that the same rows are the same bytes.
 */
export function* zip(entries: Iterable<ZipEntry>, { most, refuse }: ZipLimit): Generator<Uint8Array> {
  const directory: Buffer[] = []
  let at = 0
  for (const { name, chunks } of entries) {
    const start = at
    const local = makeHeader(0x04034b50, name, { crc: 0, packed: 0, size: 0 }, null)
    yield local
    const packing = startPacking()
    let packed = 0
    for (const piece of joinText(chunks)) {
      const bytes = packing.pack(piece)
      packed += bytes.length
      if (Math.max(packing.size(), at + packed) > most) throw refuse()
      yield bytes
    }
    const end = packing.end()
    packed += end.length
    yield end
    const sums = { crc: packing.crc(), packed, size: packing.size() }
    at += local.length + packed + 16
    yield makeDescriptor(sums)
    directory.push(makeHeader(0x02014b50, name, sums, start))
  }
  const all = Buffer.concat(directory)
  yield all
  yield makeEnd(directory.length, all.length, at)
}

interface Sums {
  readonly crc: number
  readonly packed: number
  readonly size: number
}

const version = 20
/** Sizes stand behind the file, and its name is UTF-8. */
const flags = 0x0808
const deflated = 8
/** 1 January 1980, the first day that the format knows. */
const date = 0x0021

/** The head of a file, before it or, with the place of that one, in the directory. */
function makeHeader(
  signature: number,
  name: string,
  { crc, packed, size }: Sums,
  start: number | null,
): Buffer {
  const text = Buffer.from(name)
  const head = Buffer.alloc(start === null ? 30 : 46)
  let at = head.writeUInt32LE(signature, 0)
  if (start !== null) at = head.writeUInt16LE(version, at)
  for (const value of [version, flags, deflated, 0, date]) at = head.writeUInt16LE(value, at)
  for (const value of [crc, packed, size]) at = head.writeUInt32LE(value, at)
  head.writeUInt16LE(text.length, at)
  if (start !== null) head.writeUInt32LE(start, 42)
  return Buffer.concat([head, text])
}

function makeDescriptor({ crc, packed, size }: Sums): Buffer {
  const bytes = Buffer.alloc(16)
  let at = 0
  for (const value of [0x08074b50, crc, packed, size]) at = bytes.writeUInt32LE(value, at)
  return bytes
}

function makeEnd(count: number, length: number, start: number): Buffer {
  const bytes = Buffer.alloc(22)
  bytes.writeUInt32LE(0x06054b50, 0)
  bytes.writeUInt16LE(count, 8)
  bytes.writeUInt16LE(count, 10)
  bytes.writeUInt32LE(length, 12)
  bytes.writeUInt32LE(start, 16)
  return bytes
}
