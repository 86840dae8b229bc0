import { describe, expect, test } from 'vitest'
import type { Json, JsonObject, View } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { countTwinsBefore, findResourceOfRow } from '../../src/query/row-resource.ts'
import { readDocumentById } from '../../src/store/runs.ts'
import { fillScopes, type PlannedFleet } from './planned-fleet.ts'

const place = { profile: 'prod', account: '111122223333', region: 'eu-west-1' }
const other = { profile: 'test', account: '444455556666', region: 'eu-west-1' }

/** Some are alike but for their ids; the same id is in both accounts. */
const instances = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    id: `i-${n}`,
    group: { id: `r-${n}`, fields: { ReservationId: `r-${n}` } },
    body: {
      InstanceId: `i-${n}`,
      InstanceType: n % 2 === 0 ? 'm5.large' : 't3.micro',
      State: { Code: 16, Name: n < 4 ? 'running' : 'stopped' },
      LaunchTime: `2026-01-0${1 + (n % 3)}T00:00:00+00:00`,
      NetworkInterfaces: [{ NetworkInterfaceId: `eni-${n}`, PrivateIpAddress: `10.0.0.${n}` }],
    },
  }))
const volumes = Array.from({ length: 4 }, (_, n) => ({
  id: `vol-${n}`,
  group: null,
  body: { VolumeId: `vol-${n}`, Size: 8, Attachments: [{ InstanceId: `i-${n}`, Device: '/dev/xvda' }] },
}))

const fleet = () =>
  fillScopes([
    { ...place, resources: instances(8) },
    { ...other, resources: instances(2) },
    { ...place, kind: 'volumes', resources: volumes },
  ])

/** For every row of a result: the id of the resource that it leads to, with a sign for those of the other account. */
function openAll({ store, lines, view }: PlannedFleet, change: Partial<View>): readonly (string | null)[] {
  const changed = { ...view, ...change }
  const answer = answerView(changed, store, lines, null)
  const items: readonly Json[] = answer.type === 'list' ? [...answer.items] : [answer.value]
  return items.map((item, at) => {
    const row = { item, twinsBefore: () => countTwinsBefore(at, (index) => items[index] ?? null) }
    const work = findResourceOfRow(changed, row, null, store, lines)
    let step = work.next()
    while (!step.done) step = work.next()
    if (step.value === null) return null
    const { row: number, kind } = step.value
    const body = readDocumentById(store, number) as JsonObject
    const scope = lines.find(({ scopeId }) => scopeId === Math.floor(number / 2 ** 32))?.scope
    return `${body[kind.id]}${scope?.account === other.account ? ' of test' : ''}`
  })
}

const all = 'Reservations[].Instances[]'
const ids = Array.from({ length: 8 }, (_, n) => `i-${n}`)
const both = [...ids, 'i-0 of test', 'i-1 of test']

describe('a row of an expression leads to the resource that it comes from', () => {
  test.each<[what: string, change: Partial<View>, wanted: readonly (string | null)[]]>([
    ['by its id', { expression: `${all}.{A: State.Name, InstanceId: InstanceId}` }, both],
    ['by an id under any name', { expression: `${all}.[State.Name, InstanceId]` }, both],
    ['as it is the resource', { expression: all }, both],
    ['without an id, though others look alike', { expression: `${all}.{T: InstanceType}` }, both],
    ['without an id, as a list', { expression: `${all}.[LaunchTime, State.Name]` }, both],
    ['by what nests in it', { expression: `${all}.NetworkInterfaces[].{Ip: PrivateIpAddress}` }, both],
    [
      'behind a filter',
      { expression: `Reservations[].Instances[?State.Name=='stopped'][].{T: InstanceType}` },
      ids.slice(4),
    ],
    [
      'sorted by the view',
      { expression: `${all}.{T: InstanceType}`, sort: { column: 'T', descending: true } },
      ['i-1', 'i-3', 'i-5', 'i-7', 'i-1 of test', 'i-0', 'i-2', 'i-4', 'i-6', 'i-0 of test'],
    ],
    [
      'with an id of another kind in it',
      {
        kind: 'volumes',
        expression: 'Volumes[].{On: Attachments[0].InstanceId, Size: Size}',
      },
      ['vol-0', 'vol-1', 'vol-2', 'vol-3'],
    ],
    [
      'of one of several kinds',
      {
        otherKinds: ['volumes'],
        expression: `[${all}.{Id: InstanceId}, Volumes[].{Id: VolumeId}][]`,
      },
      // Which of two accounts is meant, such a row does not say: the first is shown.
      [...ids, 'i-0', 'i-1', 'vol-0', 'vol-1', 'vol-2', 'vol-3'],
    ],
    ['which no single resource has', { expression: `[length(${all})]` }, [null]],
    [
      'made anew of what was sorted: it is shown as it is',
      {
        expression: `sort_by(Reservations[].Instances[?InstanceId=='i-3'][], &LaunchTime)[].{T: InstanceType}`,
      },
      [null],
    ],
  ])('%s', (_, change, wanted) => {
    expect(openAll(fleet(), change)).toEqual(wanted)
  })

  test('in the account that the row names, of two that have the same id', () => {
    const { store, lines, view } = fleet()
    const changed = { ...view, expression: `${all}.{InstanceId: InstanceId, AccountId: AccountId}` }
    for (const account of [place.account, other.account]) {
      const item = { InstanceId: 'i-0', AccountId: account }
      const work = findResourceOfRow(changed, { item, twinsBefore: () => 0 }, null, store, lines)
      const { value } = work.next()
      const scope = lines.find(({ scopeId }) => value && scopeId === Math.floor(value.row / 2 ** 32))?.scope
      expect(scope?.account).toBe(account)
    }
  })
})
