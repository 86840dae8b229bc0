import type { ConfigReading, ReadSection } from '../config/aws-cli-reading.ts'
import type { FileName, PlacedValue } from '../config/python-ini.ts'
import type { Ini, IniSection } from './sdk-ini.ts'

/** The AWS SDK for JavaScript's own reading (`loadSharedConfigFiles` and `parseKnownFiles`). */
export function readAsSdk(config: Ini, credentials: Ini): ConfigReading {
  const configured = sectionsOf(config).map(splitDottedName)
  const bare = sectionsOfType(configured, 'plain').filter((section) => section.name === 'default')
  const ofConfig = (sections: readonly IniSection[]) => mergeSections(sections, 'config')
  // `[profile default]` takes the place of `[default]` wherever the two stand.
  const profiles = new Map([...ofConfig(bare), ...ofConfig(sectionsOfType(configured, 'profile'))])
  for (const [name, section] of mergeSections(
    sectionsOfType(sectionsOf(credentials), 'plain'),
    'credentials',
  )) {
    profiles.set(name, joinSections(profiles.get(name), section))
  }
  return {
    profiles,
    ssoSessions: ofConfig(sectionsOfType(configured, 'sso-session')),
    services: ofConfig(sectionsOfType(configured, 'services')),
  }
}

function sectionsOf({ sections }: Ini): readonly IniSection[] {
  // The SDK refuses the whole file for these names, written in just this way.
  if (sections.some((section) => /^(profile )?__proto__$/.test(section.header))) return []
  // The SDK cannot find a profile named like a member of every JavaScript object.
  return sections.filter((section) => section.name !== '' && !(section.name in {}))
}

/** The SDK joins type and name with a dot, and takes `[profile.NAME]` of the config file for `[profile NAME]`. */
function splitDottedName(section: IniSection): IniSection {
  const [, type, name] = /^(profile|sso-session|services)\.(.+)$/s.exec(section.name) ?? []
  if (section.type !== 'plain' || name === undefined || name in {}) return section
  return { ...section, type: type as IniSection['type'], name }
}

function sectionsOfType(sections: readonly IniSection[], type: IniSection['type']): readonly IniSection[] {
  return sections.filter((section) => section.type === type)
}

/** Sections of one name become one, later keys winning; the SDK passes over a section without keys. */
function mergeSections(sections: readonly IniSection[], file: FileName): Map<string, ReadSection> {
  const byName = new Map<string, ReadSection>()
  for (const { name, line, entries } of sections) {
    if (entries.length === 0) continue
    const placed = entries
      .filter(({ key }) => key !== '__proto__')
      .map(({ key, value, line: at }): [string, PlacedValue] => [key, { value, outer: key, file, line: at }])
    byName.set(name, joinSections(byName.get(name), { file, line, values: new Map(placed) }))
  }
  return byName
}

function joinSections(earlier: ReadSection | undefined, later: ReadSection): ReadSection {
  return earlier ? { ...earlier, values: new Map([...earlier.values, ...later.values]) } : later
}
