import type { Ast, Slice } from './ast.ts'

/**
 * A tree as an expression that is read as a tree of the same meaning; null for one that no expression gives, as a chain
 * in the right side of a projection.
 */
export function writeTree(ast: Ast): string | null {
  try {
    return write(ast, binding.pipe)
  } catch (error) {
    if (error instanceof Unwritable) return null
    throw error
  }
}

class Unwritable extends Error {}

/** How tightly a form binds, from the loosest on. */
const binding = { pipe: 0, or: 1, and: 2, comparator: 3, not: 4, chain: 5 } as const
type Binding = (typeof binding)[keyof typeof binding]

/** `least`: what binds less tightly than this stands in parentheses. */
function write(ast: Ast, least: Binding): string {
  const own = bindingOf(ast)
  const text = writePlain(ast)
  return own < least ? `(${text})` : text
}

function bindingOf(ast: Ast): Binding {
  switch (ast.type) {
    case 'or':
    case 'and':
    case 'comparator':
    case 'not':
      return binding[ast.type]
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return isDotted(ast.steps) ? binding.chain : binding.pipe
    default:
      return binding.chain
  }
}

function writePlain(ast: Ast): string {
  switch (ast.type) {
    case 'or':
      return ast.operands.map((each) => write(each, binding.and)).join(' || ')
    case 'and':
      return ast.operands.map((each) => write(each, binding.comparator)).join(' && ')
    case 'comparator':
      return `${write(ast.left, binding.chain)}${ast.operator}${write(ast.right, binding.chain)}`
    case 'not':
      return `!${write(ast.operand, binding.chain)}`
    case 'subexpression':
    case 'index-expression':
    case 'pipe':
      return isDotted(ast.steps)
        ? writeDotted(ast.steps)
        : ast.steps.map((step) => write(step, binding.or)).join(' | ')
    case 'flatten':
      return `${writeLeft(ast.left)}[]`
    case 'projection':
      return ast.left.type === 'flatten'
        ? `${writePlain(ast.left)}${writeRight(ast.right)}`
        : `${writeLeft(ast.left)}${endsInSlice(ast.left) ? '' : '[*]'}${writeRight(ast.right)}`
    case 'value-projection':
      return `${ast.left.type === 'current' ? '' : `${writeLeft(ast.left)}.`}*${writeRight(ast.right)}`
    case 'filter-projection':
      return `${writeLeft(ast.left)}[?${write(ast.condition, binding.pipe)}]${writeRight(ast.right)}`
    case 'current':
      return '@'
    case 'field':
      return writeName(ast.name)
    case 'literal':
      return writeLiteral(ast.value)
    case 'index':
      return `[${ast.index}]`
    case 'slice':
      return writeSlice(ast)
    case 'list':
      return `[${ast.items.map((item) => write(item, binding.pipe)).join(', ')}]`
    case 'hash':
      return `{${ast.entries.map(({ key, value }) => `${writeName(key)}: ${write(value, binding.pipe)}`).join(', ')}}`
    case 'call':
      return `${ast.name}(${(ast.written ?? ast.arguments).map((each) => write(each, binding.pipe)).join(', ')})`
    case 'reference':
      return `&${write(ast.expression, binding.pipe)}`
  }
}

/** Whether steps can be written one behind the other: `State.Name`, `Tags[0].Value`. */
function isDotted(steps: readonly Ast[]): boolean {
  return steps.every((step, at) => {
    if (at === 0) return bindingOf(step) === binding.chain && !projects(step)
    // A slice projects what follows it.
    return canFollow(step) && (step.type !== 'slice' || at === steps.length - 1)
  })
}

function canFollow({ type }: Ast): boolean {
  return ['field', 'index', 'slice', 'hash', 'list', 'call'].includes(type)
}

function projects({ type }: Ast): boolean {
  return ['flatten', 'projection', 'value-projection', 'filter-projection', 'slice'].includes(type)
}

function writeDotted([first, ...rest]: readonly Ast[]): string {
  const begin =
    first === undefined || (first.type === 'current' && rest[0]?.type === 'index')
      ? ''
      : write(first, binding.chain)
  return begin + rest.map(writeStep).join('')
}

function writeStep(step: Ast): string {
  return step.type === 'index' || step.type === 'slice' ? writePlain(step) : `.${writePlain(step)}`
}

/** What stands before `[]`, `[*]` or `[?`. A projection goes on there, unless parentheses end it. */
function writeLeft(left: Ast): string {
  if (left.type === 'current') return ''
  if (endsInSlice(left)) return writeSliced(left)
  return projects(left) && left.type !== 'flatten' ? `(${writePlain(left)})` : write(left, binding.chain)
}

function endsInSlice(ast: Ast): boolean {
  return ast.type === 'slice' || ('steps' in ast && ast.steps.at(-1)?.type === 'slice')
}

function writeSliced(ast: Ast): string {
  if (!('steps' in ast)) return writePlain(ast)
  const before = ast.steps.slice(0, -1)
  if (!isDotted(before)) throw new Unwritable()
  return writeDotted(before) + ast.steps.slice(-1).map(writeStep).join('')
}

/** The right side of a projection, which runs over each element. */
function writeRight(right: Ast): string {
  switch (right.type) {
    case 'current':
      return ''
    case 'field':
    case 'index':
    case 'hash':
    case 'list':
    case 'call':
      return writeStep(right)
    case 'subexpression':
    case 'index-expression':
    case 'pipe': {
      if (!isDotted(right.steps)) throw new Unwritable()
      const [first, ...rest] = right.steps
      return (
        (first === undefined || first.type === 'current' ? '' : writeRight(first)) +
        rest.map(writeStep).join('')
      )
    }
    case 'projection':
    case 'filter-projection':
    case 'value-projection':
      return writeProjectionInside(right)
    default:
      throw new Unwritable()
  }
}

function writeProjectionInside(ast: Extract<Ast, { type: `${string}projection` }>): string {
  if (ast.left.type === 'flatten') throw new Unwritable()
  const left = writeRight(ast.left)
  const right = writeRight(ast.right)
  if (ast.type === 'projection') return `${left}${endsInSlice(ast.left) ? '' : '[*]'}${right}`
  if (ast.type === 'value-projection') return `${left}.*${right}`
  return `${left}[?${write(ast.condition, binding.pipe)}]${right}`
}

function writeSlice({ start, end, step }: Slice): string {
  const ends = `${start ?? ''}:${end ?? ''}`
  return `[${step === null ? ends : `${ends}:${step}`}]`
}

function writeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name)
}

function writeLiteral(value: Extract<Ast, { type: 'literal' }>['value']): string {
  if (typeof value === 'string' && !/['\\]/.test(value)) return `'${value}'`
  return `\`${JSON.stringify(value).replaceAll('`', '\\`')}\``
}
