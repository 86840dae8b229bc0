import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, MusterError } from '../errors.ts'
import type { Io } from '../io.ts'
import { type IniSection, readIni } from './ini.ts'

export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
}

type Values = Readonly<Record<string, string>>

/** The keys of one section, merged from all its occurrences, and where the first one stands. */
export interface Section {
  readonly values: Values
  /** What of it stands in each file: the AWS CLI does not put an access key together from both. */
  readonly configValues: Values
  readonly credentialsValues: Values
  /** Where the value of each key stands that counts. */
  readonly places: Readonly<Record<string, Place>>
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

/** A file's path and text; null where there is none. */
export interface FileText {
  readonly path: string
  readonly text: string | null
}

/** Reads both files; a missing one is empty, one that cannot be read a MusterError that names it. */
export function readAwsFiles(io: Pick<Io, 'env' | 'home'>): AwsFiles {
  const { configFile, credentialsFile } = awsPaths(io)
  return awsFilesOf(
    { path: configFile, text: readTextFile(configFile) },
    { path: credentialsFile, text: readTextFile(credentialsFile) },
  )
}

/** Where the two files are, whether they exist or not. */
export function awsPaths({ env, home }: Pick<Io, 'env' | 'home'>) {
  return {
    configFile: located(env.AWS_CONFIG_FILE, 'config', home),
    credentialsFile: located(env.AWS_SHARED_CREDENTIALS_FILE, 'credentials', home),
  }
}

/** The sections that these texts hold. */
export function awsFilesOf(configText: FileText, credentialsText: FileText): AwsFiles {
  const problems: string[] = []
  const config = sectionsOf(configText, ignoredInConfig, problems).map(dotted)
  const credentials = sectionsOf(credentialsText, ignoredInCredentials, problems)
  const configFile = configText.path
  const credentialsFile = credentialsText.path
  const bare = typed(config, 'plain').filter((section) => section.name === 'default')
  const ofConfig = (sections: readonly IniSection[]) => merged(sections, configFile, 'config')
  // `[profile default]` takes the place of `[default]` wherever the two stand.
  const configured = new Map([...ofConfig(bare), ...ofConfig(typed(config, 'profile'))])
  return {
    configFile,
    credentialsFile,
    profiles: overlaid(configured, merged(typed(credentials, 'plain'), credentialsFile, 'credentials')),
    ssoSessions: ofConfig(typed(config, 'sso-session')),
    services: ofConfig(typed(config, 'services')),
    problems,
  }
}

/** The text of a file; null where there is none; a MusterError that names it where it cannot be read. */
export function readTextFile(file: string): string | null {
  return readBytes(file)?.toString('utf8') ?? null
}

/** The bytes of a file, as `readTextFile`. */
export function readBytes(file: string): Buffer | null {
  try {
    return readFileSync(file)
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
  { path: file, text }: FileText,
  ignored: (section: IniSection) => string | null,
  problems: string[],
): readonly IniSection[] {
  if (text === null) return []
  const ini = readIni(text)
  const passedOver = ini.sections.map((section) => ({ line: section.line, message: ignored(section) }))
  for (const { line, message } of [...ini.problems, ...passedOver].toSorted((a, b) => a.line - b.line)) {
    if (message !== null) problems.push(`${file}:${line}: ${message}`)
  }
  // The SDK refuses the whole file for these names, written in just this way.
  const poisoned = ini.sections.find((section) => /^(profile )?__proto__$/.test(section.header))
  // What every JavaScript object has is no profile that the SDK could find.
  if (!poisoned) return ini.sections.filter((section) => section.name !== '' && !(section.name in {}))
  problems.push(`${file}:${poisoned.line}: '__proto__' cannot be a profile; the whole file is ignored`)
  return []
}

/** The SDK joins type and name with a dot, and takes `[profile.NAME]` of the config file for `[profile NAME]`. */
function dotted(section: IniSection): IniSection {
  const [, type, name] = /^(profile|sso-session|services)\.(.+)$/s.exec(section.name) ?? []
  if (section.type !== 'plain' || name === undefined || name in {}) return section
  return { ...section, type: type as IniSection['type'], name }
}

function typed(sections: readonly IniSection[], type: IniSection['type']): readonly IniSection[] {
  return sections.filter((section) => section.type === type)
}

/** Sections of one name become one, later keys winning; a section without keys is none to the SDK. */
function merged(
  sections: readonly IniSection[],
  file: string,
  name: 'config' | 'credentials',
): Map<string, Section> {
  const byName = new Map<string, Section>()
  for (const section of sections) {
    const entries = section.entries.filter((entry) => entry.key !== '__proto__')
    if (section.entries.length === 0) continue
    const values = Object.fromEntries(entries.map((entry) => [entry.key, entry.value]))
    const own: Section = {
      values,
      configValues: name === 'config' ? values : {},
      credentialsValues: name === 'credentials' ? values : {},
      places: Object.fromEntries(entries.map((entry) => [entry.key, { file, line: entry.line }])),
      file,
      line: section.line,
    }
    byName.set(section.name, joined(byName.get(section.name), own))
  }
  return byName
}

function overlaid(under: ReadonlyMap<string, Section>, over: ReadonlyMap<string, Section>) {
  const all = new Map(under)
  for (const [name, section] of over) all.set(name, joined(all.get(name), section))
  return all
}

function joined(earlier: Section | undefined, later: Section): Section {
  if (!earlier) return later
  return {
    ...earlier,
    values: { ...earlier.values, ...later.values },
    configValues: { ...earlier.configValues, ...later.configValues },
    credentialsValues: { ...earlier.credentialsValues, ...later.credentialsValues },
    places: { ...earlier.places, ...later.places },
  }
}

/** Why a section of the config file is passed over; null for `default` and the AWS CLI's own sections. */
function ignoredInConfig(written: IniSection): string | null {
  const section = dotted(written)
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
