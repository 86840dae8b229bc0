/** A regular expression of JavaScript with the flag u, as far as it matters whether it matches, and not what. */
export type RegexTree =
  /** One character out of a set, as the expression writes it. */
  | { readonly type: 'set'; readonly source: string }
  | { readonly type: 'sequence' | 'either'; readonly parts: readonly RegexTree[] }
  | { readonly type: 'repeat'; readonly part: RegexTree; readonly least: number; readonly most: number }
  | { readonly type: 'place'; readonly is: 'start' | 'end' | 'word edge' | 'no word edge' }
  | {
      readonly type: 'look'
      readonly behind: boolean
      readonly inverse: boolean
      readonly part: RegexTree
    }
  /** What looks at the text of a group, or changes the flags inside one. */
  | {
      readonly type: 'other'
      readonly name: 'a backreference' | 'other flags' | 'groups so deep'
      readonly part?: RegexTree
    }

/** Reads a regular expression that is valid: JavaScript itself has compiled it. */
export function parseRegex(source: string): RegexTree {
  const reading = { source, at: 0, depth: 0 }
  return readEither(reading)
}

interface Reading {
  readonly source: string
  at: number
  depth: number
}

/** How deep groups may nest: those that are read call one another. */
const deepest = 100

function readEither(reading: Reading): RegexTree {
  const options: RegexTree[] = []
  do options.push(readSequence(reading))
  while (take(reading, '|'))
  return { type: 'either', parts: options }
}

function readSequence(reading: Reading): RegexTree {
  const parts: RegexTree[] = []
  while (reading.at < reading.source.length && !/[|)]/.test(reading.source[reading.at] ?? ''))
    parts.push(readRepeated(reading))
  return { type: 'sequence', parts }
}

const quantifier = /([*+?])|\{(\d+)(,?)(\d*)\}/y

function readRepeated(reading: Reading): RegexTree {
  const part = readOne(reading)
  const [text, sign, least, comma, most] = match(reading, quantifier)
  if (text === undefined) return part
  take(reading, '?')
  if (sign !== undefined)
    return { type: 'repeat', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity }
  const open = most === '' ? Infinity : Number(most)
  return { type: 'repeat', part, least: Number(least), most: comma === '' ? Number(least) : open }
}

const group = /\((\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/y
const reference = /\\[1-9]\d*|\\k<[^>]*>/y
/** One character, or a set: a pair of surrogates is one, and a class ends at the first bracket without a backslash. */
const set =
  /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\c[A-Za-z]|\\.|\[(?:\\.|[^\]\\])*\]|./suy

function readOne(reading: Reading): RegexTree {
  if (take(reading, '^')) return { type: 'place', is: 'start' }
  if (take(reading, '$')) return { type: 'place', is: 'end' }
  if (take(reading, '\\b')) return { type: 'place', is: 'word edge' }
  if (take(reading, '\\B')) return { type: 'place', is: 'no word edge' }
  const [opening, form = ''] = match(reading, group)
  if (opening !== undefined) return readGroup(reading, form)
  if (match(reading, reference)[0] !== undefined) return { type: 'other', name: 'a backreference' }
  return { type: 'set', source: match(reading, set)[0] ?? '' }
}

function readGroup(reading: Reading, form: string): RegexTree {
  reading.depth += 1
  if (reading.depth > deepest) {
    reading.at = reading.source.length
    return { type: 'other', name: 'groups so deep' }
  }
  const part = readEither(reading)
  reading.depth -= 1
  take(reading, ')')
  const look = /^\?(<?)([=!])$/.exec(form)
  if (look) return { type: 'look', behind: look[1] === '<', inverse: look[2] === '!', part }
  const hasFlags = form.endsWith(':') && form !== '?:'
  return hasFlags ? { type: 'other', name: 'other flags', part } : part
}

function take(reading: Reading, text: string): boolean {
  const isThere = reading.source.startsWith(text, reading.at)
  if (isThere) reading.at += text.length
  return isThere
}

function match(reading: Reading, pattern: RegExp): readonly (string | undefined)[] {
  pattern.lastIndex = reading.at
  const found = pattern.exec(reading.source) ?? []
  reading.at += found[0]?.length ?? 0
  return found
}
