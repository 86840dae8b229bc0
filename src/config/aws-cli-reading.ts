import { splitShellWords } from './python.ts'
import type { FileName, PlacedValue, PlacedValues, PythonIni, PythonSection } from './python-ini.ts'

/** A profile, sso-session or services section as one of the readers takes it. */
export interface ReadSection {
  readonly file: FileName
  readonly line: number
  readonly values: PlacedValues
}

/** What the keys of both files are to a reader; names are those of the profiles and sections. */
export interface ConfigReading {
  readonly profiles: ReadonlyMap<string, ReadSection>
  readonly ssoSessions: ReadonlyMap<string, ReadSection>
  readonly services: ReadonlyMap<string, ReadSection>
}

/** The same, with what each file alone says of a profile. */
export interface AwsCliReading extends ConfigReading {
  readonly configProfiles: ReadonlyMap<string, ReadSection>
  readonly credentialsProfiles: ReadonlyMap<string, ReadSection>
}

/**
 * The AWS CLI's own reading (botocore's `build_profile_map` and `Session.full_config`), as if the lines for which it
 * refuses a file were fixed: a later section of one name takes the place of the earlier, every section inherits
 * `[DEFAULT]`, and the credentials file's keys win.
 */
export function readAsAwsCli(config: PythonIni, credentials: PythonIni): AwsCliReading {
  const profiles = new Map<string, ReadSection>()
  const ssoSessions = new Map<string, ReadSection>()
  const services = new Map<string, ReadSection>()
  for (const section of config.sections) {
    const read = readSection(section, config, 'config')
    const { type, name } = headerOf(section.name)
    if (name === null) continue
    if (type === 'profile') profiles.set(name, read)
    else if (type === 'sso-session') ssoSessions.set(name, read)
    else if (type === 'services') services.set(name, read)
  }
  const configProfiles = new Map(profiles)
  const credentialsProfiles = new Map<string, ReadSection>()
  for (const section of credentials.sections) {
    const own = readSection(section, credentials, 'credentials')
    credentialsProfiles.set(section.name, own)
    const configSection = profiles.get(section.name)
    const outers = new Set([...section.values.values(), ...credentials.defaults.values()].map(outerOf))
    const remaining = [...(configSection?.values ?? [])].filter(([, { outer }]) => !outers.has(outer))
    profiles.set(section.name, { ...(configSection ?? own), values: new Map([...remaining, ...own.values]) })
  }
  return { profiles, ssoSessions, services, configProfiles, credentialsProfiles }
}

/** What a header of the config file is to the AWS CLI; name is null if it ignores the section. */
export function headerOf(header: string): {
  readonly type: HeaderType | null
  readonly name: string | null
} {
  if (header === 'default') return { type: 'profile', name: header }
  if (header.startsWith('profile ') && !/[\s"'\\]/.test(header.slice(8)) && header.length > 8)
    return { type: 'profile', name: header.slice(8) }
  const type = headerTypes.find((each) => header.startsWith(each))
  const words = type === undefined ? null : splitShellWords(header)
  return { type: type ?? null, name: words?.length === 2 ? (words[1] ?? null) : null }
}

const headerTypes = ['profile', 'sso-session', 'services'] as const
type HeaderType = (typeof headerTypes)[number]

function readSection({ line, values }: PythonSection, { defaults }: PythonIni, file: FileName): ReadSection {
  if (defaults.size === 0) return { file, line, values }
  // A key of the section hides the inherited one, whole: a nested section is one key.
  const own = new Set([...values.values()].map(outerOf))
  const inherited = [...defaults].filter(([, { outer }]) => !own.has(outer))
  return { file, line, values: new Map([...inherited, ...values]) }
}

function outerOf({ outer }: PlacedValue): string {
  return outer
}
