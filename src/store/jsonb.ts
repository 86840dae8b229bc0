/**
 * SQLite's binary JSON (https://sqlite.org/jsonb.html), as far as documents that are in it already are put together. The
 * lower half of an element's first byte is its type; the upper half is its size, or says how many bytes behind it the size
 * takes, which may be more than it needs.
 */
const types = { text: 7, array: 11, object: 12 }
/** Of a size of four bytes. */
const headerSize = 5

/** Makes a writer that is used again and again: `begin` forgets what was written. */
export function makeJsonbWriter() {
  let bytes = Buffer.alloc(0)
  let at = 0
  const putHeader = (type: number, size: number): void => {
    bytes[at] = 0xe0 | type
    bytes.writeUInt32BE(size, at + 1)
    at += headerSize
  }
  return {
    /** Makes room for so many bytes. */
    begin(most: number): void {
      if (bytes.length < most) bytes = Buffer.allocUnsafeSlow(most)
      at = 0
    },

    /** Begins a list or an object; `end` takes what it gives. */
    open(type: 'array' | 'object'): number {
      putHeader(types[type], 0)
      return at
    },

    end: (start: number): void => void bytes.writeUInt32BE(at - start, start - 4),

    /** Writes an element as it is. */
    put(element: Buffer): void {
      at += element.copy(bytes, at)
    },

    /** Writes the members of an object. */
    putMembers(object: Buffer): void {
      at += object.copy(bytes, at, startOf(object, 0))
    },

    /** Writes the name of a member, before its value. */
    putName(name: Buffer): void {
      putHeader(types.text, name.length)
      at += name.copy(bytes, at)
    },

    written: (): Buffer => bytes.subarray(0, at),
  }
}

/** Whether an object has one of these members itself. */
export function hasMember(object: Buffer, names: readonly Buffer[]): boolean {
  let isName = true
  for (let at = startOf(object, 0); at < object.length; isName = !isName) {
    const start = startOf(object, at)
    const size = start === at + 1 ? (object[at] ?? 0) >> 4 : object.readUIntBE(at + 1, start - at - 1)
    if (isName)
      for (const name of names)
        if (name.length === size && name.compare(object, start, start + size) === 0) return true
    at = start + size
  }
  return false
}

/** Where the content of the element begins that stands at a place. */
function startOf(bytes: Buffer, at: number): number {
  const size = (bytes[at] ?? 0) >> 4
  return size < 12 ? at + 1 : at + 1 + (1 << (size - 12))
}
