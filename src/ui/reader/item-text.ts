import { isObject } from '../../json-object.ts'
import { tagListNames, tagListOf } from '../../kinds/tag-list.ts'
import { originFields } from '../../kinds.ts'
import type { Json, JsonObject, Kind } from '../../model.ts'
import { formatCell, measureWidth } from '../../output/cell.ts'
import { formatYaml } from '../../output/yaml.ts'
import { makeResourceReader } from '../../query/column-readers.ts'
import type { ItemForm } from '../threads/messages.ts'

/** A row's item as lines of harmless text with a title. The text is null if the row no longer exists. */
export function formatItem(
  item: Json,
  as: ItemForm,
  kind: Kind,
): { readonly title: string; readonly text: string | null } {
  if (item === null) return { title: 'gone', text: null }
  const title = titleOf(item, kind)
  if (as === 'yaml') return { title, text: [...formatYaml({ type: 'value', title, value: item })].join('') }
  return { title, text: describeItem(item, kind).join('\n') }
}

/**
 * A resource for people: first its name and place, then its plain fields, its tags, and everything that nests. Nothing
 * is left out.
 */
function describeItem(item: Json, kind: Kind): string[] {
  if (!isObject(item)) return formatNested(item, 0)
  const plain = Object.entries(item).filter(([, value]) => value === null || typeof value !== 'object')
  const isLeadingEntry = ([key]: [string, Json]) => isLeadingKey(key, kind) || key.endsWith('Id')
  const first = [...readNestedState(item, kind), ...plain.filter(isLeadingEntry)]
  const others = plain.filter((entry) => !first.includes(entry))
  const tags = tagsOf(item)
  const deep = Object.entries(item).filter(
    ([key, value]) => value !== null && typeof value === 'object' && !(tags && tagListNames.includes(key)),
  )
  const tagLines = tags ? ['', 'Tags', ...formatPairs(tags, 1)] : []
  const deepLines = deep.flatMap(([key, value]) => ['', formatCell(key), ...formatNested(value, 1)])
  return [
    ...formatPairs(first, 0),
    ...(others.length > 0 ? [''] : []),
    ...formatPairs(others, 0),
    ...tagLines,
    ...deepLines,
  ]
}

const step = '  '

/** The columns of the kind's table come first here, too, except times and addresses. */
function isLeadingKey(key: string, { columns, table }: Kind): boolean {
  if (originFields.some((field) => field === key)) return true
  const column = columns.find(({ name }) => name === key)
  return table.includes(key) && column?.type !== 'time' && column?.type !== 'address'
}

/** The state of kinds that hold it inside a member. */
function readNestedState(item: JsonObject, kind: Kind): [string, Json][] {
  const column = kind.state?.column
  if (column === undefined || !isObject(item[column] ?? null)) return []
  const state = makeResourceReader(column, kind)(item)
  return state === null ? [] : [[column, state]]
}

function titleOf(item: Json, kind: Kind): string {
  if (!isObject(item)) return 'value'
  const id = item[kind.id]
  const name = tagsOf(item)?.find(([key]) => key === 'Name')?.[1]
  return formatCell([name, id].filter((part) => typeof part === 'string').join(' ') || 'row')
}

/** `[{Key, Value}]` as pairs; null if the item has none. */
function tagsOf(item: JsonObject): readonly (readonly [string, Json])[] | null {
  const list = tagListOf(item)
  if (!Array.isArray(list) || list.length === 0) return null
  const tags = list as readonly JsonObject[]
  if (!tags.every((tag) => isObject(tag) && typeof tag.Key === 'string')) return null
  return tags.map((tag) => [String(tag.Key), tag.Value ?? null] as const)
}

function formatPairs(entries: readonly (readonly [string, Json])[], depth: number): string[] {
  const names = entries.map(([key]) => formatCell(key))
  const size = Math.max(0, ...names.map(measureWidth))
  return entries.map(([, value], index) => {
    const name = names[index] ?? ''
    return `${step.repeat(depth)}${name}${' '.repeat(size - measureWidth(name) + 2)}${formatCell(value)}`
  })
}

function formatNested(value: Json, depth: number): string[] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((each) => {
      const [first = '', ...more] = formatNested(each, depth + 1)
      return [`${step.repeat(depth)}- ${first.trimStart()}`, ...more]
    })
  }
  if (!isObject(value)) return [`${step.repeat(depth)}${formatCell(value)}`]
  const entries = Object.entries(value)
  const plain = entries.filter(([, each]) => each === null || typeof each !== 'object')
  const deep = entries.filter(([, each]) => each !== null && typeof each === 'object')
  return [
    ...formatPairs(plain, depth),
    ...deep.flatMap(([key, each]) => [
      `${step.repeat(depth)}${formatCell(key)}`,
      ...formatNested(each, depth + 1),
    ]),
  ]
}
