import { expect, onTestFinished, test } from 'vitest'
import { makeBodyPieces } from '../../src/aws/body-pieces.ts'
import { readAnswer } from '../../src/aws/read-answer.ts'
import { type KnownItems, type KnownReading, readKnownAnswer } from '../../src/aws/read-known-answer.ts'
import { isKnownByText, readPages } from '../../src/aws/read-pages.ts'
import { isObject } from '../../src/json-object.ts'
import { findKind, listKinds } from '../../src/kinds.ts'
import type { JsonObject, Kind } from '../../src/model.ts'
import type { KnownPage, KnownRow, KnownRows } from '../../src/pages.ts'
import { planFor } from './answer-judges.ts'
import { makeAnswer, makeChance } from './made-answers.ts'
import { clientAt, never, serve } from './wire.ts'

const kinds = listKinds().filter(isKnownByText)
const key = Buffer.alloc(32, 7)

test('what is left of an answer of any kind, after what is known, is read as the whole answer is', async () => {
  let [cut, whole] = [0, 0]
  for (const kind of kinds) {
    for (let seed = 0; seed < 12; seed += 1) {
      const chance = makeChance(seed)
      const body = Buffer.from(makeAnswer(kind.operation, chance, [10, 8, 5][seed % 3] as number))
      const first = await read(kind, body, [])
      const expected = readAnswer(planFor(kind.operation), body)
      const objects = objectsIn(expected.answer, kind)
      expect(first.answer).toEqual(expected.answer)
      if (!first.items) {
        whole += 1
        continue
      }
      cut += 1
      const hashes = [...first.items.texts.values()]
      expect(first.items.order.map((item) => 'read' in item && item.read)).toEqual(objects)
      const known = hashes.filter(() => chance(2) === 0)
      const second = await read(kind, body, known)
      expect(second.items?.order).toEqual(
        objects.map((object, place) => {
          const hash = hashes[place] as string
          return known.includes(hash) ? { known: rowOf(hash) } : { read: object }
        }),
      )
      const third = await read(kind, body, hashes)
      expect(third.items?.order).toEqual(hashes.map((hash) => ({ known: rowOf(hash) })))
      expect({ ...third.answer, [kind.list]: null }).toEqual({ ...expected.answer, [kind.list]: null })
      expect(third.items?.readWhole()).toEqual(expected)
    }
  }
  // The others have comments, CDATA or attributes.
  expect(cut).toBeGreaterThan(150)
  expect(whole).toBeGreaterThan(150)
})

const instances = listKinds().find(({ name }) => name === 'instances') as Kind
const reservation = (id: string, ...inside: string[]) =>
  `<item><reservationId>${id}</reservationId><groupSet><item><groupId>sg-1</groupId></item></groupSet><instancesSet>${inside.map((text) => `<item>${text}</item>`).join('')}</instancesSet><ownerId>1</ownerId></item>`
const answer = (...reservations: string[]) =>
  Buffer.from(
    `<DescribeInstancesResponse><reservationSet>${reservations.join('')}</reservationSet></DescribeInstancesResponse>`,
  )
const one = '<instanceId>i-1</instanceId><tagSet><item><key>a</key></item></tagSet>'
const two = '<instanceId>i-2</instanceId>'
const before = await hashesOf(answer(reservation('r-1', one, two)))

test.each([
  ['nothing else changes', answer(reservation('r-1', one, two)), [true, true]],
  ['another changes', answer(reservation('r-1', one, `${two}<keyName>k</keyName>`)), [true, false]],
  [
    'it moves',
    answer(reservation('r-2', '<instanceId>i-3</instanceId>'), reservation('r-1', two, one)),
    [false, true, true],
  ],
  ['white space comes between items', answer(`\n  ${reservation('r-1', one, two)}\n`), [true, true]],
  ['its reservation changes', answer(reservation('r-2', one, two)), [false, false]],
  ['a tag of it changes', answer(reservation('r-1', one.replace('>a<', '>b<'), two)), [false, true]],
])('an item is known again if %s, as far as that is true', async (_, body, expected) => {
  expect((await hashesOf(body)).map((hash) => before.includes(hash))).toEqual(expected)
})

