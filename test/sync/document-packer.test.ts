import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { resourceShape } from '../../src/jmespath/kind-shapes.ts'
import { pathsThroughLists } from '../../src/jmespath/list-paths.ts'
import { findPaths } from '../../src/jmespath/row-needs.ts'
import type { Shape } from '../../src/jmespath/shapes.ts'
import { findKind, listKinds } from '../../src/kinds.ts'
import type { Json, JsonObject, Kind } from '../../src/model.ts'
import { toCell } from '../../src/store/cells.ts'
import { packRows, unpackRows } from '../../src/store/packed-rows.ts'
import { makeTextPack } from '../../src/store/packed-texts.ts'
import { makeDocumentPacker } from '../../src/sync/document-packer.ts'
import { planRows } from '../../src/sync/row-maker.ts'
import { pickFrom, random } from '../helpers/random.ts'

const toJsonb = new Sqlite(':memory:').prepare('SELECT jsonb(?)').pluck()
const instances = findKind('instances')

test('the rows of any kind are packed as its columns give them, whatever their documents hold', () => {
  const chance = random(31)
  const counts = { copied: 0, made: 0, failed: 0 }
  for (const kind of listKinds()) {
    const bodies = Array.from({ length: 24 }, (_, n) => makeBody(kind, { chance, strange: n % 3 }))
    const good = bodies.filter((body) => isGood(kind, body))
    for (const body of bodies) if (!good.includes(body)) expect(() => rowsOf(kind, [body])).toThrow()
    const { rows, copied } = rowsOf(kind, good)
    expect(rows, kind.name).toEqual(good.map((body) => expectedOf(kind, body)))
    counts.copied += copied
    counts.made += good.length - copied
    counts.failed += bodies.length - good.length
  }
  expect(counts.copied).toBeGreaterThan(1000)
  expect(counts.made).toBeGreaterThan(1000)
  expect(counts.failed).toBeGreaterThan(5)
})

const usual: JsonObject = {
  InstanceId: 'i-1',
  CpuOptions: { CoreCount: 4, ThreadsPerCore: 2 },
  SecurityGroups: [
    { GroupId: 'sg-1', GroupName: 'Web' },
    { GroupId: 'sg-2', GroupName: 'SSH' },
  ],
  State: { Code: 16, Name: 'running' },
  NetworkInterfaces: [
    { PrivateIpAddresses: [{ Association: { PublicIp: '203.0.113.7' } }, {}], Ipv6Addresses: [] },
  ],
  Tags: [
    { Key: 'Name', Value: 'Web A' },
    { Key: 'Owner', Value: '' },
    { Key: 'owner', Value: 'Team' },
  ],
}

