import { describe, expect, test } from 'vitest'
import { bindParameters, parseParameter } from '../../src/query/parameters.ts'
import { formatSetting, readQuestionLine } from '../../src/query/question-line.ts'

const now = Date.parse('2026-11-24T12:30:15.678Z')

/** The value that a declaration makes of a written one. */
function bindOne(declaration: string, written: string): string | number | undefined {
  const parameter = parseParameter(declaration, 2)
  if (typeof parameter === 'string') throw new Error(parameter)
  const query = { name: 'q', file: 'q.jmespath', parameters: [parameter] }
  return bindParameters(query, [[parameter.name, written]], now)[0]?.value
}

describe('a value', () => {
  test.each<[string, string, string | number]>([
    ['time T', '-30d', '2026-10-25T12:30:15+00:00'],
    ['time T', '30d', '2026-10-25T12:30:15+00:00'],
    ['time T', '+30d', '2026-12-24T12:30:15+00:00'],
    ['T = +30d', '+1d', '2026-11-25T12:30:15+00:00'],
    ['time T', '-2h', '2026-11-24T10:30:15+00:00'],
    ['time T', '-15m', '2026-11-24T12:15:15+00:00'],
    ['time T', '-90s', '2026-11-24T12:28:45+00:00'],
    ['time T', '-1w', '2026-11-17T12:30:15+00:00'],
    ['time T', '-1y30d', '2025-10-25T12:30:15+00:00'],
    ['time T', '-1d12h', '2026-11-23T00:30:15+00:00'],
    ['T = -1y', '-1d', '2026-11-23T12:30:15+00:00'],
    ['T', '-1y', '2025-11-24T12:30:15+00:00'],
    ['time T', '0d', '2026-11-24T12:30:15+00:00'],
    ['time T', '2026-01-31', '2026-01-31T00:00:00+00:00'],
    ['time T', '2026-01-31T08:00', '2026-01-31T08:00:00+00:00'],
    ['time T', '2026-01-31 08:00:30', '2026-01-31T08:00:30+00:00'],
    ['time T', '2026-01-31T08:00:00Z', '2026-01-31T08:00:00+00:00'],
    ['time T', '2026-01-31T00:30:00+01:00', '2026-01-30T23:30:00+00:00'],
    ['time T', '2026-01-31T08:00:00.5Z', '2026-01-31T08:00:00.500000+00:00'],
    ['gmt T', '-30d', '2026-10-25 12:30:15 GMT'],
    ['gmt T', '2026-01-31', '2026-01-31 00:00:00 GMT'],
    ['T = -30d', '-1d', '2026-11-23T12:30:15+00:00'],
    ['T', '-30d', '2026-10-25T12:30:15+00:00'],
    ['T', '30d', '30d'],
    ['T', '100', '100'],
    ['T = prod', '-1w', '2026-11-17T12:30:15+00:00'],
    ['T = prod', 'dev', 'dev'],
    ['text T', '-30d', '-30d'],
    ['text T = 5', '7', '7'],
    ['T = 5', '7', 7],
    ['number T', '-2.5e3', -2500],
    ['number T', '0', 0],
  ])('of `%s` written %s is %s', (declaration, written, value) => {
    expect(bindOne(declaration, written)).toBe(value)
  })

  test.each([
    ['time T', 'yesterday'],
    ['time T', '-30'],
    ['time T', '-30x'],
    ['time T', '-30d1y'],
    ['time T', '-3000y'],
    ['time T', '++30d'],
    ['time T', '2026-02-30'],
    ['time T', '2026-13-01'],
    ['time T', '2026-01-31T25:00'],
    ['time T', '-9999999d'],
    ['time T', '-999999999999999999d'],
    ['time T', ''],
    ['T = -30d', 'soon'],
    ['number T', 'ten'],
    ['number T', '0x10'],
    ['number T', '1e999'],
    ['number T', ''],
  ])('of `%s` is not %j, and the error names the line', (declaration, written) => {
    expect(() => bindOne(declaration, written)).toThrow(
      /^T takes a (time, as -30d|number).* \(q\.jmespath:2\)\.$/,
    )
  })

  test.each(['text', 'A B C', 'colour NAME', '1A', 'A-B', '= 5', '$A', 'number A = x', 'time A = soon'])(
    'is not declared by %j',
    (text) => {
      if (text === 'text') expect(parseParameter(text, 1)).toMatchObject({ name: 'text', type: 'any' })
      else expect(typeof parseParameter(text, 1)).toBe('string')
    },
  )

  test('compares with times as the cache and EC2 write them', () => {
    const stored = [
      '2026-10-25T12:30:14+00:00',
      '2026-10-25T12:30:15+00:00',
      '2026-10-25T12:30:15.100000+00:00',
    ]
    expect(stored.map((each) => each >= String(bindOne('time T', '-30d')))).toEqual([false, true, true])
    const reasons = ['2026-10-25 12:30:14 GMT', '2026-10-25 12:30:16 GMT', '2026-10-25 23:59:59 GMT']
    expect(reasons.map((each) => each < String(bindOne('gmt T', '-30d')))).toEqual([true, false, false])
  })
})

