import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/errors.ts'
import type { Json } from '../../src/model.ts'
import { below, fleet, pick, random } from './fleet.ts'

const pieces = [
  ...['foo', 'Reservations', 'Instances', 'constructor', '__proto__', 'toString', 'length', 'sort_by', 'map'],
  ...[
    'keys',
    'to_string',
    'merge',
    'not_null',
    'contains',
    '[',
    ']',
    '[]',
    '[?',
    '[*]',
    '[0]',
    '[::-1]',
    '(',
    ')',
  ],
  ...[
    '{',
    '}',
    '{a:',
    '.',
    '..',
    '*',
    '@',
    '&',
    '&&',
    '|',
    '||',
    '!',
    '==',
    '!=',
    '<',
    '>=',
    '=',
    ',',
    ':',
    '0',
  ],
  ...[
    '-1',
    '-',
    '1e9',
    "'x'",
    "'",
    '"',
    '"Instances"',
    '`',
    '`1`',
    '`running`',
    '`[1,{"a":2}]`',
    '`"\\\\',
    '\\',
  ],
  ...[' ', '\n', '\u0000', '😀', '\ud800', '$', '#', 'é', '99999999999999999999'],
] as const

describe('hostile expressions', () => {
  test('50,000 random expressions end in an answer in JSON or a JMESPath error, and change nothing', () => {
    const next = random(1)
    const document: Json = frozen({ Reservations: fleet(random(3)), foo: { length: [1, 'a', null] } })
    const before = JSON.stringify(document)
    const globals = Object.getOwnPropertyNames(globalThis).length
    for (let round = 0; round < 50_000; round += 1) {
      const expression = Array.from({ length: 1 + below(next, 12) }, () =>
        pick<string>(next, pieces as never),
      ).join('')
      expect({ expression, ...outcome(expression, document) }).toMatchObject({ fine: true })
    }
    expect(JSON.stringify(document)).toBe(before)
    expect(Object.getOwnPropertyNames(globalThis)).toHaveLength(globals)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test.each([
    ['parentheses', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['open parentheses', '('.repeat(10_000)],
    ['lists', `${'['.repeat(10_000)}a${']'.repeat(10_000)}`],
    ['objects', `${'{a:'.repeat(10_000)}a${'}'.repeat(10_000)}`],
    ['negations', `${'!'.repeat(10_000)}a`],
    ['references', `${'&'.repeat(10_000)}a`],
    ['filters', `a${'[?a'.repeat(10_000)}`],
    ['dots', `a${'.a'.repeat(10_000)}`],
    ['pipes', `a${'|[@]'.repeat(10_000)}`],
    ['flattenings', `a${'[]'.repeat(10_000)}`],
    ['indices', `a${'[0]'.repeat(10_000)}`],
    ['comparisons', `a${'==a'.repeat(10_000)}`],
    ['calls', `${'length('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['lists in a literal', `\`${'['.repeat(10_000)}${']'.repeat(10_000)}\``],
  ])('10,000 nested %s are refused in a sentence', (_, expression) => {
    expect(() => compile(expression)).toThrow(JmespathError)
  })

  test('a filter may name 5,000 ids', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `@=='i-${index}'`)
    expect(compile(`[?${ids.join('||')}]`).search(['i-4999', 'i-5000'])).toEqual(['i-4999'])
  })

  test('lists of 200,000 elements are flattened, sorted and projected', () => {
    const rows = [Array.from({ length: 200_000 }, (_, index) => ({ id: 200_000 - index, tags: [index] }))]
    expect(compile('length(@[].tags[])').search(rows)).toBe(200_000)
    expect(compile('length([][].tags)').search(rows)).toBe(200_000)
    expect(compile('sort_by([], &id)[0].tags').search(rows)).toEqual([199_999])
    expect(compile('max([].id)').search(rows)).toBe(200_000)
  })

  test.each([
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
    '"__proto__"',
    'a.constructor',
    'l.length',
  ])('%s is null where the document has no such member', (expression) => {
    expect(compile(expression).search({ a: {}, l: [], s: 'text' })).toBeNull()
  })

  test('a member called __proto__ is a member like any other', () => {
    const made = compile('{"__proto__": a}').search({ a: { polluted: 1 } })
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
    expect(JSON.stringify(made)).toBe('{"__proto__":{"polluted":1}}')
    expect(compile('"__proto__".b').search(JSON.parse('{"__proto__": {"b": 2}}'))).toBe(2)
    expect(JSON.stringify(compile('merge(@, @)').search(JSON.parse('{"__proto__": {"b": 2}}')))).toBe(
      '{"__proto__":{"b":2}}',
    )
  })
})

function outcome(
  expression: string,
  document: Json,
): { readonly fine: boolean; readonly stack?: string | undefined } {
  try {
    return { fine: isJson(compile(expression).search(document)) }
  } catch (error) {
    if (error instanceof JmespathError) return { fine: error.message.length > 10 }
    return { fine: false, stack: error instanceof Error ? error.stack : String(error) }
  }
}

function isJson(value: unknown): boolean {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true
  return typeof value === 'object' && Object.values(value).every(isJson)
}

function frozen<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) frozen(item)
  return Object.freeze(value)
}
