import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import type { Json } from '../../src/model.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { below, fleet, pick, random } from './fleet.ts'

const pieces: readonly [string, ...string[]] = [
  ...(['foo', 'Reservations', 'Instances', 'constructor', '__proto__', 'toString', 'length'] as const),
  ...['valueOf', 'process', 'globalThis', 'v', 'k0', 'f1', 'isFalse', 'arguments', 'this'],
  ...['length(', 'sort_by(', 'map(', 'keys(@)', 'to_string(', 'merge(', 'not_null(', 'contains(', '&foo'],
  ...[
    '[',
    ']',
    '[]',
    '[?',
    '[*]',
    '[0]',
    '[::-1]',
    '(',
    ')',
    '{',
    '}',
    '{a:',
    '.',
    '..',
    '*',
    '@',
    '&',
    '&&',
  ],
  ...[
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
    '-1',
    '-',
    '1e9',
    "'x'",
    "'",
    '"',
    '"Instances"',
  ],
  ...[
    '`',
    '`1`',
    '`running`',
    '`[1,{"a":2}]`',
    '`"\\\\',
    '\\',
    ' ',
    '\n',
    '\u0000',
    '😀',
    '\ud800',
    '$',
    '#',
    'é',
  ],
  '99999999999999999999',
]

/** Pieces of names and literals that would mean something in JavaScript. */
const code: readonly [string, ...string[]] = [
  '"',
  ...[
    "'",
    '`',
    '\\',
    '\\"',
    "\\'",
    `\${globalThis.owned = 1}`,
    '"];globalThis.owned = 1;["',
    '");throw 1//',
    '\n',
    '\r',
  ],
  ...[
    '\u2028',
    '\u2029',
    '*/',
    '/*',
    '//',
    '__proto__',
    'constructor',
    '}',
    '{',
    '(',
    ')',
    ';',
    '😀',
    '\ud800',
    '\u0000',
    'é',
  ],
]

const rounds = casesOf(1_000_000)

describe('hostile expressions', () => {
  test(`${counted(rounds)} random token strings end in an answer in JSON or a JMESPath error, and change nothing`, () => {
    const next = random(1)
    const document: Json = frozen({ Reservations: fleet(random(3)), foo: { length: [1, 'a', null] } })
    const before = JSON.stringify(document)
    const outside = surroundings()
    let answers = 0
    // Of the processor, in ms: other programs are no part of it.
    let slowest = 0
    for (let round = 0; round < rounds; round += 1) {
      let expression = ''
      for (let left = 1 + below(next, 9); left > 0; left -= 1) expression += pick<string>(next, pieces)
      const start = process.cpuUsage()
      const { fine, answered, stack } = outcome(expression, document)
      const { user, system } = process.cpuUsage(start)
      slowest = Math.max(slowest, (user + system) / 1000)
      if (!fine) expect({ expression, stack }).toBe('an answer in JSON or a JMESPath error')
      if (answered) answers += 1
    }
    expect(answers).toBeGreaterThan(rounds * 0.03)
    expect(slowest).toBeLessThan(2000)
    expect(JSON.stringify(document)).toBe(before)
    expect(surroundings()).toEqual(outside)
  })

  test('whatever stands in a name or a literal stays text: no generated code gets out of its quotes', () => {
    const outside = surroundings()
    const next = random(2)
    for (let round = 0; round < casesOf(3000); round += 1) {
      const text = Array.from({ length: 1 + below(next, 6) }, () => pick<string>(next, code)).join('')
      const name = JSON.stringify(text)
      const asJson = name.replaceAll('`', '\\`')
      const literal = `\`${asJson}\``
      const document = JSON.parse(`{${name}: {"a": 1}, "all": [${name}, null]}`) as Json
      const expected: readonly (readonly [string, Json])[] = [
        [`${name}.a`, 1],
        [`@.{${name}: ${literal}}`, { [text]: text }],
        [`all[?@==${literal}]`, [text]],
        [`all[?@<${literal} || @>=${literal}] | [0]`, text],
        [`[${literal}, {a: ${literal}}.${name}]`, [text, null]],
        [`map(&[${name}, ${literal}], [@])[0][1]`, text],
        [`starts_with(${literal}, ${literal}) && \`{${asJson}: [${asJson}]}\``, { [text]: [text] }],
      ]
      for (const [expression, answer] of expected) {
        const given = JSON.stringify(compile(expression).search(document))
        expect({ expression, given }).toEqual({ expression, given: JSON.stringify(answer) })
      }
    }
    expect(surroundings()).toEqual(outside)
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

  test.each([
    ['parentheses', `${'('.repeat(190)}a${')'.repeat(190)}`],
    ['lists', `${'['.repeat(190)}a${']'.repeat(190)}`],
    ['objects', `${'{a:'.repeat(190)}a${'}'.repeat(190)}`],
    ['filters', `${'[?'.repeat(190)}a${']'.repeat(190)}`],
    ['filters of filters', `a${'[?a]'.repeat(190)}`],
    ['projections', `a${'[*].a'.repeat(190)}`],
    ['flattenings', `a${'[].a'.repeat(190)}`],
    ['negations', `${'!'.repeat(190)}a`],
    ['references', `${'map(&'.repeat(190)}a${',[@])'.repeat(190)}`],
    ['choices', `${'(a||b&&'.repeat(130)}a${')'.repeat(130)}`],
    ['dots', `a${'.a'.repeat(300)}`],
  ])('hundreds of nested %s are answered', (_, expression) => {
    const leaf: Json = { a: [{ a: [1] }] }
    expect(() => compile(expression).search(leaf)).not.toThrow()
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

interface Outcome {
  readonly fine: boolean
  readonly answered: boolean
  readonly stack?: string | undefined
}

function outcome(expression: string, document: Json): Outcome {
  try {
    const result = compile(expression).search(document)
    return { fine: isJson(result), answered: true }
  } catch (error) {
    if (error instanceof JmespathError) return { fine: error.message.length > 10, answered: false }
    return { fine: false, answered: false, stack: error instanceof Error ? error.stack : String(error) }
  }
}

/** The names of everything that an expression could reach if it got out. */
function surroundings(): readonly string[][] {
  const roots = [globalThis, Object, Array, String, Function, Number, Boolean, Math, JSON, process]
  return roots.flatMap((root) =>
    [root, 'prototype' in root ? root.prototype : root].map((owner) => Object.getOwnPropertyNames(owner)),
  )
}

function isJson(value: unknown): boolean {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true
  return typeof value === 'object' && Object.values(value).every(isJson)
}

function frozen<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) frozen(item)
  return Object.freeze(value)
}
