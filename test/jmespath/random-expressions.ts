/** Random expressions and documents for them: the same seed gives the same ones. */

import type { Json } from '../../src/model.ts'
import { below, pick, type Random } from './fleet.ts'

type Write = (depth: number) => string

/** Words that expressions are made of: fields of the documents, and paths that lead to lists there. */
export interface Words {
  readonly fields: readonly [string, ...string[]]
  readonly lists: readonly [string, ...string[]]
}

/** Fits `randomDocument`. */
export const anyWords: Words = {
  fields: ['a', 'b', 'n', 's', 'o', 'l', 'Tags', 'Key', 'Value', 'constructor', '__proto__', '"x y"', '"😀"'],
  lists: ['l', 'a', 'a[].n', 'a[].s', 'a[].Tags[].Value', 'a[].[n, s]', 'a[*].Tags', 'o.*', '@'],
}

/** Fits the reservations of `fleet`. */
export const fleetWords: Words = {
  fields: [
    'InstanceId',
    'Tags',
    'State',
    'Name',
    'Instances',
    'CpuOptions',
    'CoreCount',
    'LaunchTime',
    'Key',
  ],
  lists: [
    'Instances',
    'Instances[].Tags[]',
    'Tags',
    'Tags[].Key',
    '@',
    '[@]',
    'Instances[].CpuOptions.CoreCount',
  ],
}

/** Fits `{Reservations: fleet(…)}`. */
export const wholeWords: Words = {
  fields: [...fleetWords.fields, 'Reservations'],
  lists: [
    'Reservations',
    'Reservations[]',
    'Reservations[].Instances[]',
    'Reservations[*].Instances[]',
    'Reservations[].Instances[].Tags[]',
    'Reservations[].Instances[].LaunchTime',
  ],
}

/** An expression of at most so many levels. All are of the grammar; many fail on their arguments' types. */
export function randomExpression(next: Random, words: Words, depth: number): string {
  return writer(next, words)(depth)
}

/** An expression over `{Reservations: rows}` whose spine goes row by row: a projection after the other. */
export function rowExpression(next: Random): string {
  const write = writer(next, fleetWords)
  const step = (): string =>
    pick(next, [
      () => '[]',
      () => '[*]',
      () => `[?${write(2)}]`,
      () => `.${pick(next, ['Instances', 'Tags', 'State', 'Instances[]', '[@, InstanceId]'])}`,
      () => `.{a: ${write(1)}, b: ${write(2)}}`,
      () => ` | [?${write(2)}]`,
      () => ` | [].${pick(next, fleetWords.fields)}`,
      () => ` | map(&(${write(2)}), @)`,
    ])()
  const steps = Array.from({ length: 1 + below(next, 4) }, step).join('')
  return `Reservations${pick(next, ['[]', '[*]', '[].Instances[]'])}${steps}`
}

/** An object with members of every type, strings that are hard to order, numbers that are hard to print. */
export function randomDocument(next: Random): Json {
  const members = Array.from({ length: below(next, 3) }, () => [
    pick(next, ['b', 'o', 'x y', '__proto__', '😀']),
    value(next, 3),
  ])
  const row = () => ({
    n: pick(next, numbers),
    s: pick(next, texts),
    Tags: Array.from({ length: below(next, 3) }, () => ({
      Key: pick(next, ['Name', 'Env']),
      Value: pick(next, texts),
    })),
    o: value(next, 2),
  })
  return {
    ...Object.fromEntries(members),
    n: pick(next, numbers),
    s: pick(next, texts),
    l: Array.from({ length: below(next, 5) }, () => pick(next, numbers)),
    a: Array.from({ length: below(next, 4) }, row),
  }
}

const texts = [
  ...['', 'a', 'b', 'prod', 'A', '10.0.0.1', 'é', '😀', 'ﬀ', '\ud800', 'a😀b', '\n', '"', '\u2028', '\uffff'],
  ...['1', '1.5', ' 1 ', '1_000', '0x10', 'nan', '1e5', '+1', '.5', '1\u001f', '\u00a01', '١٢'],
] as unknown as readonly [string, ...string[]]

const numbers = [0, 1, -1, 2, 1.5, -2.5, 100, 1e-7, 0.00002, 1e100, 1e21, 0.1, 123456789012] as const

function value(next: Random, depth: number): Json {
  const list = () => Array.from({ length: below(next, 4) }, () => value(next, depth - 1))
  const scalars = [
    () => null,
    () => true,
    () => false,
    () => pick(next, numbers),
    () => pick(next, texts),
  ] as const
  if (depth <= 0 || next() < 0.5) return pick<() => Json>(next, scalars)()
  if (next() < 0.5) return list()
  return Object.fromEntries(list().map((item) => [pick(next, ['a', 'b', 'n', 's', 'Key']), item]))
}

