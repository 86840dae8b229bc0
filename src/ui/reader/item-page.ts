import { isObject } from '../../json-object.ts'
import { tagListNames, tagListOf } from '../../kinds/tag-list.ts'
import { originFields, typeOfColumn } from '../../kinds.ts'
import type { Json, JsonObject, Kind } from '../../model.ts'
import { formatAge } from '../../output/age.ts'
import { formatCell } from '../../output/cell.ts'
import { formatJson } from '../../output/json.ts'
import { formatYaml } from '../../output/yaml.ts'
import { makeResourceReader } from '../../query/column-readers.ts'
import { signOfState } from '../draw/state-sign.ts'
import type { ItemForm, OpenedPage, PageLine, PageSection, Tone } from '../threads/messages.ts'
import { makeSourceSection } from './source-section.ts'

/**
 * A row's item as sections of harmless text. `kind`: null if it is no resource. `related`: what stands between what one
 * wants first and everything. `now`: in ms since 1970.
 */
export function makeItemPage(
  item: Json,
  as: ItemForm,
  kind: Kind | null,
  now: number,
  related: readonly PageSection[] = [],
): Pick<OpenedPage, 'title' | 'crumb' | 'sections' | 'copy'> {
  const title = titleOf(item, kind)
  const crumb = (isObject(item) && kind ? textOf(item[kind.id]) : null) ?? title
  if (as !== 'detail') {
    const answer = { type: 'value', title, value: item } as const
    const text = [...(as === 'yaml' ? formatYaml(answer) : formatJson(answer, true))].join('')
    const form = as.toUpperCase()
    return {
      title: `${title} as ${form}`,
      crumb: `${crumb} as ${form}`,
      sections: [makeSourceSection(text, as)],
      copy: text,
    }
  }
  if (!isObject(item)) {
    return {
      title,
      crumb,
      sections: [{ title: null, place: 'flow', lines: describeNested(item, 0) }],
      copy: null,
    }
  }
  const everything = describeItem(item, kind)
  const sections = kind ? [firstSection(item, kind, now), ...related, ...everything] : everything
  return { title, crumb, sections, copy: null }
}

/** What one wants to know first: what the kind's table shows, and the tags in short. */
function firstSection(item: JsonObject, kind: Kind, now: number): PageSection {
  const lines = kind.table.map((name): PageLine => {
    const value = originFields.some((field) => field === name)
      ? (item[name] ?? null)
      : makeResourceReader(name, kind)(item)
    const { text, tone } = formatFirst(name, value, kind, now)
    return { type: 'pair', depth: 0, key: name, value: text, tone }
  })
  const tags = tagsOf(item)?.filter(([key]) => key !== 'Name') ?? []
  const inShort = tags
    .slice(0, mostTags)
    .map(([key, value]) => `${key}=${value === null ? '' : formatCell(value)}`)
  const more = tags.length > mostTags ? [`and ${tags.length - mostTags} more`] : []
  const text = formatCell([...inShort, ...more].join('  '))
  const last: readonly PageLine[] =
    tags.length > 0 ? [{ type: 'pair', depth: 0, key: 'Tags', value: text }] : []
  return { title: null, lines: [...lines, ...last], place: 'wide' }
}

/** Of more tags than these, the others stand below. */
const mostTags = 8

function formatFirst(name: string, value: Json, kind: Kind, now: number): { text: string; tone: Tone } {
  if (value === null) return { text: '-', tone: 'dim' }
  const text = formatCell(value)
  if (name === kind.state?.column) {
    const { text: signed, style } = signOfState(text, kind.state.meanings)
    return { text: signed, tone: style === null ? 'plain' : toneOfStyle[style] }
  }
  const at = typeOfColumn(name, kind) === 'time' ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at))
    return {
      text: at > now ? `${text}, in ${formatAge(at - now)}` : `${text}, ${formatAge(now - at)} ago`,
      tone: 'plain',
    }
  return { text, tone: name === 'Name' || name === kind.id ? 'strong' : 'plain' }
}

