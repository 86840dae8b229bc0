/** What can be named on the command line. */
export interface Named {
  readonly name: string
  /** Whether people name it often: a command, or a kind made by hand. It wins over what is not. */
  readonly usual: boolean
}

/**
 * Those whose name begins so, in their order; if none does, those of which another word begins so, and then those that
 * hold it anywhere.
 */
export function matchNames<T extends Named>(typed: string, all: readonly T[]): readonly T[] {
  const text = typed.toLowerCase()
  const beginning = all.filter(({ name }) => name.startsWith(text))
  if (beginning.length > 0) return beginning
  const holding = all.filter(({ name }) => name.includes(text))
  const byWord = holding.filter(({ name }) => name.includes(`-${text}`))
  return [...byWord, ...holding.filter((each) => !byWord.includes(each))]
}

/**
 * The one that is meant: by its name, or by a singular of it; else the only usual one that begins so, or the only one
 * that matches at all. Null if several may be meant, or nothing.
 */
export function findNamed<T extends Named>(typed: string, all: readonly T[]): T | null {
  const text = typed.toLowerCase()
  if (text === '') return null
  if (leaving.test(text)) return all.find(({ name }) => name === 'q') ?? null
  const named = [text, `${text}s`, `${text}es`].flatMap(
    (name) => all.find((each) => each.name === name) ?? [],
  )
  if (named[0]) return named[0]
  const matches = matchNames(text, all)
  const usual = matches.filter((each) => each.usual && each.name.startsWith(text))
  const [only] = usual.length === 1 ? usual : matches.length === 1 ? matches : []
  return only ?? null
}

/** As vi leaves. */
const leaving = /^q(uit|!|a!?)?$/
