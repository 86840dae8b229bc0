import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeWordHasher } from '../../src/kinds/json-words.ts'
import { hashWord } from '../../src/kinds/word-forms.ts'
import { random } from '../helpers/random.ts'
import { makeWordText, wordHashesOf, wordTexts } from './word-texts.ts'

const arn = (number: number) => `ARN: arn:aws:iam::123456789012:instance-profile/i-${10_000_000 + number}`
const toJsonb = new Sqlite(':memory:').prepare('SELECT jsonb(?)').pluck()

describe.each(['with', 'without'])('the hashes of a resource, %s WebAssembly,', (which) => {
  test.each(wordTexts)('of %j are those of its words', async (text) => {
    const hashesOf = await makeHasher(which)
    expect(hashesOf({ A: text })).toEqual(wordHashesOf({ A: text }))
    // What is a name is no text.
    expect(hashesOf({ [text]: { B: [text, 1, null, true, -0.5, text] } })).toEqual(wordHashesOf({ B: text }))
    expect(hashesOf(text)).toEqual(wordHashesOf(text))
  })

  test('of texts put together at random are those of their words', async () => {
    const hashesOf = await makeHasher(which)
    const dice = random(7)
    let words = 0
    for (let round = 0; round < 6000; round += 1) {
      const value = {
        A: makeWordText(dice),
        [makeWordText(dice)]: [makeWordText(dice), { B: makeWordText(dice) }],
      }
      const expected = wordHashesOf(value)
      expect(hashesOf(value), JSON.stringify(value)).toEqual(expected)
      words += expected.length
    }
    expect(words).toBeGreaterThan(4000)
  })

  test('are there where a resource is very long or very deep, has thousands of words, or none', async () => {
    const hashesOf = await makeHasher(which)
    const many = Array.from({ length: 5000 }, (_, place) => `i-${10_000_000 + place}`)
    const long = { A: 'x'.repeat(300_000), B: '東'.repeat(100_000), C: 'vol-12345678' }
    const deep = JSON.parse(`${'[{"A":'.repeat(400)}"vol-12345678"${'}]'.repeat(400)}`)
    for (const value of [many, long, deep, {}, [], '', 'i-', 7, null])
      expect(hashesOf(value)).toEqual(wordHashesOf(value))
    expect(hashesOf(many).length).toBe(5000)
  })

  test('are those of each text that comes again and again, however many others came between', async () => {
    const hashesOf = await makeHasher(which)
    for (let round = 0; round < 2; round += 1) {
      const texts = [arn(1), 'm5.large', '2001:DB8::1']
      expect(hashesOf(texts)).toEqual(['i-10000001', '2001:db8::1'].map(hashWord))
      for (let number = 0; number < 3000; number += 1)
        expect(hashesOf([arn(number)])).toEqual([hashWord(`i-${10_000_000 + number}`)])
    }
  })
})

test('a JSON text that is cut off or damaged ends the search for words', () => {
  const hashesOf = makeWordHasher()
  for (const json of ['{"A":"i-0123456789abcdef0', '{"A":"\\', '"', '"\\"', '{"A":"i-12345678"'])
    expect(hashesOf(json).length).toBeLessThan(2)
})

/** Gives the hashes of a value in each of its forms, which must be the same. */
async function makeHasher(which: string) {
  if (which === 'without') {
    vi.stubGlobal('WebAssembly', undefined)
    vi.resetModules()
    onTestFinished(() => {
      vi.unstubAllGlobals()
      vi.resetModules()
    })
  }
  const { makeWordHasher } = await import('../../src/kinds/json-words.ts')
  const hashesOf = makeWordHasher()
  return (value: Parameters<typeof wordHashesOf>[0]): readonly number[] => {
    const json = JSON.stringify(value)
    const ofJson = [...hashesOf(json)]
    expect([...hashesOf(toJsonb.get(json) as Buffer)]).toEqual(ofJson)
    return ofJson
  }
}
