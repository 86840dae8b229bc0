import { describe, expect, test } from 'vitest'
import { kindOfId, kindsByPrefix } from '../../src/kinds/id-prefixes.ts'
import { hashWord, isAddressWord, listWords, prefixOf, wordOf } from '../../src/kinds/word-forms.ts'
import { lookForKind } from '../../src/kinds.ts'

describe('the words of a value', () => {
  test.each([
    ['i-0123456789abcdef0', 'i-0123456789abcdef0'],
    ['vol-12345678', 'vol-12345678'],
    ['tgw-attach-0123456789abcdef0', 'tgw-attach-0123456789abcdef0'],
    ['fleet-12345678-1234-1234-1234-123456789abc', 'fleet-12345678-1234-1234-1234-123456789abc'],
    ['12345678-1234-1234-1234-123456789abc', '12345678-1234-1234-1234-123456789abc'],
    ['10.0.0.7', '10.0.0.7'],
    ['10.0.0.0/16', '10.0.0.0/16'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8:0:0::/56', '2001:db8::/56'],
    ['ip-10-0-24-0.eu-west-1.compute.internal', 'ip-10-0-24-0.eu-west-1.compute.internal'],
    ['Corp.Example.', 'corp.example'],
    ['arn:aws:iam::123456789012:role/Web', 'arn:aws:iam::123456789012:role/Web'],
  ])('%s is looked up as %s', (value, word) => {
    expect(wordOf(value)).toBe(word)
    expect(listWords(value)).toEqual([word])
  })

  test.each(['running', 'm5.large', 'web-1', 'us-east-1', '2026-01-31T08:00:00+00:00', '1.2', '', 'a/b'])(
    '%s is no word that leads anywhere',
    (value) => expect(listWords(value)).toEqual([]),
  )

  test.each([
    ['Created by CreateImage(i-0123456789abcdef0) for ami-12345678', ['i-0123456789abcdef0', 'ami-12345678']],
    [
      'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0',
      ['arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0', 'i-0123456789abcdef0'],
    ],
    ['Interface for NAT Gateway nat-0123456789abcdef0', ['nat-0123456789abcdef0']],
  ])('the ids in %s are found', (value, words) => expect(listWords(value)).toEqual(words))

  test('an address is no range', () => {
    expect(['10.0.0.7', '2001:db8::1', '10.0.0.0/16', '2001:db8::/56'].map(isAddressWord)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  // The numbers of http://www.isthe.com/chongo/tech/comp/fnv/, for the cache keeps them.
  test('hashes are those of FNV-1a, of text beyond ASCII by its bytes', () => {
    expect(['', 'a', 'foobar'].map(hashWord)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
    expect(hashWord('é')).toBe(hashWord('\u00e9'))
    expect(hashWord('é')).not.toBe(hashWord('\u00ea'))
  })
})

describe('the kind of an id', () => {
  test('is known by its prefix', () => {
    expect(prefixOf('tgw-attach-0123456789abcdef0')).toBe('tgw-attach')
    expect(kindOfId('vol-0123456789abcdef0')).toBe('volumes')
    expect(kindOfId('unknown-0123456789abcdef0')).toBeNull()
    expect(kindOfId('12345678-1234-1234-1234-123456789abc')).toBeNull()
  })

  test.each(Object.entries(kindsByPrefix))('%s is a prefix of a kind that there is', (prefix, kind) => {
    expect(lookForKind(kind)?.name).toBe(kind)
    expect(prefixOf(`${prefix}-0123456789abcdef0`)).toBe(prefix)
  })
})
