import { beforeAll, describe, expect, test } from 'vitest'
import type { ConfigReading } from '../../src/config/aws-cli-reading.ts'
import { type Checkup, checkUp } from '../../src/doctor/checkup.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { unlikeReadings } from '../../src/doctor/rules/reading-rules.ts'
import { examine, explainingCodes } from '../../src/doctor/rules.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { awsCli1, awsCli2 } from '../output/aws-formatters.ts'
import { realistic } from './configs.ts'
import { documents, fixAll } from './fixing.ts'
import { mutate } from './mutations.ts'
import { askAwsCli, askSdk, type Files, type Read } from './readers.ts'

const seed = Number(process.env.DOCTOR_SEED ?? 1)
const dice = random(seed)
const cases: readonly Files[] = Array.from({ length: casesOf(2000) }, () =>
  mutate(pickFrom(realistic, dice), dice),
)
const checkups = cases.map(checkFiles)
let findings: readonly (readonly Finding[])[]
let sdk: readonly Read[]
beforeAll(async () => {
  sdk = await askSdk(cases)
  findings = checkups.map(examine)
})

describe(`${counted(cases.length)} files that were damaged`, () => {
  test('are read by the doctor as the SDK reads them', () => {
    for (const [index, { sdk: ours }] of checkups.entries()) {
      const theirs = sdk[index] as Read
      const read = { ...theirs, profiles: withoutTyped(theirs.profiles) }
      expect(plain(ours), show(cases[index] as Files)).toEqual(read)
    }
  })

  test('are fixed step by step, to an end, and no byte is touched that no fix names', () => {
    for (const files of cases.slice(0, casesOf(700))) fixAll(documents(files))
  })
})

describe.each([
  ['1', awsCli1],
  ['2', awsCli2],
])('beside the AWS CLI v%s (skipped where its Python cannot be asked)', (version, cli) => {
  if (cli === null) process.stderr.write(`SKIPPED: damaged files beside the AWS CLI v${version}.\n`)
  let awsCli: readonly (Read | null)[]
  beforeAll(() => {
    awsCli = cli === null ? [] : askAwsCli(cli, cases)
  })

  test.skipIf(cli === null)('the doctor reads what the AWS CLI reads, and refuses what it refuses', () => {
    for (const [index, checkup] of checkups.entries()) {
      const theirs = awsCli[index] ?? null
      const what = show(cases[index] as Files)
      expect(isRefused(checkup), what).toBe(theirs === null)
      // Version 2.9 knows no services sections.
      if (theirs !== null)
        expect(plain(checkup.awsCli), what).toEqual({ ...theirs, services: servicesOf(checkup, theirs) })
    }
  })

  test.skipIf(cli === null)('the doctor is never silent where the SDK and the AWS CLI disagree', () => {
    let disagreements = 0
    for (const [index, files] of cases.entries()) {
      const checkup = checkups[index] as Checkup
      const found = findings[index] ?? []
      const theirs = awsCli[index] ?? null
      if (theirs === null) {
        const failing = [checkup.config, checkup.credentials].flatMap(({ name, python }) =>
          python.failures.map(({ line }) => `${name}:${line}`),
        )
        const reported = found.filter(({ severity }) => severity === 'error').map(placeOf)
        expect(reported, show(files)).toEqual(expect.arrayContaining(failing.slice(0, 1)))
        disagreements++
        continue
      }
      for (const { name, key } of unlike(sdk[index] as Read, theirs)) {
        disagreements++
        const lines = placesOf(checkup, name, key)
        const reported = found
          .filter(({ code }) => explainingCodes.has(code) || code === unlikeReadings)
          .map(placeOf)
          .some((place) => lines.includes(place))
        expect(reported, `${name} ${key} in ${show(files)}`).toBe(true)
      }
    }
    // A fuzz that damages nothing would prove nothing.
    expect(disagreements).toBeGreaterThan(cases.length / 4)
  })
})

function checkFiles(files: Files): Checkup {
  const { config, credentials } = documents(files)
  return checkUp(config, credentials, {})
}

function isRefused({ config, credentials }: Checkup): boolean {
  return config.python.failures.length + credentials.python.failures.length > 0
}

function plain(reading: ConfigReading): Read {
  const sections = (of: ConfigReading['profiles']) =>
    Object.fromEntries(
      [...of].map(([name, { values }]) => [
        name,
        Object.fromEntries([...values].map(([key, { value }]) => [key, value])),
      ]),
    )
  return {
    profiles: sections(reading.profiles),
    ssoSessions: sections(reading.ssoSessions),
    services: sections(reading.services),
  }
}

function servicesOf(checkup: Checkup, theirs: Read) {
  return Object.keys(theirs.services).length === 0 ? plain(checkup.awsCli).services : theirs.services
}

/** A header with a type in the credentials file is a profile that nobody means: muster leaves it out. */
function withoutTyped<T>(profiles: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(profiles).filter(([name]) => !/^(profile|sso-session|services)\./.test(name)),
  )
}

/** Keys of profiles that the two read differently. */
function unlike(one: Read, other: Read): { name: string; key: string }[] {
  const names = new Set([...Object.keys(one.profiles), ...Object.keys(other.profiles)])
  return [...names].flatMap((name) => {
    const ours = new Map(Object.entries(own(one.profiles, name)))
    const theirs = new Map(Object.entries(own(other.profiles, name)))
    const keys = new Set([...ours.keys(), ...theirs.keys()])
    return [...keys].filter((key) => ours.get(key) !== theirs.get(key)).map((key) => ({ name, key }))
  })
}

/** A profile named `constructor` is not what every object has under this name. */
function own(profiles: Read['profiles'], name: string): Read['profiles'][string] {
  return Object.hasOwn(profiles, name) ? (profiles[name] ?? {}) : {}
}

/** The lines of a key, and of the heads of the sections that it may stand in. */
function placesOf(checkup: Checkup, name: string, key: string): string[] {
  const bare = name.replace(/^profile[. ]/, '')
  const names = [name, bare, `profile ${bare}`]
  const sections = [checkup.sdk, checkup.awsCli].flatMap(({ profiles }) =>
    names.flatMap((each) => profiles.get(each) ?? []),
  )
  return sections.flatMap((section) => {
    const placed = section.values.get(key)
    if (!placed) return [placeOf(section)]
    const below = [...checkup[placed.file].python.continued].filter(([, above]) => above === placed.line)
    return [section, placed, ...below.map(([line]) => ({ file: placed.file, line }))].map(placeOf)
  })
}

function placeOf({ file, line }: { file: string; line: number | null }): string {
  return `${file}:${line}`
}

function show({ config, credentials }: Files): string {
  return `seed ${seed}: ${JSON.stringify(config.toString())} ${JSON.stringify(credentials.toString())}`
}
