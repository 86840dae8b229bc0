import { makeExactNumber } from '../../exact-number.ts'
import { isObject } from '../../json-object.ts'
import type { Json, JsonObject } from '../../model.ts'
import { formatCell } from '../../output/cell.ts'
import type { MarkedRow, OpenedPage, PageLine } from '../threads/messages.ts'

/** A member of one or both of two items by its path, as `Tags[Key=Role].Value`; null where it is not there. */
export interface ComparedMember {
  readonly path: string
  readonly left: string | null
  readonly right: string | null
}

/** A page that compares two rows: first what differs, then what is the same. */
export function makeComparison(
  left: MarkedRow,
  right: MarkedRow,
): Pick<OpenedPage, 'title' | 'crumb' | 'sections' | 'copy'> {
  const members = compareItems(parseExactly(left.text), parseExactly(right.text))
  const differing = members.filter((each) => each.left !== each.right)
  const same = members.filter((each) => each.left === each.right)
  const count = `${differing.length} difference${differing.length === 1 ? '' : 's'}`
  const lines = differing.map(({ path, left: a, right: b }): PageLine => bothLine(path, a, b))
  return {
    title: `${left.title} beside ${right.title}`,
    crumb: 'Comparison',
    copy: null,
    sections: [
      { title: count, place: 'wide', lines: [bothLine('', left.title, right.title), ...lines] },
      {
        title: 'The same in both',
        note: String(same.length),
        place: 'flow',
        lines: same.map(({ path, left: value }) => ({
          type: 'pair',
          depth: 1,
          key: path,
          value: value ?? '',
        })),
      },
    ],
  }
}

function bothLine(key: string, left: string | null, right: string | null): PageLine {
  return { type: 'both', depth: 1, key, left, right }
}

/** Every member of two items, in the order of the first: objects by name, lists by what identifies their elements. */
export function compareItems(a: Json | undefined, b: Json | undefined, path = ''): readonly ComparedMember[] {
  const both = [a, b]
  if (both.some(isFullList) && both.every((each) => each === undefined || isList(each)))
    return pairElements(isList(a) ? a : [], isList(b) ? b : []).flatMap(({ label, pair: [x, y] }) =>
      compareItems(x, y, path + label),
    )
  if (both.some(isFullObject) && both.every((each) => each === undefined || isObject(each))) {
    const [left, right] = [isObject(a) ? a : {}, isObject(b) ? b : {}]
    const begin = path === '' ? '' : `${path}.`
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])]
    return names.flatMap((name) =>
      compareItems(memberOf(left, name), memberOf(right, name), begin + formatCell(name)),
    )
  }
  return [compareLeaves(a, b, path)]
}

/** Two values of other types that look alike are shown as JSON. */
function compareLeaves(a: Json | undefined, b: Json | undefined, path: string): ComparedMember {
  const show = (value: Json | undefined, write: (value: Json) => string) =>
    value === undefined ? null : write(value)
  const [left, right] = [show(a, formatCell), show(b, formatCell)]
  const isSame = JSON.stringify(a) === JSON.stringify(b)
  if (left !== right || isSame) return { path, left, right }
  const quote = (value: Json) => formatCell(JSON.stringify(value))
  return { path, left: show(a, quote), right: show(b, quote) }
}

interface ElementPair {
  readonly label: string
  readonly pair: readonly [Json | undefined, Json | undefined]
}

/** The elements of two lists that belong together: by a member that identifies them, by value, or else by place. */
function pairElements(a: readonly Json[], b: readonly Json[]): readonly ElementPair[] {
  const all = [...a, ...b]
  const name = all.every(isObject)
    ? findIdentity(a as readonly JsonObject[], b as readonly JsonObject[])
    : null
  const isPlain = all.every((each) => each === null || typeof each !== 'object')
  if (name === null && !(isPlain && isDistinct(a) && isDistinct(b))) {
    const places = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index)
    return places.map((index) => ({ label: `[${index}]`, pair: [a[index], b[index]] }))
  }
  const keyOf = (each: Json | undefined) => String(name !== null && isObject(each) ? each[name] : each)
  const [left, right] = [a, b].map((list) => new Map(list.map((each) => [keyOf(each), each])))
  const keys = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])]
  return keys.map((key) => ({
    label: `[${name === null ? '' : `${name}=`}${formatCell(key)}]`,
    pair: [left?.get(key), right?.get(key)],
  }))
}

/**
 * The member that identifies the elements of two lists: all have it, no two of one list have the same, and the most of
 * them stand in both lists. Null without such a member: then not even one element of the two belongs together by it.
 */
function findIdentity(a: readonly JsonObject[], b: readonly JsonObject[]): string | null {
  const [first] = [...a, ...b]
  const candidates = Object.keys(first ?? {}).filter((name) =>
    [a, b].every((list) => {
      const values = list.map((each) => memberOf(each, name))
      return (
        values.every((value) => typeof value === 'string' || typeof value === 'number') && isDistinct(values)
      )
    }),
  )
  const countShared = (name: string) => {
    const values = new Set(b.map((each) => String(each[name])))
    return a.filter((each) => values.has(String(each[name]))).length
  }
  // With the same count the one that comes first: AWS mostly begins with it.
  const counts = candidates.map((name) => ({ name, shared: countShared(name) }))
  const best = counts.reduce<{ name: string | null; shared: number }>(
    (one, each) => (each.shared > one.shared ? each : one),
    {
      name: null,
      shared: 0,
    },
  )
  return best.name
}

function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values.map(String)).size === values.length
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function isFullList(value: Json | undefined): boolean {
  return isList(value) && value.length > 0
}

function isFullObject(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length > 0
}

function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Numbers that JavaScript would not give back keep their text. */
function parseExactly(text: string): Json {
  const read = (_: string, value: unknown, { source = '' }: { source?: string } = {}) =>
    typeof value === 'number' && String(value) !== source ? makeExactNumber(source) : value
  return JSON.parse(text, read as (key: string, value: unknown) => unknown) as Json
}