test.each<[string, JsonObject, boolean]>([
  ['of an instance as most are', {}, true],
  ['without tags', { Tags: [] }, true],
  [
    'with tags that lack a key, or a value',
    { Tags: [{ Key: 'Name' }, { Value: 'x' }, {}, { Key: 'Name', Value: 'b' }] },
    true,
  ],
  ['with empty texts', { InstanceId: '', KeyName: '', InstanceLifecycle: '' }, true],
  ['with a tag that is null', { Tags: [null, { Key: 'Name', Value: 'a' }] }, false],
  [
    'with a value of a tag that is null',
    {
      Tags: [
        { Key: 'Name', Value: null },
        { Key: 'Name', Value: 'b' },
      ],
    },
    false,
  ],
  ['with a value of a tag that is a number', { Tags: [{ Key: 'Name', Value: 1 }] }, false],
  ['with tags that are no list', { Tags: 'Name' }, false],
  [
    'with tags of both names',
    { Tags: [{ Key: 'a', Value: 'b' }], TagSet: [{ Key: 'c', Value: 'd' }] },
    false,
  ],
  [
    'with more tags than EC2 allows',
    { Tags: Array.from({ length: 300 }, (_, n) => ({ Key: `k${n}`, Value: 'V' })) },
    false,
  ],
  [
    'with a boolean and a number as texts',
    { InstanceId: true, ImageId: false, VpcId: 0, SubnetId: 999_999_999_999_999 },
    true,
  ],
  ['with a number below zero', { VpcId: -5 }, false],
  ['with a number that JavaScript writes otherwise', { VpcId: 1e21 }, false],
  ['with a fraction', { VpcId: 1.5 }, false],
  ['with an object and a list as texts', { VpcId: { a: 1 }, SubnetId: ['a', null] }, false],
  ['with a text in place of an object', { State: 'running', CpuOptions: 'x', NetworkInterfaces: 'y' }, true],
  ['with a list in place of an object', { State: [{ Name: 'running' }] }, true],
  [
    'with null in place of all',
    { State: null, NetworkInterfaces: null, SecurityGroups: null, VpcId: null },
    true,
  ],
  ['with quotes', { KeyName: 'a "b" \\ c' }, false],
  ['with a NUL character', { KeyName: 'a\0b' }, false],
  ['with quotes in what no column shows', { StateReason: { Message: 'a "b"' } }, true],
  ['with a letter of Latin-1', { KeyName: 'ÄÖ' }, false],
  ['with letters whose small form is another length', { KeyName: 'İstanbul 東京' }, false],
  ['with a letter beyond ASCII in what is computed', { SecurityGroups: [{ GroupName: 'ß' }] }, false],
  ['with a letter beyond ASCII in a tag', { Tags: [{ Key: 'Name', Value: 'é' }] }, false],
])('a row %s is packed as its columns give it', (_, members, isCopied) => {
  const body = { ...usual, ...members }
  for (const bodies of [[body], [usual, body, usual], [body, body]]) {
    const { rows, copied } = rowsOf(instances, bodies)
    expect(rows).toEqual(bodies.map((each) => expectedOf(instances, each)))
    expect(copied).toBe(bodies.filter((each) => each !== body || isCopied).length)
  }
})

test('what a column looked at before, in another order or beside other members, is not taken for what it looks at now', () => {
  const address = (PublicIp: string) => ({ Association: { PublicIp } })
  const interfaces: readonly Json[] = [
    [{ PrivateIpAddresses: [address('1'), address('2')] }],
    [{ PrivateIpAddresses: [address('1')] }, { PrivateIpAddresses: [address('2')] }],
    [{ Ipv6Addresses: [{ Ipv6Address: '1' }, { Ipv6Address: '2' }] }],
    [{ PrivateIpAddresses: [address('1'), {}, address('2')] }],
    [{ PrivateIpAddresses: [address('12')] }],
    [{ PrivateIpAddresses: [{ PublicIp: '12' }] }],
    [[{ PrivateIpAddresses: [address('12')] }]],
    [{ PrivateIpAddresses: Array.from({ length: 40 }, (_, n) => address(`10.0.0.${n}`)) }],
    [{ PrivateIpAddresses: Array.from({ length: 40 }, (_, n) => address(`10.0.1.${n}`)) }],
    [],
    null,
  ]
  const chance = random(5)
  const bodies = Array.from({ length: 400 }, () => ({
    ...usual,
    NetworkInterfaces: pickFrom(interfaces, chance),
  }))
  const { rows, copied } = rowsOf(instances, bodies)
  expect(rows).toEqual(bodies.map((body) => expectedOf(instances, body)))
  expect(copied).toBe(bodies.length)
})

test('members of an object, and elements of a list, are not taken for those of one around it', () => {
  const pack = makeDocumentPacker([{ expression: "join(',', A[0].B[].C)", paths: [['A', 'B', 'C']] }])
  const to = makeTextPack(2, 4)
  for (const A of [[{ B: [{ C: 'x' }, { C: 'y' }] }], [{ B: [{ C: 'x' }] }, { B: 'y' }]])
    expect(pack(Uint8Array.from(toJsonb.get(JSON.stringify({ A })) as Buffer), to)).toBe(true)
  expect(to.texts.toString('latin1', 0, to.end)).toBe('x,yx')
})

