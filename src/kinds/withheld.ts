import type { JsonObject, Kind } from '../model.ts'
import { itemShapeOf, membersOf, sensitiveMembersOf } from './schema.ts'

/** What stands in the place of a member that the SDK's schema marks as sensitive: it is never stored nor shown. */
export const withheldText = '(withheld: sensitive)'

/** Members of a shape that are withheld, and shapes inside it that hold some. */
interface Plan {
  readonly withheld: readonly string[]
  readonly inside: readonly (readonly [member: string, plan: Plan])[]
}

/** The members of a kind's resources that are withheld, as paths: `Options.TunnelOptions[].PreSharedKey`. */
export function listWithheld({ operation, list, nested }: Kind): readonly string[] {
  const plan = readPlan(operation)
  const prefix = nested ? `${list}[].${nested.list}[].` : `${list}[].`
  return (plan ? pathsIn(plan, operation) : []).flatMap((path) =>
    path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
  )
}

/**
 * Makes the function that withholds what is sensitive in an item of an operation's list, in place. Null if the schema
 * marks nothing: such a kind pays nothing for it.
 */
export function makeWithholder(operation: string, list: string): ((item: JsonObject) => void) | null {
  const plan = readPlan(operation)?.inside.find(([member]) => member === list)?.[1]
  return plan ? (item) => withhold(item, plan) : null
}

const readPlan = makePlanReader()

/** Makes the function that gives the plan of an operation's answer: each is made once, and asked for by every scope. */
function makePlanReader(): (operation: string) => Plan | null {
  const known = new Map<string, Plan | null>()
  return (operation) => {
    const found = known.get(operation)
    if (found !== undefined) return found
    const plan = planOf(operation)
    known.set(operation, plan)
    return plan
  }
}

function withhold(value: unknown, plan: Plan): void {
  if (Array.isArray(value)) {
    for (const item of value) withhold(item, plan)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const members = value as Record<string, unknown>
  // A structure or a list is replaced whole.
  for (const member of plan.withheld) if (members[member] !== undefined) members[member] = withheldText
  for (const [member, inner] of plan.inside) withhold(members[member], inner)
}

/** Null for a shape without anything sensitive in it. `around`: the shapes that it stands in, for one that holds itself. */
function planOf(shape: string, around: readonly string[] = []): Plan | null {
  const members = around.includes(shape) ? null : membersOf(shape)
  if (!members) return null
  const withheld = sensitiveMembersOf(shape)
  const inside = Object.entries(members).flatMap(([member, type]) => {
    const plan = withheld.includes(member) ? null : planOf(itemShapeOf(type), [...around, shape])
    return plan ? [[member, plan] as const] : []
  })
  return withheld.length === 0 && inside.length === 0 ? null : { withheld, inside }
}

function pathsIn({ withheld, inside }: Plan, shape: string): readonly string[] {
  const types = membersOf(shape) ?? {}
  return [
    ...withheld,
    ...inside.flatMap(([member, plan]) => {
      const type = types[member] ?? ''
      const brackets = '[]'.repeat(type.length - type.replace(/^\[+/, '').length)
      return pathsIn(plan, itemShapeOf(type)).map((path) => `${member}${brackets}.${path}`)
    }),
  ]
}
