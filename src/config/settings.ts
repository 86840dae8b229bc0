import { join } from 'node:path'
import { type MusterError, usageError } from '../errors.ts'
import { ownFolder } from '../folders.ts'
import type { Io } from '../io.ts'
import { isObject } from '../json-object.ts'
import { defaultKind, describeUnknownKind, lookForKind } from '../kinds.ts'
import type { Fault, FaultClass, Scope } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { parseSpan } from '../time-span.ts'
import { readTextFile } from './aws-files.ts'
import { selectKinds } from './kind-words.ts'
import { makeGlobTest } from './patterns.ts'

/** A failure that the user knows and accepts. */
export interface AcceptedFault {
  /** A glob over `profile/region` and `account/region`, each also with `/kind`. */
  readonly scope: string
  readonly fault: FaultClass
}

export interface Settings {
  /** Patterns, as of --profile. */
  readonly profiles: readonly string[]
  /** Patterns, as of --region. */
  readonly regions: readonly string[]
  readonly kind: string
  /** What `muster sync` reads if no kind is named: names of kinds. */
  readonly kinds: readonly string[]
  /** How long an answer stays fresh, in ms; written as `15m`. */
  readonly fresh: number
  /** Role names, best first, for accounts that several profiles lead to. */
  readonly preferRoles: readonly string[]
  readonly accepted: readonly AcceptedFault[]
  readonly concurrency: number
  readonly pageSize: number | null
  /** How long resources that AWS no longer gives are kept, in ms; written as `30d`. */
  readonly keepGone: number
  /** How many megabytes of them at most. */
  readonly keepGoneMegabytes: number
  /** How often the screen reads again by itself, in ms, written as `5m`; null for only when it is asked. */
  readonly every: number | null
  /** The colours of the screen; null for the terminal's own. */
  readonly theme: ThemeName | null
  /** Whether the screen asks the terminal for the mouse. */
  readonly mouse: boolean
}

/** The colours that the screen can have. */
export const themeNames = ['terminal', 'dark', 'light', 'high-contrast', 'none'] as const
export type ThemeName = (typeof themeNames)[number]

/** `$XDG_CONFIG_HOME/muster`, or `~/.config/muster`. */
export function settingsFolder(io: Pick<Io, 'env' | 'home'>): string {
  return ownFolder('config', io)
}

/** The settings of `config.json` in the settings folder; the defaults if there is no such file. */
export function readSettings(io: Pick<Io, 'env' | 'home' | 'debug'>): Settings {
  const file = settingsFile(io)
  return parseSettings(readSettingsText(file, io).value, file)
}

export function settingsFile(io: Pick<Io, 'env' | 'home'>): string {
  return join(settingsFolder(io), 'config.json')
}

/** What a settings file holds: its text, null without a file, and its JSON, which is not looked at yet. */
export function readSettingsText(
  file: string,
  io: Pick<Io, 'debug'>,
): { readonly text: string | null; readonly value: unknown } {
  const text = readTextFile(file, io)
  return { text, value: text === null ? {} : parseJson(text, file) }
}

/** Checks what a settings file holds and fills in the defaults; usage errors name the file and the key. */
export function parseSettings(value: unknown, file: string): Settings {
  if (!isObject(value)) throw notAnObject(file)
  const unknown = Object.keys(value).find((key) => key !== schemaKey && !isSettingName(key))
  if (unknown !== undefined) throw unknownSetting(unknown, file)
  const readSetting = <Key extends keyof Settings>(key: Key): Settings[Key] =>
    readValue(key, Object.hasOwn(value, key) ? value[key] : undefined, file)
  return {
    profiles: readSetting('profiles'),
    regions: readSetting('regions'),
    kind: readSetting('kind'),
    kinds: value.kinds === undefined ? [readSetting('kind')] : readSetting('kinds'),
    fresh: readSetting('fresh'),
    preferRoles: readSetting('preferRoles'),
    accepted: readSetting('accepted'),
    concurrency: readSetting('concurrency'),
    pageSize: readSetting('pageSize'),
    keepGone: readSetting('keepGone'),
    keepGoneMegabytes: readSetting('keepGoneMegabytes'),
    every: readSetting('every'),
    theme: readSetting('theme'),
    mouse: readSetting('mouse'),
  }
}

/** A file may name the schema that editors check it by. */
export const schemaKey = '$schema'

export function isSettingName(key: string): key is keyof Settings {
  return Object.hasOwn(readers, key)
}

/** A value as a settings file writes it, read; the default for undefined. A usage error names the file and the key. */
export function readValue<Key extends keyof Settings>(key: Key, value: unknown, file: string): Settings[Key] {
  if (value === undefined) return defaults[key]
  return readers[key](value, (must) => settingError(file, key, `must be ${must}.`))
}

export function notAnObject(file: string): MusterError {
  return usageError(`${file} must hold one JSON object, such as {"regions": ["*"]}.`)
}

/** A usage error with the nearest setting. `place`: the file that names it, or the command. */
export function unknownSetting(key: string, place: string): MusterError {
  return settingError(place, key, `is no setting; ${suggestSetting(key, Object.keys(readers))}`)
}

/** Whether the settings accept this fault of this scope. */
export function isAccepted(accepted: readonly AcceptedFault[], scope: Scope, fault: Fault): boolean {
  const owners = scope.account === null ? [scope.profile] : [scope.profile, scope.account]
  // A scope whose region is not known yet fails for all regions: only a glob that takes any region accepts it.
  const names = owners.map((owner) => `${owner}/${scope.region ?? ''}`)
  const candidates = [...names, ...names.map((name) => `${name}/${scope.kind}`)]
  return accepted.some((each) => each.fault === fault.class && candidates.some(makeGlobTest(each.scope)))
}

