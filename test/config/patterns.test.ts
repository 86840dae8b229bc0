import { describe, expect, test } from 'vitest'
import { isPattern, makeGlobTest, matchPatterns, splitList } from '../../src/config/patterns.ts'
import { findNearest } from '../../src/nearest.ts'

const names = ['dev', 'prod-a', 'prod-b', 'team/x', 'prod-dev', 'a.b']

test.each([
  [['prod-*'], ['prod-a', 'prod-b', 'prod-dev']],
  [['prod-?'], ['prod-a', 'prod-b']],
  [
    ['prod-b', 'prod-*'],
    ['prod-b', 'prod-a', 'prod-dev'],
  ],
  [
    ['*', '!prod-*'],
    ['dev', 'team/x', 'a.b'],
  ],
  [['!prod-*', 'prod-a', 'dev'], ['dev']],
  [['!dev'], ['prod-a', 'prod-b', 'team/x', 'prod-dev', 'a.b']],
  [['team*'], ['team/x']],
  [['a?b'], ['a.b']],
  [['a.b', '[a]*', 'Dev'], ['a.b']],
  [[], []],
])('%j chooses %j', (patterns, chosen) => {
  expect(matchPatterns(patterns, names)).toEqual(chosen)
})

describe('a pattern of many stars, against which a RegExp would never come to an end,', () => {
  const stars = '*a'.repeat(40)
  const many = 'a'.repeat(5000)
  test.each([
    [`${stars}*`, true],
    [`${stars}*b`, false],
    [`!${stars}*b`, true],
    [`${stars}?`, true],
    [`b${stars}`, false],
    ['?'.repeat(5000), true],
    ['*?'.repeat(5000), true],
    ['*?'.repeat(5001), false],
  ])('%.20s… is decided', (pattern, chosen) => {
    expect(matchPatterns([pattern], [many])).toEqual(chosen ? [many] : [])
  })
})

test('a question mark in a pattern is one character, of whatever script', () => {
  expect(matchPatterns(['team-?'], ['team-x', 'team-🚀', 'team-xy'])).toEqual(['team-x', 'team-🚀'])
})

test('a glob is what a RegExp of the same meaning says, over all short patterns and names', () => {
  const words = (letters: readonly string[]): string[] => {
    const longer = (word: string) => letters.map((letter) => word + letter)
    const three = ['', ...longer('')].flatMap((word) => [word, ...longer(word)])
    return [...new Set([...three, ...three.flatMap(longer), ...three.flatMap(longer).flatMap(longer)])]
  }
  const texts = words(['a', 'b'])
  for (const glob of words(['a', 'b', '*', '?'])) {
    const same = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`)
    const matching = texts.filter((text) => same.test(text))
    expect(texts.filter(makeGlobTest(glob)), glob).toEqual(matching)
  }
})

test('lists with commas and repeated flags are one list', () => {
  expect(splitList(['a,b', ' c , ', 'a'])).toEqual(['a', 'b', 'c', 'a'])
})

test.each([
  ['eu-west-1', false],
  ['eu-*', true],
  ['!x', true],
  ['prod-?', true],
])('%s is a pattern: %s', (word, is) => {
  expect(isPattern(word)).toBe(is)
})

test.each([
  ['prdo-a', 'prod-a'],
  ['PROD-B', 'prod-b'],
  ['deb', 'dev'],
  ['something', null],
  ['', null],
])('%j is taken for %j', (word, meant) => {
  expect(findNearest(word, names)).toBe(meant)
})