test.each([
  answer(reservation('r-1', `${one}<!-- </item> -->`)),
  answer(reservation('r-1', `<keyName><![CDATA[</item>]]></keyName>${one}`)),
  answer(reservation('r-1', one).replace('<item><key>', '<item a="1"><key>')),
  answer(reservation('r-1', one).replace('</key></item>', '</key></item >')),
  answer(reservation('r-1', one), '<other/>'),
  answer('<item><reservationId>r-1</reservationId></item>', reservation('r-2', one)),
])('an answer of an unusual form is read as a whole: %s', async (body) => {
  const plan = planFor('DescribeInstances')
  const found = await readKnownAnswer(plan, inPieces(body), readingOf(instances, before))
  expect(found.items).toBeUndefined()
  expect(found).toEqual(readAnswer(plan, body))
})

test('what decides how a kind is stored is part of what is known', async () => {
  const plan = planFor('DescribeInstances')
  const body = answer(reservation('r-1', one, two))
  const other = await readKnownAnswer(plan, inPieces(body), {
    ...readingOf(instances, before),
    salt: 'another',
  })
  expect(other.items?.order.every((item) => 'read' in item)).toBe(true)
})

test('a page that comes again is not read, but for what stands around its list', async () => {
  let named = 0
  for (const kind of kinds) {
    for (let seed = 0; seed < 12; seed += 3) {
      const body = Buffer.from(makeAnswer(kind.operation, makeChance(seed), 10))
      const { mac, items, answer: whole } = await read(kind, body, [])
      if (mac === undefined) continue
      named += 1
      const next = { mac, rows: items?.order.length ?? 0 }
      const again = await readAgain(kind, body, next)
      expect(again).toEqual({ answer: { ...whole, [kind.list]: [] }, bad: [], mac, same: next })
      expect(await readAgain(kind, body, { ...next, mac: 'another' })).toMatchObject({ mac, answer: whole })
    }
  }
  expect(named).toBeGreaterThan(50)
})

test.each([
  ['another item', answer(reservation('r-1', one)), false],
  ['another tag', answer(reservation('r-1', one.replace('>a<', '>b<'), two)), false],
  ['white space', answer(` ${reservation('r-1', one, two)}`), false],
  ['another request', around('<requestId>7</requestId>', reservation('r-1', one, two), ''), true],
  ['another token', around('', reservation('r-1', one, two), '<nextToken>a&amp;b</nextToken>'), true],
  ['a byte order mark', Buffer.concat([Buffer.from('\ufeff'), answer(reservation('r-1', one, two))]), true],
  ['a comment behind it', around('', reservation('r-1', one, two), '<!-- </reservationSet> -->'), false],
  ['a second list', around('', reservation('r-1', one, two), '<reservationSet></reservationSet>'), false],
])('a page is known again by its list: %s', async (_, body, isSame) => {
  const { mac = '' } = await read(instances, answer(reservation('r-1', one, two)), [])
  const found = await readAgain(instances, body, { mac, rows: 2 })
  expect(found.same !== undefined).toBe(isSame)
  const { [instances.list]: list, ...others } = readAnswer(planFor('DescribeInstances'), body).answer
  expect(found.answer).toEqual({ ...others, [instances.list]: isSame ? [] : list })
})

