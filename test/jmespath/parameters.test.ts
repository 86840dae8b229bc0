import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { searchStock, withLiterals } from '../../src/jmespath/stock.ts'
import type { Json } from '../../src/model.ts'

/** What somebody might write to get out of a value. */
const hostile = [
  "x' || 'a'=='a",
  '`] | [0] | @',
  '"quoted"',
  '\\',
  '\\`',
  "\\'",
  '$OTHER',
  '*',
  '',
  ' leading',
  '[1]',
  'null',
  '{"a": 1}',
  '\n\t\u0000\u2028',
  '😀 日本 \ud800',
  '__proto__',
  'x'.repeat(10_000),
]

const given =
  (values: Readonly<Record<string, Json>>) =>
  (name: string): Json | undefined =>
    Object.hasOwn(values, name) ? values[name] : undefined

describe('a parameter', () => {
  test.each(hostile)('is the value itself, whatever it holds: %j', (value) => {
    const rows = [{ v: value }, { v: 'other' }, { v: null }]
    const expression = '[?v==$V].[v, $V]'
    const bindings = given({ V: value })
    expect(compile(expression, bindings).search(rows)).toEqual([[value, value]])
    expect(searchStock(withLiterals(expression, bindings), rows)).toEqual([[value, value]])
    // Written out, it is a literal for muster's own engine, too.
    expect(compile(withLiterals(expression, bindings)).search(rows)).toEqual([[value, value]])
  })

  test.each([1, -2.5, 0, 1e21, 1e-7])('may be a number: %j', (value) => {
    const bindings = given({ N: value })
    expect(compile('n > $N', bindings).search({ n: value + Math.abs(value) + 1 })).toBe(true)
    expect(searchStock(withLiterals('n == $N', bindings), { n: value })).toBe(true)
  })

  test('stands wherever a literal may, and nowhere else', () => {
    const bindings = given({ A: 'a', LIST: 'l' })
    expect(compile('join($A, [$A, $A])', bindings).search({})).toBe('aaa')
    expect(compile('{k: $A}.k | [@, $LIST]', bindings).search({})).toEqual(['a', 'l'])
    for (const expression of ['a.$A', '{$A: b}', '$A(b)', '[$A', '$A $A', '[?$A', '@[$A]'])
      expect(() => compile(expression, bindings)).toThrow(/^Found|^The expression|^Only/)
  })

  test('inside quotes is text', () => {
    const bindings = given({ A: 'a' })
    expect(compile('[\'$A\', `$A`, "$A"]', bindings).search({ $A: 1 })).toEqual(['$A', '$A', 1])
    expect(withLiterals('[\'$A\', `$A`, "$A", $A]', bindings)).toBe('[\'$A\', `$A`, "$A", `"a"`]')
  })

  test('that is not declared is a syntax error at its place', () => {
    const wrong = () => compile('a == $NAME', given({ constructor: 'x' }))
    expect(wrong).toThrow(
      /^\$NAME is not declared; add a line '# param: NAME' to the header\.\na == \$NAME\n {5}\^$/,
    )
    expect(() => compile('$toString', given({}))).toThrow(/not declared/)
  })

  test.each(['$A', 'a == $A', '$', 'a.$A'])(
    '%s is no JMESPath where there are no parameters',
    (expression) => {
      expect(() => compile(expression)).toThrow(/\$ means nothing in JMESPath/)
    },
  )
})
