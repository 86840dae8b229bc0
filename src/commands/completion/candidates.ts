import { join } from 'node:path'
import { findQueryFolders } from '../../app/context.ts'
import { declaredAccountOf } from '../../config/aws-config.ts'
import { readAwsFiles } from '../../config/aws-files.ts'
import { selectKinds } from '../../config/kind-words.ts'
import { kindOf } from '../../config/profile-sources.ts'
import { knownRegions } from '../../config/region-names.ts'
import { readSettings, settingNames } from '../../config/settings.ts'
import { ssoSessionsOf } from '../../config/sso-sessions.ts'
import { ownFolder } from '../../folders.ts'
import type { Io } from '../../io.ts'
import { areas } from '../../kinds/areas.ts'
import { kindsByPrefix } from '../../kinds/id-prefixes.ts'
import { nameColumnOf } from '../../kinds/name-column.ts'
import {
  columnNamesOf,
  defaultKind,
  findKind,
  listKindNames,
  lookForKind,
  originFields,
  typeOfColumn,
} from '../../kinds.ts'
import type { Kind } from '../../model.ts'
import { fileFormats, printedFormats } from '../../output/format-names.ts'
import { columnWord } from '../../query/column-list.ts'
import { formatParameters } from '../../query/parameters.ts'
import { readSavedFile, readSavedFiles, selectUsableQueries } from '../../query/saved.ts'
import {
  readCachedAccounts,
  readCachedProfiles,
  readCachedRegions,
  readSomeTagKeys,
} from '../../store/cached-names.ts'
import { readCachedWords, readHeldKindNames } from '../../store/cached-words.ts'
import { lakeFormats } from '../lake/lake-paths.ts'
import { settingValues, type ValueSource } from './option-values.ts'

/** A word that can stand at the cursor, and what it means. */
export interface Candidate {
  readonly value: string
  readonly about: string | null
}

