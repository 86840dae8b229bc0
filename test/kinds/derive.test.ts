import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { derivedEdition, deriveKinds, listUncoveredOperations } from '../../src/kinds/derive.ts'
import {
  chosenLists,
  excludedOperations,
  fixedInputs,
  pageLimits,
  parents,
  sharedIds,
  uniqueIds,
} from '../../src/kinds/derive-facts.ts'
import {
  inputOf,
  itemShapeOf,
  listOperations,
  membersOf,
  sensitiveMembersOf,
} from '../../src/kinds/schema.ts'
import { findKind, kinds, listKinds, listUncovered, lookForKind, originFields } from '../../src/kinds.ts'
import type { Kind } from '../../src/model.ts'
import { setIdOf } from '../../src/store/column-sets.ts'
import { askBotocore } from './botocore.ts'
import editions from './editions.json' with { type: 'json' }

const derived = deriveKinds()
const itemOf = ({ operation, list }: Kind) => membersOf(itemShapeOf(membersOf(operation)?.[list] ?? '')) ?? {}

describe('kinds made from the schema', () => {
  test('are all Describe operations but those that say why not', () => {
    const named = [...derived, ...listUncoveredOperations()].map(({ operation }) => operation)
    expect(named.sort()).toEqual([...listOperations()].sort())
    expect(derived.length).toBeGreaterThan(150)
    for (const { reason } of listUncoveredOperations()) expect(reason).toMatch(/^[a-zA-Z].+/)
  })

  test('grow their edition by one with every release that changes their columns', () => {
    const sets = derived.map((kind) => [kind.name, setIdOf(kind)])
    const hash = createHash('sha256').update(JSON.stringify(sets)).digest('base64url').slice(0, 12)
    const recorded = (editions as Record<string, readonly string[]>)['from the schema'] ?? []
    const line = `"from the schema": ${JSON.stringify([...recorded, hash])}`
    expect(recorded[derivedEdition + 999], `test/kinds/editions.json needs the line ${line}`).toBe(hash)
    for (const kind of kinds) expect(kind.edition).toBeGreaterThan(derivedEdition)
  })

  test.each(derived)('$name has columns that the store can hold, its id among them', (kind) => {
    expect(kind.columns).toContainEqual(expect.objectContaining({ name: kind.id, type: 'text' }))
    const names = kind.columns.map(({ name }) => name)
    expect(names.length).toBeLessThanOrEqual(12)
    const all = [...names, ...originFields, 'synced_at', 'document'].map((name) => name.toLowerCase())
    expect(new Set(all).size).toBe(all.length)
    for (const name of names) expect(name).not.toMatch(/^_/)
    expect(kind.table.length).toBeLessThanOrEqual(8)
    expect([...names, ...originFields]).toEqual(expect.arrayContaining([...kind.table, ...kind.spare]))
    if (kind.state) expect(names).toContain(kind.state.column)
  })

  test.each(derived)('$name is identified by a member that its resources have', (kind) => {
    expect(itemOf(kind)[kind.id]).toBe('text')
  })

  test.each(derived)('$name sends what its operation requires', (kind) => {
    const given = [
      ...Object.keys(kind.input),
      ...(kind.pageSize ? ['MaxResults'] : []),
      ...(kind.parent ? [kind.parent.parameter] : []),
    ]
    const input = inputOf(kind.operation) ?? []
    const required = input.filter((member) => member.required).map(({ name }) => name)
    expect(given).toEqual(expect.arrayContaining(required))
    expect(input.map(({ name }) => name)).toEqual(expect.arrayContaining(given))
  })

  test('ask for what is the account’s own, wherever a call can say so', () => {
    const owned = derived.filter(({ operation }) =>
      inputOf(operation)?.some(({ name }) => /^Owner/.test(name)),
    )
    expect(owned.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['fpga-images', 'images', 'snapshots']),
    )
    for (const { input } of owned) expect(JSON.stringify(input)).toContain('["self"]')
  })

  test('show nothing that is sensitive, and no token', () => {
    const [kind] = derived.filter(({ name }) => name === 'vpn-connections')
    expect(sensitiveMembersOf('VpnConnection')).toEqual(['CustomerGatewayConfiguration'])
    expect(kind?.columns.map(({ name }) => name)).not.toContain('CustomerGatewayConfiguration')
    const names = derived.flatMap(({ columns }) => columns.map(({ name }) => name))
    for (const name of ['TokenValue', 'ClientToken', 'ChildRequestXml']) expect(names).not.toContain(name)
  })

  test('follow a parent that is a kind, by the member that identifies it', () => {
    const children = derived.filter(({ parent }) => parent)
    expect(children.map(({ operation }) => operation).sort()).toEqual(Object.keys(parents).sort())
    for (const { parent } of children) {
      const kind = findKind(parent?.kind ?? '')
      expect(kind).toMatchObject({ id: parent?.id, name: parent?.kind })
      expect(kind.identity ?? 'id').toBe('id')
      if (parent?.except) expect(Object.keys(itemOf(kind))).toContain(parent.except.member)
    }
  })

  test('have the names of their operations', () => {
    const names = derived.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(derived.find(({ operation }) => operation === 'DescribeIpamPools')).toMatchObject({
      name: 'ipam-pools',
      title: 'IPAM pools',
      area: 'network',
      id: 'IpamPoolId',
      identity: 'id',
      table: expect.arrayContaining(['Name', 'IpamPoolId', 'State', 'AccountName', 'Region']),
    })
    for (const { title } of derived) expect(title).toMatch(/^[A-Z]/)
  })

  test('are identified by the whole item if no member does it', () => {
    const byItem = derived.filter(({ identity }) => identity === 'item').map(({ operation }) => operation)
    expect(byItem.sort()).toEqual(Object.keys(sharedIds).sort())
  })

  test('have facts of operations that exist', () => {
    const known = new Set(listOperations())
    for (const table of [
      chosenLists,
      excludedOperations,
      fixedInputs,
      pageLimits,
      parents,
      sharedIds,
      uniqueIds,
    ])
      for (const operation of Object.keys(table)) expect(known, operation).toContain(operation)
  })

  test('ask for pages as large as botocore’s model allows, where python3 has it', () => {
    const bounds = botocoreBounds()
    if (bounds === null) return
    for (const { operation, pageSize } of derived) {
      const [min, max] = bounds[operation] ?? [null, null]
      if (pageSize === null || (min === null && max === null)) continue
      expect(pageSize, operation).toEqual({ min: Math.max(1, min ?? 1), max: max ?? 1000 })
    }
  })
})

