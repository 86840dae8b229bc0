import { join } from 'node:path'
import { findQueryFolders } from '../../app/context.ts'
import { readAwsConfig } from '../../config/aws-config.ts'
import { readAwsFiles } from '../../config/aws-files.ts'
import { selectKinds } from '../../config/kind-words.ts'
import { kindOf } from '../../config/profile-sources.ts'
import { knownRegions } from '../../config/region-names.ts'
import { readSettings } from '../../config/settings.ts'
import { ownFolder } from '../../folders.ts'
import type { Io } from '../../io.ts'
import { areas } from '../../kinds/areas.ts'
import {
  columnNamesOf,
  defaultKind,
  findKind,
  listKindNames,
  originFields,
  typeOfColumn,
} from '../../kinds.ts'
import type { Kind } from '../../model.ts'
import { printedFormats } from '../../output/format-names.ts'
import { columnWord } from '../../query/column-list.ts'
import { formatParameters } from '../../query/parameters.ts'
import { readSavedFile, readSavedFiles, selectUsableQueries } from '../../query/saved.ts'
import { type CachedNames, readCachedNames, readSomeTagKeys } from '../../store/cached-names.ts'
import type { ValueSource } from './option-values.ts'

/** A word that can stand at the cursor, and what it means. */
export interface Candidate {
  readonly value: string
  readonly about: string | null
}

/** What stands before the cursor: words, and options by their flags with all their values. */
export interface TypedLine {
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
  if (typeof source !== 'string') return source.map((value) => ({ value, about: null }))
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
      return printedFormats.map((value) => ({ value, about: null }))
    case 'SSO sessions':
      return orNothing(() => readAwsConfig(io).ssoSessions).map(({ name }) => ({
        value: name ?? '',
        about: null,
      }))
  }
}

/** In a comma list the words before the last one stay, and so does what stands before its name: `!` or `+`. */
function inList(last: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const [kept = ''] = /^(?:.*,)?[!+]?/s.exec(last) ?? []
  const taken = kept.split(',').map((word) => word.replace(/^[!+]/, ''))
  return candidates
    .filter(({ value }) => !taken.includes(value))
    .map(({ value, about }) => ({ value: `${kept}${value}`, about }))
}

function profilesOf(line: TypedLine, io: Io): readonly Candidate[] {
  if (isDemo(line)) return cachedNames(line, io).profiles.map((value) => ({ value, about: null }))
  // Without their chains of roles, which take 50 ms for 2,000 profiles.
  return orNothing(() => [...readAwsFiles(io).profiles]).flatMap(([value, section]) => {
    const kind = kindOf(section, false)
    return kind === 'none' ? [] : [{ value, about: kind }]
  })
}

function regionsOf(line: TypedLine, io: Io): readonly Candidate[] {
  const cached = cachedNames(line, io).regions
  const others = knownRegions.filter((region) => !cached.includes(region))
  return [
    ...cached.map((value) => ({ value, about: 'in the cache' })),
    ...others.map((value) => ({ value, about: null })),
  ]
}

/** Ids with their names, and the names: those in the cache, and those that profiles declare. */
function accountsOf(line: TypedLine, io: Io): readonly Candidate[] {
  const { accounts } = cachedNames(line, io)
  const declared = isDemo(line) ? [] : orNothing(() => readAwsConfig(io).profiles)
  const known = new Set(accounts.map(({ id }) => id))
  const others = declared.flatMap(({ name, account }) =>
    account === null || known.has(account) ? [] : [{ value: account, about: name }],
  )
  return [
    ...accounts.map(({ id, name }) => ({ value: id, about: name })),
    ...new Map(others.map((each) => [each.value, each])).values(),
    ...accounts.flatMap(({ id, name }) => (name === null ? [] : [{ value: name, about: id }])),
  ]
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

function cachedNames(line: TypedLine, io: Io): CachedNames {
  const [names] = orNothing(() => [readCachedNames(cacheFileOf(line, io))])
  return names ?? { profiles: [], accounts: [], regions: [] }
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
