import { indentWidth, rstrip, splitKeyAndValue, splitlines, strip } from './python.ts'

/** A key of a section, lower case; the key of a nested one is `outer.key`. */
export interface PythonEntry {
  readonly key: string
  /** The key without what is nested in it. */
  readonly outer: string
  readonly value: string
  /** From 1; of a value on several lines, the first. */
  readonly line: number
}

export interface PythonSection {
  readonly name: string
  readonly line: number
  /** Without what `[DEFAULT]` adds. */
  readonly entries: readonly PythonEntry[]
}

export type PythonFailure =
  | 'byte-order-mark'
  | 'no-section'
  | 'duplicate-section'
  | 'duplicate-key'
  | 'no-key-and-value'
  | 'nested-without-value'
  | 'not-utf8'

/** What Python's RawConfigParser and botocore's nested sections make of a file. */
export interface PythonIni {
  readonly sections: readonly PythonSection[]
  /** The keys of `[DEFAULT]`, which every section inherits. */
  readonly defaults: readonly PythonEntry[]
  /** Lines for which the whole file is refused; the rest of the file is read as if they were fixed. */
  readonly failures: readonly { readonly line: number; readonly why: PythonFailure }[]
  /** Indented lines that are part of the value above them, and the line of its key. */
  readonly continued: ReadonlyMap<number, number>
}

interface OpenSection {
  readonly name: string
  readonly line: number
  readonly keys: Map<string, { readonly line: number; readonly parts: { text: string; line: number }[] }>
}

/**
 * Reads as `configparser.RawConfigParser` of Python 3.11 to 3.13 does (strict, delimiters `=` and `:`, comments only
 * on lines of their own), and botocore's `raw_config_parse` on top of it: a value that begins on the next line is a
 * nested section. Lines are numbered as an editor numbers them; Python ends a line at a lone CR, too.
 */
export function readPythonIni(written: string): PythonIni {
  const text = written.replace(/^\ufeff/, '')
  const sections = new Map<string, OpenSection>()
  const defaults: OpenSection = { name: 'DEFAULT', line: 0, keys: new Map() }
  const failures: { line: number; why: PythonFailure }[] = []
  const continued = new Map<number, number>()
  const fail = (line: number, why: PythonFailure) => failures.push({ line, why })
  if (text !== written) fail(1, 'byte-order-mark')
  let section: OpenSection | null = null
  let key: string | null = null
  const inDefault = new Set<string>()
  let seen = inDefault
  let level = 0
  for (const { line, text: raw } of linesOf(text)) {
    const content = strip(raw)
    const entry = key === null ? undefined : section?.keys.get(key)
    if (content.startsWith('#') || content.startsWith(';')) continue
    if (content === '') {
      entry?.parts.push({ text: '', line })
      continue
    }
    if (entry && indentWidth(raw) > level) {
      entry.parts.push({ text: content, line })
      if (line !== entry.line) continued.set(line, entry.line)
      continue
    }
    level = indentWidth(raw)
    const name = /^\[(.+)\]/s.exec(content)?.[1]
    if (name !== undefined) {
      if (sections.has(name)) fail(line, 'duplicate-section')
      section = name === 'DEFAULT' ? defaults : (sections.get(name) ?? { name, line, keys: new Map() })
      if (section !== defaults) sections.set(name, section)
      key = null
      // A section that stands twice is reported once, not for each of its keys.
      seen = section === defaults ? inDefault : new Set()
      continue
    }
    const pair = splitKeyAndValue(content)
    if (section === null) fail(line, 'no-section')
    else if (!pair) fail(line, 'no-key-and-value')
    else {
      key = pair.key.toLowerCase() || null
      if (key === null) fail(line, 'no-key-and-value')
      else if (seen.has(key)) fail(line, 'duplicate-key')
      if (key !== null) seen.add(key)
      if (key !== null) section.keys.set(key, { line, parts: [{ text: pair.value, line }] })
    }
  }
  const inherited = entriesOf(defaults, sections.size > 0 ? fail : () => {})
  return {
    sections: [...sections.values()].map((each) => ({
      name: each.name,
      line: each.line,
      entries: entriesOf(each, fail),
    })),
    defaults: inherited,
    failures: failures.toSorted((a, b) => a.line - b.line),
    continued,
  }
}

/** Values in one piece; one that begins with a line feed as nested `key = value` lines. */
function entriesOf({ keys }: OpenSection, fail: (line: number, why: PythonFailure) => void): PythonEntry[] {
  return [...keys].flatMap(([key, { line, parts }]): PythonEntry[] => {
    const value = rstrip(parts.map((part) => part.text).join('\n'))
    if (!value.startsWith('\n')) return [{ key, outer: key, value, line }]
    const nested = new Map<string, PythonEntry>()
    for (const part of parts.flatMap((each) => splitlines(each.text).map((text) => ({ ...each, text })))) {
      const content = strip(part.text)
      const equals = content.indexOf('=')
      if (content === '') continue
      if (equals < 0) fail(part.line, 'nested-without-value')
      const inner = `${key}.${strip(content.slice(0, equals))}`
      nested.set(inner, { key: inner, outer: key, value: strip(content.slice(equals + 1)), line: part.line })
    }
    return [...nested.values()]
  })
}

/** Universal newlines: `\r`, `\n` and `\r\n` end a line; only `\n` advances the line number. */
function* linesOf(text: string): Generator<{ readonly line: number; readonly text: string }> {
  const rows = text.split('\n')
  // After the last line feed there is no line any more.
  if (rows.at(-1) === '') rows.pop()
  for (const [index, row] of rows.entries()) {
    const trimmed = row.endsWith('\r') ? row.slice(0, -1) : row
    for (const part of trimmed.split('\r')) yield { line: index + 1, text: part }
  }
}
