import { findQueryFolders } from '../../app/context.ts'
import { selectKinds } from '../../config/kind-words.ts'
import { readSettings } from '../../config/settings.ts'
import type { Io } from '../../io.ts'
import { kindsByPrefix } from '../../kinds/id-prefixes.ts'
import { nameColumnOf } from '../../kinds/name-column.ts'
import { columnNamesOf, defaultKind, findKind, lookForKind, originFields, typeOfColumn } from '../../kinds.ts'
import type { Kind } from '../../model.ts'
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
import { type Candidate, cacheFileOf, orNothing, type TypedLine } from './asked-line.ts'

/**
 * What is offered out of the cache and the saved queries. In a file of its own: with it come the store and the engine,
 * which a name of ~/.aws does without.
 */
export const inventory = {
  profilesOf: (line: TypedLine, io: Io) => orNothing(() => readCachedProfiles(cacheFileOf(line, io))),
  regionsOf: (line: TypedLine, io: Io) => orNothing(() => readCachedRegions(cacheFileOf(line, io))),
  accountsOf: (line: TypedLine, io: Io) => orNothing(() => readCachedAccounts(cacheFileOf(line, io))),
  columnsOf,
  conditionsOf,
  parametersOf,
  savedQueries,
  idsAndNames,
} as const

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
