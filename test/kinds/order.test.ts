import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { compareKeys, needsStoredKey, sortKey } from '../../src/kinds/order.ts'
import type { ColumnType, Json } from '../../src/model.ts'

/** Values of a type in the order that people expect; null: values that no kind has. */
const orders: readonly (readonly [ColumnType | null, readonly Json[]])[] = [
  [
    'name',
    [
      '',
      'app',
      'db-1',
      'web',
      'Web',
      'web-2',
      'web-02',
      'web-10',
      'Web-10',
      'web-123456789',
      'web-1234567890',
      'zürich-1',
      '東京-2',
      '東京-10',
      '🚀 2',
      '🚀 10',
    ],
  ],
  [
    'name',
    [
      '1',
      '2',
      '10',
      '99999999',
      '100000000',
      '999999999',
      '1000000000',
      '99999999999999999999',
      '100000000000000000000',
    ],
  ],
  [
    'address',
    [
      '9.255.255.255',
      '10.0.0.0/8',
      '10.0.0.9',
      '10.0.0.10',
      '10.0.1.0',
      '192.168.0.1',
      '2001:db8::2',
      '2001:db8::10',
      '2001:db8::ffff:0',
      '2001:db9::',
      'fe80::1',
    ],
  ],
  ['address', ['::', '::1', '::ffff:10.0.0.9', '::ffff:10.0.0.10', '1::', 'none']],
  ['address', ['10.0.0.0', '10.0.0.0/8', '10.0.0.0/16', '10.0.0.1']],
  [
    'instance-type',
    [
      'a1.large',
      'm5.nano',
      'm5.micro',
      'm5.small',
      'm5.medium',
      'm5.large',
      'm5.xlarge',
      'm5.2xlarge',
      'm5.24xlarge',
      'm5.metal',
      'm5.metal-24xl',
      'm5.metal-48xl',
      'm5-flex.large',
      'm5a.large',
      'm6i.large',
      'm10.large',
      'u-3tb1.56xlarge',
      'u-12tb1.112xlarge',
    ],
  ],
  ['text', ['10.0.0.10', '10.0.0.9', 'B', 'a', 'i-0a', 'i-10', 'i-9']],
  ['time', ['2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00.500000+00:00', '2026-01-02T00:00:00+00:00']],
  ['number', [-1, 0, 8, 10, 100.5, 1000]],
  [null, ['10.0.0.9', '10.0.0.10']],
  [null, ['m5.large', 'm5.24xlarge', 'm6i.large']],
  [null, ['web-9', 'web-10']],
  [null, ['i-0a00000000000000', 'i-1000000000000000', 'i-9000000000000000']],
  [null, [1, 2, 10, 'a', 'b', null]],
] // prettier-ignore

describe('one order of values', () => {
  test.each(orders)('%s: %j', (type, expected) => {
    const shuffled = expected
      .toSorted((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)
      .reverse()
    expect(sortValues(shuffled, type, false)).toEqual(expected)
    const last = expected.filter((value) => value === null)
    const present = expected.filter((value) => value !== null)
    expect(sortValues(shuffled, type, true)).toEqual([...present.toReversed(), ...last])
  })

  test('SQLite orders the stored keys as memory does, in both directions, with nothing last', () => {
    const db = new Sqlite(':memory:')
    db.exec('CREATE TABLE v (value, key)')
    const insert = db.prepare('INSERT INTO v VALUES (?, ?)')
    const values = orders.filter(([type]) => type && needsStoredKey(type)).flatMap(([, list]) => list)
    for (const value of [...values, null]) insert.run(value, sortKey(value, 'name'))
    for (const descending of [false, true]) {
      const order = `ORDER BY key ${descending ? 'DESC' : 'ASC'} NULLS LAST, rowid`
      const found = db.prepare(`SELECT value FROM v ${order}`).pluck().all() as Json[]
      expect(found).toEqual(sortValues([...values, null], 'name', descending))
    }
  })
})

function sortValues(values: readonly Json[], type: ColumnType | null, descending: boolean): Json[] {
  const keyed = values.map((value) => ({ value, key: sortKey(value, type) }))
  return keyed.sort((a, b) => compareKeys(a.key, b.key, descending)).map(({ value }) => value)
}
