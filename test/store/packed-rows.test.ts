import { expect, test } from 'vitest'
import { readWordsBehind } from '../../src/kinds/words-behind.ts'
import type { ResourceText } from '../../src/pages.ts'
import { hashCell } from '../../src/store/cell-hashes.ts'
import { toCell } from '../../src/store/cells.ts'
import { dropRows, type PackedRows, packRows, piecesOf, unpackRows } from '../../src/store/packed-rows.ts'
import type { SeenRow } from '../../src/store/writer.ts'

const known = { row: 7, id: 'i-7', group: { id: 'r-7' }, position: 3 }
const text: ResourceText = {
  id: 'i-1',
  group: { id: 'r-1', fields: '{"ReservationId":"r-1"}' },
  document: bytesOf('{"Name":"東京 🦫","VpcId":"vpc-0a1b2c3d","Address":"10.1.2.3"}'),
  text: 'hash',
  values: ['東京 🦫', null, '', 1e21, -0.5, true, { Key: 'a' }],
  search: '東京 🦫\nname=web',
}
const other: ResourceText = {
  ...text,
  id: 'i-2',
  group: null,
  text: null,
  search: '',
  document: bytesOf('{}'),
}

test('the rows of a page come out of the pack as they went in', () => {
  const rows = [text, known, other, known, text]
  const packed = structuredClone(pack(rows))
  const found = [...unpackRows(packed)]
  const cells = ['東京 🦫', null, '', 1e21, -0.5, 'true', '{"Key":"a"}']
  // To mark a known row, its number is enough.
  const marked = { ...known, id: '', group: null }
  const expected = rows.map((row) => ('row' in row ? marked : { ...row, values: cells }))
  expect(found).toEqual(expected)
})

test('a text beyond Latin-1 leaves the texts of other rows in one byte for each character', () => {
  const latin = { ...text, values: ['naïve'], search: 'naïve', group: null }
  const wideField = { ...latin, group: { id: 'r-1', fields: '{"Name":"東京"}' } }
  const rows = [latin, wideField, { ...text, values: ['東京 🦫'] }, latin]
  const packed = pack(rows)
  expect(Buffer.from(packed.texts).toString('latin1')).toBe('i-1hashnaïve'.repeat(2))
  expect(Buffer.from(packed.search).toString('latin1')).toBe('naïve'.repeat(2))
  expect(unpack(packed)).toEqual([
    { ...latin, hashes: cellHashesOf(latin) },
    ...rows.slice(1, 3),
    { ...latin, hashes: cellHashesOf(latin) },
  ])
})

test('the hashes of cells come with the rows, of whichever type and length these are', () => {
  const rows = [
    ['running', null, 8, 'naïve', '', 'x\0y'],
    Array(6).fill('a'.repeat(2000)),
    Array(6).fill(0.5),
  ].map((values): ResourceText => ({ ...text, values, search: values.join() }))
  expect(unpack(structuredClone(pack([known, ...rows, ...rows]))).map(hashesIn)).toEqual([
    undefined,
    ...[...rows, ...rows].map(cellHashesOf),
  ])
})

test('a character beyond Latin-1 whose small letter is not has no hash of another', () => {
  const kelvin = { ...text, values: ['\u212a'], search: '\u212a'.toLowerCase(), group: null }
  expect(kelvin.search).toBe('k')
  expect(unpack(pack([kelvin])).map(hashesIn)).toEqual([undefined])
})

test('the documents of an answer move to another thread without a copy, and are free there at once', () => {
  const bodies = Buffer.allocUnsafeSlow(20)
  bodies.write('{"a":1}{"b":"ä"}')
  const [first, second] = [bodies.subarray(0, 7), bodies.subarray(7, 17)]
  const rows = [
    { ...text, document: second },
    { ...text, document: first },
  ] as readonly ResourceText[]
  const packed = pack(rows)
  expect(packed.bodies).toBe(bodies.buffer)
  const moved = structuredClone(packed, { transfer: [...piecesOf(packed)] })
  expect(bodies.length).toBe(0)
  expect(documentsOf(moved)).toEqual(['{"b":"ä"}', '{"a":1}'].map(bytesOf))
  dropRows(moved)
  expect(piecesOf(moved).map(({ byteLength }) => byteLength)).toEqual([0, 0, 0])
})

test('the hashes of words that stand behind the documents of an answer are found behind them again', () => {
  const { buffer } = new Uint8Array(40)
  const bodies = Buffer.from(buffer)
  bodies.write('{"a":1}', 0)
  bodies.writeUInt32LE(0xfedcba98, 8)
  bodies.writeUInt32LE(7, 12)
  bodies.write('{"b":2}', 16)
  bodies.write('{"c":3}', 24)
  const rows: readonly ResourceText[] = [
    { ...text, document: bodies.subarray(24, 31) },
    { ...text, document: bodies.subarray(0, 7), words: 2 },
    { ...text, document: bodies.subarray(16, 23), words: 0 },
  ]
  const hashes = (packed: PackedRows) =>
    [...unpackRows(packed)].map((row) =>
      'document' in row && row.words !== undefined
        ? [...readWordsBehind(row.document as Uint8Array, row.words)]
        : null,
    )
  const expected = [null, [0xfedcba98, 7], []]
  expect(hashes(structuredClone(pack(rows)))).toEqual(expected)
  // Documents that are put together are copied without what stands behind them.
  const mixed = [...rows, { ...text, document: '{}' }]
  expect(hashes(pack(mixed))).toEqual([null, null, null, null])
  const texts = ['{"c":3}', '{"a":1}', '{"b":2}'].map(bytesOf)
  expect(documentsOf(pack(mixed))).toEqual([...texts, '{}'])
})

test('documents that came as texts, each of its own memory, are put together', () => {
  const rows = ['{"a":1}', bytesOf('{}'), '', '{"b":"東"}'].map((document) => ({ ...text, document }))
  expect(documentsOf(pack(rows))).toEqual(rows.map(({ document }) => document))
})

test('resources without their rows come out of the pack as they went in', () => {
  const row = { id: 'i-3', group: null, text: 'hash' }
  const rows = [
    { ...row, document: Buffer.from('{}') },
    { ...row, id: 'i-東', group: { id: 'r-1', fields: '{}' }, document: Buffer.from('{"a":1}') },
  ]
  const packed = structuredClone(pack(rows))
  expect(packed.width).toBe(0)
  expect([...unpackRows(packed)]).toEqual(rows)
  const mixed = [rows[0], text, rows[1], known] as readonly SeenRow[]
  const found = [...unpackRows(pack(mixed))]
  expect(found.map((each) => 'values' in each)).toEqual([false, true, false, false])
  expect([found[0], found[2]]).toEqual(rows)
})

function pack(rows: readonly SeenRow[]): PackedRows {
  return packRows(rows, null)
}

function documentsOf(packed: PackedRows) {
  return [...unpackRows(packed)].map((row) => 'document' in row && row.document)
}

function bytesOf(json: string): Uint8Array {
  return Uint8Array.from(Buffer.from(json))
}

/** The rows with their hashes copied: the next row overwrites them. */
function unpack(packed: PackedRows): readonly SeenRow[] {
  return Array.from(unpackRows(packed), (row) => {
    const hashes = hashesIn(row)
    return hashes ? { ...row, hashes: hashes.slice() } : row
  })
}

function hashesIn(row: SeenRow): Int32Array | undefined {
  return 'hashes' in row ? row.hashes : undefined
}

function cellHashesOf({ values }: Pick<ResourceText, 'values'>): Int32Array {
  return Int32Array.from(values, (value) => hashCell(toCell(value)))
}
