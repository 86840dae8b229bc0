import type { Cell } from '../fleet.ts'
import { hash, hashText, hexId } from '../random.ts'
import { cellTags } from '../tags.ts'
import { type DescribeOperation, kebabOf, singularOf } from './describe-operations.ts'
import { madeTime, makeText, type Place } from './made-text.ts'
import type { ListShape, Shape, Structure } from './schema-shapes.ts'

/** A value as the SDK gives it. */
export type MadeValue = string | number | boolean | Date | Uint8Array | readonly MadeValue[] | MadeMembers
export interface MadeMembers {
  readonly [name: string]: MadeValue
}

/**
 * The nth item of an operation, with every member that its schema has: the same for the same cell, always. `fixed`
 * holds the members that are given, as its id.
 */
export function makeItem(
  { operation, noun, item }: DescribeOperation,
  cell: Cell,
  n: number,
  ownId: string | null,
  fixed: Readonly<Record<string, string>>,
): MadeMembers {
  const place = { cell, n, salt: hashText(operation), structure: item.name, noun, ownId }
  return { ...makeMembers(item, place, []), ...fixed }
}

/** What the text of a sensitive member begins with, so that whoever must not show one can look for it. */
const secretStart = 'demo-secret-'

/** A value that has broken other programs. */
const awkwardTag = { Key: 'Note', Value: `R&D <"fast"> it's 🚀 e\u0301 \u00a0 ]]> &amp; 100%` }

/** How deep structures go, the item being the first: deeper ones are left out, so that answers stay small. */
const deepest = 4

function makeMembers(structure: Structure, place: Place, within: readonly string[]): MadeMembers {
  const members: Record<string, MadeValue> = {}
  for (const { name, readShape } of structure.members) {
    // An ARN names what the id beside it names.
    const salt = hash(place.salt, hashText(name.replace(/Arn$/, 'Id')))
    const value = makeValue(name, readShape(), { ...place, salt, structure: structure.name }, [
      ...within,
      structure.name,
    ])
    if (value !== null) members[name] = value
  }
  return members
}

/** Null leaves the member out: its structure is one that it is in already, or it has nothing to name. */
function makeValue(name: string, shape: Shape, place: Place, within: readonly string[]): MadeValue | null {
  const h = hash(place.cell.seed, place.salt, place.n)
  switch (shape.type) {
    case 'text':
      return shape.sensitive ? `${secretStart}${hexId(h)}` : makeText(name, place)
    case 'bytes':
      return new TextEncoder().encode(`${shape.sensitive ? secretStart : 'bytes-'}${hexId(h)}`)
    case 'number':
      return makeNumber(name, place, h)
    case 'boolean':
      return h % 2 === 0
    case 'time':
      return madeTime(place.cell, h)
    case 'list':
      return makeList(name, shape, place, within)
    case 'structure':
      if (within.includes(shape.name) || within.length >= deepest) return null
      return makeMembers(shape, place, within)
  }
}

function makeList(
  name: string,
  shape: ListShape,
  place: Place,
  within: readonly string[],
): readonly MadeValue[] {
  const entry = shape.readEntry()
  const { cell, n, noun } = place
  if (isTag(entry)) {
    const own = cellTags(cell, `${cell.account.team}-${kebabOf(noun)}-${n + 1}`)
    return [...own.map(([Key, Value]) => ({ Key, Value })), awkwardTag]
  }
  const entryName = singularOf(name.replace(/Set$|List$/, ''))
  const count = 1 + (place.salt % 2)
  const made = Array.from({ length: count }, (_, k) =>
    makeValue(entryName, entry, { ...place, n: n + k }, within),
  )
  const values = made.filter((value) => value !== null)
  // Two that name the one resource there is are one.
  return entry.type === 'structure' ? values : [...new Set(values)]
}

function makeNumber(name: string, { n }: Place, h: number): number {
  if (/VersionNumber$/.test(name)) return 1 + (n % 2)
  if (/Port$/.test(name)) return 443
  if (/Asn?$|AsNumber/.test(name)) return 64_512 + (h % 1000)
  if (/Netmask|PrefixLength/.test(name)) return 16 + (h % 13)
  if (/Bytes$/.test(name)) return (1 + (h % 1000)) * 2 ** 30
  return 1 + (h % 100)
}

function isTag(entry: Shape): boolean {
  if (entry.type !== 'structure' || entry.members.length !== 2) return false
  return entry.members.every(({ name }) => name === 'Key' || name === 'Value')
}
