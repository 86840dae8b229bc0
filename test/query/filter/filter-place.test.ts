import { describe, expect, test } from 'vitest'
import { findKind } from '../../../src/kinds.ts'
import { columnsOfKind } from '../../../src/query/filter/bind-filter.ts'
import {
  findFilterPlace,
  lastTermStart,
  writeFilterValue,
  writeTagKey,
} from '../../../src/query/filter/filter-place.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'

const columns = columnsOfKind(findKind('instances'), [])

/** What stands before a caret, which is written as |. */
function place(marked: string) {
  const at = marked.indexOf('|')
  const found = findFilterPlace(marked.replace('|', ''), at, columns)
  if (!found) return null
  const { asks, begun, from } = found
  const what =
    asks.type === 'value'
      ? `${asks.columns.map(({ name }) => name).join()} ${asks.operator}`
      : asks.type === 'tag-value'
        ? `tag ${asks.key} ${asks.operator}`
        : asks.type
  return [what, begun, from]
}

describe('what stands before the caret of a filter', () => {
  test.each([
    ['|', ['name', '', 0]],
    ['sta|', ['name', 'sta', 0]],
    ['web !sta|', ['name', 'sta', 5]],
    ['web |', ['name', '', 4]],
    ['we|b state=x', ['name', 'we', 0]],
    ['state=|', ['State =', '', 6]],
    ['state!=run|', ['State !=', 'run', 7]],
    ['ip:10.|', ['PrivateIpAddress,PublicIpAddress :', '10.', 3]],
    ['vcpus>=4|', ['Vcpus >=', '4', 7]],
    ['name="my web|', ['Name =', 'my web', 5]],
    ['name="my \\"we|', ['Name =', 'my "we', 5]],
    ['tag:|', ['tag-key', '', 4]],
    ['!tag:Te|', ['tag-key', 'Te', 5]],
    ['tag:"a b|', ['tag-key', 'a b', 4]],
    ['tag:Team=pay|', ['tag Team =', 'pay', 9]],
    ['tag:"a b"=x|', ['tag a b =', 'x', 10]],
    ['Team=pay|', ['tag Team =', 'pay', 5]],
    ['Team>pay|', null],
    ['/re a|', ['name', 'a', 4]],
    ['/re a/ sta|', ['name', 'sta', 7]],
    ["[?State.Name=='a b'|", null],
    ["[?State.Name=='a b'] sta|", ['name', 'sta', 21]],
    ['"web ser|', null],
  ])('is found in %j', (text, expected) => {
    expect(place(text)).toEqual(expected)
  })

  test.each([
    ['', 0],
    ['web', 0],
    ['web size>', 4],
    ['web ', 4],
    ['name="a b" x', 11],
    ['name="a b', 0],
  ])('the last term of %j begins at %i', (text, at) => {
    expect(lastTermStart(text)).toBe(at)
  })

  test.each(['web', 'a b', '"', 'a"b\\', '\\', '*', '/x/', '/x', 'a=b', '!a', 'x?', 'ü', '[?a]'])(
    'a value, and the key of a tag, are written so that the filter reads them as they are: %j',
    (text) => {
      expect(parseFilter(`name=${writeFilterValue(text)}`).terms).toMatchObject([
        { inverse: false, asks: { name: 'name', value: { form: 'text', text } } },
      ])
      expect(parseFilter(`tag:${writeTagKey(text)}=1`).terms).toMatchObject([
        { asks: { type: 'tag', key: { form: 'text', text }, value: { text: '1' } } },
      ])
    },
  )
})
