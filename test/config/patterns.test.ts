import { expect, test } from 'vitest'
import { nearest } from '../../src/config/nearest.ts'
import { isPattern, matchPatterns, splitList } from '../../src/config/patterns.ts'

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
  expect(nearest(word, names)).toBe(meant)
})
