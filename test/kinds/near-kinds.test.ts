import { describe, expect, test } from 'vitest'
import { optionTable } from '../../src/app/option-table.ts'
import { findNearKinds } from '../../src/kinds/near-kinds.ts'
import { describeUnknownKind, findKind, listKinds } from '../../src/kinds.ts'

const names = [
  'instances',
  'volumes',
  'addresses',
  'nat-gateways',
  'internet-gateways',
  'local-gateways',
].concat(['carrier-gateways', 'route-tables'])

describe('a kind that does not exist', () => {
  test.each([
    ['volumse', ['volumes']],
    ['volume', ['volumes']],
    ['address', ['addresses']],
    ['Volumes', ['volumes']],
    ['NatGateways', ['nat-gateways']],
    ['nat_gateway', ['nat-gateways']],
    ['DescribeRouteTables', ['route-tables']],
    ['gateway', ['nat-gateways', 'internet-gateways', 'local-gateways']],
    ['route', ['route-tables']],
    ['es', []],
    ['buckets', []],
    ['', []],
  ])('%j is most likely %j', (word, near) => {
    expect(findNearKinds(word, names)).toEqual(near)
  })

  test('is one sentence with the nearest names and the command that lists them, however many there are', () => {
    expect(describeUnknownKind('gateway')).toMatch(
      /^There is no kind 'gateway'; did you mean 'nat-gateways', 'internet-gateways' or '[\w-]+'\? `muster kinds` lists them\.$/,
    )
    expect(() => findKind('buckets')).toThrow("There is no kind 'buckets'. `muster kinds` lists them.")
  })
})

test('the help of --kind names no more kinds than the usual one', () => {
  const named = listKinds().filter(({ name }) => new RegExp(`\\b${name}\\b`).test(optionTable.kind.help))
  expect(named.map(({ name }) => name)).toEqual(['instances'])
  expect(optionTable.kind.help).toContain('muster kinds')
})