function writer(next: Random, { fields, lists }: Words): Write {
  const one = (...choices: [() => string, ...(() => string)[]]): string => pick(next, choices)()
  const field = () => pick(next, fields)
  const sign = () => pick(next, ['==', '!=', ' < ', '<=', '>', ' >= '])
  const place = () => pick(next, ['0', '1', '-1', '-2', '7'])
  const end = () => pick(next, ['', '', '0', '1', '2', '-1', '-3', '10'])
  const slice = () => `[${end()}:${end()}${pick(next, ['', ':', ':2', ':-1', ':-2', ':0'])}]`
  const literal = () =>
    one(
      () => `'${pick(next, texts).replaceAll("'", "\\'")}'`,
      () => `\`${JSON.stringify(pick(next, texts))}\``,
      () => `\`${pick(next, numbers)}\``,
      () => pick(next, ['`running`', '`null`', '`[1, 2]`', '`["b", "a"]`', '`{"a": 1}`', '`true`', '` a`']),
    )
  const leaf = () => one(field, field, field, field, () => '@', literal, literal)
  const member: Write = (depth) =>
    one(
      field,
      field,
      () => '*',
      () => `[${write(depth)}, ${field()}]`,
      () => `{a: ${write(depth)}}`,
      () => call(depth),
      () => "Tags[?Key=='Name'].Value | [0]",
    )
  const condition: Write = (depth) =>
    one(
      () => write(depth) + sign() + write(depth),
      () => field() + sign() + literal(),
      () => field() + sign() + literal(),
      () => write(depth),
      () => `${condition(depth - 1)} ${pick(next, ['&&', '||'])} ${write(depth - 1)}`,
    )
  const list: Write = (depth) =>
    one(
      () => pick(next, lists),
      () => pick(next, lists),
      () => write(depth),
    )
  const call: Write = (depth) => {
    const [name, ...parameters] = pick(next, signatures)
    const args = parameters.map((parameter) => {
      if (parameter === 'list') return list(depth - 1)
      return parameter === '&' ? `&${write(depth - 1)}` : next() < 0.3 ? literal() : write(depth - 1)
    })
    if (next() < 0.03) args.pop()
    return `${name}(${args.join(', ')})`
  }
  const write: Write = (depth) => {
    if (depth <= 0) return leaf()
    const left = () => write(depth - 1)
    return one(
      leaf,
      () => `${left()}.${member(depth - 1)}`,
      () => `${left()}.${member(depth - 1)}`,
      () => `${left()}[${place()}]`,
      () => left() + slice(),
      () => `${left()}${pick(next, ['[]', '[*]', '.*'])}`,
      () => `${left()}[?${condition(depth - 1)}]`,
      () => `${pick(next, lists)}[?${condition(depth - 1)}].${member(depth - 1)}`,
      () => `${pick(next, lists)}[?${condition(depth - 1)}][].${member(depth - 1)}`,
      () => `${pick(next, lists)}[].${member(depth - 1)}`,
      () => `${left()} | ${left()}`,
      () => `(${left()})[0]`,
      () => `${left()} ${pick(next, ['||', '&&'])} ${left()}`,
      () => `!${left()}`,
      () => condition(depth - 1),
      () => `[${left()}, ${left()}]`,
      () => `{a: ${left()}, "b c": ${left()}}`,
      () => call(depth),
      () => call(depth),
    )
  }
  return write
}

/** A function's name and what it takes; now and then it gets something else. */
type Signature = readonly [name: string, ...parameters: ('any' | 'list' | '&')[]]

const signatures: readonly [Signature, ...Signature[]] = [
  ['abs', 'any'],
  ['avg', 'list'],
  ['ceil', 'any'],
  ['contains', 'list', 'any'],
  ['contains', 'any', 'any'],
  ['ends_with', 'any', 'any'],
  ['floor', 'any'],
  ['join', 'any', 'list'],
  ['keys', 'any'],
  ['length', 'list'],
  ['map', '&', 'list'],
  ['max', 'list'],
  ['max_by', 'list', '&'],
  ['merge', 'any', 'any'],
  ['min', 'list'],
  ['min_by', 'list', '&'],
  ['not_null', 'any', 'any'],
  ['reverse', 'list'],
  ['sort', 'list'],
  ['sort_by', 'list', '&'],
  ['starts_with', 'any', 'any'],
  ['sum', 'list'],
  ['to_array', 'any'],
  ['to_number', 'any'],
  ['to_string', 'any'],
  ['type', 'any'],
  ['values', 'any'],
  ['lenght', 'any'],
]
