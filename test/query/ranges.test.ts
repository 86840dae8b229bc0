import { describe, expect, test } from 'vitest'
import { findOverlapping } from '../../src/query/ranges.ts'

describe('of a list of address ranges, those that overlap are', () => {
  test('the ones inside another, the wider one, and those that are there twice', () => {
    expect(
      findOverlapping([
        '10.0.0.0/16',
        '10.1.0.0/16',
        '10.1.128.0/20',
        '10.1.255.0/24',
        '172.31.0.0/16',
        '192.168.0.0/24',
        '172.31.0.0/16',
      ]),
    ).toEqual(['10.1.0.0/16', '10.1.128.0/20', '10.1.255.0/24', '172.31.0.0/16'])
  })

  test('IPv6 ranges, too, and never one of each version', () => {
    expect(
      findOverlapping(['2001:db8::/32', '2001:db8:0:1::/64', '2001:db9::/56', '::/0', '0.0.0.0/0']),
    ).toEqual(['2001:db8::/32', '2001:db8:0:1::/64', '2001:db9::/56', '::/0'])
  })

  test('not what is no range', () => {
    for (const list of [
      null,
      'x',
      {},
      [],
      [null, 1, '10.0.0.0', '10.0.0.0/33', '300.0.0.0/8', '::1::/64', '1.2.3/8'],
    ])
      expect(findOverlapping(list)).toEqual([])
  })

  test('those that a comparison of each with each finds', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    for (let round = 0; round < 300; round += 1) {
      const ranges = Array.from({ length: 2 + random(12) }, () => {
        const prefix = 8 + random(9)
        return { prefix, first: Math.floor(random(2 ** 16) / 2 ** (16 - prefix)) * 2 ** (16 - prefix) }
      })
      const texts = ranges.map(({ first, prefix }) => `10.${first >> 8}.${first & 255}.0/${prefix + 8}`)
      const wanted = texts.filter((_, i) =>
        ranges.some((b, j) => {
          const a = ranges[i] as (typeof ranges)[number]
          const size = ({ prefix }: typeof a) => 2 ** (16 - prefix)
          return i !== j && a.first < b.first + size(b) && b.first < a.first + size(a)
        }),
      )
      expect(findOverlapping(texts)).toEqual([...new Set(wanted)])
    }
  })
})
