/** One `key = value`; the key of a nested one is `outer.key`. */
export interface IniEntry {
  readonly key: string
  readonly value: string
  /** From 1. */
  readonly line: number
}

/**
 * One section as it stands in the file. `type` is the word before the name; `plain` is a header that is a
 * name alone; `unusable` one that the SDK passes over with all its keys.
 */
export interface IniSection {
  readonly type: 'profile' | 'sso-session' | 'services' | 'plain' | 'unusable'
  readonly name: string
  /** What stands between the brackets. */
  readonly header: string
  /** From 1. */
  readonly line: number
  readonly entries: readonly IniEntry[]
}

export interface IniProblem {
  readonly line: number
  readonly message: string
}

export interface Ini {
  readonly sections: readonly IniSection[]
  readonly problems: readonly IniProblem[]
}

/**
 * The sections of an AWS config or credentials file with their lines, duplicates kept. A section, key, comment or
 * nested key is what the AWS SDK for JavaScript takes for one (`parseIni` of `@smithy/core/config`), so that a profile
 * means here what it means to the client that signs.
 */
export function readIni(text: string): Ini {
  const sections: (IniSection & { entries: IniEntry[] })[] = []
  const problems: IniProblem[] = []
  let section: (IniSection & { entries: IniEntry[] }) | undefined
  let outer: string | null = null
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const content = stripComment(raw)
    if (content === '') continue
    if (content.startsWith('[') && content.endsWith(']')) {
      section = { ...parseHeader(content.slice(1, -1)), line, entries: [] }
      sections.push(section)
      outer = null
      continue
    }
    const equals = content.indexOf('=')
    if (equals < 1 || !section) {
      problems.push({ line, message: describeMalformed(content, section !== undefined) })
      continue
    }
    const key = content.slice(0, equals).trim()
    const value = content.slice(equals + 1).trim()
    // A key without a value opens a nested section, which lasts until a line with a value is not indented.
    if (value === '') {
      outer = key
      continue
    }
    if (raw.trimStart() === raw) outer = null
    section.entries.push({ key: outer === null ? key : `${outer}.${key}`, value, line })
  }
  return { sections, problems }
}

/** A comment starts with `#` or `;` at the start of a line or after white space. */
function stripComment(line: string): string {
  const start = line.search(/(^|\s)[;#]/)
  return (start < 0 ? line : line.slice(0, start)).trim()
}

/** What stands between the brackets: a type, one blank and a name that may be quoted, or a name alone. */
function parseHeader(text: string): Pick<IniSection, 'type' | 'name' | 'header'> {
  return { ...parseTypeAndName(text), header: text }
}

function parseTypeAndName(text: string): Pick<IniSection, 'type' | 'name'> {
  const typed = /^(?<type>[\w-]+)\s(?<quote>["']?)(?<name>[\w@+.%:/-]+)\k<quote>$/.exec(text)?.groups
  if (!typed) return { type: 'plain', name: text }
  const name = typed.name ?? ''
  if (typed.type === 'profile' || typed.type === 'sso-session' || typed.type === 'services') {
    return { type: typed.type, name }
  }
  return { type: 'unusable', name: text }
}

function describeMalformed(content: string, inSection: boolean): string {
  if (content.startsWith('[')) return 'the section header has no closing bracket'
  return inSection ? 'the line is not "key = value"' : 'the line stands before the first section'
}
