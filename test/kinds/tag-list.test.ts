import { expect, test } from 'vitest'
import { membersOf } from '../../src/kinds/schema.ts'
import { tagListNames, tagListOf } from '../../src/kinds/tag-list.ts'
import { findKind, kinds } from '../../src/kinds.ts'
import { makeColumnReader } from '../../src/query/column-readers.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'

/** Kinds that have no tags in AWS. */
const untagged = ['instance-status']

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  'the tags of %s are found where AWS puts them',
  (name, { operation, list, nested }) => {
    const elementOf = (shape: string, member: string) =>
      (membersOf(shape)?.[member] ?? '').replace(/^\[|\]$/g, '')
    const outer = elementOf(operation, list)
    const members = membersOf(nested ? elementOf(outer, nested.list) : outer) ?? {}
    const lists = Object.keys(members).filter((name) => members[name] === '[Tag]')
    if (untagged.includes(name)) {
      expect(lists).toEqual([])
      return
    }
    expect(lists).toHaveLength(1)
    expect(tagListNames).toContain(lists[0])
    const tags = [{ Key: 'Team', Value: 'web' }]
    expect(tagListOf({ [lists[0] ?? '']: tags })).toEqual(tags)
  },
)

test('a tag of a network interface is a column, and the text filter finds it', () => {
  const kind = findKind('network-interfaces')
  const body = { NetworkInterfaceId: 'eni-1', TagSet: [{ Key: 'Team', Value: 'Payments' }] }
  expect(makeColumnReader('tag:Team', kind, null)(body)).toBe('Payments')
  expect(rowMaker(kind)({ id: 'eni-1', group: null, body }).search).toContain('team=payments')
})
