import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, MusterError } from '../errors.ts'
import type { Io } from '../io.ts'
import { type AwsCliReading, headerOf, type ReadSection, readAsAwsCli } from './aws-cli-reading.ts'
import { expandPath } from './paths.ts'
import {
  type FileName,
  type PlacedValues,
  type PythonFailure,
  type PythonIni,
  readPythonIni,
} from './python-ini.ts'

type Values = Readonly<Record<string, string>>

/** The keys of one section, merged over both files, and where the first of them stands. */
export interface MergedSection {
  readonly values: Values
  /** What of it stands in each file: the AWS CLI does not put an access key together from both. */
  readonly configValues: Values
  readonly credentialsValues: Values
  /** Where each value stands, in the files of these paths. */
  readonly places: PlacedValues
  readonly paths: Readonly<Record<FileName, string>>
  readonly file: string
  readonly line: number
}

/** The sections of ~/.aws/config and ~/.aws/credentials by name, as the AWS CLI takes them. */
export interface AwsFiles {
  readonly configFile: string
  readonly credentialsFile: string
  /** Merged over both files, credentials winning; those of the config file first. */
  readonly profiles: ReadonlyMap<string, MergedSection>
  readonly ssoSessions: ReadonlyMap<string, MergedSection>
  readonly services: ReadonlyMap<string, MergedSection>
  /** Lines and sections that are ignored, or make the AWS CLI refuse the file, as `file:line: what is wrong`. */
  readonly problems: readonly string[]
}

/** A file's path and text; the text is null if there is no file. */
export interface FileText {
  readonly path: string
  readonly text: string | null
  /** False if some bytes are not UTF-8. */
  readonly isUtf8?: boolean
}

/** Reads both files; a missing one is empty, one that cannot be read a MusterError that names it. */
export function readAwsFiles(io: Pick<Io, 'env' | 'home' | 'debug'>): AwsFiles {
  const { configFile, credentialsFile } = awsPaths(io)
  return awsFilesOf(
    fileTextOf(configFile, readBytes(configFile, io)),
    fileTextOf(credentialsFile, readBytes(credentialsFile, io)),
  )
}

/** A file's text, made from its bytes; null if there is no file. */
export function fileTextOf(path: string, bytes: Buffer | null): FileText {
  return { path, text: bytes?.toString('utf8') ?? null, isUtf8: bytes === null || isUtf8(bytes) }
}

/** Where the two files are, whether they exist or not. */
export function awsPaths(io: Pick<Io, 'env' | 'home'>) {
  const { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials } = io.env
  return {
    configFile: config ? expandPath(config, io) : join(io.home, '.aws', 'config'),
    credentialsFile: credentials ? expandPath(credentials, io) : join(io.home, '.aws', 'credentials'),
  }
}

/** The sections that these texts hold. A file that the AWS CLI refuses is read as if its bad lines were not there. */
export function awsFilesOf(configText: FileText, credentialsText: FileText): AwsFiles {
  const config = readPythonIni(configText.text ?? '', 'config')
  const credentials = readPythonIni(credentialsText.text ?? '', 'credentials')
  const reading = readAsAwsCli(config, credentials)
  const paths = { config: configText.path, credentials: credentialsText.path }
  const sectionsOf = (of: ReadonlyMap<string, ReadSection>) =>
    new Map([...of].map(([name, section]) => [name, sectionOf(section, name, reading, paths)]))
  const profiles = sectionsOf(reading.profiles)
  for (const name of profiles.keys()) {
    if (!reading.configProfiles.has(name) && whyIgnoredInCredentials(name) !== null) profiles.delete(name)
  }
  return {
    configFile: paths.config,
    credentialsFile: paths.credentials,
    profiles,
    ssoSessions: sectionsOf(reading.ssoSessions),
    services: sectionsOf(reading.services),
    problems: [
      ...problemsOf(configText, config, isAllRead(reading, config) ? () => null : whyIgnoredInConfig),
      ...problemsOf(credentialsText, credentials, whyIgnoredInCredentials),
    ],
  }
}

/** Whether no section of the config file is passed over, or hidden by a later one. */
function isAllRead(
  { configProfiles, ssoSessions, services }: AwsCliReading,
  { sections }: PythonIni,
): boolean {
  return configProfiles.size + ssoSessions.size + services.size === sections.length
}

