import { describe, expect, test } from 'vitest'
import { watchRows } from '../../src/app/found-rows.ts'
import { exitCodes } from '../../src/errors.ts'
import type { Answer, Json } from '../../src/model.ts'
import { formatAnswer } from '../../src/output/format.ts'
import type { Format } from '../../src/output/format-names.ts'

const refuse = (): never => {
  throw new Error('an object was made')
}

/** The exit code of an answer that was printed. */
function print(answer: Answer, format: Format) {
  const watch = watchRows({ exitCode: true, filter: [] })
  const printed = [...formatAnswer(watch.watch(answer), format, { columns: null, raw: false, colour: false })]
  return { printed: printed.join(''), code: watch.exitCodeOf(exitCodes.done) }
}

describe('--exit-code', () => {
  test.each([
    [['[\n    {}', '\n]'], exitCodes.found],
    [['[]'], exitCodes.done],
  ])('prints a list of whole resources %j as the text that it is, and makes no objects', (pieces, code) => {
    const items = { text: () => pieces, lines: () => pieces.slice(1), [Symbol.iterator]: refuse }
    const answer: Answer = { type: 'list', title: '', columns: null, items }
    expect(print(answer, 'json')).toEqual({ printed: `${pieces.join('')}\n`, code })
    expect(print(answer, 'ndjson').code).toBe(code)
  })

  test.each([
    [[['web']], exitCodes.found],
    [[], exitCodes.done],
  ])('prints rows %j as they are, and makes no objects', (rows, code) => {
    const items = { rows, [Symbol.iterator]: refuse } as Iterable<Json>
    const answer: Answer = { type: 'list', title: '', columns: ['Name'], items }
    for (const format of ['table', 'csv', 'json', 'ndjson'] as const)
      expect(print(answer, format).code, format).toBe(code)
  })

  test('evaluates no whole document whose text is at hand', () => {
    const answer: Answer = {
      type: 'value',
      title: '',
      text: () => ['{}'],
      get value() {
        return refuse()
      },
    }
    expect(print(answer, 'json')).toEqual({ printed: '{}\n', code: exitCodes.found })
  })
})
