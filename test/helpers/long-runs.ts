/**
 * How many cases a fuzz makes: all of them under `npm run torture`, which sets LONG_RUNS; in `npm test` the first tenth
 * of the same ones, as the seeds are fixed.
 */
export function casesOf(whole: number): number {
  return process.env.LONG_RUNS === '1' ? whole : Math.ceil(whole / 10)
}

/** A count as it stands in the name of a test: `25,000`. */
export function counted(count: number): string {
  return count.toLocaleString('en')
}
