import { readFileSync } from 'node:fs'

/**
 * What the members of a shape hold, by name: `text`, `number`, `boolean`, `time`, another shape's name, or a list as
 * `[Tag]`. The operation's name stands for its answer. The table is made from the SDK's schemas (test/kinds), because
 * the SDK itself takes too long to load for a query that the cache answers.
 */
export function membersOf(shape: string): Readonly<Record<string, string>> | null {
  return readShape(shape)?.members ?? null
}

/** The members of a shape that the SDK's schema marks as sensitive. */
export function sensitiveMembersOf(shape: string): readonly string[] {
  return readShape(shape)?.sensitive ?? []
}

/** A member of the input of an operation. */
export interface InputMember {
  readonly name: string
  readonly required: boolean
}

/** The members of an operation's input, filters aside; null for an operation that the SDK does not have. */
export function inputOf(operation: string): readonly InputMember[] | null {
  const table = readOperations()
  if (!Object.hasOwn(table, operation)) return null
  const packed = table[operation] ?? ''
  return splitWords(packed).map((word) => ({ name: word.replace(/!$/, ''), required: word.endsWith('!') }))
}

/** Every Describe operation of EC2, by name. */
export function listOperations(): readonly string[] {
  return Object.keys(readOperations())
}

/** The name of the shape of the items of a list, or of a member that is not a list. */
export function itemShapeOf(type: string): string {
  return type.replace(/^\[+|\]+$/g, '')
}

interface Shape {
  readonly members: Readonly<Record<string, string>>
  readonly sensitive: readonly string[]
}

const readShape = makeShapeReader()
const readOperations = makeTableReader('operations.json')

/** Makes the function that unpacks a shape when it is first asked for: a query looks at few of them. */
function makeShapeReader(): (shape: string) => Shape | null {
  const readShapes = makeTextReader('shapes.json')
  const known = new Map<string, Shape | null>()
  return (name) => {
    const found = known.get(name)
    if (found !== undefined) return found
    const packed = findEntry(readShapes(), name)
    const shape = packed === null ? null : unpackShape(packed)
    known.set(name, shape)
    return shape
  }
}

/** An entry of a table in JSON that has a line for each: of 800, a query looks at a few. Null if there is none. */
function findEntry(table: string, name: string): string | null {
  const begin = `\n  ${JSON.stringify(name)}: `
  const at = table.indexOf(begin)
  if (at < 0) return null
  const line = table.slice(at + begin.length, table.indexOf('\n', at + begin.length))
  return JSON.parse(line.replace(/,$/, '')) as string
}

/** Makes the function that reads a table when it is first asked for. */
function makeTableReader(file: string): () => Readonly<Record<string, string>> {
  const read = makeTextReader(file)
  let table: Readonly<Record<string, string>> | null = null
  return () => {
    table ??= JSON.parse(read()) as Readonly<Record<string, string>>
    return table
  }
}

/** The same of its text. The build copies the tables beside the program. */
function makeTextReader(file: string): () => string {
  let text: string | null = null
  return () => {
    const folder = new URL(import.meta.url.endsWith('.ts') ? './' : './kinds/', import.meta.url)
    text ??= readFileSync(new URL(file, folder), 'latin1')
    return text
  }
}

/** `Name:type Name!:type Name`, where `!` marks what is sensitive and no type is text. */
function unpackShape(packed: string): Shape {
  const members: Record<string, string> = {}
  const sensitive: string[] = []
  for (const word of splitWords(packed)) {
    const [marked = '', type = 't'] = word.split(':')
    const name = marked.replace(/!$/, '')
    members[name] = type.replace(/^(\[*)([tnbd])(\]*)$/, (_, open, letter, close) => {
      return `${open}${simple[letter as string]}${close}`
    })
    if (marked !== name) sensitive.push(name)
  }
  return { members, sensitive }
}

const simple: Readonly<Record<string, string>> = { t: 'text', n: 'number', b: 'boolean', d: 'time' }

function splitWords(packed: string): readonly string[] {
  return packed === '' ? [] : packed.split(' ')
}
