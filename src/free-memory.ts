/**
 * Gives memory back at once that nobody else has a part of. Left to V8, it would look through all of the heap for every
 * few pages, as their bytes lie outside of it: a quarter of the time of a sync that finds nothing changed.
 */
export function freeMemory(memory: ArrayBuffer): void {
  if (memory.byteLength > 0) (memory as { transfer?: (length: number) => ArrayBuffer }).transfer?.(0)
}
