import type { Ast } from '../jmespath/ast.ts'
import { isSameTree } from '../jmespath/canonical.ts'
import { compile } from '../jmespath/compile.ts'
import { tagListNames } from '../kinds/tag-list.ts'

/** Where the value of a column stands in a document. */
export type Source =
  | { readonly type: 'path'; readonly path: readonly string[] }
  /** The first value of a tag. */
  | { readonly type: 'tag'; readonly list: string; readonly key: string }
  | { readonly type: 'text'; readonly text: string }

/** The sources of which a column has the first that is true, or the last; null if that is not all it is. */
export function sourcesOf(ast: Ast): readonly Source[] | null {
  const sources = (ast.type === 'or' ? ast.operands : [ast]).map(sourceOf)
  return sources.includes(null) ? null : (sources as readonly Source[])
}

function sourceOf(ast: Ast): Source | null {
  if (ast.type === 'literal') return isPlain(ast.value) ? { type: 'text', text: ast.value } : null
  const path = pathOf(ast)
  if (path) return { type: 'path', path }
  return ast.type === 'pipe' ? tagOf(ast) : null
}

function pathOf(ast: Ast): readonly string[] | null {
  if (ast.type === 'field') return [ast.name]
  if (ast.type !== 'subexpression') return null
  const names = ast.steps.map((step) => (step.type === 'field' ? step.name : null))
  return names.includes(null) ? null : (names as readonly string[])
}

/** `Tags[?Key=='Name'].Value | [0]` */
function tagOf(ast: Ast): Source | null {
  const [filter] = ast.type === 'pipe' ? ast.steps : []
  if (filter?.type !== 'filter-projection' || filter.left.type !== 'field') return null
  if (filter.condition.type !== 'comparator' || filter.condition.right.type !== 'literal') return null
  const [list, key] = [filter.left.name, filter.condition.right.value]
  if (!tagListNames.includes(list) || !isPlain(key)) return null
  return isSameTree(ast, compile(`${list}[?Key=='${key}'].Value | [0]`).ast)
    ? { type: 'tag', list, key }
    : null
}

/** Whether a text is written in JSONB, and in JMESPath, as it is. */
function isPlain(text: unknown): text is string {
  return typeof text === 'string' && /^[ !#-&(-[\]-~]*$/.test(text)
}
