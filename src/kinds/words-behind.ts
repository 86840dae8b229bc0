/** Where the hashes of its words begin that stand behind a document in the same buffer: at the next multiple of four. */
export function wordsBehind(end: number): number {
  return (end + 3) & ~3
}

/** So many hashes that stand behind a document. */
export function readWordsBehind({ buffer, byteOffset, length }: Uint8Array, count: number): Uint32Array {
  return new Uint32Array(buffer, wordsBehind(byteOffset + length), count)
}
