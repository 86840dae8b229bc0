import type { FileName, Placed, Reading, ReadSection } from '../config/aws-cli-reading.ts'
import type { Ini, IniSection } from './sdk-ini.ts'

/** The AWS SDK for JavaScript's own reading (`loadSharedConfigFiles` and `parseKnownFiles`). */
export function sdkReading(config: Ini, credentials: Ini): Reading {
  const configured = sectionsOf(config).map(dotted)
  const bare = typed(configured, 'plain').filter((section) => section.name === 'default')
  const ofConfig = (sections: readonly IniSection[]) => merged(sections, 'config')
  // `[profile default]` takes the place of `[default]` wherever the two stand.
  const profiles = new Map([...ofConfig(bare), ...ofConfig(typed(configured, 'profile'))])
  for (const [name, section] of merged(typed(sectionsOf(credentials), 'plain'), 'credentials')) {
    profiles.set(name, joined(profiles.get(name), section))
  }
  return {
    profiles,
    ssoSessions: ofConfig(typed(configured, 'sso-session')),
    services: ofConfig(typed(configured, 'services')),
  }
}

function sectionsOf({ sections }: Ini): readonly IniSection[] {
  // The SDK refuses the whole file for these names, written in just this way.
  if (sections.some((section) => /^(profile )?__proto__$/.test(section.header))) return []
  // What every JavaScript object has is no profile that the SDK could find.
  return sections.filter((section) => section.name !== '' && !(section.name in {}))
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

/** Sections of one name become one, later keys winning; the SDK passes over a section without keys. */
function merged(sections: readonly IniSection[], file: FileName): Map<string, ReadSection> {
  const byName = new Map<string, ReadSection>()
  for (const { name, line, entries } of sections) {
    if (entries.length === 0) continue
    const placed = entries
      .filter(({ key }) => key !== '__proto__')
      .map(({ key, value, line: at }): [string, Placed] => [key, { value, outer: key, file, line: at }])
    byName.set(name, joined(byName.get(name), { file, line, values: new Map(placed) }))
  }
  return byName
}

function joined(earlier: ReadSection | undefined, later: ReadSection): ReadSection {
  return earlier ? { ...earlier, values: new Map([...earlier.values, ...later.values]) } : later
}