describe('settings', () => {
  const query = {
    name: 'by-tag',
    file: 'by-tag.jmespath',
    parameters: ['text KEY', 'text VALUE', 'time SINCE = -7d'].flatMap((text, index) => {
      const parameter = parseParameter(text, index + 2)
      return typeof parameter === 'string' ? [] : [parameter]
    }),
  }

  test('and defaults are bound in the order of the declarations', () => {
    const made = bindParameters(
      query,
      [
        ['VALUE', ''],
        ['KEY', 'a=b'],
      ],
      now,
    )
    expect(made.map(({ name, written }) => `${name}=${written}`)).toEqual(['KEY=a=b', 'VALUE=', 'SINCE=-7d'])
  })

  test.each<[[string, string][], RegExp]>([
    [[], /needs KEY and VALUE: give --set KEY=… --set VALUE=… \(by-tag\.jmespath:2\)/],
    [[['KEY', 'a']], /needs VALUE: give --set VALUE=… \(by-tag\.jmespath:3\)/],
    [[['KEYS', 'a']], /has no parameter 'KEYS': it has KEY, VALUE, SINCE \(by-tag\.jmespath:2\)/],
    [[['key', 'a']], /has no parameter 'key'/],
    [
      [
        ['KEY', 'a'],
        ['KEY', 'b'],
      ],
      /KEY is set twice/,
    ],
  ])('%j are refused', (settings, says) => {
    expect(() => bindParameters(query, settings, now)).toThrow(says)
  })

  test.each<[string, string, [string, string][]]>([
    ['running', 'running', []],
    [
      'by-tag KEY=Team VALUE=web',
      'by-tag',
      [
        ['KEY', 'Team'],
        ['VALUE', 'web'],
      ],
    ],
    [
      "by-tag KEY='cost center' VALUE=\"it's\"",
      'by-tag',
      [
        ['KEY', 'cost center'],
        ['VALUE', "it's"],
      ],
    ],
    [
      'by-tag KEY= VALUE=a=b ',
      'by-tag',
      [
        ['KEY', ''],
        ['VALUE', 'a=b'],
      ],
    ],
    ["q A=it's", 'q', [['A', "it's"]]],
    ['Reservations | length(@)', 'Reservations | length(@)', []],
    ['a[?b==`1`]', 'a[?b==`1`]', []],
    ['a b==c', 'a b==c', []],
  ])('are read from the line %j', (line, word, settings) => {
    expect(readQuestionLine(line)).toEqual({ word, settings })
  })

  test('on a line with anything else are refused', () => {
    expect(() => readQuestionLine('by-tag VALUE=web shop')).toThrow(/'shop' is not NAME=value/)
  })

  test.each(['web', 'web shop', "it's", '', 'a "b"', '-30d'])(
    '%j is written so that it is read back',
    (written) => {
      expect(readQuestionLine(`q ${formatSetting(['A', written])}`).settings).toEqual([['A', written]])
    },
  )
})
