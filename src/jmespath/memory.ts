/**
 * Lets an evaluation end with a sentence before the memory does: whatever makes values says how many words of 8 bytes
 * they take at most, and the heap is looked at now and then. Without this V8 ends the process when the heap is full.
 */

/** Gives how many words may be made before it is asked again; throws if there is no room for those that are wanted. */
export type Look = (wanted: number) => number

let look: Look = () => Number.MAX_SAFE_INTEGER
let room = 0

/** From now on evaluations of this thread are bounded; without it they are not. */
export function boundMemory(by: Look): void {
  look = by
  room = 0
}

/** Words that are about to be made. */
export function spend(words: number): void {
  room -= words
  if (room < 0) room = look(words)
}

/**
 * A list that has just grown by 16 elements: V8 moves a long one into a place half as large again, and beyond some 100 million
 * elements into a table many times as large.
 */
export function noteGrowth(list: readonly unknown[]): void {
  spend(48)
  if (list.length % 65_536 === 0) spend(list.length > longest ? Number.MAX_SAFE_INTEGER : 2 * list.length)
}

/** Elements of a list that is put together one by one. */
const longest = 2 ** 26

/** What a string takes, and one that only serves to make it. V8 has no string longer than 2^29 - 24. */
export function spendText(length: number): void {
  spend(length > longestText ? Number.MAX_SAFE_INTEGER : 8 + (length >> 2))
}

const longestText = 2 ** 29 - 24
