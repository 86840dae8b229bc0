import { expect, test } from 'vitest'
import { neighboursOf } from '../../src/mentions/neighbours.ts'
import { runThrough } from '../../src/run-through.ts'
import { fillScopes } from '../query/planned-fleet.ts'

const place = { profile: 'prod', account: '111122223333', region: 'eu-west-1' }
const many = 2500
const idOf = (n: number) => `i-${String(n).padStart(17, '0')}`

test('what mentions a VPC is looked through in parts, so that its page can be left; each stands there once', () => {
  const vpc = { id: 'vpc-0123456789abcdef0', group: null, body: { VpcId: 'vpc-0123456789abcdef0' } }
  const instances = Array.from({ length: many }, (_, n) => ({
    id: idOf(n),
    group: null,
    body: { InstanceId: idOf(n), VpcId: vpc.id },
  }))
  const { store, lines } = fillScopes([
    { ...place, resources: instances },
    { ...place, kind: 'vpcs', resources: [vpc] },
  ])
  const row = store.db.prepare('SELECT _row FROM row_vpcs').pluck().get() as number
  const work = neighboursOf({ store, lines }, row)
  let pauses = 0
  let step = work.next()
  for (; !step.done; step = work.next()) pauses += 1
  // Those that may mention it, and those that do, in thousands.
  expect(pauses).toBeGreaterThanOrEqual(6)
  const [group] = step.value.mentionedBy
  expect(step.value.mentionedBy).toHaveLength(1)
  expect(group?.neighbours.map(({ resource }) => resource.id)).toEqual(instances.map(({ id }) => id))
  expect(new Set(group?.neighbours.map(({ where }) => where))).toEqual(new Set(['VpcId']))
  const few = runThrough(neighboursOf({ store, lines }, row, 100)).mentionedBy[0]
  expect([few?.total, few?.neighbours.length]).toEqual([many, 100])
})
