import { type Ast, childrenOf } from '../jmespath/ast.ts'
import { compile } from '../jmespath/compile.ts'
import { tagListNames } from '../kinds/tag-list.ts'
import { findKind } from '../kinds.ts'
import type { Json } from '../model.ts'
import type { SavedQuery } from './saved-text.ts'

/** With what a saved query compares a parameter: where values for it are found in the cache. */
export type ParameterMeaning =
  | { readonly type: 'tag-key' }
  /** `key`: the key of the tag; `parameter`: the parameter that gives it. */
  | { readonly type: 'tag-value'; readonly key: string; readonly parameter: false }
  | { readonly type: 'tag-value'; readonly key: string; readonly parameter: true }
  | { readonly type: 'column'; readonly name: string }

/** Finds with what the parameters of a saved query are compared, by their names. Numbers and times are not among them. */
export function findParameterMeanings({
  kind,
  parameters,
  expression,
  lets,
}: Pick<SavedQuery, 'kind' | 'parameters' | 'expression' | 'lets'>): ReadonlyMap<string, ParameterMeaning> {
  const found = new Map<string, ParameterMeaning>()
  const texts = parameters.filter(({ type }) => type === 'text' || type === 'any')
  if (texts.length === 0 || expression === null) return found
  // Texts that stand nowhere else show where the parameters stand.
  const marks = new Map(texts.map(({ name }) => [`\0${name}`, name]))
  const values = new Map<string, Json>([
    ...parameters.map(({ name }) => [name, 0] as const),
    ...lets.map(({ name }) => [name, null] as const),
    ...texts.map(({ name }) => [name, `\0${name}`] as const),
  ])
  const columns = findKind(kind).columns
  walk(compile(expression, (name) => values.get(name)).ast, null, ({ name, path, key, isTag }) => {
    const parameter = marks.get(name)
    if (parameter === undefined || found.has(parameter)) return
    if (isTag && path === 'Key') found.set(parameter, { type: 'tag-key' })
    else if (isTag && path === 'Value' && key !== null) {
      const source = marks.get(key)
      found.set(
        parameter,
        source === undefined
          ? { type: 'tag-value', key, parameter: false }
          : { type: 'tag-value', key: source, parameter: true },
      )
    } else if (!isTag) {
      const column = columns.find((each) => each.expression === path)
      if (column) found.set(parameter, { type: 'column', name: column.name })
    }
  })
  return found
}

interface Comparison {
  /** The text that is compared, and the path of what it is compared with. */
  readonly name: string
  readonly path: string
  readonly isTag: boolean
  /** With which the key of the same tag is compared. */
  readonly key: string | null
}

/** Calls back for each comparison of a path with a text. `tag`: the condition on a tag in which one is. */
function walk(ast: Ast, tag: Ast | null, onFound: (found: Comparison) => void): void {
  const compared = comparisonOf(ast)
  if (compared) onFound({ ...compared, isTag: tag !== null, key: tag && findKey(tag) })
  if (ast.type === 'filter-projection') {
    walk(ast.left, tag, onFound)
    walk(ast.condition, tagListNames.includes(pathOf(ast.left) ?? '') ? ast.condition : null, onFound)
    walk(ast.right, tag, onFound)
    return
  }
  for (const child of childrenOf(ast)) walk(child, tag, onFound)
}

function findKey(condition: Ast): string | null {
  const compared = comparisonOf(condition)
  if (compared) return compared.path === 'Key' ? compared.name : null
  for (const child of childrenOf(condition)) {
    const key = findKey(child)
    if (key !== null) return key
  }
  return null
}

function comparisonOf(ast: Ast): { readonly name: string; readonly path: string } | null {
  const sides = ast.type === 'comparator' ? [ast.left, ast.right] : ast.type === 'call' ? ast.arguments : []
  const [one, other] = sides
  if (!one || !other || sides.length !== 2) return null
  const [path, literal] = one.type === 'literal' ? [pathOf(other), one] : [pathOf(one), other]
  if (path === null || literal.type !== 'literal' || typeof literal.value !== 'string') return null
  return { name: literal.value, path }
}

/** `State.Name` of fields alone; null for anything else. */
function pathOf(ast: Ast): string | null {
  if (ast.type === 'field') return ast.name
  if (ast.type !== 'subexpression') return null
  const parts = ast.steps.map(pathOf)
  return parts.includes(null) ? null : parts.join('.')
}
