import type { CheckedFile, Checkup } from './checkup.ts'
import type { Edit, FileName } from './document.ts'
import type { IniEntry, IniSection } from './sdk-ini.ts'

/** Where a value stands. */
export interface LineRef {
  readonly file: FileName
  readonly line: number
}

/** Both files, to look at each in turn. */
export function filesOf({ config, credentials }: Checkup): readonly CheckedFile[] {
  return [config, credentials]
}

/** The text of a line; empty if there is no such line. */
export function textAt(file: CheckedFile, line: number): string {
  return file.lines[line - 1]?.text ?? ''
}

/** The line of a key of a profile, the one that is used; null if the profile does not have it. */
export function findKeyLine({ sdk, awsCli }: Checkup, profile: string, key: string): LineRef | null {
  const [one, other] = [awsCli, sdk].map(({ profiles }) => profiles.get(profile)?.values.get(key))
  const placed = one ?? other
  return placed ? { file: placed.file, line: placed.line } : null
}

/** The place of the value in a `key = value` line: offsets from 0, the end exclusive. */
function valueSpan(text: string): readonly [start: number, end: number] {
  const equals = text.indexOf('=')
  const comment = /(^|\s)[;#]/.exec(text)?.index ?? text.length
  const value = text.slice(equals + 1, Math.max(comment, equals + 1))
  const start = equals + 1 + (value.length - value.trimStart().length)
  return [start, start + value.trim().length]
}

/** Columns of the value of a line, from 1. */
export function valueColumns(file: CheckedFile, line: number): readonly [number, number] {
  const [start, end] = valueSpan(textAt(file, line))
  return [start + 1, Math.max(end, start + 1)]
}

/** Columns of the key of a line, from 1. */
export function keyColumns(file: CheckedFile, line: number): readonly [number, number] {
  const text = textAt(file, line)
  const start = text.length - text.trimStart().length
  return [start + 1, start + Math.max(1, (/^[^=:]*/.exec(text.slice(start))?.[0] ?? '').trim().length)]
}

/** Puts another value in a line and leaves the rest of it. */
export function replaceValue(checkup: Checkup, spot: LineRef, value: string): Edit {
  const text = textAt(checkup[spot.file], spot.line)
  const [start, end] = valueSpan(text)
  return replaceLine(spot, text.slice(0, start) + value + text.slice(end))
}

/** Puts another key in a line and leaves the rest of it. */
export function replaceKey(checkup: Checkup, spot: LineRef, key: string): Edit {
  const text = textAt(checkup[spot.file], spot.line)
  const [first, last] = keyColumns(checkup[spot.file], spot.line)
  return replaceLine(spot, text.slice(0, first - 1) + key + text.slice(last))
}

export function replaceLine({ file, line }: LineRef, ...lines: readonly string[]): Edit {
  return { file, line, removed: 1, lines }
}

export function removeLine({ file, line }: LineRef): Edit {
  return { file, line, removed: 1, lines: [] }
}

/** The section that a line stands in, as the SDK takes the headers; null before the first. */
export function sectionAt({ ini: { sections } }: CheckedFile, line: number): IniSection | null {
  let [from, to] = [0, sections.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sections[middle]?.line ?? 0) <= line) from = middle + 1
    else to = middle
  }
  return sections[from - 1] ?? null
}

/** The last line of a section that says something: below it, keys can be added. */
export function lastLineOf(file: CheckedFile, section: IniSection): number {
  const next = file.ini.sections.find((each) => each.line > section.line)?.line ?? file.lines.length + 1
  for (let line = next - 1; line > section.line; line--) {
    if (!/^\s*([#;]|$)/.test(textAt(file, line))) return line
  }
  return section.line
}

/** Adds keys at the end of the section that starts at a line. */
export function addKeys(file: CheckedFile, header: number, lines: readonly string[]): Edit {
  const section = file.ini.sections.find((each) => each.line === header)
  const after = section ? lastLineOf(file, section) : header
  return { file: file.name, line: after + 1, removed: 0, lines }
}

/** Moves what a section holds to the end of another of the same file; of a key that both have, one line stays. */
export function moveInto(
  file: CheckedFile,
  from: IniSection,
  to: IniSection,
  winner: 'from' | 'to',
): readonly Edit[] {
  const last = lastLineOf(file, from)
  const [loser, other] = winner === 'from' ? [to, from] : [from, to]
  const keys = new Set(other.entries.map(({ key }) => key))
  const lost = new Set(loser.entries.filter(({ key }) => keys.has(key)).map(({ line }) => line))
  const body = file.lines.slice(from.line, last).flatMap(({ text }, index) => {
    return lost.has(from.line + 1 + index) ? [] : [text]
  })
  const gone = winner === 'from' ? [...lost].map((line) => removeLine({ file: file.name, line })) : []
  return [
    { file: file.name, line: from.line, removed: last - from.line + 1, lines: [] },
    { file: file.name, line: lastLineOf(file, to) + 1, removed: 0, lines: body },
    ...gone,
  ]
}

/** Every key of a file with its section. */
export function* entriesOf(file: CheckedFile): Generator<{ section: IniSection; entry: IniEntry }> {
  for (const section of file.ini.sections) for (const entry of section.entries) yield { section, entry }
}

/** The profile that a section holds keys of; null if it holds none. */
export function profileOf(file: CheckedFile, section: IniSection | null): string | null {
  if (!section) return null
  if (file.name === 'credentials') return section.type === 'plain' ? section.name : null
  if (section.type === 'plain') return section.name === 'default' ? 'default' : null
  return section.type === 'profile' ? section.name : null
}

/** A finding at a line of a section: its place. */
export function lineAt(file: CheckedFile, line: number): LineRef & { readonly profile: string | null } {
  return { file: file.name, line, profile: profileOf(file, sectionAt(file, line)) }
}

/** The white space that a line begins with. */
export function indentOf(text: string): string {
  return /^[ \t]*/.exec(text)?.[0] ?? ''
}
