import type { Json, JsonObject } from '../model.ts'
import { cellText, width } from '../output/cell.ts'
import { isObject } from '../output/columns.ts'
import { yamlLines } from '../output/yaml.ts'
import type { ItemForm } from './protocol.ts'

/** A row's item as lines of harmless text with a title; null text where the row has gone. */
export function itemText(item: Json, as: ItemForm): { readonly title: string; readonly text: string | null } {
  if (item === null) return { title: 'gone', text: null }
  const title = titleOf(item)
  if (as === 'yaml')
    return { title, text: [...yamlLines({ type: 'value', title, value: item }, true)].join('') }
  return { title, text: described(item).join('\n') }
}

/**
 * A resource for people: what names and places it first, then its plain fields, its tags, and whatever nests.
 * Nothing is left out.
 */
export function described(item: Json): string[] {
  if (!isObject(item)) return nested(item, 0)
  const plain = Object.entries(item).filter(([, value]) => value === null || typeof value !== 'object')
  const state = isObject(item.State ?? null) ? (item.State as JsonObject).Name : undefined
  const told: [string, Json][] = state === undefined ? [] : [['State', state]]
  const first = [...told, ...plain.filter(([key]) => leading.has(key) || key.endsWith('Id'))]
  const others = plain.filter((entry) => !first.includes(entry))
  const tags = tagsOf(item)
  const deep = Object.entries(item).filter(
    ([key, value]) => value !== null && typeof value === 'object' && !(tags && key === 'Tags'),
  )
  const tagLines = tags ? ['', 'Tags', ...pairs(tags, 1)] : []
  const deepLines = deep.flatMap(([key, value]) => ['', cellText(key), ...nested(value, 1)])
  return [
    ...pairs(first, 0),
    ...(others.length > 0 ? [''] : []),
    ...pairs(others, 0),
    ...tagLines,
    ...deepLines,
  ]
}

const leading = new Set(['AccountName', 'Profile', 'Region', 'State', 'InstanceType', 'VolumeType', 'Size'])
const step = '  '

function titleOf(item: Json): string {
  if (!isObject(item)) return 'value'
  const id = ['InstanceId', 'VolumeId'].map((key) => item[key]).find((value) => typeof value === 'string')
  const name = tagsOf(item)?.find(([key]) => key === 'Name')?.[1]
  return cellText([name, id].filter((part) => typeof part === 'string').join(' ') || 'row')
}

/** `[{Key, Value}]` as pairs, or null where the item has none. */
function tagsOf(item: JsonObject): readonly (readonly [string, Json])[] | null {
  const { Tags } = item
  if (!Array.isArray(Tags) || Tags.length === 0) return null
  const tags = Tags as readonly JsonObject[]
  if (!tags.every((tag) => isObject(tag) && typeof tag.Key === 'string')) return null
  return tags.map((tag) => [String(tag.Key), tag.Value ?? null] as const)
}

function pairs(entries: readonly (readonly [string, Json])[], depth: number): string[] {
  const names = entries.map(([key]) => cellText(key))
  const size = Math.max(0, ...names.map(width))
  return entries.map(([, value], index) => {
    const name = names[index] ?? ''
    return `${step.repeat(depth)}${name}${' '.repeat(size - width(name) + 2)}${cellText(value)}`
  })
}

function nested(value: Json, depth: number): string[] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((each) => {
      const [first = '', ...more] = nested(each, depth + 1)
      return [`${step.repeat(depth)}- ${first.trimStart()}`, ...more]
    })
  }
  if (!isObject(value)) return [`${step.repeat(depth)}${cellText(value)}`]
  const entries = Object.entries(value)
  const plain = entries.filter(([, each]) => each === null || typeof each !== 'object')
  const deep = entries.filter(([, each]) => each !== null && typeof each === 'object')
  return [
    ...pairs(plain, depth),
    ...deep.flatMap(([key, each]) => [`${step.repeat(depth)}${cellText(key)}`, ...nested(each, depth + 1)]),
  ]
}