describe('the list of kinds', () => {
  test('has the kinds made by hand first, and no operation twice', () => {
    const all = listKinds()
    expect(all.slice(0, kinds.length)).toEqual(kinds)
    const operations = all.map(({ operation }) => operation)
    expect(new Set(operations).size).toBe(operations.length)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    expect(all.length + listUncovered().length).toBeLessThanOrEqual(listOperations().length)
  })

  test('gives the same kind by its name', () => {
    for (const kind of listKinds()) expect(findKind(kind.name)).toBe(kind)
    expect(lookForKind('no-such-things')).toBeNull()
  })

  test('says why an operation is no kind', () => {
    expect(() => findKind('fleet-history')).toThrow(
      'fleet-history (DescribeFleetHistory) is not covered: needs FleetId and StartTime.',
    )
    expect(() => findKind('instance-types')).toThrow('a catalogue of what AWS offers')
    expect(() => findKind('ipam-pool')).toThrow("There is no kind 'ipam-pool'; did you mean 'ipam-pools'?")
  })
})

/** MaxResults of the Describe operations in the botocore that python3 has; null if it has none. */
function botocoreBounds() {
  return askBotocore<Record<string, readonly [number | null, number | null]>>(`
found = {}
for name, operation in model['operations'].items():
    member = shapes[operation['input']['shape']]['members'].get('MaxResults') if 'input' in operation else None
    if name.startswith('Describe') and member:
        shape = shapes[member['shape']]
        found[name] = [shape.get('min'), shape.get('max')]
print(json.dumps(found))`)
}
