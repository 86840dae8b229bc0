import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { bodyCheckOf } from '../../src/store/body-check.ts'
import type { Store } from '../../src/store/open-store.ts'
import { fillScopes } from '../query/planned-fleet.ts'

const count = 60
const ids = Array.from({ length: count }, (_, n) => `i-${String(n).padStart(3, '0')}`)

/** One in six lies between the rows that are asked for, and is not. */
const isTerminated = (n: number) => n % 6 === 4
const left = ids.filter((_, n) => !isTerminated(n))

/** Members of lists, and one that is a text. */
const shapes: readonly (readonly [what: string, expression: string])[] = [
  ['lists', '{Id: InstanceId, Subnets: NetworkInterfaces[].SubnetId}'],
  ['text', '{Id: InstanceId, Odd: OutpostArn}'],
  ['both', '{Id: InstanceId, Subnets: NetworkInterfaces[].SubnetId, Odd: OutpostArn}'],
]

describe.each(shapes)('members of documents: %s', (_, row) => {
  test('are the same of rows that an older muster wrote, of which SQLite writes JSON', () => {
    const { ask, store, rowOf } = makeFleet()
    store.db.exec('UPDATE row_instances SET _body_check = NULL')
    expect(ask(row)).toEqual(left.map((id) => expect.objectContaining(rowOf(id, row))))
  })

  test('are not read if any bit of the document is wrong', () => {
    const { ask, store } = makeFleet()
    const place = store.db.prepare("SELECT _row FROM row_instances WHERE _id = 'i-005'").pluck().get()
    const body = store.db
      .prepare('SELECT body FROM document WHERE resource_id = ?')
      .pluck()
      .get(place) as Buffer
    const write = store.db.prepare('UPDATE document SET body = ? WHERE resource_id = ?')
    for (let at = 0; at < body.length; at += 1) {
      const wrong = Buffer.from(body)
      wrong.writeUInt8(wrong.readUInt8(at) ^ (1 << (at & 7)), at)
      write.run(wrong, place)
      expect(() => ask(row), `byte ${at}`).toThrow(/holds damaged rows/)
    }
    write.run(body, place)
    expect(ask(row)).toHaveLength(left.length)
  })

  test('are those of the rows that are asked for, though other documents lie between these', () => {
    const { ask, rowOf } = makeFleet()
    expect(ask(row)).toEqual(left.map((id) => expect.objectContaining(rowOf(id, row))))
  })

  test('come in the order of AWS, and from where rows are few', () => {
    const { ask, store } = makeFleet()
    store.db.exec(`UPDATE row_instances SET _position = ${count} - _position, _check = NULL`)
    expect(ask(row).map(({ Id }) => Id)).toEqual([...left].reverse())
    store.db.exec(
      "DELETE FROM document WHERE resource_id IN (SELECT _row FROM row_instances WHERE State = 'terminated')",
    )
    expect(ask(row)).toHaveLength(left.length)
    expect(ask(row, "[?State.Name=='terminated' && InstanceId=='i-000']")).toEqual([])
  })

  test.each([
    ['is no JSON', "x'ff'"],
    ['is that of the next', '(SELECT body FROM document n WHERE n.resource_id = document.resource_id + 1)'],
  ])('do not depend on a document between them that %s', (_what, body) => {
    const { ask, store, rowOf } = makeFleet()
    store.db.exec(`UPDATE document SET body = ${body} WHERE resource_id IN (${rowsThat("= 'terminated'")})`)
    expect(ask(row)).toEqual(left.map((id) => expect.objectContaining(rowOf(id, row))))
  })

  test.each([
    ['is missing', 'DELETE FROM document WHERE resource_id IN', /a document is missing/],
    ['is no JSON', "UPDATE document SET body = x'ff' WHERE resource_id IN", /not JSON/],
    [
      'is that of another',
      "UPDATE document SET body = jsonb_set(body, '$.InstanceId', 'i-004') WHERE resource_id IN",
      /i-005: its document is that of another resource/,
    ],
  ])('are not read if the document of one %s', (_what, change, message) => {
    const { ask, store } = makeFleet()
    store.db.exec(`${change} (${rowsThat("!= 'terminated'")} AND _id = 'i-005')`)
    expect(() => ask(row)).toThrow(message)
  })

  test.each(["'k0abc' || char(16) || 'a'", "''", '12', "json('{}')", "json('true')", 'NULL'])(
    'hold no list where the document has %s',
    (value) => {
      const { ask, store, rowOf } = makeFleet()
      store.db.exec(`UPDATE document SET body = jsonb_set(body, '$.NetworkInterfaces', ${value})`)
      checkAnew(store)
      const expected = left.map((id) => {
        const whole = rowOf(id, row)
        return 'Subnets' in whole ? { ...whole, Subnets: null } : whole
      })
      expect(ask(row)).toEqual(expected.map((each) => expect.objectContaining(each)))
    },
  )
})

/** Gives the rows the checks of the documents that they have now. */
function checkAnew({ db }: Store): void {
  const rows = db
    .prepare(
      'SELECT r._row, r._id, d.group_fields, d.body FROM row_instances r JOIN document d ON d.resource_id = r._row',
    )
    .raw()
    .all() as [number, string, string | null, Buffer][]
  const update = db.prepare('UPDATE row_instances SET _body_check = ? WHERE _row = ?')
  for (const [row, id, fields, body] of rows) update.run(bodyCheckOf(id, fields, body), row)
}

function rowsThat(state: string): string {
  return `SELECT _row FROM row_instances WHERE State ${state}`
}

function makeFleet() {
  const { store, lines, view } = fillScopes([
    {
      profile: 'prod',
      account: '111122223333',
      region: 'eu-west-1',
      resources: ids.map((id, n) => ({
        id,
        group: { id: `r-${id}`, fields: { ReservationId: `r-${id}` } },
        body: {
          InstanceId: id,
          OutpostArn: `arn:${id}`,
          State: { Name: isTerminated(n) ? 'terminated' : 'running' },
          NetworkInterfaces: [{ SubnetId: `subnet-${id}` }, { SubnetId: `other-${id}` }],
        },
      })),
    },
  ])
  const ask = (row: string, filter = "[?State.Name!='terminated']"): readonly JsonObject[] => {
    const expression = `Reservations[].Instances${filter}[].${row}`
    const answer = answerView({ ...view, expression }, store, lines, null)
    return answer.type === 'list' ? ([...answer.items] as JsonObject[]) : []
  }
  const rowOf = (id: string, row: string): Record<string, Json> => ({
    Id: id,
    ...(row.includes('Subnets') && { Subnets: [`subnet-${id}`, `other-${id}`] }),
    ...(row.includes('Odd') && { Odd: `arn:${id}` }),
  })
  return { store, ask, rowOf }
}
