/**
 * How objects are made that have the same of their schema's members: one step in a tree for each member, in the schema's
 * order. V8 turns an object that gets more than some twenty members one by one into a hash table, which takes three times
 * as long to write as JSON, and several times the memory.
 */
export interface Shape {
  readonly places: readonly number[]
  /** The shape with one member more, by its place. */
  readonly next: (Shape | undefined)[]
  make: ((values: readonly unknown[]) => Record<string, unknown>) | null
  /** Of the whole tree: how many shapes it has. */
  readonly tree: { size: number }
}

/** The shape of an object without members. */
export function makeShape(): Shape {
  return { places: [], next: [], make: null, tree: { size: 1 } }
}

/** Makes the object of the values that are not undefined, each at the place of its name. */
export function makeShaped(
  first: Shape,
  names: readonly string[],
  values: readonly unknown[],
): Record<string, unknown> {
  let shape = first
  for (let place = 0; place < names.length; place += 1) {
    if (values[place] === undefined) continue
    const next = shape.next[place] ?? addShape(shape, place)
    if (!next) return makeByMembers(names, values)
    shape = next
  }
  shape.make ??= makerOf(shape.places.map((place) => [place, names[place] as string]))
  return shape.make(values)
}

/** The same in the object that is given. */
export function addMembers(
  made: Record<string, unknown>,
  names: readonly string[],
  values: readonly unknown[],
): void {
  for (let place = 0; place < names.length; place += 1) {
    const value = values[place]
    if (value !== undefined) made[names[place] as string] = value
  }
}

/** More shapes than EC2 sends of any structure: whoever sends as many does not get the memory for all. */
const mostShapes = 5000

function addShape(shape: Shape, place: number): Shape | null {
  if (shape.tree.size >= mostShapes) return null
  shape.tree.size += 1
  const next: Shape = { places: [...shape.places, place], next: [], make: null, tree: shape.tree }
  shape.next[place] = next
  return next
}

function makeByMembers(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  addMembers(made, names, values)
  return made
}

/** V8 gives an object that is written down as a whole one block of memory. Names are the schema's, as JSON strings. */
function makerOf(members: readonly (readonly [place: number, name: string])[]): NonNullable<Shape['make']> {
  const text = members.map(([place, name]) => `${JSON.stringify(name)}:values[${place}]`).join()
  return new Function('values', `return{${text}}`) as NonNullable<Shape['make']>
}
