import { existsSync } from 'node:fs'
import { readAwsFiles } from '../../config/aws-files.ts'
import { sketchProfiles } from '../../config/profile-sketches.ts'
import { knownRegions } from '../../config/region-names.ts'
import { settingNames } from '../../config/settings.ts'
import { ssoSessionsOf } from '../../config/sso-sessions.ts'
import type { Io } from '../../io.ts'
import { areas } from '../../kinds/areas.ts'
import { listKindNames } from '../../kinds.ts'
import { fileFormats, printedFormats } from '../../output/format-names.ts'
import { lakeFormats } from '../lake/lake-paths.ts'
import { type Candidate, cacheFileOf, isDemo, orNothing, type TypedLine } from './asked-line.ts'
import { settingValues, type ValueSource } from './option-values.ts'

/** What a source offers for a value of which `last` is typed, as whole values. */
export async function candidatesFrom(
  source: Exclude<ValueSource, null | 'files'>,
  last: string,
  line: TypedLine,
  io: Io,
): Promise<readonly Candidate[]> {
  if (typeof source !== 'string') return plain(source)
  switch (source) {
    case 'profiles':
      return inList(last, await profilesOf(line, io))
    case 'regions':
      return inList(last, await regionsOf(line, io))
    case 'accounts':
      return inList(last, await accountsOf(line, io))
    case 'kinds':
      return inList(last, kindNames())
    case 'columns':
      return inList(last, (await load()).columnsOf(last, line, io))
    case 'number columns':
      return (await load()).columnsOf('', line, io).filter(({ about }) => about === 'number')
    case 'conditions':
      return (await load()).conditionsOf(last, line, io)
    case 'parameters':
      return (await load()).parametersOf(line, io)
    case 'queries':
      return (await load()).savedQueries(io)
    case 'formats':
      return plain(formatsOf(line))
    case 'ids and names':
      return (await load()).idsAndNames(last, line, io)
    case 'settings':
      return plain(settingNames)
    case 'values of a setting':
      return valuesOfSetting(last, line, io)
    case 'SSO sessions':
      return orNothing(() => ssoSessionsOf(readAwsFiles(io).ssoSessions)).map(({ name }) => ({
        value: name ?? '',
        about: null,
      }))
  }
}

function plain(values: readonly string[]): readonly Candidate[] {
  return values.map((value) => ({ value, about: null }))
}

/** In a comma list the words before the last one stay, and so does what stands before its name: `!` or `+`. */
function inList(last: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const [kept = ''] = /^(?:.*,)?[!+]?/s.exec(last) ?? []
  if (kept === '') return candidates
  const taken = kept.split(',').map((word) => word.replace(/^[!+]/, ''))
  return candidates
    .filter(({ value }) => !taken.includes(value))
    .map(({ value, about }) => ({ value: `${kept}${value}`, about }))
}

async function load() {
  return (await import('./inventory-candidates.ts')).inventory
}

/** Null if there is no cache: then what reads it is not even loaded. */
async function loadForCache(line: TypedLine, io: Io) {
  return existsSync(cacheFileOf(line, io)) ? load() : null
}

async function profilesOf(line: TypedLine, io: Io): Promise<readonly Candidate[]> {
  if (isDemo(line)) return plain((await loadForCache(line, io))?.profilesOf(line, io) ?? [])
  return orNothing(() => sketchProfiles(io)).flatMap(({ name, kind }) =>
    kind === 'none' ? [] : [{ value: name, about: kind }],
  )
}

async function regionsOf(line: TypedLine, io: Io): Promise<readonly Candidate[]> {
  const cached = (await loadForCache(line, io))?.regionsOf(line, io) ?? []
  const others = knownRegions.filter((region) => !cached.includes(region))
  return [
    ...cached.map((value) => ({ value, about: 'in the cache' })),
    ...others.map((value) => ({ value, about: null })),
  ]
}

/** A tree has formats of its own, and a file has more of them than what is printed. */
function formatsOf({ command, values }: TypedLine): readonly string[] {
  if (values.has('--partition')) return lakeFormats
  return command === 'export' ? fileFormats : printedFormats
}

/** Those of the setting whose name stands before the word. */
async function valuesOfSetting(last: string, line: TypedLine, io: Io): Promise<readonly Candidate[]> {
  const name = settingNames.find((each) => each === line.words.at(-1))
  const source = name === undefined ? null : settingValues[name]
  return source === null || source === 'files' ? [] : candidatesFrom(source, last, line, io)
}

/** Ids with their names, and the names: those in the cache, and those that profiles declare. */
async function accountsOf(line: TypedLine, io: Io): Promise<readonly Candidate[]> {
  const cached = (await loadForCache(line, io))?.accountsOf(line, io) ?? []
  const ids = new Map(cached)
  const profiles = isDemo(line) ? [] : orNothing(() => sketchProfiles(io))
  for (const { account, name } of profiles) if (account !== null && !ids.has(account)) ids.set(account, name)
  return [
    ...Array.from(ids, ([value, about]) => ({ value, about })),
    ...cached.flatMap(([id, name]) => (name === null ? [] : [{ value: name, about: id }])),
  ]
}

function kindNames(): readonly Candidate[] {
  return [
    ...Object.entries(areas).map(([value, about]) => ({ value, about })),
    { value: 'all', about: 'every kind' },
    ...listKindNames().map((value) => ({ value, about: null })),
  ]
}