test('a page is not known again if what decides how its kind is stored is another, or the key', async () => {
  const body = answer(reservation('r-1', one, two))
  const { mac = '' } = await read(instances, body, [])
  const reading = { ...readingOf(instances, []), known: knownItems(new Map(), { mac, rows: 2 }) }
  const readWith = (other: Partial<KnownReading>) =>
    readKnownAnswer(planFor('DescribeInstances'), inPieces(body), { ...reading, ...other })
  expect((await readWith({})).same).toEqual({ mac, rows: 2 })
  expect((await readWith({ salt: 'another' })).same).toBeUndefined()
  const known = { ...reading.known, key: Buffer.alloc(32, 8) }
  expect((await readWith({ known })).same).toBeUndefined()
  expect((await readWith({ known: { ...known, key: null } })).mac).toBeUndefined()
})

test('a page that holds a known resource and another of its id is a fault, as it is when nothing is known', async () => {
  const page = { text: '' }
  const wire = await serve((_, response) => void response.end(page.text))
  onTestFinished(() => wire.close())
  const client = clientAt(wire.url)
  const volumes = findKind('volumes')
  const readPage = async (volumeItems: string, rows: ReadonlyMap<string, KnownRow>) => {
    page.text = `<DescribeVolumesResponse><volumeSet>${volumeItems}</volumeSet></DescribeVolumesResponse>`
    return (await readPages(client, volumes, { pageSize: null, known: knownItems(rows) }, never).next()).value
  }
  const item = '<item><volumeId>vol-1</volumeId></item>'
  const [first] = (await readPage(item, new Map()))?.resources ?? []
  const known = new Map([[first?.text ?? '', { ...rowOf('vol-1'), row: 7 }]])
  expect((await readPage(item, known))?.items).toMatchObject([{ row: 7 }])
  const twins = `${item}<item><volumeId>vol-1</volumeId><size>8</size></item>`
  await expect(readPage(twins, known)).rejects.toMatchObject({ fault: { class: 'malformed' } })
  const other = `${item}<item><volumeId>vol-2</volumeId><size>8</size></item>`
  expect(await readPage(other, known)).toMatchObject({
    resources: [{ id: 'vol-2' }],
    items: [{ row: 7 }, { id: 'vol-2' }],
  })
})

async function hashesOf(body: Buffer): Promise<readonly string[]> {
  return [...((await read(instances, body, [])).items?.texts.values() ?? [])]
}

function read(kind: Kind, body: Buffer, known: readonly string[]) {
  return readKnownAnswer(planFor(kind.operation), inPieces(body), readingOf(kind, known))
}

function readingOf({ list, nested }: Kind, known: readonly string[]): KnownReading {
  const rows = new Map(known.map((hash) => [hash, rowOf(hash)]))
  return { list, nested: nested?.list ?? null, salt: '', known: knownItems(rows) }
}

function knownItems(rows: KnownRows, next: KnownPage | null = null): KnownItems {
  return { key, nextPage: () => next, rows: async () => rows }
}

function rowOf(hash: string): KnownRow {
  return { row: 1, id: hash, group: null, position: 0 }
}

function readAgain(kind: Kind, body: Buffer, next: KnownPage) {
  const reading = { ...readingOf(kind, []), known: knownItems(new Map(), next) }
  return readKnownAnswer(planFor(kind.operation), inPieces(body), reading)
}

/** As bodies come: in pieces that end anywhere. */
function inPieces(body: Buffer) {
  const size = 7 + (body.length % 90)
  const count = Math.ceil(body.length / size)
  return makeBodyPieces(Array.from({ length: count }, (_, at) => body.subarray(at * size, (at + 1) * size)))
}

function around(head: string, items: string, tail: string): Buffer {
  const list = `<reservationSet>${items}</reservationSet>`
  return Buffer.from(`<DescribeInstancesResponse>${head}${list}${tail}</DescribeInstancesResponse>`)
}

function objectsIn(read: object, { list, nested }: Kind): readonly object[] {
  const outer = listIn(read as JsonObject, list)
  return nested ? outer.flatMap((group) => listIn(group, nested.list)) : outer
}

function listIn(holder: JsonObject, name: string): readonly JsonObject[] {
  const found = holder[name]
  return Array.isArray(found) ? found.filter(isObject) : []
}
