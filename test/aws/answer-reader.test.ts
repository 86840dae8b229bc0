import { readFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { compileAnswerReader, digestOf, madeFiles, readSources } from '../../.tools/compile-answer-reader.mjs'
import { cutAnswer } from '../../src/aws/cut-answer.ts'
import { itemKeyOf } from '../../src/aws/item-hash.ts'
import { readPlainAnswer } from '../../src/aws/plain-answer.ts'
import { readAnswer } from '../../src/aws/read-answer.ts'
import { makeMemberReader } from '../../src/sync/document-members.ts'
import { planFor } from './answer-judges.ts'

const committed = new Map(
  madeFiles.map((path) => [path, readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')]),
)
const toJsonb = new Sqlite(':memory:').prepare('SELECT jsonb(?)').pluck()
const plan = planFor('DescribeVolumes')
const request = {
  list: 'Volumes',
  nested: null,
  id: 'VolumeId',
  groupId: null,
  key: itemKeyOf(Buffer.alloc(32, 7), 'salt'),
}

test('the compiled reader of answers is made of the sources that are here', () => {
  for (const text of committed.values()) expect(text).toContain(`answer-reader: ${digestOf(readSources())}.`)
})

test('the sources compile to the reader of answers that is here', { timeout: 120_000 }, async ({ skip }) => {
  const compiled = await compileAnswerReader(readSources())
  if (compiled === null)
    return skip('not compiled: npm install --no-save assemblyscript@0.28.20 installs the compiler')
  for (const [path, text] of committed) expect(compiled.get(path) === text, path).toBe(true)
})

test('an answer that takes more room than its text, and grows while it is read, is read as the others are', () => {
  const value = '\u0001'.repeat(20_000)
  const text = answerOf(Array.from({ length: 60 }, (_, index) => volume(index, `${value}${index % 7}`)))
  expect(bodiesIn(text)).toEqual(expectedOf(text))
  const hashes = readPlainAnswer(plan, Buffer.from(text), request)?.items.map((item) => item.text)
  const tags = { list: 'volumeSet', nested: null }
  expect(hashes).toEqual(cutAnswer(Buffer.from(text), text, tags, request.key)?.hashes)
})

test('an answer is read while another one is: the first items of that one are in hand', () => {
  const [outer, inner] = [answerOf(volumes(0, 30)), answerOf(volumes(100, 50))]
  let found: unknown[] = []
  const onFirst = () => {
    found = bodiesIn(inner)
  }
  const all = readPlainAnswer(plan, Buffer.from(outer), { ...request, onFirst })
  expect(all?.items.map(({ document }) => readDocument(document))).toEqual(expectedOf(outer))
  expect(found).toEqual(expectedOf(inner))
})

test('documents outlive the answers that are read after theirs, one of them very long', () => {
  const text = answerOf(volumes(0, 30))
  const read = readPlainAnswer(plan, Buffer.from(text), request)
  bodiesIn(answerOf([volume(1, 'a'.repeat(70 * 2 ** 20))]))
  bodiesIn(answerOf(volumes(200, 40)))
  expect(read?.items.map(({ document }) => readDocument(document))).toEqual(expectedOf(text))
})

test('an answer that came in pieces is read as if it had come in one', () => {
  const body = Buffer.from(answerOf(volumes(0, 25)))
  const whole = readPlainAnswer(plan, body, request)
  for (const size of [1, 7, 100, 4096]) {
    const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
      body.subarray(at * size, (at + 1) * size),
    )
    expect(readPlainAnswer(plan, pieces, request)).toEqual(whole)
  }
})

test.each(['&amp;', '"', '\\', '\u0001', 'ä'])(
  '%j is read as what it is, wherever in a text it stands',
  (odd) => {
    const items: string[] = []
    for (let length = 0; length < 70; length += 1)
      for (let at = 0; at <= length; at += 1)
        items.push(volume(items.length, `${'x'.repeat(at)}${odd}${'x'.repeat(length - at)}`))
    const text = answerOf(items)
    const read = readPlainAnswer(plan, Buffer.from(text), request)
    const documents = read?.items.map(({ document }) => Buffer.from(document))
    expect(documents).toEqual(expectedOf(text).map((body) => toJsonb.get(JSON.stringify(body))))
  },
)

test('a time is read if it exists, and only then', () => {
  const times: string[] = []
  for (const year of ['0000', '0001', '1900', '2000', '2023', '2024', '9999'])
    for (let month = 0; month < 14; month += 1)
      for (let day = 27; day < 33; day += 1)
        times.push(`${year}-${twoDigits(month)}-${twoDigits(day)}T00:00:00.000Z`)
  for (const time of ['24:00:00', '23:60:00', '23:59:60', '23:59:59', '2x:00:00', '00:0/:00', '00:00:0:'])
    times.push(`2026-01-01T${time}.000Z`)
  for (const time of ['2026/01-01', '2026-01/01', '202a-01-01', '2026-00-01', '2026-01-00'])
    times.push(`${time}T00:00:00.000Z`)
  let good = 0
  for (const time of times) {
    // One that does exist, before it: it is remembered.
    const text = answerOf([timed('2026-01-31T12:00:00.000Z'), timed(time)])
    const { answer, bad } = readAnswer(plan, Buffer.from(text))
    expect(bodiesIn(text), time).toEqual(bad.length > 0 ? [] : answer.Volumes)
    if (bad.length === 0) good += 1
  }
  expect(good).toBeGreaterThan(200)
  expect(good).toBeLessThan(times.length - 200)
})

const hostile = [
  ['elements without an end', '<size>'.repeat(200_000)],
  ['unknown elements, very deep', `${'<x>'.repeat(100_000)}${'</x>'.repeat(100_000)}`],
  ['a member that comes again and again', '<size>1</size>'.repeat(100_000)],
  ['a name without an end', `<${'x'.repeat(100_000)}`],
  ['a text that never ends', `<status>${'x'.repeat(100_000)}`],
  ['a zero in a tag', '<size\0>1</size>'],
] as const

test.each(hostile)('an answer with %s is left to the reader of all XML', (_, members) => {
  const text = answerOf([`<item><volumeId>vol-1</volumeId>${members}</item>`])
  expect(readPlainAnswer(plan, Buffer.from(text), request)).toBeNull()
  expect(bodiesIn(answerOf(volumes(0, 3)))).toEqual(expectedOf(answerOf(volumes(0, 3))))
})

function answerOf(items: readonly string[]): string {
  return `<?xml version="1.0"?>\n<R xmlns="x"><volumeSet>${items.join('')}</volumeSet></R>`
}

function volumes(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => volume(first + at, `v-${at % 5}`))
}

function volume(index: number, value: string): string {
  return `<item><volumeId>vol-${index}</volumeId><size>${index}</size><tagSet><item><key>k</key><value>${value}</value></item></tagSet></item>`
}

function timed(time: string): string {
  return `<item><volumeId>vol-1</volumeId><createTime>${time}</createTime></item>`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

const readDocument = makeMemberReader(null)

function bodiesIn(text: string): unknown[] {
  const read = readPlainAnswer(plan, Buffer.from(text), request)
  return (read?.items ?? []).map(({ document }) => readDocument(document))
}

function expectedOf(text: string): readonly unknown[] {
  return readAnswer(plan, Buffer.from(text)).answer.Volumes as unknown[]
}
