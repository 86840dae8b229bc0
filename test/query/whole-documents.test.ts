import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind, makePlainView } from '../../src/kinds.ts'
import type { Answer, Json, JsonObject, ResolvedScope, Resource, View } from '../../src/model.ts'
import { formatAnswer } from '../../src/output/format.ts'
import { answerView } from '../../src/query/answer.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { scanElements } from '../../src/store/scan-texts.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { saveReading } from '../helpers/save-reading.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const ofInstances = [
  ...['@', 'Reservations', 'Reservations[]', 'Reservations[*]', 'Reservations[].Instances[]'],
  ...['Reservations[*].Instances[][]', 'Reservations[].Instances[*][] | []', 'Reservations | [].Instances[]'],
]
const ofVolumes = ['@', 'Volumes', 'Volumes[]', 'Volumes[*]', 'Volumes[] | [*]', 'Volumes | @']
const strings = [
  ...[
    'web',
    '',
    'a "b" \\ /',
    'tab\there',
    'line\nbreak\r',
    '\u0000\u001f',
    '\u007f\u009b',
    '日本語',
    '👩‍👩‍👧',
  ],
  ...['\ud800', '\udc00x', '\u2028\u2029', '\\u0041', '{"a":1}', ']]', '    ', '"InstanceId":"i-1"'],
]
const numbers = [0, -1, 7, 1.5, 1e-7, 1.25e-9, 1e21, 123456789012345680000, -0.1, 2 ** 53]

describe('whole documents', () => {
  test.each([
    ['instances', ofInstances],
    ['volumes', ofVolumes],
  ] as const)(
    'of %s are printed as JSON, whole and line by line, as plain evaluation gives them',
    (kind, expressions) => {
      for (let seed = 1; seed <= casesOf(30); seed += 1) {
        const dice = random(seed)
        const store = fresh()
        for (const region of ['us-east-1', 'eu-west-1'])
          fill(store, kind, region, makeResources(kind, region, dice, pickFrom([0, 1, 3, 20], dice)))
        for (const expression of expressions) {
          for (const origin of [true, false]) {
            const answer = ask(store, { kind, expression, origin })
            const value = readValue(answer)
            expect(print(answer), `${expression}, seed ${seed}`).toBe(`${JSON.stringify(value, null, 4)}\n`)
            const lines = (answer.type === 'value' ? [value] : (value as Json[])).map((item) =>
              JSON.stringify(item),
            )
            expect(print(answer, 'ndjson'), `${expression}, seed ${seed}`).toBe(
              lines.map((line) => `${line}\n`).join(''),
            )
          }
        }
      }
    },
  )

  test('of many pages are read in pieces, each reservation whole', () => {
    const dice = random(3)
    const store = fresh()
    fill(store, 'instances', 'us-east-1', makeResources('instances', 'us-east-1', dice, 1200, 7))
    for (const expression of ofInstances) {
      const answer = ask(store, { kind: 'instances', expression })
      expect(print(answer)).toBe(`${JSON.stringify(readValue(answer), null, 4)}\n`)
    }
  })

  test('come from the text in the cache: no other format, and no question that changes them, does so', () => {
    const store = fresh()
    fill(store, 'instances', 'us-east-1', makeResources('instances', 'us-east-1', random(1), 3))
    const hasText = (view: Partial<View>) => {
      const answer = ask(store, { kind: 'instances', ...view })
      return answer.type === 'value' ? answer.text !== undefined : 'text' in answer.items
    }
    for (const expression of ofInstances) expect(hasText({ expression }), expression).toBe(true)
    for (const expression of [
      'Reservations[0]',
      'Reservations[].Instances',
      'Reservations[].Instances[*]',
      'Reservations[0].Instances[]',
      "Reservations[].Instances[?State.Name=='running'][]",
      '@.Reservations[?OwnerId]',
      '[@]',
    ])
      expect(hasText({ expression }), expression).toBe(false)
    const expression = 'Reservations[].Instances[]'
    expect(hasText({ expression, filters: ['web'] })).toBe(false)
    expect(hasText({ expression, sort: { column: 'Name', descending: false } })).toBe(false)
    expect(hasText({ expression, columns: ['Name'] })).toBe(false)
    expect(hasText({ expression, group: ['State'] })).toBe(false)
    expect(hasText({ expression, limit: 1 })).toBe(false)
    expect(hasText({ expression, engine: 'jmespath' })).toBe(false)
    expect(hasText({ expression, otherKinds: ['volumes'] })).toBe(false)
  })

  test('are printed many at once where they are known to be what was stored, and else one by one, alike', () => {
    const store = fresh()
    for (const region of ['us-east-1', 'eu-west-1'])
      fill(store, 'instances', region, makeResources('instances', region, random(4), 60))
    const kind = findKind('instances')
    const isBytes = () => {
      const request = { depth: 2, grouped: true, origin: false }
      return [...scanElements(store, readLedger(store), kind, request)].map(
        (chunk) => chunk instanceof Uint8Array,
      )
    }
    const answers = ofInstances.flatMap((expression) =>
      [true, false].map((origin) => ask(store, { kind: 'instances', expression, origin })),
    )
    const before = answers.map((answer) => print(answer))
    expect(isBytes()).not.toContain(false)
    store.db.exec('UPDATE row_instances SET _body_check = NULL WHERE _position % 2 = 0')
    expect(isBytes()).not.toContain(true)
    expect(answers.map((answer) => print(answer))).toEqual(before)
    store.db.exec('UPDATE row_instances SET _body_check = NULL')
    expect(answers.map((answer) => print(answer))).toEqual(before)
  })

  test('that an older muster stored are compared with their digest, if it stored one, and printed all the same', () => {
    const store = fresh()
    fill(store, 'instances', 'us-east-1', makeResources('instances', 'us-east-1', random(9), 20))
    store.db.function('digest', (body, fields) =>
      createHash('sha256').update(`${body}\n${fields}`).digest('base64url').slice(0, 11),
    )
    store.db.exec(
      `UPDATE row_instances AS r SET _body_check = NULL, _digest = CASE WHEN _position % 3 = 0 THEN (
         SELECT digest(json(d.body), d.group_fields) FROM document d WHERE d.resource_id = r._row) END`,
    )
    const answer = ask(store, { kind: 'instances', expression: '@' })
    expect(print(answer)).toBe(`${JSON.stringify(readValue(answer), null, 4)}\n`)
    store.db.exec(
      `UPDATE document SET body = jsonb_set(body, '$.State', 'ran')
       WHERE resource_id = (SELECT _row FROM row_instances WHERE _digest IS NOT NULL LIMIT 1)`,
    )
    expect(() => print(answer)).toThrow(/not what was stored/)
  })

  test.each([
    [
      'another document',
      'UPDATE document SET body = (SELECT body FROM document LIMIT 1)',
      /not what was stored/,
    ],
    ['a changed word', "UPDATE document SET body = jsonb_set(body, '$.State', 'ran')", /not what was stored/],
    [
      'other fields of a group',
      'UPDATE document SET group_fields = \'{"OwnerId":"1"}\'',
      /not what was stored/,
    ],
    ['bytes that are no JSON', "UPDATE document SET body = x'ff00'", /not JSON|not what was stored/],
    ['another id', "UPDATE row_instances SET _id = 'i-other' WHERE _position = 0", /another resource/],
    [
      'another group',
      "UPDATE row_instances SET _group = 'r-other' WHERE _position = 0",
      /its group or its place is not/,
    ],
    [
      'another group in a row that an older muster wrote',
      "UPDATE row_instances SET _group = 'r-other', _check = NULL, _body_check = NULL WHERE _position = 0",
      /its group is not/,
    ],
    ['no document', 'DELETE FROM document WHERE resource_id % 2 = 0', /a document is missing/],
    ['a row less', 'DELETE FROM row_instances WHERE _position = 0', /can be found/],
    [
      'a document of another resource that has no check',
      'UPDATE row_instances SET _body_check = NULL; UPDATE document SET body = (SELECT body FROM document LIMIT 1)',
      /another resource/,
    ],
  ])('that are damaged are refused: %s', (_, sql, found) => {
    const store = fresh()
    // None of them has a member of the name of one of the origin's, for which documents are parsed.
    const resources = makeResources('instances', 'us-east-1', random(2), 20)
    fill(
      store,
      'instances',
      'us-east-1',
      resources.filter(({ body }) => !('Region' in body)),
    )
    store.db.exec(sql)
    for (const expression of ofInstances)
      for (const format of ['json', 'ndjson'] as const)
        expect(() => print(ask(store, { kind: 'instances', expression }), format), expression).toThrow(found)
  })
})

