import type { Ast } from './ast.ts'

/**
 * An expression in two parts: `stream`, run on `{[list]: chunk}`, whose results for all chunks, in order, make one list,
 * and `rest`, run once on that list (on `[]` if there was no chunk); null if the list is the answer.
 */
export interface AstSplit {
  readonly stream: Ast
  readonly rest: Ast | null
}

/**
 * Splits an expression over documents `{[list]: rows}` so that rows can be read in chunks: `rest(stream(chunk 1) ++
 * stream(chunk 2) ++ …)` equals the expression over the whole document, and fails if and only if that fails (of two
 * different errors it may name the other one). A chunk holds whole rows: a reservation is never cut. Null if nothing can
 * be streamed; no `&expression` may stand outside of the functions that take one.
 *
 * The longest prefix e of the tree with e(A ++ B) = e(A) ++ e(B), and what remains. JMESPath has no reference to
 * a root or a parent, so the right side of a projection depends on its element alone. `list` names the field of
 * the document that holds the rows; null if the input (`@`) is the list itself.
 */
export function split(ast: Ast, list: string | null): AstSplit | null {
  switch (ast.type) {
    case 'current':
      return list === null ? { stream: ast, rest: null } : null
    case 'field':
      return ast.name === list ? { stream: ast, rest: null } : null
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return splitSteps(ast.steps, list)
    case 'flatten':
    case 'projection':
    case 'filter-projection':
      return splitLeft(ast.left, list, (left) => ({ ...ast, left }), true)
    case 'value-projection':
    case 'comparator':
      if (ast.type === 'comparator' && ast.right.type !== 'literal') return null
      return splitLeft(ast.left, list, (left) => ({ ...ast, left }), false)
    case 'not':
      return splitLeft(ast.operand, list, (operand) => ({ ...ast, operand }), false)
    case 'call':
      return splitCall(ast, list)
    default:
      return null
  }
}

const current: Ast = { type: 'current' }

/** The parts of a node whose only look at the document is through `left`. */
function splitLeft(
  left: Ast,
  list: string | null,
  wrap: (left: Ast) => Ast,
  streams: boolean,
): AstSplit | null {
  const parts = split(left, list)
  if (parts === null) return null
  if (streams && parts.rest === null) return { stream: wrap(parts.stream), rest: null }
  return { stream: parts.stream, rest: wrap(parts.rest ?? current) }
}

function splitSteps(steps: readonly Ast[], list: string | null): AstSplit | null {
  const first = steps.findIndex((step) => step.type !== 'current')
  let done: AstSplit | null = null
  for (const [place, step] of steps.entries()) {
    if (place < first) continue
    const parts: AstSplit | null = split(step, done === null ? list : null)
    if (parts === null)
      return done === null ? null : { stream: done.stream, rest: makePipe(steps.slice(place)) }
    const stream: Ast = done === null ? parts.stream : makePipe([done.stream, parts.stream])
    if (parts.rest !== null) return { stream, rest: makePipe([parts.rest, ...steps.slice(place + 1)]) }
    done = { stream, rest: null }
  }
  return done
}

function makePipe(steps: readonly Ast[]): Ast {
  return { type: 'pipe', steps }
}

/** A call with one look at the document; its other arguments are literals and references, which cannot fail. */
function splitCall(ast: Extract<Ast, { type: 'call' }>, list: string | null): AstSplit | null {
  const looks = ast.arguments.filter(
    (argument) => argument.type !== 'literal' && argument.type !== 'reference',
  )
  const [look] = looks
  if (look === undefined || looks.length > 1) return null
  const isMap = ast.name === 'map' && ast.arguments.length === 2 && ast.arguments[0]?.type === 'reference'
  const wrap = (argument: Ast): Ast => ({
    ...ast,
    written: ast.written ?? ast.arguments,
    arguments: ast.arguments.map((other) => (other === look ? argument : other)),
  })
  const parts = splitLeft(look, list, wrap, isMap)
  const countsRows = ast.name === 'length' && ast.arguments.length === 1 && isPlain(parts?.rest)
  return parts !== null && countsRows
    ? { ...parts, stream: makePipe([parts.stream, mapToNulls(ast.position)]) }
    : parts
}

/** Whether the call sees the rows themselves. */
function isPlain(rest: Ast | null | undefined): boolean {
  return rest?.type === 'call' && rest.arguments[0] === current
}

/** To count rows one need not keep them: `` map(&`null`, @) ``. */
function mapToNulls(position: number): Ast {
  const nothing: Ast = { type: 'reference', expression: { type: 'literal', value: null } }
  return { type: 'call', name: 'map', arguments: [nothing, current], position }
}
