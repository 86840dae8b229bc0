import { outputSchema } from './answer-judges.ts'

/** Numbers from 0 to below `below`, the same for the same seed. */
export type Chance = (below: number) => number

/** Mulberry32, a generator of 32 bits. */
export function makeChance(seed: number): Chance {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/**
 * An answer that the schema of an operation allows, as EC2 could write it: `share` of ten members are there, in any
 * order, among unknown elements, comments, CDATA, entities and white space. `strict`: only what boto3 reads as the SDK.
 */
export function makeAnswer(operation: string, chance: Chance, share: number, strict = false): string {
  const members = makeMembers(outputSchema(operation), { chance, share, strict, depth: 0 })
  const begin = chance(2) === 0 ? '<?xml version="1.0" encoding="UTF-8"?>\n' : ''
  return `${begin}<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${members}</${operation}Response>\n`
}

interface Making {
  readonly chance: Chance
  readonly share: number
  readonly strict: boolean
  readonly depth: number
}

type Pair = readonly [target: unknown, traits: { readonly xmlName?: string } | number]

function makeMembers(reference: unknown, making: Making): string {
  const [, , , , names, members] = followed(reference) as unknown as readonly [...unknown[]] &
    readonly [number, string, string, unknown, readonly string[], readonly unknown[]]
  const { chance, share } = making
  const written = names.flatMap((name, place) => {
    const { target, tag } = pairOf(members[place], name)
    return chance(10) < share ? [makeElement(tag, target, making)] : []
  })
  if (chance(8) === 0)
    written.push(
      `<newMember a="1">${'<x>'.repeat(3)}${making.strict ? '' : '&nope;'}${'</x>'.repeat(3)}</newMember>`,
    )
  if (chance(8) === 0) written.push('<!-- <item> -->')
  if (chance(12) === 0) written.push('<?pi <item> ?>')
  shuffle(written, chance)
  return chance(3) === 0 ? written.map((each) => `\r\n  ${each}`).join('') : written.join('')
}

function makeElement(tag: string, reference: unknown, making: Making): string {
  const { chance, depth } = making
  const schema = followed(reference)
  const inner = { ...making, depth: depth + 1 }
  if (typeof schema === 'number') return makeText(tag, schema, making)
  const [form, , , , item] = schema as readonly unknown[]
  if (form === 0) return makeText(tag, followed(item), making)
  // Deeper than this only what holds itself can be.
  const isDeep = depth > 14 || (depth > 6 && chance(3) > 0)
  if (isDeep || chance(15) === 0) return chance(2) === 0 ? `<${tag}/>` : `<${tag}></${tag}>`
  if (form === 3) return `<${tag}>${makeMembers(schema, inner)}</${tag}>`
  const { target, tag: itemTag } = pairOf(item, 'member')
  const items = Array.from({ length: chance(depth < 2 ? 4 : 3) }, () => makeElement(itemTag, target, inner))
  if (!making.strict && chance(10) === 0) items.push('<strange>1</strange>')
  return `<${tag}>${chance(4) === 0 ? items.map((each) => `\n\t${each}`).join('') : items.join('')}</${tag}>`
}

function makeText(tag: string, type: unknown, making: Making): string {
  const { chance } = making
  const attribute = chance(20) === 0 ? ' kind="a &gt; b"' : ''
  const text = textOf(type, making)
  if (text === '' && chance(2) === 0) return `<${tag}/>`
  const close = chance(20) === 0 ? `</${tag} >` : `</${tag}>`
  return `<${tag}${/^\w/.test(text) ? attribute : ''}>${text}${close}`
}

function textOf(type: unknown, { chance, strict }: Making): string {
  if (type === 1) return pickOf(strict ? integers : [...integers, '0.25', '1e-3', '.5', '5.'], chance)
  if (type === 2) return pickOf(strict ? ['true', 'false'] : ['true', 'false', 'True', 'FALSE', ''], chance)
  if (type === 4) return makeTime(chance)
  if (type === 21) return Buffer.from(`b${chance(1000)}`).toString('base64')
  return pickOf(strict ? texts : [...texts, '\n  ', '&#10;'], chance)
}

export function makeTime(chance: Chance): string {
  const time = new Date(chance(4_000_000_000) * 1000 + chance(1000)).toISOString()
  return pickOf(
    [time, time, `${time.slice(0, 19)}Z`, `${time.slice(0, 19)}.5Z`, `${time.slice(0, 19)}+02:00`],
    chance,
  )
}

const integers = ['0', '7', '-3', '+5', '65535', '2147483648', ' 12 ']

const texts = [
  'running',
  'i-0123456789abcdef0',
  '',
  '  ',
  ' \t a \r\n b ',
  'a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos;',
  '&#65;&#x42;&#xe9;&#8364;',
  '&amp;lt;',
  'ä ß 東京 🦫 \u202e \u00a0',
  '<![CDATA[<a> & ]] b]]>',
  'x<!-- c -->y',
  'x<?pi?>y<![CDATA[]]>',
  '\ufeff',
  ']]',
  'null',
  '__proto__',
] as const

function pickOf<T>(list: readonly T[], chance: Chance): T {
  return list[chance(list.length)] as T
}

function shuffle(list: string[], chance: Chance): void {
  if (chance(2) === 0) return
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = chance(at + 1)
    ;[list[at], list[other]] = [list[other] as string, list[at] as string]
  }
}

function pairOf(member: unknown, name: string): { readonly target: unknown; readonly tag: string } {
  if (!Array.isArray(member) || member.length !== 2) return { target: member, tag: name }
  const [target, traits] = member as unknown as Pair
  return { target, tag: (typeof traits === 'object' && traits.xmlName) || name }
}

function followed(reference: unknown): unknown {
  return typeof reference === 'function' ? (reference as () => unknown)() : reference
}
