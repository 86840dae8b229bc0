/** How long work may run before messages are answered, in ms. */
const slice = 8

/** Works until it is done; null if it was left because nobody asks for it any more. */
export async function inSlices<T>(work: Generator<void, T>, isDropped: () => boolean): Promise<T | null> {
  try {
    let until = performance.now() + slice
    for (;;) {
      const step = work.next()
      if (isDropped()) return null
      if (step.done) return step.value
      if (performance.now() < until) continue
      await new Promise(setImmediate)
      until = performance.now() + slice
    }
  } finally {
    work.return(undefined as never)
  }
}
