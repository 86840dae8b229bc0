import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import { searchStock } from '../../src/jmespath/stock.ts'
import type { Json } from '../../src/model.ts'
import { readPage } from '../help/pages.ts'

const page = readPage('engines')
/** Cells of the table: code without its backticks, else the word. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.slice(2, -2).split(/ \| /).map(codeOf))
  .filter(([first]) => first !== 'expression')

describe('the reference’s table of differences', () => {
  test.each(rows)('%s over %s is %s, and %s in the stock package', (expression, over, ours, theirs) => {
    const document = JSON.parse(over ?? '') as Json
    expect(outcomeOf(() => compile(expression ?? '').search(document))).toEqual(wanted(ours))
    expect(outcomeOf(() => searchStock(expression ?? '', document))).toEqual(wanted(theirs))
    expect(ours).not.toEqual(theirs)
  })

  test('is there', () => {
    expect(rows.length).toBeGreaterThanOrEqual(12)
  })
})

describe('the stock package', () => {
  test.each([
    ['x.constructor', null],
    ['[x.constructor, x.toString]', [null, null]],
    ['{a: x.constructor, b: `1`}', { a: null, b: 1 }],
    ['[{a: x.constructor}]', [{ a: null }]],
    ['x.__proto__', {}],
    ['to_string(x.constructor)', null],
    ["to_number('x') || 'none'", 'none'],
    ['avg(`[]`)', null],
  ])('gives JSON alone: %s', (expression, value) => {
    expect(searchStock(expression, { x: {} })).toEqual(value)
  })

  test.each([
    'nope(@)',
    'foo(',
    'sort_by(l, &constructor)',
    'length(x.constructor)',
    '$A',
    '[*',
    'map(&@, x)',
    '`{`',
  ])('fails with a sentence of its own: %s', (expression) => {
    const run = () => searchStock(expression, { x: {}, l: [{}, {}] })
    expect(run).toThrow(JmespathError)
    expect(run).toThrow(/^The jmespath package refuses this: [^\n]+\.$/)
  })

  test('says that a list is too long for it', () => {
    const long = [Array.from({ length: 400_000 }, (_, index) => index)]
    expect(() => searchStock('[]', long)).toThrow(/cannot take a list this long/)
    expect(compile('length([])').search(long)).toBe(400_000)
  })
})

function codeOf(cell: string): string {
  const [, ticks = '', code = cell] = /^(`+) ?(.*?) ?\1$/s.exec(cell.trim()) ?? []
  return ticks === '' ? cell : code.replaceAll('\\|', '|')
}

function wanted(cell: string | undefined): Json {
  return cell === 'error' ? 'error' : (JSON.parse(cell ?? '') as Json)
}

function outcomeOf(run: () => Json): Json {
  try {
    return run()
  } catch (error) {
    if (error instanceof JmespathError) return 'error'
    throw error
  }
}