function fresh(): Store {
  const store = openStore(join(temporaryFolder(), 'cache.db'))
  onTestFinished(() => store.close())
  return store
}

function ask(store: Store, view: Partial<View> & { kind: string }): Answer {
  const scopes = { profiles: [], accounts: [], regions: [] }
  return answerView({ ...makePlainView(view.kind, scopes), ...view }, store, readLedger(store), null)
}

function print(answer: Answer, format: 'json' | 'ndjson' = 'json'): string {
  return [...formatAnswer(answer, format, { columns: null, raw: false, colour: false })].join('')
}

function readValue(answer: Answer): Json {
  return answer.type === 'value' ? answer.value : [...answer.items]
}

function fill(store: Store, kindName: string, region: string, resources: readonly Resource[]): void {
  const scope: ResolvedScope = { profile: 'prod "1"', account: '111122223333', region, kind: kindName }
  const pages = Array.from({ length: Math.ceil(resources.length / 7) }, (_, n) =>
    resources.slice(7 * n, 7 * n + 7),
  )
  saveReading(makeWriter(store), scope, pages, 1)
}

/** Resources of a kind; instances come in reservations of up to `most`, some of them on two pages. */
function makeResources(
  kindName: string,
  region: string,
  dice: () => number,
  count: number,
  most = 3,
): readonly Resource[] {
  const kind = findKind(kindName)
  return Array.from({ length: count }, (_, n) => {
    const id = `i-${region}-${n}`
    const groupId = `r-${region}-${Math.floor(n / most)}`
    const groupDice = random(Math.floor(n / most))
    const fields = { ReservationId: groupId, ...(makeValue(groupDice, 2, true) as JsonObject) }
    const body = { ...(makeValue(dice, 0, true) as JsonObject), [kind.id]: id, State: { Name: 'running' } }
    const carried = dice() < 0.1 ? { ...body, Region: 'of its own', Profile: { Arn: 'x' } } : body
    return { id, group: kind.nested ? { id: groupId, fields } : null, body: carried }
  })
}

function makeValue(dice: () => number, depth: number, isObject = false): Json {
  const sort = isObject ? 0.95 : dice()
  if (sort < 0.1) return pickFrom([null, true, false], dice)
  if (sort < 0.25) return pickFrom(numbers, dice)
  if (sort < 0.6 || depth > 3) return pickFrom(strings, dice)
  const size = Math.floor(dice() * 4)
  if (sort < 0.8) return Array.from({ length: size }, () => makeValue(dice, depth + 1))
  const names = ['Tags', 'Key', 'a"b', 'é', '10', '2', 'IamInstanceProfile', '__proto__x', 'line\nbreak', '']
  return Object.fromEntries(
    Array.from({ length: size }, () => [pickFrom(names, dice), makeValue(dice, depth + 1)]),
  )
}
