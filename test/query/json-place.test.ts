import { describe, expect, test } from 'vitest'
import { findJsonFault } from '../../src/query/json-place.ts'

describe('the place where a text stops being JSON', () => {
  test.each<[string, number, number, RegExp]>([
    ['{"a": [1, 2,, 3]}', 1, 13, /^found , where a value should be$/],
    ['{\n "a": 1,\n}', 3, 1, /^found } where a name in double quotes should be$/],
    ['[1, 2', 1, 6, /^the text ends where a comma or \] should be$/],
    ['{"a": 1\n"b": 2}', 2, 1, /^found " where a comma or } should be$/],
    ['{"a" 1}', 1, 6, /^found 1 where a colon should be$/],
    ["{'a': 1}", 1, 2, /^found ' where a name in double quotes or } should be$/],
    ['{a: 1}', 1, 2, /^found a where a name/],
    ['[1] [2]', 1, 5, /^found \[ where the end of the document should be$/],
    ['{"a":1}\n{"a":2}', 2, 1, /^found { where the end/],
    ['[01]', 1, 3, /^found 1 where a comma or \] should be$/],
    ['[1.]', 1, 3, /^found \. where a comma/],
    ['[+1]', 1, 2, /^found \+ where a value or \] should be$/],
    ['[tru]', 1, 2, /^found t where/],
    ['[NaN]', 1, 2, /^found N where/],
    ['[1}', 1, 3, /^found } where a comma or \]/],
    ['["a\nb"]', 1, 4, /^found the character U\+000A inside a string$/],
    ['["a', 1, 4, /^the text ends inside a string$/],
    ['["\\x"]', 1, 3, /^found \\ inside a string$/],
    ['["\\u12g4"]', 1, 3, /inside a string$/],
    ['["日本😀", x]', 1, 9, /^found x where a value/],
    ['\u001b[31m', 1, 1, /^found the character U\+001B where a value/],
    ['', 1, 1, /^the text ends where a value should be$/],
    [']', 1, 1, /^found \] where a value/],
  ])('%j is line %i, column %i', (text, line, column, what) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(findJsonFault(text)).toMatchObject({ line, column })
    expect(findJsonFault(text).what).toMatch(what)
  })

  test('is where JSON.parse sees it, for every text that one changed character breaks', () => {
    const whole = '{"a": [1, -2.5e3, true, null, "x\\n\\u00e9"], "b": {"c": {}, "d": []}}'
    let compared = 0
    for (let at = 0; at < whole.length; at += 1) {
      for (const change of ['', '"', ',', '}', 'x', '\\']) {
        const text = whole.slice(0, at) + change + whole.slice(at + 1)
        const seen = placeOfParse(text)
        if (seen === null) continue
        compared += 1
        // V8 gives the place inside a word or a number; muster gives the beginning of the word.
        const { column } = findJsonFault(text)
        expect(column - 1, text).toBeLessThanOrEqual(seen)
        expect(column - 1, text).toBeGreaterThan(seen - 6)
      }
    }
    expect(compared).toBeGreaterThan(100)
  })

  test('is found in a large text, however deep', () => {
    expect(findJsonFault(`${'['.repeat(100_000)}x`).column).toBe(100_001)
    expect(findJsonFault(`["${'a'.repeat(5_000_000)}", ]`).column).toBe(5_000_006)
  })
})

/** Null if the text is JSON, or if the error names no place. */
function placeOfParse(text: string): number | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const place = /at position (\d+)/.exec(String(error))?.[1]
    return place === undefined ? null : Number(place)
  }
}
