import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8'

/** In bytes: both halves of V8's space for new objects, of 8 MB each. */
const mostNew = 16_777_216

/** In bytes: about as much as a sync begins with. */
const mostAtFirst = 50_000_000

/** In bytes: more than a sync of large pages needs, and chunks of rows do. */
const mostInAll = 134_217_728

/**
 * Makes the function that holds V8's heap small, called for each page or chunk of rows. V8 would let the space for new
 * objects grow to 128 MB, which saves no time: from 16 MB on, it stays as it is. The space for old ones may grow fourfold before V8
 * looks for what is free in it, to 150 MB within the first seconds, of which V8 keeps what it has had: it looks when as
 * much has been added as there was, and when all is large, as with tens of thousands of scopes, a third of that. V8 takes
 * limits themselves only before it starts, and how fast it grows at any time, for all threads of the process.
 */
export function makeHeapHolder(): () => void {
  let isFirstHeld = false
  let isNewHeld = false
  let isAllHeld = false
  return () => {
    if (!isFirstHeld && getHeapStatistics().total_heap_size >= mostAtFirst) {
      isFirstHeld = true
      setFlagsFromString('--heap-growing-percent=100')
    }
    if (!isNewHeld && newSpaceSize() >= mostNew) {
      isNewHeld = true
      holdNewSpace()
    }
    if (!isAllHeld && getHeapStatistics().total_heap_size >= mostInAll) {
      isAllHeld = true
      setFlagsFromString('--heap-growing-percent=30')
    }
  }
}

/** Keeps V8's space for new objects as it is, in all threads of the process: a screen would fill 30 MB more with what keys leave. */
export function holdNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

function newSpaceSize(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0
}
