import { type Ast, type Call, type Comparator, childrenOf, type Field } from './ast.ts'
import type { Compiled } from './compile.ts'
import { describeQuotedField } from './hints.ts'
import { infer } from './inference.ts'
import { pointAt } from './jmespath-errors.ts'
import { textArguments } from './shape-hints.ts'
import { any } from './shapes.ts'
import { staticFaults } from './static.ts'
import type { AwsDocument, Trap } from './trap.ts'

/**
 * Hints about an expression that runs and answers something else than was meant: for each three lines, a sentence, the
 * expression and a caret. Only what is certain is reported. `aws` says which document of AWS it will run over; null for
 * any other JSON, of whose fields nothing is known.
 */
export function hintsFor({ ast, expression }: Compiled, aws: AwsDocument | null): readonly string[] {
  const madeNames = new Set<string>()
  const nodes = [...walkTrees(ast)]
  for (const node of nodes) if (node.type === 'hash') for (const { key } of node.entries) madeNames.add(key)
  const traps = [
    ...nodes.flatMap((node) => [
      ...findQuotedTexts(node, aws !== null, madeNames),
      ...(aws === null ? [] : findOtherTypes(node, madeNames)),
    ]),
    ...staticFaults(ast).map(({ message, position }) => ({ sentence: message, position })),
    ...infer(ast, aws?.shape ?? any, aws).traps,
  ].sort((a, b) => a.position - b.position)
  const firsts = traps.filter(({ position }, index) => traps[index - 1]?.position !== position)
  return firsts.map(({ sentence, position }) => pointAt(sentence, expression, position))
}

function* walkTrees(ast: Ast): Generator<Ast> {
  yield ast
  for (const child of childrenOf(ast)) yield* walkTrees(child)
}

/** `State.Name=="running"`: the right side is a field. No member that AWS has needs quotes. */
function findQuotedTexts(node: Ast, isAws: boolean, madeNames: ReadonlySet<string>): Trap[] {
  const isText = (side: Ast | undefined): side is Field =>
    side?.type === 'field' && side.quoted && !madeNames.has(side.name) && (isAws || isName.test(side.name))
  return findTextPlaces(node)
    .filter(isText)
    .map(({ name, position }) => ({ sentence: `${describeQuotedField(name)}.`, position }))
}

const isName = /^[A-Za-z_]\w*$/

/** Where a text is usual: right of a comparison, and in the functions that look for one. */
function findTextPlaces(node: Ast): readonly (Ast | undefined)[] {
  if (node.type === 'comparator') {
    const isHabit = node.left.type === 'field' && node.left.quoted
    return isHabit ? [] : [node.right]
  }
  const place = node.type === 'call' ? textArguments.get(node.name) : undefined
  return place === undefined ? [] : [(node as Call).arguments[place]]
}

/** A text or a number beside a member that is never one in AWS's documents. */
function findOtherTypes(node: Ast, madeNames: ReadonlySet<string>): Trap[] {
  if (node.type !== 'comparator' || (node.operator !== '==' && node.operator !== '!=')) return []
  const [name, value] = findMemberAndLiteral(node)
  if (name === null || madeNames.has(name)) return []
  const { position } = node
  if ((value === 'true' || value === 'false') && name !== 'Value' && name !== 'Key') {
    return [
      { sentence: `'${value}' is a text, and ${name} is not; write \`${value}\` in backticks.`, position },
    ]
  }
  if (typeof value === 'number' && name.endsWith('Id')) {
    return [{ sentence: `${name} is a text, and \`${value}\` is a number; write '${value}'.`, position }]
  }
  return []
}

/** The two sides, if one is a path that ends with a member and the other a literal. */
function findMemberAndLiteral({ left, right }: Comparator): [name: string | null, value: unknown] {
  const [path, literal] = right.type === 'literal' ? [left, right] : [right, left]
  const last = path.type === 'subexpression' ? path.steps.at(-1) : path
  return [last?.type === 'field' ? last.name : null, literal.type === 'literal' ? literal.value : null]
}
