import { describe, expect, test } from 'vitest'
import { formatSort, parseSort } from '../../src/query/sort-text.ts'

describe('an order', () => {
  test('is read in every way that people write it', () => {
    const descending = { column: 'LaunchTime', descending: true }
    expect(['LaunchTime desc', 'LaunchTime:desc', '-LaunchTime'].map(parseSort)).toEqual(
      Array(3).fill(descending),
    )
    expect(parseSort('tag:Env')).toEqual({ column: 'tag:Env', descending: false })
  })

  test('can have several columns, each with its direction', () => {
    expect(parseSort('Account,Size desc')).toEqual({
      column: 'Account',
      descending: false,
      next: { column: 'Size', descending: true },
    })
    expect(parseSort(`-Region, "tag:a,b":desc ,join(',', Tags[].Key) asc`)).toEqual({
      column: 'Region',
      descending: true,
      next: {
        column: 'tag:a,b',
        descending: true,
        next: { column: "join(',', Tags[].Key)", descending: false },
      },
    })
  })

  test.each(['', ',', 'A,', ',A', '-', 'A,,B'])('has a name for each column: %j', (text) => {
    expect(() => parseSort(text)).toThrow('--sort takes columns')
  })

  test.each([
    'Name',
    'Name desc',
    'Account,Size desc,Name',
    '"tag:a,b" desc,Name',
    'tag:grade desc asc',
    '"tag:grade desc" desc',
    'tag:asc asc,tag:x:desc desc',
    "join(',', Tags[].Key) desc",
  ])('is written as it is read: %s', (text) => {
    expect(parseSort(formatSort(parseSort(text)))).toEqual(parseSort(text))
  })
})