/** The tones of the colours that states have. */
export const toneOfStyle = { green: 'good', yellow: 'warn', red: 'bad', dim: 'dim' } as const

/** Everything: first the plain members, then the tags, and all that nests. Nothing is left out. */
function describeItem(item: JsonObject, kind: Kind | null): readonly PageSection[] {
  const plain = Object.entries(item).filter(([, value]) => value === null || typeof value !== 'object')
  const isLeading = ([key]: [string, Json]) =>
    kind !== null && (isLeadingKey(key, kind) || key.endsWith('Id'))
  const ordered = [...plain.filter(isLeading), ...plain.filter((entry) => !isLeading(entry))]
  const tags = tagsOf(item)
  const deep = Object.entries(item).filter(
    ([key, value]) => value !== null && typeof value === 'object' && !(tags && tagListNames.includes(key)),
  )
  const all: readonly PageSection[] = [
    { title: kind ? 'Everything' : null, place: 'flow', lines: describePairs(ordered, kind ? 1 : 0) },
    { title: 'Tags', place: 'flow', lines: describePairs(tags ?? [], 1) },
    ...deep.map(
      ([key, value]): PageSection => ({
        title: formatCell(key),
        place: 'flow',
        lines: describeNested(value, 1),
      }),
    ),
  ]
  return all.filter(({ lines }) => lines.length > 0)
}

/** The columns of the kind's table come first among everything, too, except times and addresses. */
function isLeadingKey(key: string, { columns, table }: Kind): boolean {
  if (originFields.some((field) => field === key)) return true
  const column = columns.find(({ name }) => name === key)
  return table.includes(key) && column?.type !== 'time' && column?.type !== 'address'
}

function titleOf(item: Json, kind: Kind | null): string {
  if (!isObject(item)) return 'value'
  const id = kind ? item[kind.id] : null
  const name = tagsOf(item)?.find(([key]) => key === 'Name')?.[1]
  return formatCell([name, id].filter((part) => typeof part === 'string').join(' ') || 'row')
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? formatCell(value) : null
}

/** `[{Key, Value}]` as pairs; null if the item has none. */
function tagsOf(item: JsonObject): readonly (readonly [string, Json])[] | null {
  const list = tagListOf(item)
  if (!Array.isArray(list) || list.length === 0) return null
  const tags = list as readonly JsonObject[]
  if (!tags.every((tag) => isObject(tag) && typeof tag.Key === 'string')) return null
  return tags.map((tag) => [String(tag.Key), tag.Value ?? null] as const)
}

function describePairs(entries: readonly (readonly [string, Json])[], depth: number): readonly PageLine[] {
  return entries.map(([key, value]) => ({
    type: 'pair',
    depth,
    key: formatCell(key),
    value: formatCell(value),
    ...(value === null ? { tone: 'dim' } : {}),
  }))
}

/** Elements of a list are set off by a dash in the first line of each. */
function describeNested(value: Json, depth: number): readonly PageLine[] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((each) => {
      const [first, ...more] = describeNested(each, depth + 1)
      return first ? [withDash(first, depth), ...more] : []
    })
  }
  if (!isObject(value)) return [{ type: 'text', depth, text: formatCell(value) }]
  const entries = Object.entries(value)
  const plain = entries.filter(([, each]) => each === null || typeof each !== 'object')
  const deep = entries.filter(([, each]) => each !== null && typeof each === 'object')
  return [
    ...describePairs(plain, depth),
    ...deep.flatMap(([key, each]): readonly PageLine[] => [
      { type: 'text', depth, text: formatCell(key), tone: 'key' },
      ...describeNested(each, depth + 1),
    ]),
  ]
}

function withDash(line: PageLine, depth: number): PageLine {
  return line.depth > depth ? { ...line, dash: true } : line
}
