/** Does work to its end that pauses now and then for callers with other work. */
export function runThrough<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
