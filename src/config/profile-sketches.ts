import type { Io } from '../io.ts'
import { headerOf } from './aws-cli-reading.ts'
import { declaredAccountOf } from './aws-config.ts'
import { type AwsFiles, awsFilesOf, awsPaths, readTextFile } from './aws-files.ts'
import { kindOf, type ProfileKind, type ProfileSection } from './profile-sources.ts'
import { rstrip, splitKeyAndValue } from './python.ts'

/** What a list of profiles shows of each of them. */
export interface ProfileSketch {
  readonly name: string
  readonly kind: ProfileKind
  /** The account that the profile declares. */
  readonly account: string | null
}

/** The text of each section, its header included, by what stands in the header. */
type SectionTexts = ReadonlyMap<string, string>

/** A profile's sections in the two files; empty if it has none there. */
interface ProfileTexts {
  readonly config: string
  readonly credentials: string
}

/**
 * The profiles of ~/.aws in the order of `readAwsFiles`, and of each what that reads: for a shell that waits while
 * somebody types. Thousands of profiles are a few texts in which only account ids differ: each of these texts is read once.
 * Those with an indented line, and files that do not fall into sections as they stand, go to the reader that knows
 * everything. A MusterError names a file that cannot be read.
 */
export function sketchProfiles(io: Pick<Io, 'env' | 'home' | 'debug'>): readonly ProfileSketch[] {
  const { configFile, credentialsFile } = awsPaths(io)
  return sketchProfilesOf(readTextFile(configFile, io) ?? '', readTextFile(credentialsFile, io) ?? '')
}

/** The same of texts. */
export function sketchProfilesOf(config: string, credentials: string): readonly ProfileSketch[] {
  const inConfig = splitSections(config)
  const inCredentials = splitSections(credentials)
  if (inConfig === null || inCredentials === null) return sketchByReader(config, credentials)
  const others: string[] = []
  const profiles = new Map<string, ProfileTexts>()
  for (const [header, text] of inConfig) {
    const { type, name } = headerOf(header)
    // Of two headers with one name the later one holds.
    if (type === 'profile' && name !== null) profiles.set(name, { config: text, credentials: '' })
    else others.push(text)
  }
  for (const [name, text] of inCredentials)
    profiles.set(name, { config: profiles.get(name)?.config ?? '', credentials: text })
  const left: ProfileTexts[] = []
  const plain = new Set<string>()
  for (const [name, texts] of profiles) {
    if (isPlain(name, texts)) plain.add(name)
    else left.push(texts)
  }
  const files = readTexts(
    [...others, ...left.map((each) => each.config)].join(''),
    left.map((each) => each.credentials).join(''),
  )
  // Such a session says which account its profiles lead to, whatever they say themselves.
  const isOverruled = Array.from(files.ssoSessions.values()).some(({ values }) => 'sso_account_id' in values)
  if (isOverruled) return sketchByReader(config, credentials)
  const known: KnownTexts = new Map()
  const sketches: ProfileSketch[] = []
  for (const [name, texts] of profiles) {
    const section = files.profiles.get(name)
    if (plain.has(name)) sketches.push(sketchPlain(name, texts, files, known))
    else if (section) sketches.push(sketchOf(name, section, files))
  }
  return sketches
}

function sketchByReader(config: string, credentials: string): readonly ProfileSketch[] {
  const files = readTexts(config, credentials)
  return Array.from(files.profiles, ([name, section]) => sketchOf(name, section, files))
}

function sketchOf(name: string, section: ProfileSection, files: AwsFiles): ProfileSketch {
  return { name, kind: kindOf(section, false), account: declaredAccountOf(section, files) }
}

function readTexts(config: string, credentials: string): AwsFiles {
  return awsFilesOf({ path: 'config', text: config }, { path: 'credentials', text: credentials })
}
/** Texts without their account ids: the kind of such a profile, and where in its text its account stands. */
type KnownTexts = Map<string, { readonly kind: ProfileKind; readonly at: number | null }>

const accountIds = /\d{12}/g

function sketchPlain(
  name: string,
  { config, credentials }: ProfileTexts,
  files: AwsFiles,
  known: KnownTexts,
): ProfileSketch {
  const text = credentials === '' ? bodyOf(config) : `${bodyOf(config)}\0\0${bodyOf(credentials)}`
  const pattern = text.replaceAll(accountIds, '\0')
  let found = known.get(pattern)
  if (found === undefined) {
    found = learn(text, files)
    known.set(pattern, found)
  }
  const { kind, at } = found
  return { name, kind, account: at === null ? null : text.slice(at, at + 12) }
}

/** Reads the text with its account ids numbered: what comes out as the account says where the account stands. */
function learn(text: string, files: AwsFiles) {
  const places: number[] = []
  const numbered = text.replaceAll(accountIds, (_, at: number) =>
    String(places.push(at) - 1).padStart(12, '0'),
  )
  const [configValues = {}, credentialsValues = {}] = numbered.split('\0\0').map(readPlainValues)
  const values = { ...configValues, ...credentialsValues }
  const { kind, account } = sketchOf('', { values, configValues, credentialsValues }, files)
  return { kind, at: account === null ? null : (places[Number(account)] ?? null) }
}

/** What stands behind the header. */
function bodyOf(text: string): string {
  return text.slice(text.indexOf('\n', 1))
}

/** Whether no line is indented, as it may go on with the value above it, and no header decides whether the profile counts. */
function isPlain(name: string, { config, credentials }: ProfileTexts): boolean {
  if (config === '' && headerOf(name).type !== null) return false
  return !indented.test(config) && !indented.test(credentials)
}

const indented = /\n[^!-~\n]/

function readPlainValues(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const line of text.split('\n')) {
    const start = line[0]
    if (start === undefined || start === '#' || start === ';' || headerIn(line) !== null) continue
    const pair = splitKeyAndValue(rstrip(line))
    const key = pair?.key.toLowerCase() ?? ''
    if (pair && key !== '') values[key] = pair.value
  }
  return values
}

/**
 * Null if the text has to be read as a whole: an indented header may be part of the value above it, what stands in
 * `[DEFAULT]` holds for every section, a lone CR ends a line, and a NUL stands for an account id here.
 */
function splitSections(written: string): SectionTexts | null {
  const text = `\n${written.replaceAll('\r\n', '\n')}\n`
  if (/\r|\0|\n[^!-~\n]+\[/.test(text)) return null
  const sections = new Map<string, string>()
  let name = ''
  let begin = 0
  const close = (end: number) => {
    if (name !== '') sections.set(name, `${sections.get(name) ?? ''}${text.slice(begin, end)}`)
  }
  for (let at = text.indexOf('\n['); at >= 0; at = text.indexOf('\n[', at + 1)) {
    const header = headerIn(text.slice(at + 1, text.indexOf('\n', at + 1)))
    if (header === null) continue
    close(at)
    name = header
    begin = at
  }
  close(text.length)
  return sections.has('DEFAULT') ? null : sections
}

/** What stands in the header; null if the line is not one. */
function headerIn(line: string): string | null {
  const end = line.lastIndexOf(']')
  return line.startsWith('[') && end > 1 ? line.slice(1, end) : null
}