/** What stands before the cursor: words, and options by their flags with all their values. */
export interface TypedLine {
  /** The command; null before one is typed, which means the screen or a query. */
  readonly command: string | null
  readonly words: readonly string[]
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** What a source offers for a value of which `last` is typed, as whole values. */
export function candidatesFrom(
  source: Exclude<ValueSource, null | 'files'>,
  last: string,
  line: TypedLine,
  io: Io,
): readonly Candidate[] {
  if (typeof source !== 'string') return plain(source)
  switch (source) {
    case 'profiles':
      return inList(last, profilesOf(line, io))
    case 'regions':
      return inList(last, regionsOf(line, io))
    case 'accounts':
      return inList(last, accountsOf(line, io))
    case 'kinds':
      return inList(last, kindNames())
    case 'columns':
      return inList(last, columnsOf(last, line, io))
    case 'number columns':
      return columnsOf('', line, io).filter(({ about }) => about === 'number')
    case 'conditions':
      return conditionsOf(last, line, io)
    case 'parameters':
      return parametersOf(line, io)
    case 'queries':
      return savedQueries(io)
    case 'formats':
      return plain(formatsOf(line))
    case 'ids and names':
      return idsAndNames(last, line, io)
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

function profilesOf(line: TypedLine, io: Io): readonly Candidate[] {
  if (isDemo(line)) return plain(orNothing(() => readCachedProfiles(cacheFileOf(line, io))))
  // Without their chains of roles, as for accounts.
  return orNothing(() => [...readAwsFiles(io).profiles]).flatMap(([value, section]) => {
    const kind = kindOf(section, false)
    return kind === 'none' ? [] : [{ value, about: kind }]
  })
}

function regionsOf(line: TypedLine, io: Io): readonly Candidate[] {
  const cached = orNothing(() => readCachedRegions(cacheFileOf(line, io)))
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

/**
 * Ids and names in the cache, of the kinds that the line is about. What was typed stands among them if they are not all:
 * a shell adds what all of them share.
 */
function idsAndNames(last: string, line: TypedLine, io: Io): readonly Candidate[] {
  const file = cacheFileOf(line, io)
  const held = new Set(orNothing(() => readHeldKindNames(file)))
  const forms = Object.entries(kindsByPrefix).filter(([, kind]) => held.has(kind))
  if (last === '') return forms.map(([form, kind]) => ({ value: `${form}-`, about: kind }))
  const given = line.values.get('--kind') ?? []
  const chosen =
    given.length > 0
      ? orNothing(() => selectKinds(given))
      : [...held].flatMap((name) => lookForKind(name) ?? [])
  const meantKinds = forms.filter(([form]) => last.startsWith(`${form}-`)).map(([, kind]) => kind)
  const kinds = chosen.map((kind) => ({
    kind: kind.name,
    hasIds: meantKinds.length === 0 || meantKinds.includes(kind.name),
    nameColumn: nameColumnOf(kind),
  }))
  const [found] = orNothing(() => [readCachedWords(file, last, kinds)])
  if (!found) return []
  const words = found.words.map(({ word, about }) => ({ value: word, about }))
  return found.isAll || words.length === 0 ? words : [...words, { value: last, about: 'and more' }]
}

/** Those of the setting whose name stands before the word. */
function valuesOfSetting(last: string, line: TypedLine, io: Io): readonly Candidate[] {
  const name = settingNames.find((each) => each === line.words.at(-1))
  const source = name === undefined ? null : settingValues[name]
  return source === null || source === 'files' ? [] : candidatesFrom(source, last, line, io)
}

/** Ids with their names, and the names: those in the cache, and those that profiles declare. */
function accountsOf(line: TypedLine, io: Io): readonly Candidate[] {
  const cached = orNothing(() => readCachedAccounts(cacheFileOf(line, io)))
  const ids = new Map(cached)
  const declared = isDemo(line) ? [] : orNothing(() => declaredAccounts(io))
  for (const [id, profile] of declared) if (!ids.has(id)) ids.set(id, profile)
  return [
    ...Array.from(ids, ([value, about]) => ({ value, about })),
    ...cached.flatMap(([id, name]) => (name === null ? [] : [{ value: name, about: id }])),
  ]
}

/** Each account of ~/.aws with a profile of it; without the chains of roles, which take 50 ms for 2,000 profiles. */
function declaredAccounts(io: Io): readonly (readonly [account: string, profile: string])[] {
  const files = readAwsFiles(io)
  return Array.from(files.profiles).flatMap(([profile, section]) => {
    const account = declaredAccountOf(section, files)
    return account === null ? [] : [[account, profile] as const]
  })
}

function kindNames(): readonly Candidate[] {
  return [
    ...Object.entries(areas).map(([value, about]) => ({ value, about })),
    { value: 'all', about: 'every kind' },
    ...listKindNames().map((value) => ({ value, about: null })),
  ]
}

/** The columns of the kinds that the line is about; keys of tags when one begins to be typed. */
function columnsOf(last: string, line: TypedLine, io: Io): readonly Candidate[] {
  const kinds = kindsOf(line, io)
  const [kind = defaultKind] = kinds
  const names = new Set([...kinds.flatMap(columnNamesOf), ...originFields])
  const named = [...names].map((name) => ({ value: name, about: typeOfColumn(name, kind) }))
  const isTag = /(^|,)\+?"?tag:[^,]*$/.test(last)
  if (!isTag) return [...named, { value: 'tag:', about: 'a tag by its key' }]
  return tagKeys(kind, line, io).map((key) => ({ value: columnWord(`tag:${key}`), about: 'tag' }))
}

/** The words of a filter stand behind blanks: the last one is completed. */
function conditionsOf(last: string, line: TypedLine, io: Io): readonly Candidate[] {
  const [kept = ''] = /^(?:.*\s)?!?/s.exec(last) ?? []
  const word = last.slice(kept.length)
  const [kind = defaultKind] = kindsOf(line, io)
  const [, column = ''] = /^([A-Za-z]+)=/.exec(word) ?? []
  const { state } = kind
  const found =
    state !== null && column.toLowerCase() === state.column.toLowerCase()
      ? Object.entries(state.meanings).map(([value, about]) => ({ value: `${column}=${value}`, about }))
      : word.startsWith('tag:')
        ? tagKeys(kind, line, io)
            .filter((key) => /^[^\s"'=]+$/.test(key))
            .map((key) => ({ value: `tag:${key}=`, about: 'tag' }))
        : [
            ...[...columnNamesOf(kind), ...originFields].map((name) => ({
              value: `${name}=`,
              about: typeOfColumn(name, kind),
            })),
            { value: 'tag:', about: 'a tag by its key' },
          ]
  return found.map(({ value, about }) => ({ value: `${kept}${value}`, about }))
}

function savedQueries(io: Io): readonly Candidate[] {
  const found = orNothing(() => selectUsableQueries(readSavedFiles(findQueryFolders(io))))
  return found.map(({ name, title, parameters }) => {
    const written = formatParameters(parameters)
    return { value: name, about: written === '' ? title : `${title} (${written})` }
  })
}

/** Those of the saved query that the line names and that have no value yet. */
function parametersOf(line: TypedLine, io: Io): readonly Candidate[] {
  const set = (line.values.get('--set') ?? []).map((word) => word.split('=')[0])
  const query = savedQueryOf(line, io)
  return (query?.parameters ?? [])
    .filter(({ name }) => !set.includes(name))
    .map((each) => ({
      value: `${each.name}=`,
      about: each.default === null ? each.type : `${each.type}, else ${each.default}`,
    }))
}

function savedQueryOf({ words: [word = ''] }: TypedLine, io: Io) {
  return orNothing(() => [readSavedFile(word, findQueryFolders(io))])[0]?.query ?? null
}

/** Those of --kind, else of the saved query, else of the settings. */
function kindsOf(line: TypedLine, io: Io): readonly Kind[] {
  const given = line.values.get('--kind') ?? []
  const chosen = given.length === 0 ? [] : orNothing(() => selectKinds(given))
  if (chosen.length > 0) return chosen
  const query = savedQueryOf(line, io)
  if (query) return [query.kind, ...query.otherKinds].map(findKind)
  return orNothing(() => [findKind(readSettings(io).kind)])
}

function tagKeys(kind: Kind, line: TypedLine, io: Io): readonly string[] {
  return orNothing(() => readSomeTagKeys(cacheFileOf(line, io), kind.name))
}

function cacheFileOf(line: TypedLine, io: Io): string {
  const [given] = line.values.get('--cache') ?? []
  return given ?? join(ownFolder('cache', io), isDemo(line) ? 'demo.db' : 'inventory.db')
}

function isDemo({ values }: TypedLine): boolean {
  return values.has('--demo')
}

/** What cannot be read offers nothing: the command itself says why when it runs. */
function orNothing<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read()
  } catch {
    return []
  }
}
