import { indentWidth, rstrip, splitKeyAndValue, splitlines, strip } from './python.ts'

/** Which of the two files; it is also how a finding names it (`config:14`). */
export type FileName = 'config' | 'credentials'

/** A value and the line that it stands on. */
export interface PlacedValue {
  readonly value: string
  /** The key that it is nested in, or its own. */
  readonly outer: string
  readonly file: FileName
  /** From 1; of a value on several lines, the first. */
  readonly line: number
}

/** By their keys, in lower case; the key of a nested one is `outer.key`. */
export type PlacedValues = ReadonlyMap<string, PlacedValue>

export interface PythonSection {
  readonly name: string
  readonly line: number
  /** Without what `[DEFAULT]` adds. */
  readonly values: PlacedValues
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
  readonly defaults: PlacedValues
  /** Lines for which the whole file is refused; the rest of the file is read as if they were fixed. */
  readonly failures: readonly { readonly line: number; readonly why: PythonFailure }[]
  /** Indented lines that are part of the value above them, and the line of its key. */
  readonly continued: ReadonlyMap<number, number>
}

/** A section while it is read: the values of its first lines, and what stands in the lines below those. */
interface OpenSection {
  readonly name: string
  readonly line: number
  values: Map<string, PlacedValue>
  below: Map<string, NumberedLine[]> | null
}

interface NumberedLine {
  readonly line: number
  readonly text: string
}

type Fail = (line: number, why: PythonFailure) => void

/**
 * Reads as `configparser.RawConfigParser` of Python 3.11 to 3.13 does (strict, delimiters `=` and `:`, comments only
 * on lines of their own), and botocore's `raw_config_parse` on top of it: a value that begins on the next line is a
 * nested section. Lines are numbered as an editor numbers them; Python ends a line at a lone CR, too.
 */
export function readPythonIni(written: string, file: FileName): PythonIni {
  const text = written.replace(/^\ufeff/, '')
  const sections = new Map<string, OpenSection>()
  const defaults = openSection('DEFAULT', 0)
  const failures: { line: number; why: PythonFailure }[] = []
  const continued = new Map<number, number>()
  const fail: Fail = (line, why) => failures.push({ line, why })
  if (text !== written) fail(1, 'byte-order-mark')
  let section: OpenSection | null = null
  let key: string | null = null
  let header = 0
  let level = 0
  // They are part of a value only if a line of it follows.
  let blanks = 0
  const { rows, numbers } = linesOf(text)
  for (let at = 0; at < rows.length; at += 1) {
    const raw = rows[at] ?? ''
    const line = numbers?.[at] ?? at + 1
    const content = strip(raw)
    const start = content[0]
    if (start === '#' || start === ';') continue
    if (start === undefined) {
      blanks += 1
      continue
    }
    const indent = content.length === raw.length ? 0 : indentWidth(raw)
    const above = indent > level && key !== null ? section?.values.get(key) : undefined
    if (above) {
      for (; blanks > 0; blanks -= 1) putBelow(section, above.outer, { text: '', line })
      putBelow(section, above.outer, { text: content, line })
      if (line !== above.line) continued.set(line, above.line)
      continue
    }
    level = indent
    blanks = 0
    const name = start === '[' ? /^\[(.+)\]/s.exec(content)?.[1] : undefined
    if (name !== undefined) {
      if (sections.has(name)) fail(line, 'duplicate-section')
      section = name === 'DEFAULT' ? defaults : (sections.get(name) ?? openSection(name, line))
      if (section !== defaults) sections.set(name, section)
      key = null
      header = section === defaults ? 0 : line
      continue
    }
    const pair = splitKeyAndValue(content)
    if (section === null) fail(line, 'no-section')
    else if (!pair) fail(line, 'no-key-and-value')
    else {
      key = pair.key.toLowerCase() || null
      if (key === null) {
        fail(line, 'no-key-and-value')
        continue
      }
      // A section that stands twice is reported once, not for each of its keys.
      if ((section.values.get(key)?.line ?? -1) >= header) fail(line, 'duplicate-key')
      section.values.set(key, { value: pair.value, outer: key, file, line })
      section.below?.delete(key)
    }
  }
  closeSection(defaults, sections.size > 0 ? fail : () => {})
  for (const each of sections.values()) closeSection(each, fail)
  return {
    sections: [...sections.values()],
    defaults: defaults.values,
    failures: failures.toSorted((a, b) => a.line - b.line),
    continued,
  }
}

function openSection(name: string, line: number): OpenSection {
  return { name, line, values: new Map(), below: null }
}

function putBelow(section: OpenSection | null, key: string, line: NumberedLine): void {
  if (section === null) return
  section.below ??= new Map()
  const lines = section.below.get(key)
  if (lines) lines.push(line)
  else section.below.set(key, [line])
}

/** Puts values into one piece; one that begins with a line feed is nested `key = value` lines. */
function closeSection(section: OpenSection, fail: Fail): void {
  const { below } = section
  if (below === null) return
  section.below = null
  const values = new Map<string, PlacedValue>()
  for (const [key, placed] of section.values) {
    const lines = below.get(key) ?? []
    const value = rstrip([placed.value, ...lines.map(({ text }) => text)].join('\n'))
    if (value.startsWith('\n')) putNested(key, lines, placed.file, values, fail)
    else values.set(key, { ...placed, value })
  }
  section.values = values
}

function putNested(
  outer: string,
  lines: readonly NumberedLine[],
  file: FileName,
  values: Map<string, PlacedValue>,
  fail: Fail,
): void {
  for (const { line, text } of lines) {
    for (const content of splitlines(text).map(strip)) {
      const equals = content.indexOf('=')
      if (content === '') continue
      if (equals < 0) fail(line, 'nested-without-value')
      const inner = `${outer}.${strip(content.slice(0, equals))}`
      values.set(inner, { value: strip(content.slice(equals + 1)), outer, file, line })
    }
  }
}

/**
 * Universal newlines: `\r`, `\n` and `\r\n` end a line; only `\n` advances the line number. No numbers: they are those of the
 * rows.
 */
function linesOf(text: string): { readonly rows: readonly string[]; readonly numbers: number[] | null } {
  const rows = text.split('\n')
  // After the last line feed there is no line any more.
  if (rows.at(-1) === '') rows.pop()
  if (!text.includes('\r')) return { rows, numbers: null }
  const parts = rows.map((row) => (row.endsWith('\r') ? row.slice(0, -1) : row).split('\r'))
  return { rows: parts.flat(), numbers: parts.flatMap((each, index) => each.map(() => index + 1)) }
}
