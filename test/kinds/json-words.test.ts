import { expect, test } from 'vitest'
import { makeWordHasher } from '../../src/kinds/json-words.ts'
import { hashWord } from '../../src/kinds/word-forms.ts'

const arn = (number: number) => `arn:aws:iam::123456789012:instance-profile/web-${number}`

test('words of texts that come again and again are found each time, however many others came between', () => {
  const hashesOf = makeWordHasher()
  const found = (...texts: readonly string[]) => [...hashesOf(JSON.stringify(texts))]
  for (let round = 0; round < 2; round += 1) {
    expect(found(arn(1), 'm5.large', '2001:DB8::1')).toEqual([hashWord(arn(1)), hashWord('2001:db8::1')])
    for (let number = 0; number < 3000; number += 1)
      expect(found(arn(number))).toEqual([hashWord(arn(number))])
  }
})

test('a text that JSON writes with escapes, and one that is very long, have their words', () => {
  const hashesOf = makeWordHasher()
  const long = `${'x y '.repeat(100)}i-0123456789abcdef0`
  for (let round = 0; round < 2; round += 1) {
    expect([...hashesOf(JSON.stringify(['by "i-0123456789abcdef0"']))]).toEqual([
      hashWord('i-0123456789abcdef0'),
    ])
    expect([...hashesOf(JSON.stringify([long, 'i-0123456789abcdef1 é']))]).toEqual([
      hashWord('i-0123456789abcdef0'),
      hashWord('i-0123456789abcdef1'),
    ])
  }
})
