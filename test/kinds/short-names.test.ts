import { describe, expect, test } from 'vitest'
import { findColumnsNamed, findFieldNamed } from '../../src/kinds/short-names.ts'
import { findKind, kinds, originFields } from '../../src/kinds.ts'
import type { Kind } from '../../src/model.ts'
import { columnsOfKind } from '../../src/query/filter/bind-filter.ts'

describe('a short name', () => {
  test.each(kinds.map((kind) => [kind.name, kind] as const))(
    'of %s: every name and every title over a column means that column, and id the one that identifies a row',
    (_, kind) => {
      for (const { name, label } of kind.columns) {
        expect(namesOf(name.toLowerCase(), kind)).toEqual([name])
        const title = label.toLowerCase().replaceAll(' ', '-')
        const isName = kind.columns.some((other) => other.name.toLowerCase() === title.replaceAll('-', ''))
        if (!isName && title !== 'arn') expect(namesOf(title, kind)).toContain(name)
      }
      if (kind.id.toLowerCase() !== 'id') expect(namesOf('id', kind)).toEqual([kind.id])
    },
  )

  test.each([
    ['instances', 'type', ['InstanceType']],
    ['instances', 'age', ['LaunchTime']],
    ['instances', 'launched', ['LaunchTime']],
    ['instances', 'ip', ['PrivateIpAddress', 'PublicIpAddress']],
    ['instances', 'private_ip', ['PrivateIpAddress']],
    ['instances', 'checks', ['StatusChecks']],
    ['instances', 'account', ['AccountId', 'AccountName']],
    ['instances', 'region', ['Region']],
    ['volumes', 'created', ['CreateTime']],
    ['snapshots', 'size', ['VolumeSize']],
    ['spot-requests', 'type', ['Type']],
    ['images', 'launched', ['LastLaunchedTime']],
    ['vpc-endpoints', 'created', ['CreationTimestamp']],
    ['ipam-pools', 'id', ['IpamPoolId']],
    ['flow-logs', 'arn', []],
    ['instances', 'fe80', []],
    ['instances', '', []],
    ['instances', 'constructor', []],
  ])('%s: %s is %j', (kind, word, names) => {
    expect(namesOf(word, findKind(kind))).toEqual(names)
  })
})

describe('a word for one field of the origin', () => {
  test.each([
    ['account', 'AccountName'],
    ['Account', 'AccountName'],
    ['accountid', 'AccountId'],
    ['account-id', 'AccountId'],
    ['REGION', 'Region'],
    ['profile', 'Profile'],
    ['age', null],
    ['constructor', null],
    ['name', null],
    ['id', null],
    ['', null],
  ])('%s is %s', (word, field) => {
    expect(findFieldNamed(word, originFields)).toBe(field)
  })
})

function namesOf(word: string, kind: Kind): readonly string[] {
  const { columns, id } = columnsOfKind(kind, [])
  return findColumnsNamed(word, columns, id).map(({ name }) => name)
}
