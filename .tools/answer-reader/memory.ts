/** Throws: the answer is left to the reader of all XML. */
declare function leave(): void

/** What JavaScript reads after a call: eight numbers of 32 bits. */
export const results: usize = 1024
/** Notes of what is being read, one behind the other. */
export const stackBegin: usize = 0x10000
const stackEnd: usize = 0x40000

/** What is to be read next. */
export let at: usize = 0
/** Where is to be written next. */
export let top: usize = 0
/** Where the next note will stand. */
export let stack: usize = 0
let limit: usize = 0

export function start(from: usize, to: usize): void {
  at = from
  top = to
  stack = stackBegin
  limit = (<usize>memory.size()) << 16
}

// inline
export function moveTo(place: usize): void {
  at = place
}

// inline
export function writeTo(place: usize): void {
  top = place
}

/** What is not written as EC2 writes it ends here. */
export function fail(): void {
  leave()
  unreachable()
}

/** For so many bytes more, and for those behind them that are written with the last of them. */
// inline
export function makeRoom(count: usize): void {
  if (top + count + 64 > limit) grow(count)
}

function grow(count: usize): void {
  // Two megabytes at least.
  const pages = 32 + ((top + count + 64 - limit) >>> 16)
  if (memory.grow(<i32>pages) < 0) fail()
  limit = (<usize>memory.size()) << 16
}

/** So many notes of two numbers, which are 0. */
export function takeNotes(count: i32): usize {
  const notes = stack
  const end = notes + ((<usize>count) << 3)
  if (end + 16 > stackEnd) fail()
  for (let place = notes; place < end; place += 16) v128.store(place, i64x2.splat(0))
  stack = end
  return notes
}

export function pushNote(first: usize, second: usize): void {
  const note = takeNotes(1)
  store<u32>(note, <u32>first)
  store<u32>(note, <u32>second, 4)
}

/** Gives back the notes that were taken from a place on: they stay until others are taken. */
// inline
export function dropNotes(from: usize): void {
  stack = from
}