/** The least and the most of numbers that settings and options share. */
export const bounds = {
  concurrency: [1, 256],
  pageSize: [1, 1000],
  keepGoneMegabytes: [0, 100_000],
} as const

/** The shortest time after which the screen reads again by itself, in ms. */
export const leastEvery = 10_000

/**
 * EC2 limits each account and region by itself, and a sync makes no more than four calls at once in one of them. What
 * all share is STS, which takes 600 calls a second from an account and region (IAM User Guide, STS quotas): 64 at once
 * stay below it where a call takes more than 107 ms. A page of 1,000 instances is 5 MB.
 */
const defaultConcurrency = 64

const defaults: Settings = {
  profiles: [],
  regions: [],
  kind: defaultKind.name,
  kinds: [defaultKind.name],
  fresh: 15 * 60_000,
  preferRoles: [],
  accepted: [],
  concurrency: defaultConcurrency,
  pageSize: null,
  keepGone: 30 * 86_400_000,
  keepGoneMegabytes: 100,
  every: null,
  theme: null,
  mouse: true,
}

/** The names of all settings, in the order of the reference. */
export const settingNames = Object.keys(defaults) as readonly (keyof Settings)[]

/** Defaults that a file writes in another form than the program works with. */
export const writtenDefaults = { fresh: '15m', keepGone: '30d' } as const

type Fail = (must: string) => MusterError
type Readers = { readonly [Key in keyof Settings]: (value: unknown, fail: Fail) => Settings[Key] }

const readers: Readers = {
  profiles: parseStrings,
  regions: parseStrings,
  kind(value, fail) {
    if (typeof value !== 'string') throw fail(`the name of a kind, such as "${defaultKind.name}"`)
    if (lookForKind(value)) return value
    throw fail(`the name of a kind. ${describeUnknownKind(value).replace(/\.$/, '')}`)
  },
  kinds(value, fail) {
    const words = parseStrings(value, fail)
    try {
      const chosen = selectKinds(words).map(({ name }) => name)
      if (chosen.length > 0) return chosen
    } catch (error) {
      if (error instanceof Error)
        throw fail(`a list of kinds, globs or groups (${error.message.replace(/\.$/, '')})`)
    }
    throw fail('a list of kinds, globs or groups, such as ["compute", "vpc*"]')
  },
  fresh: parseMilliseconds,
  keepGone: parseMilliseconds,
  keepGoneMegabytes: (value, fail) => parseWholeNumber(value, ...bounds.keepGoneMegabytes, fail),
  every(value, fail) {
    if (value === null) return null
    const span = parseMilliseconds(value, fail)
    if (span >= leastEvery) return span
    throw fail(`${leastEvery / 1000}s or more`)
  },
  theme(value, fail) {
    const theme = themeNames.find((name) => name === value)
    if (theme) return theme
    throw fail(`one of ${themeNames.map((name) => `"${name}"`).join(', ')}`)
  },
  mouse(value, fail) {
    if (typeof value === 'boolean') return value
    throw fail('true or false')
  },
  preferRoles: parseStrings,
  accepted(value, fail) {
    if (!Array.isArray(value)) throw fail('a list such as [{"scope": "old-*/*", "fault": "denied"}]')
    return value.map((each, index) => parseAccepted(each, (must) => fail(`${must} (entry ${index + 1})`)))
  },
  concurrency: (value, fail) => parseWholeNumber(value, ...bounds.concurrency, fail),
  pageSize: (value, fail) => (value === null ? null : parseWholeNumber(value, ...bounds.pageSize, fail)),
}

/** Every class: the compiler reports one that is missing. */
export const faultClasses: Readonly<Record<FaultClass, true>> = {
  credentials: true,
  denied: true,
  'denied-by-policy': true,
  throttled: true,
  network: true,
  malformed: true,
  'not-covered': true,
  clock: true,
  configuration: true,
  bug: true,
}

function parseAccepted(value: unknown, fail: Fail): AcceptedFault {
  if (!isObject(value) || Object.keys(value).some((key) => key !== 'scope' && key !== 'fault')) {
    throw fail('objects of "scope" and "fault" only')
  }
  const { scope, fault } = value
  if (typeof scope !== 'string' || !scope.includes('/'))
    throw fail(`given a scope such as "old-*/*" or "*/*/${defaultKind.name}"`)
  if (!isFaultClass(fault)) throw fail(`given a fault out of: ${Object.keys(faultClasses).join(', ')}`)
  return { scope, fault }
}

function isFaultClass(value: unknown): value is FaultClass {
  return typeof value === 'string' && Object.hasOwn(faultClasses, value)
}

function parseMilliseconds(value: unknown, fail: Fail): number {
  const span = typeof value === 'string' ? parseSpan(value) : null
  if (span === null) throw fail('a time such as "90s", "15m", "2h" or "1d12h"')
  return span
}

function parseStrings(value: unknown, fail: Fail): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '')) return value
  throw fail('a list of texts, such as ["prod-*"]')
}

function parseWholeNumber(value: unknown, min: number, max: number, fail: Fail): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw fail(`a whole number from ${min} to ${max}`)
}

function settingError(file: string, key: string, what: string): MusterError {
  return usageError(`${file}: "${key}" ${what}`)
}

function suggestSetting(key: string, known: readonly string[]): string {
  const near = findNearest(key, known)
  return near === null ? `the settings are: ${known.join(', ')}.` : `did you mean "${near}"?`
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError(`${file} is not JSON (${reason}); correct it or delete it.`, error)
  }
}
