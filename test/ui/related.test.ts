import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { JsonObject } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open-store.ts'
import { describeRelated } from '../../src/ui/reader/related-sections.ts'
import type { PageLine } from '../../src/ui/threads/messages.ts'
import { machine } from '../commands/in-process.ts'
import { fillScopes } from '../query/planned-fleet.ts'

const kinds = [
  'instances',
  'volumes',
  'subnets',
  'vpcs',
  'security-groups',
  'network-interfaces',
  'route-tables',
  'addresses',
  'nat-gateways',
  'network-acls',
  'snapshots',
  'images',
]

test('each group of a page leads to a table of exactly the resources that it counts', async () => {
  const on = await machine({ accounts: 2, regions: 2, instances: 30 })
  expect((await on.muster('sync', '--kind', kinds.join(','))).code).toBe(0)
  const store = openStore(join(on.home, '.cache/muster/inventory.db'))
  try {
    const lines = readLedger(store)
    const scopes = { profiles: [], accounts: [], regions: [] }
    let groups = 0
    for (const name of kinds) {
      const rows = store.db.prepare(`SELECT _row, _id FROM "row_${name}" LIMIT 6`).raw().all() as [
        number,
        string,
      ][]
      for (const [row, id] of rows) {
        const work = describeRelated(
          { store, lines },
          { row, id, accountName: null, region: null },
          scopes,
          0,
        )
        let step = work.next()
        while (!step.done) step = work.next()
        for (const { head, members } of groupsIn(step.value.flatMap((section) => section.lines))) {
          if (head.link?.type !== 'table' || head.type !== 'text') continue
          const { view } = head.link.ask
          const answer = answerView({ ...view, columns: [findKind(view.kind).id] }, store, lines, null)
          const found =
            answer.type === 'list' ? [...answer.items].map((item) => Object.values(item ?? {})[0]) : []
          const count = Number(head.text.split(' ').at(-1)?.replace(',', ''))
          expect(found.length, `${name} ${id}: ${head.text} ${view.filters}`).toBe(count)
          for (const member of members) expect(found, `${view.filters}`).toContain(member)
          groups += 1
        }
      }
    }
    expect(groups).toBeGreaterThan(100)
  } finally {
    store.close()
  }
})

test('resources that hold an id in different members are in one table', () => {
  const group = 'sg-0123456789abcdef0'
  const place = { profile: 'prod', account: '111122223333', region: 'eu-west-1' }
  const instanceOf = (id: string, more: JsonObject) => ({
    id,
    group: { id: `r-${id}`, fields: { ReservationId: `r-${id}` } },
    body: { InstanceId: id, ...more },
  })
  const { store, lines } = fillScopes([
    {
      ...place,
      resources: [
        instanceOf('i-00000000000000001', { SecurityGroups: [{ GroupId: group }] }),
        instanceOf('i-00000000000000002', { NetworkInterfaces: [{ Groups: [{ GroupId: group }] }] }),
        instanceOf('i-00000000000000003', { Tags: [{ Key: 'guard', Value: `see ${group}` }] }),
        instanceOf('i-00000000000000004', {}),
      ],
    },
    {
      ...place,
      kind: 'security-groups',
      resources: [{ id: group, group: null, body: { GroupId: group, GroupName: 'web' } }],
    },
  ])
  const [row] = store.db.prepare('SELECT _row FROM "row_security-groups"').pluck().all() as number[]
  const centre = { row: row ?? 0, id: group, accountName: null, region: null }
  const scopes = { profiles: [], accounts: [], regions: [] }
  const work = describeRelated({ store, lines }, centre, scopes, 0)
  let step = work.next()
  while (!step.done) step = work.next()
  const [by] = groupsIn(step.value.flatMap((section) => section.lines))
  const link = by?.head.link
  const view = link?.type === 'table' ? link.ask.view : null
  const answer = view && answerView({ ...view, columns: ['InstanceId'] }, store, lines, null)
  expect(answer?.type === 'list' && [...answer.items]).toEqual(
    [1, 2, 3].map((n) => ({ InstanceId: `i-0000000000000000${n}` })),
  )
})

test.each([[['subnet-0123456789abcdef0']], [['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1']]])(
  'what is shared between accounts is one row of the table to which a group leads, its owner’s: %j',
  (ids) => {
    const places = ['111122223333', '444455556666'].map((account) => ({
      profile: `p${account}`,
      account,
      region: 'eu-west-1',
    }))
    const [user, owner] = places as [(typeof places)[0], (typeof places)[0]]
    const subnets = ids.map((id) => ({ id, group: null, body: { SubnetId: id, OwnerId: owner.account } }))
    const body = { InstanceId: 'i-0123456789abcdef0', NetworkInterfaces: ids.map((id) => ({ SubnetId: id })) }
    const { store, lines } = fillScopes([
      {
        ...user,
        resources: [{ id: 'i-0123456789abcdef0', group: { id: 'r', fields: { ReservationId: 'r' } }, body }],
      },
      ...places.map((place) => ({ ...place, kind: 'subnets', resources: subnets })),
    ])
    const [row] = store.db.prepare('SELECT _row FROM "row_instances"').pluck().all() as number[]
    const centre = { row: row ?? 0, id: 'i-0123456789abcdef0', accountName: null, region: null }
    const work = describeRelated({ store, lines }, centre, { profiles: [], accounts: [], regions: [] }, 0)
    let step = work.next()
    while (!step.done) step = work.next()
    const [group] = groupsIn(step.value.flatMap((section) => section.lines))
    expect(group?.head).toMatchObject({ text: `Subnets ${ids.length}` })
    const link = group?.head.link
    const view = link?.type === 'table' ? link.ask.view : null
    const answer = view && answerView({ ...view, columns: ['SubnetId', 'AccountId'] }, store, lines, null)
    expect(answer?.type === 'list' && [...answer.items]).toEqual(
      ids.map((SubnetId) => ({ SubnetId, AccountId: owner.account })),
    )
  },
)

/** The headings of groups, with the ids of the rows under each. */
function groupsIn(lines: readonly PageLine[]) {
  const groups: { readonly head: PageLine; readonly members: string[] }[] = []
  for (const line of lines) {
    if (line.type === 'text' && line.tone === 'strong') groups.push({ head: line, members: [] })
    else if (line.type === 'row') groups.at(-1)?.members.push(line.cells[0]?.text ?? '')
  }
  return groups
}
