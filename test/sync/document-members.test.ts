import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/model.ts'
import { makeMemberReader } from '../../src/sync/document-members.ts'
import { pickFrom, random } from '../helpers/random.ts'

const jsonb = new Sqlite(':memory:').prepare('SELECT jsonb(?)').pluck()
const documentOf = (body: JsonObject) => jsonb.get(JSON.stringify(body)) as Buffer

test('a document is read as the JSON that it was made of, whatever came before it', () => {
  const chance = random(7)
  const read = makeMemberReader(null)
  for (let count = 0; count < 3000; count += 1) {
    const body = makeObject(chance, 3)
    expect(JSON.stringify(read(documentOf(body)))).toBe(JSON.stringify(body))
  }
})

test('only the wanted members of a document are read, and all that is in them', () => {
  const read = makeMemberReader([['Id'], ['State'], ['State', 'Name'], ['Tags']])
  const body = {
    Other: { Id: 'no' },
    Id: 'i-1',
    State: { Name: 'running', Other: 1 },
    Tags: [{ Key: 'Id', Value: 'x' }],
  }
  for (let count = 0; count < 3; count += 1) {
    const { Other: _, ...wanted } = body
    expect(read(documentOf(body))).toEqual(wanted)
    expect(read(documentOf({ Other: 1, Id: 'i-2' }))).toEqual({ Id: 'i-2' })
    expect(read(documentOf({}))).toEqual({})
  }
})

test('a path into an object or the objects of a list leads to what it names, and to nothing beside it', () => {
  const read = makeMemberReader([
    ['State', 'Name'],
    ['State', 'Reason', 'Code'],
    ['Groups', 'Id'],
  ])
  const body = {
    Name: 'no',
    State: { Code: 16, Name: { Name: 'running', Id: 1 }, Reason: { Code: 'x', Name: 'no' } },
    Groups: [{ Id: 'sg-1', Name: 'no' }, 'text', { Name: 'no' }],
  }
  for (let count = 0; count < 3; count += 1) {
    expect(read(documentOf(body))).toEqual({
      State: { Name: { Name: 'running', Id: 1 }, Reason: { Code: 'x' } },
      Groups: [{ Id: 'sg-1' }, 'text', {}],
    })
    expect(read(documentOf({ State: 'text', Groups: null }))).toEqual({ State: 'text', Groups: null })
  }
})

test('a document that is a part of a larger piece of memory is read from where it stands', () => {
  const read = makeMemberReader(null)
  const bodies = [{ Id: 'a' }, { Id: 'b', Name: 'x'.repeat(70) }, { Id: 'a' }]
  const documents = bodies.map(documentOf)
  const whole = new Uint8Array(Buffer.concat(documents))
  let at = 0
  const found = documents.map(({ length }) => {
    at += length
    return read(whole.subarray(at - length, at))
  })
  expect(found).toEqual(bodies)
})

type Chance = ReturnType<typeof random>

function makeObject(chance: Chance, depth: number): JsonObject {
  const names = ['Id', 'A', 'Arn', 'Name', 'Tags', 'State', 'AVeryLongNameOfAMember', 'Überlänge']
  const count = Math.floor(chance() * names.length)
  const entries = Array.from({ length: count }, () => [pickFrom(names, chance), makeValue(chance, depth)])
  return Object.fromEntries(entries)
}

function makeValue(chance: Chance, depth: number): Json {
  const kind = Math.floor(chance() * (depth > 0 ? 8 : 6))
  if (kind === 6) return makeObject(chance, depth - 1)
  if (kind === 7) return Array.from({ length: Math.floor(chance() * 4) }, () => makeValue(chance, depth - 1))
  if (kind === 5) return pickFrom([true, false, null], chance)
  if (kind === 4) return pickFrom([0, -1, 1.5, 1e21, 1_234_567_890_123, -0.25], chance)
  const text = pickFrom(['', 'a', 'ab', 'running', 'a "quoted" \\ text\n', '東京 🦫', 'ä'], chance)
  // Texts that share their length, and their first, middle and last byte, stand in for one another in memory.
  return kind === 3 ? text : `a${Math.floor(chance() * 90) + 10}b${text.repeat(Math.floor(chance() * 12))}c`
}
