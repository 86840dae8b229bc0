import { contentOf, jsonbTypes, putHeader, sizeOf } from '../jsonb-elements.ts'

/** Of a size of four bytes. */
const headerSize = 5

/** Makes a writer that puts documents together which are JSONB already. It is used again and again: `begin` forgets what was written. */
export function makeJsonbWriter() {
  let bytes = Buffer.alloc(0)
  let at = 0
  const startElement = (type: number, size: number): void => {
    at = putHeader(bytes, at, type, size, headerSize)
  }
  return {
    /** Makes room for so many bytes. */
    begin(most: number): void {
      if (bytes.length < most) bytes = Buffer.allocUnsafeSlow(most)
      at = 0
    },

    /** Begins a list or an object; `end` takes what it gives. */
    open(type: 'array' | 'object'): number {
      startElement(jsonbTypes[type], 0)
      return at
    },

    end: (start: number): void => void bytes.writeUInt32BE(at - start, start - 4),

    /** Writes an element as it is. */
    put(element: Buffer): void {
      at += element.copy(bytes, at)
    },

    /** Writes the members of an object. */
    putMembers(object: Buffer): void {
      at += object.copy(bytes, at, contentOf(object, 0))
    },

    /** Writes the name of a member, before its value. */
    putName(name: Buffer): void {
      startElement(jsonbTypes.text, name.length)
      at += name.copy(bytes, at)
    },

    written: (): Buffer => bytes.subarray(0, at),
  }
}

/** Whether an object has one of these members itself. */
export function hasMember(object: Buffer, names: readonly Buffer[]): boolean {
  let isName = true
  for (let at = contentOf(object, 0); at < object.length; isName = !isName) {
    const start = contentOf(object, at)
    const size = sizeOf(object, at, start)
    if (isName)
      for (const name of names)
        if (name.length === size && name.compare(object, start, start + size) === 0) return true
    at = start + size
  }
  return false
}