/** The text of a file; null if there is no file. A MusterError names a file that cannot be read. */
export function readTextFile(file: string, io: Pick<Io, 'debug'> = {}): string | null {
  return readBytes(file, io)?.toString('utf8') ?? null
}

/** The bytes of a file, as `readTextFile`. */
export function readBytes(file: string, { debug }: Pick<Io, 'debug'> = {}): Buffer | null {
  try {
    const bytes = readFileSync(file)
    debug?.write('config', `read ${file}: ${bytes.length} bytes`)
    return bytes
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    debug?.write('config', `did not read ${file}: ${code}`)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    const reason = reasons[code] ?? code
    throw new MusterError(
      `Cannot read ${shortenPath(file)}: ${reason}; make it a file that you may read.`,
      exitCodes.credentials,
      { cause: error },
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ENAMETOOLONG: 'the path is too long',
}

function shortenPath(path: string): string {
  return path.length > 300 ? `${path.slice(0, 299)}…` : path
}

function sectionOf(
  section: ReadSection,
  name: string,
  { configProfiles, credentialsProfiles }: AwsCliReading,
  paths: MergedSection['paths'],
): MergedSection {
  const values = valuesOf(section)
  const valuesIn = (of: ReadonlyMap<string, ReadSection>) => {
    const found = of.get(name)
    return found === section ? values : valuesOf(found)
  }
  return {
    values,
    configValues: valuesIn(configProfiles),
    credentialsValues: valuesIn(credentialsProfiles),
    places: section.values,
    paths,
    file: paths[section.file],
    line: section.line,
  }
}

function valuesOf(section: ReadSection | undefined): Values {
  if (section === undefined) return none
  const values: Record<string, string> = {}
  for (const [key, placed] of section.values) if (key !== '__proto__') values[key] = placed.value
  return values
}

const none: Values = {}

function problemsOf(
  { path, text, isUtf8 }: FileText,
  { sections, failures }: PythonIni,
  ignored: (header: string) => string | null,
): readonly string[] {
  const passedOver = sections.flatMap(({ name, line }) => {
    const message = ignored(name)
    return message === null ? [] : [{ line, message }]
  })
  if (failures.length === 0 && passedOver.length === 0 && isUtf8 !== false) return []
  const lines = (text ?? '').split('\n')
  const odd = lines.findIndex((each) => each.includes('\ufffd')) + 1
  const all = isUtf8 === false ? [...failures, { line: odd, why: 'not-utf8' as const }] : failures
  const refused = all.map(({ line, why }) => ({
    line,
    message: `${/^\s*\[[^\]]*$/.test(lines[line - 1] ?? '') ? unclosed : failureTexts[why]}; the AWS CLI refuses the file`,
  }))
  return [...refused, ...passedOver]
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => `${path}:${line}: ${message}`)
}

const unclosed = 'the section header has no closing bracket'

/** What is wrong with a line for which the AWS CLI refuses the whole file. */
const failureTexts: Readonly<Record<PythonFailure, string>> = {
  'byte-order-mark': 'the file begins with a byte order mark',
  'not-utf8': 'the line holds bytes that are not UTF-8',
  'no-section': 'the line stands before the first section',
  'duplicate-section': 'the section stands twice',
  'duplicate-key': 'the key stands twice in its section',
  'no-key-and-value': 'the line is not "key = value"',
  'nested-without-value': 'the line is not "key = value"',
}

/** Why a section of the config file is passed over; null for `default` and the AWS CLI's own sections. */
function whyIgnoredInConfig(header: string): string | null {
  if (headerOf(header).name !== null || ['preview', 'plugins'].includes(header)) return null
  if (/^[\w@+.%:/-]+$/.test(header)) return `[${header}] is ignored; write [profile ${header}]`
  return `[${header}] is ignored: it is not a [profile NAME], [sso-session NAME] or [services NAME]`
}

/** A profile's section in the credentials file is its name alone. */
function whyIgnoredInCredentials(header: string): string | null {
  const { type, name } = headerOf(header)
  if (header === 'default' || type === null || name === null) return null
  if (type === 'profile') return `[${header}] is ignored; write [${name}] in this file`
  return `[${header}] is ignored: it belongs in the config file`
}
