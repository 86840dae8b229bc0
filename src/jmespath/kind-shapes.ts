import { membersOf } from '../kinds/schema.ts'
import { originFields } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { any, elementOf, listOf, type ObjectShape, type Shape, scalarOf } from './shapes.ts'
import type { AwsDocument } from './trap.ts'

/**
 * The document that an expression about a kind runs over, with the lists of others beside its own. With `origin`, the
 * resources say where they were found.
 */
export function documentOf(
  kind: Kind,
  origin: boolean,
  others: readonly Kind[] = [],
  members: ExtraMembers = none,
): AwsDocument {
  const nested = kind.nested?.list ?? null
  const [shape, ...more] = [kind, ...others].map((each) =>
    shapeOf(each.operation, { kind: each, origin, resource: resourceName(each), members }),
  )
  return { list: kind.list, nested, shape: joinDocuments(shape ?? any, more) }
}

function joinDocuments(shape: Shape, others: readonly Shape[]): Shape {
  const objects = [shape, ...others].filter((each) => each.type === 'object')
  if (shape.type !== 'object' || others.length === 0) return shape
  return {
    ...shape,
    listNames: () => objects.flatMap((each) => each.listNames()),
    findMember: (name) => {
      for (const each of objects) {
        const found = each.findMember(name)
        if (found) return found
      }
      return null
    },
  }
}

/** Members that resources have beside their own. */
type ExtraMembers = ReadonlyMap<string, Shape>

const none: ExtraMembers = new Map()

/** A resource of a kind, as it stands in its table. */
export function resourceShape(kind: Kind, origin = true, members: ExtraMembers = none): Shape {
  const { shape, nested } = documentOf(kind, origin, [], members)
  const outer = elementOf(memberOf(shape, kind.list))
  return nested === null ? outer : elementOf(memberOf(outer, nested))
}

interface Setting {
  readonly kind: Kind
  readonly origin: boolean
  /** The name of the shape of a resource. */
  readonly resource: string
  readonly members: ExtraMembers
}

function resourceName({ operation, list, nested }: Kind): string {
  const outer = elementName(operation, list)
  return nested ? elementName(outer, nested.list) : outer
}

function elementName(shape: string, list: string): string {
  return (membersOf(shape)?.[list] ?? '').replace(/^\[|\]$/g, '')
}

/** A shape from the table, made only as deep as it is looked at. */
function shapeOf(name: string, setting: Setting): Shape {
  if (name.startsWith('[')) return listOf(shapeOf(name.slice(1, -1), setting))
  if (name === 'text' || name === 'number' || name === 'boolean') return scalarOf(name)
  if (name === 'time') return scalarOf('text')
  const members = membersOf(name)
  if (!members) return any
  const { kind, resource } = setting
  // The reader gives a resource the id of its parent if it does not say it itself.
  const parent = kind.parent && !Object.hasOwn(members, kind.parent.id) ? [kind.parent.id] : []
  const added: readonly string[] =
    name === resource ? [...parent, ...(setting.origin ? originFields : [])] : []
  const made: ObjectShape = {
    type: 'object',
    listNames: () => [...Object.keys(members), ...added],
    findMember: (member) => {
      if (added.includes(member)) return scalarOf('text')
      const extra = name === resource ? setting.members.get(member) : undefined
      if (extra) return extra
      const held = Object.hasOwn(members, member) ? members[member] : undefined
      return held === undefined ? null : shapeOf(held, setting)
    },
  }
  if (name === kind.operation) return { ...made, role: 'document' }
  return name !== resource && name === elementName(kind.operation, kind.list)
    ? { ...made, role: 'group' }
    : made
}

function memberOf(shape: Shape, name: string): Shape {
  return (shape.type === 'object' && shape.findMember(name)) || any
}
