import { type Ast, type Call, type Comparator, children, type Field } from './ast.ts'
import type { Compiled } from './compile.ts'
import { quotedField } from './hints.ts'
import { infer } from './inference.ts'
import { pointedAt } from './jmespath-errors.ts'
import { textArguments } from './shape-hints.ts'
import { any } from './shapes.ts'
import { staticFaults } from './static.ts'
import type { AwsDocument, Trap } from './trap.ts'

/**
 * Hints about an expression that runs and answers something else than was meant: for each three lines, a sentence,
 * the expression and a caret. Only what is certain is told. `aws` says which document of AWS it will run over; null
 * for any other JSON, of whose fields nothing is known.
 */
export function hintsFor({ ast, expression }: Compiled, aws: AwsDocument | null): readonly string[] {
  const made = new Set<string>()
  const nodes = [...everyTree(ast)]
  for (const node of nodes) if (node.type === 'hash') for (const { key } of node.entries) made.add(key)
  const traps = [
    ...nodes.flatMap((node) => [
      ...quotedTexts(node, aws !== null, made),
      ...(aws === null ? [] : otherTypes(node, made)),
    ]),
    ...staticFaults(ast).map(({ message, position }) => ({ sentence: message, position })),
    ...infer(ast, aws?.shape ?? any, aws).traps,
  ].sort((a, b) => a.position - b.position)
  const firsts = traps.filter(({ position }, index) => traps[index - 1]?.position !== position)
  return firsts.map(({ sentence, position }) => pointedAt(sentence, expression, position))
}

function* everyTree(ast: Ast): Generator<Ast> {
  yield ast
  for (const child of children(ast)) yield* everyTree(child)
}

/** `State.Name=="running"`: the right side is a field. No member that AWS has needs quotes. */
function quotedTexts(node: Ast, isAws: boolean, made: ReadonlySet<string>): Trap[] {
  const isText = (side: Ast | undefined): side is Field =>
    side?.type === 'field' && side.quoted && !made.has(side.name) && (isAws || isName.test(side.name))
  return textPlaces(node)
    .filter(isText)
    .map(({ name, position }) => ({ sentence: `${quotedField(name)}.`, position }))
}

const isName = /^[A-Za-z_]\w*$/

/** Where a text is usual: right of a comparison, and in the functions that look for one. */
function textPlaces(node: Ast): readonly (Ast | undefined)[] {
  if (node.type === 'comparator') {
    const isHabit = node.left.type === 'field' && node.left.quoted
    return isHabit ? [] : [node.right]
  }
  const place = node.type === 'call' ? textArguments.get(node.name) : undefined
  return place === undefined ? [] : [(node as Call).arguments[place]]
}

/** A text or a number beside a member that is never one in AWS's documents. */
function otherTypes(node: Ast, made: ReadonlySet<string>): Trap[] {
  if (node.type !== 'comparator' || (node.operator !== '==' && node.operator !== '!=')) return []
  const [name, value] = memberAndLiteral(node)
  if (name === null || made.has(name)) return []
  const { position } = node
  if ((value === 'true' || value === 'false') && name !== 'Value' && name !== 'Key') {
    return [
      { sentence: `'${value}' is a text, and ${name} is none; write \`${value}\` in backticks.`, position },
    ]
  }
  if (typeof value === 'number' && name.endsWith('Id')) {
    return [{ sentence: `${name} is a text, and \`${value}\` is a number; write '${value}'.`, position }]
  }
  return []
}

/** The two sides where one is a path that ends with a member and the other a literal. */
function memberAndLiteral({ left, right }: Comparator): [name: string | null, value: unknown] {
  const [path, literal] = right.type === 'literal' ? [left, right] : [right, left]
  const last = path.type === 'subexpression' ? path.steps.at(-1) : path
  return [last?.type === 'field' ? last.name : null, literal.type === 'literal' ? literal.value : null]
}