/** Rows that come out of a pack, and how many of them no text was made of. */
function rowsOf(kind: Kind, bodies: readonly JsonObject[]) {
  const documents = bodies.map((body) => toJsonb.get(JSON.stringify(body)) as Buffer)
  const whole = Buffer.concat(documents)
  const bytes = Buffer.allocUnsafeSlow(whole.length)
  whole.copy(bytes)
  let at = 0
  const given = documents.map(({ length }, n) => {
    at += length
    return { id: `i-${n}`, group: null, text: 'hash', document: bytes.subarray(at - length, at) }
  })
  const making = planRows(kind)
  let copied = 0
  const packed = packRows(given, {
    ...making,
    packDocument(document, to) {
      const isCopied = making.packDocument(document, to)
      if (isCopied) copied += 1
      return isCopied
    },
  })
  const rows = [...unpackRows(packed)].map((row) => {
    if (!('values' in row && 'id' in row)) throw new Error('no row was made')
    const { values, search } = row
    return { values, search }
  })
  return { rows, copied }
}

function expectedOf(kind: Kind, body: JsonObject) {
  const { values, search } = planRows(kind).evaluate(body)
  return { values: values.map(toCell), search }
}

function isGood(kind: Kind, body: JsonObject): boolean {
  try {
    planRows(kind).evaluate(body)
    return true
  } catch {
    return false
  }
}

/** `strange`: 0 if all values are of the schema, and more if others may be in their place. */
interface Making {
  readonly chance: () => number
  readonly strange: number
}

/** A body with members that the columns of a kind look at, and others between them. */
function makeBody(kind: Kind, making: Making): JsonObject {
  const shape = resourceShape(kind, false)
  const paths = kind.columns.flatMap(({ expression }) => {
    const found = findPaths(compile(`Rows[].[${expression}]`).ast, 'Rows')
    return pathsThroughLists([compile(expression).ast], found, shape) ?? found ?? []
  })
  return makeObject(shape, [...paths, ['Tags', 'Key'], ['Tags', 'Value'], ['Other'], ['Id']], making)
}

function makeObject(shape: Shape | null, paths: readonly (readonly string[])[], making: Making): JsonObject {
  const names = [...new Set(paths.map(([name = '']) => name))].filter(() => making.chance() < 0.8)
  const below = (name: string) =>
    paths.filter(([first, ...rest]) => first === name && rest.length > 0).map(([, ...rest]) => rest)
  const memberOf = (name: string) => (shape?.type === 'object' ? shape.findMember(name) : null)
  return Object.fromEntries(names.map((name) => [name, makeValue(name, memberOf(name), below(name), making)]))
}

function makeValue(
  name: string,
  shape: Shape | null,
  below: readonly (readonly string[])[],
  making: Making,
): Json {
  const { chance, strange } = making
  if (strange > 0 && chance() < 0.04 * strange) return pickFrom(strangeValues, chance)
  if (shape?.type === 'list') {
    const count = Math.floor(4 * chance())
    return Array.from({ length: count }, () => makeValue(name, shape.of, below, making))
  }
  if (shape?.type === 'object' || below.length > 0) return makeObject(shape, below, making)
  if (shape?.type === 'scalar' && shape.of === 'number') return Math.floor(40 * chance())
  if (shape?.type === 'scalar' && shape.of === 'boolean') return chance() < 0.5
  return name === 'Key'
    ? pickFrom(['Name', 'name', 'Owner', 'x'], chance)
    : `${pickFrom(texts, chance)}${name}`
}

const texts = ['', 'A-', 'a/B:', 'x'.repeat(300)]
const strangeValues: readonly Json[] = [
  null,
  '',
  'Ä',
  '東京 🦫',
  'a "b"',
  'İ',
  0,
  -1,
  0.25,
  1e21,
  1e15,
  true,
  false,
  {},
  { Name: 'x' },
  [],
  ['a'],
  [{ Key: 'Name', Value: 'x' }],
  [[{ Name: 'x' }]],
]
