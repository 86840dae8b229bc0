import { describe, expect, test } from 'vitest'
import { explainEndlessRegex, makeRegexTest } from '../../../src/query/filter/regex-test.ts'
import { pickFrom, random } from '../../helpers/random.ts'

describe('a regular expression', () => {
  test('matches what JavaScript says that it matches: 3,000 random ones over 20 texts each', () => {
    const dice = random(17)
    let matches = 0
    for (let round = 0; round < 3000; round += 1) {
      const source = randomRegex(dice, 3)
      // What follows takes nothing, but has so many ways that JavaScript's engine is not asked.
      const passes = makeRegexTest(`(?:${source})(?:q?){60}`)
      const usual = makeRegexTest(source)
      expect(explainEndlessRegex(source)).toBeNull()
      for (let count = 0; count < 20; count += 1) {
        const text = randomText(dice)
        const found = matchesSomewhere(source, text)
        expect({ source, text, found: passes(text) }).toEqual({ source, text, found })
        if (!/[\u{10000}-\u{10ffff}]/u.test(text))
          expect({ source, text, found: usual(text) }).toEqual({ source, text, found })
        if (found) matches += 1
      }
    }
    expect(matches).toBeGreaterThan(10_000)
    expect(matches).toBeLessThan(50_000)
  })

  test.each([
    ['(a+)+$', false],
    ['(a+)+!', true],
    ['^(a|a)*$', false],
    ['(a?){60}a{60}b', false],
    ['(x+x+)+y|^(a|aa)+$', false],
    ['(?=(a*)*c)|(?<=(a*)*b)a', false],
    ['(?<=^(a*)*)!', true],
    ['(.*)*[0-9]{3}', false],
    ['(a*)*(b|c|!)$', true],
  ])('for which JavaScript would try for years is answered at once: %s', (source, found) => {
    expect(explainEndlessRegex(source)).toBeNull()
    expect(makeRegexTest(source)(`${'a'.repeat(60)}!`)).toBe(found)
  })

  test.each([
    ['(a+)\\1+b*', /has a backreference among parts that repeat/],
    ['(?<x>a+)(b+)*\\k<x>', /has a backreference/],
    ['((a{1,50}){1,50}){1,50}', /too large/],
    [`${'('.repeat(200)}a*${')*'.repeat(200)}`, /has groups so deep/],
  ])('that cannot be answered in time says so: %s', (source, why) => {
    expect(explainEndlessRegex(source)).toMatch(why)
  })

  test.each([
    ['^(a)\\1$', 'aa', true],
    ['(?<x>web|prod)-\\k<x>', 'web-prod', false],
    ['(\\w+)-\\1', 'a-web-web', true],
    ['^web-\\d+$', 'web-12', true],
    ['^web-.*-[a-z]+$', `web-1-${'a'.repeat(9000)}`, true],
    ['^web-.*-[a-z]+$', `web-1-${'a'.repeat(9000)}!`, false],
    ['^.{300}$', 'a'.repeat(299), false],
  ] as const)('with few ways to match may have anything: %s', (source, text, found) => {
    expect(explainEndlessRegex(source)).toBeNull()
    expect(makeRegexTest(source)(text)).toBe(found)
  })
})

/** As ECMAScript says: V8 alone finds what takes nothing inside a pair of surrogates, too. */
function matchesSomewhere(source: string, text: string): boolean {
  const pattern = new RegExp(source, 'uy')
  const places = Array.from(text, (_, index) => [...text].slice(0, index).join('').length)
  return [...places, text.length].some((place) => {
    pattern.lastIndex = place
    return pattern.test(text)
  })
}

const sets = [
  ...['a', 'b', 'web', '-', '1', ' ', 'É', '😀', '\\u{1f600}', '\\ud83d\\ude00', '\\u0061', '\\x62', '\\n'],
  ...[
    '.',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\p{Lu}',
    '\\P{L}',
    '\\.',
    '\\(',
    '\\]',
    '\\\\',
    '\\x00',
  ],
  ...['[ab]', '[^a]', '[a-c\\d]', '[^]', '[]', '[\\]a]', '[\\^b]', '[(|)]', '[😀-😂]', '[^\\p{L}]', '[\\b]'],
]
const quantifiers = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{0}', '{2,3}?', '{1}?']
const groups = ['(', '(?:', '(?=', '(?!', '(?<=', '(?<!']

/** A regular expression without backreferences. */
function randomRegex(dice: () => number, depth: number): string {
  const options = Array.from({ length: dice() < 0.8 ? 1 : 2 }, () =>
    Array.from({ length: Math.floor(dice() * 4) + (depth === 3 ? 1 : 0) }, () =>
      randomPart(dice, depth),
    ).join(''),
  )
  return options.join('|')
}

function randomPart(dice: () => number, depth: number): string {
  const roll = dice()
  if (roll < 0.12) return pickFrom(['^', '$', '\\b', '\\B'], dice)
  const isGroup = roll < 0.4 && depth > 0
  const opening = isGroup ? pickFrom(groups, dice) : ''
  const part = isGroup ? `${opening}${randomRegex(dice, depth - 1)})` : pickFrom(sets, dice)
  const isRepeated = dice() < 0.35 && !/^\(\?(<?[=!])/.test(part)
  // Of `web` it is the last letter that is repeated.
  return isRepeated ? part + pickFrom(quantifiers, dice) : part
}

function randomText(dice: () => number): string {
  const pieces = [
    'a',
    'b',
    'web',
    'c',
    '-',
    '1',
    '2',
    ' ',
    '\n',
    'É',
    '😀',
    '\ud83d',
    '.',
    '(',
    ']',
    '\\',
    '\u0000',
    '|',
    '^',
  ]
  return Array.from({ length: Math.floor(dice() * 7) }, () => pickFrom(pieces, dice)).join('')
}
