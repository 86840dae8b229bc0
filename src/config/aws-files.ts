import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, MusterError } from '../errors.ts'
import type { Io } from '../io.ts'
import { type IniSection, readIni } from './ini.ts'

/** The keys of one section, merged from all its occurrences, and where the first one stands. */
export interface Section {
  readonly values: Readonly<Record<string, string>>
  readonly file: string
  readonly line: number
}

/** The sections of ~/.aws/config and ~/.aws/credentials by name, as the AWS SDK for JavaScript takes them. */
export interface AwsFiles {
  readonly configFile: string
  readonly credentialsFile: string
  /** Merged over both files, credentials winning; those of the config file first. */
  readonly profiles: ReadonlyMap<string, Section>
  readonly ssoSessions: ReadonlyMap<string, Section>
  readonly services: ReadonlyMap<string, Section>
  /** Lines and sections that count for nothing, as `file:line: what is wrong`. */
  readonly problems: readonly string[]
}

/** Reads both files; a missing one is empty, one that cannot be read a MusterError that names it. */
export function readAwsFiles(io: Pick<Io, 'env' | 'home'>): AwsFiles {
  const configFile = located(io.env.AWS_CONFIG_FILE, 'config', io.home)
  const credentialsFile = located(io.env.AWS_SHARED_CREDENTIALS_FILE, 'credentials', io.home)
  const problems: string[] = []
  const config = sectionsOf(configFile, ignoredInConfig, problems)
  const credentials = sectionsOf(credentialsFile, ignoredInCredentials, problems)
  const bare = typed(config, 'plain').filter((section) => section.name === 'default')
  // `[profile default]` takes the place of `[default]` wherever the two stand.
  const configured = new Map([...merged(bare, configFile), ...merged(typed(config, 'profile'), configFile)])
  return {
    configFile,
    credentialsFile,
    profiles: overlaid(configured, merged(typed(credentials, 'plain'), credentialsFile)),
    ssoSessions: merged(typed(config, 'sso-session'), configFile),
    services: merged(typed(config, 'services'), configFile),
    problems,
  }
}

/** The text of a file; null where there is none; a MusterError that names it where it cannot be read. */
export function readTextFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    const reason = code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'permission denied' : code
    throw new MusterError(
      `Cannot read ${file}: ${reason}; make it a file that you may read.`,
      exitCodes.credentials,
      { cause: error },
    )
  }
}

function located(path: string | undefined, name: string, home: string): string {
  if (!path) return join(home, '.aws', name)
  return path.startsWith('~/') ? join(home, path.slice(2)) : path
}

function sectionsOf(
  file: string,
  ignored: (section: IniSection) => string | null,
  problems: string[],
): readonly IniSection[] {
  const text = readTextFile(file)
  if (text === null) return []
  const ini = readIni(text)
  const passedOver = ini.sections.map((section) => ({ line: section.line, message: ignored(section) }))
  for (const { line, message } of [...ini.problems, ...passedOver].toSorted((a, b) => a.line - b.line)) {
    if (message !== null) problems.push(`${file}:${line}: ${message}`)
  }
  // The SDK refuses the whole file for these names.
  const poisoned = ini.sections.find((section) => section.name === '__proto__')
  if (!poisoned) return ini.sections
  problems.push(`${file}:${poisoned.line}: '__proto__' cannot be a profile; the whole file is ignored`)
  return []
}

function typed(sections: readonly IniSection[], type: IniSection['type']): readonly IniSection[] {
  return sections.filter((section) => section.type === type)
}

/** Sections of one name become one, later keys winning; a section without keys is none to the SDK. */
function merged(sections: readonly IniSection[], file: string): Map<string, Section> {
  const byName = new Map<string, Section>()
  for (const section of sections) {
    const entries = section.entries.filter((entry) => entry.key !== '__proto__')
    if (section.entries.length === 0) continue
    const values = Object.fromEntries(entries.map((entry) => [entry.key, entry.value]))
    const earlier = byName.get(section.name)
    byName.set(
      section.name,
      earlier
        ? { ...earlier, values: { ...earlier.values, ...values } }
        : { values, file, line: section.line },
    )
  }
  return byName
}

function overlaid(under: ReadonlyMap<string, Section>, over: ReadonlyMap<string, Section>) {
  const all = new Map(under)
  for (const [name, section] of over) {
    const earlier = all.get(name)
    all.set(name, earlier ? { ...earlier, values: { ...earlier.values, ...section.values } } : section)
  }
  return all
}

/** Why a section of the config file is passed over; null for `default` and the AWS CLI's own sections. */
function ignoredInConfig(section: IniSection): string | null {
  if (section.type !== 'plain' && section.type !== 'unusable') return null
  if (['default', 'preview', 'plugins'].includes(section.name)) return null
  if (section.type === 'plain' && /^[\w@+.%:/-]+$/.test(section.name)) {
    return `[${section.name}] is ignored; write [profile ${section.name}]`
  }
  return `[${section.name}] is ignored: it is no [profile NAME], [sso-session NAME] or [services NAME]`
}

/** A profile's section in the credentials file is its name alone. */
function ignoredInCredentials(section: IniSection): string | null {
  if (section.type === 'plain') return null
  if (section.type === 'profile')
    return `[profile ${section.name}] is ignored; write [${section.name}] in this file`
  return `[${section.name}] is ignored: it is no [NAME] that a profile may have in this file`
}
