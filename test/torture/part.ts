/** What a part of the torture did: how often what, and everything that was not as it must be. */
export interface Outcome {
  /** In the order in which the table shows them. */
  readonly figures: readonly (readonly [what: string, count: number])[]
  readonly wrong: readonly string[]
  /** What was to be done, and for which there was no time. */
  readonly late: readonly string[]
}

export interface PartOptions {
  readonly seed: number
  /** How much of the whole is done, up to 1: less to try the harness itself. */
  readonly share: number
  /** When the part must have come to its end, in ms of `performance.now()`: it says then what is left. */
  readonly deadline: number
  /** Says on the terminal how far the part is. */
  readonly report: (line: string) => void
}

export type Part = (options: PartOptions) => Promise<Outcome>

/** Counts by name, in the order in which the names first came up. */
export function tally(...names: readonly string[]) {
  const counts = new Map<string, number>(names.map((name) => [name, 0]))
  return {
    add: (name: string, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    of: (name: string) => counts.get(name) ?? 0,
    figures: (): Outcome['figures'] => [...counts],
  }
}

/** Works through a list with so many pieces at once; the order of the list is that of the starts. */
export async function eachOf<T>(
  list: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...list]
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** What is wrong, and what there was no time for: said on the terminal as soon as it is found. */
export function wrongs(report: PartOptions['report']) {
  const lines: string[] = []
  const late: string[] = []
  return {
    lines: lines as readonly string[],
    late: late as readonly string[],
    add(...found: readonly string[]) {
      lines.push(...found)
      for (const line of found.slice(0, 5)) report(`WRONG: ${line}`)
    },
    addLate(line: string) {
      late.push(line)
      if (late.length <= 5) report(`NOT DONE IN TIME: ${line}`)
    },
  }
}
