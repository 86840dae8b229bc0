import type { Ast } from './ast.ts'
import { keepsObjects, type Operation } from './pipeline.ts'
import { findRowNeeds, type RowList } from './row-needs.ts'
import type { Shape } from './shapes.ts'

/**
 * The paths of what trees over a resource read of it, on into the elements of lists: of `Tags[?Key=='Owner']` the member
 * `Key` of each tag. Null if they go no further.
 */
export function pathsThroughLists(
  trees: readonly Ast[],
  paths: readonly (readonly string[])[] | null,
  row: Shape,
): readonly (readonly string[])[] | null {
  if (paths === null) return null
  const looks: Ast = { type: 'list', items: trees }
  let goesOn = false
  const through = paths.flatMap((path): Paths => {
    const [name = ''] = path
    const element = path.length === 1 ? elementOf(row, name) : null
    const below = element && findPaths(looks, { name, nested: null })
    if (!element || !below) return [path]
    goesOn = true
    return below.flatMap((each): Paths => {
      const [nested = ''] = each
      const inner =
        each.length === 1 && elementOf(element, nested) ? findPaths(looks, { name, nested }) : null
      return inner ? inner.map((last) => [name, nested, ...last]) : [[name, ...each]]
    })
  })
  return goesOn ? through : null
}

type Paths = readonly (readonly string[])[]

/** What is looked at in the elements of a list; null for all of them. */
function findPaths(looks: Ast, { name, nested }: Pick<RowList, 'name' | 'nested'>): Paths | null {
  const { needs } = findRowNeeds(looks, [{ name, nested, columns: [] }])
  const paths = needs.get(name)?.paths ?? null
  // Of elements that are only counted no member is read.
  return paths?.length === 0 ? [['']] : paths
}

/** What the elements of a list are that an object has as this member; null if it is not a list of objects. */
function elementOf(shape: Shape, name: string): Shape | null {
  const list = shape.type === 'object' ? shape.findMember(name) : null
  return list?.type === 'list' && list.of.type === 'object' ? list.of : null
}

/**
 * The trees over a resource of a pipeline, up to the one that makes something else of it; null if resources go on behind
 * them, so that more of them is looked at.
 */
export function treesOver(operations: readonly Operation[]): readonly Ast[] | null {
  const trees: Ast[] = []
  for (const operation of operations) {
    // Of what a condition gives only matters whether it is true.
    if (operation.type === 'filter') trees.push({ type: 'not', operand: operation.condition })
    else if (operation.type !== 'flatten' && !keepsObjects(operation)) return [...trees, operation.tree]
  }
  return null
}
