import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import type { Json } from '../../src/model.ts'

describe('a mistake in an expression', () => {
  test('is shown with its place', () => {
    const { message, kind, position, exitCode } = failure("Reservations[].Instances[?State.Name='running']")
    expect(message.split('\n')).toEqual([
      'A single = means nothing here; compare with ==.',
      "Reservations[].Instances[?State.Name='running']",
      '                                    ^',
    ])
    expect({ kind, position, exitCode }).toEqual({ kind: 'syntax', position: 36, exitCode: 2 })
  })

  test.each([
    ['[?Code==16]', 'write numbers in backticks, as `16`'],
    ["[?a=='b' and c]", 'write &&'],
    ["[?a=='b' or c]", 'write ||'],
    ["[?a=='b' & c]", 'write &&'],
    ['[?Name==]', 'the shell took them'],
    ["Tags[Key=='Name']", 'a filter starts with [?'],
    ['Tags.cost-center', 'double quotes'],
    ["[?a=='b]", "The ' that opens here is never closed"],
    ['"length"(a)', 'without quotes'],
    ['[?a==“b”]', 'typographic quote'],
    ['a.', 'ends too early'],
    ['', 'ends too early'],
    ['a[?b', '] is missing'],
    ['a)', 'without a ( before it'],
    ['a + b', 'no arithmetic'],
    ['$.a', 'starts at a field or at @'],
    ['{}', 'a name for {name: value}'],
    ['a[1:2:3:4]', 'slice'],
    ['[?]', 'is empty'],
  ])('%s is explained: %s', (expression, hint) => {
    expect(failure(expression).message.split('\n')[0]).toContain(hint)
  })

  test.each([
    ['lenght(a)', 'unknown-function', 'did you mean length()?'],
    ['startswith(a, b)', 'unknown-function', 'did you mean starts_with()?'],
    ['zzzzzzzzzzzz(a)', 'unknown-function', 'There is no function zzzzzzzzzzzz()'],
    ['length()', 'arity', 'length() takes 1 argument and got 0.'],
    ['not_null()', 'arity', 'not_null() takes at least 1 argument and got 0.'],
    ['length(n)', 'type', 'length() takes an array, a string or an object and got a number.'],
    ["starts_with(missing, 'a')", 'type', 'give missing fields a default'],
    [
      'starts_with(b, "t3.")',
      'type',
      '"t3." in double quotes is the field of that name; a text is written \'t3.\'',
    ],
    ['sum(`[1, "a"]`)', 'type', 'an array of numbers and got an array that holds a string'],
    ...['max_by', 'min_by', 'sort_by'].map((name): [string, string, string] => [
      `${name}(lists[*].b[*], &c)`,
      'type',
      `${name}() needs a number or a string for every element and got null; the list holds lists: flatten it first, as lists[].b[].`,
    ]),
    ['sum(lists[*].b[*])', 'type', 'that holds an array; flatten it first, as lists[].b[].'],
    ["join(',', lists[*].b[?c])", 'type', 'that holds an array; flatten it first, with [] after it.'],
    ['max_by(lists[].b[].c, &c)', 'type', 'an element is a number and has no fields: call max_by() before'],
    ['sort_by(l, &missing)', 'type', 'got null; give missing fields a default'],
    ['sort_by(l, &missing)', 'type', 'needs a number or a string for every element and got null'],
    ["n < 'a'", 'type', 'A number cannot be compared with a string'],
    ['l[::0]', 'value', 'cannot step by 0'],
    ['&n', 'type', 'is no result'],
  ])('%s fails as %s when it is run: %s', (expression, kind, sentence) => {
    const error = failure(expression, { n: 1, l: [{}], a: [], b: 'b', lists: [{ b: [{ c: 1 }] }] })
    expect(error.message).toContain(sentence)
    expect(error.kind).toBe(kind)
  })

  test('far into a long expression is shown with what stands around it, on one line', () => {
    const [, shown = '', caret = ''] = failure(`${'a\n || '.repeat(200)}= b`).message.split('\n')
    expect(shown.length).toBeLessThan(130)
    expect(shown[caret.indexOf('^')]).toBe('=')
  })

  test('cannot send control characters to the terminal', () => {
    expect(failure("'\u001b[31m' \u001b]0;x\u0007").message).not.toMatch(/[\u001b\u0007]/)
  })

  test('in a call that is never made fails nobody, as in the AWS CLI', () => {
    expect(compile('Missing[].lenght(@)').search({})).toBeNull()
  })
})

function failure(expression: string, document: Json = {}): JmespathError {
  try {
    compile(expression).search(document)
  } catch (error) {
    if (error instanceof JmespathError) return error
    throw error
  }
  throw new Error(`${expression} was accepted`)
}
