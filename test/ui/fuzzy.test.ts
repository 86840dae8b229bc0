import { describe, expect, test } from 'vitest'
import { matchFuzzy } from '../../src/ui/state/fuzzy.ts'

/** The text with the letters that were found in brackets. */
function marked(pattern: string, text: string): string | null {
  const match = matchFuzzy(pattern, text)
  return match && [...text].map((letter, at) => (match.places.includes(at) ? `[${letter}]` : letter)).join('')
}

describe('a fuzzy search', () => {
  test.each([
    ['apw', 'acme-prod-web', '[a]cme-[p]rod-[w]eb'],
    ['prod', 'profile-prod', 'profile-[p][r][o][d]'],
    ['web', 'w-e-b-web', 'w-e-b-[w][e][b]'],
    ['eu1', 'eu-west-1', '[e][u]-west-[1]'],
    ['PW', 'acme-prod-web', null],
    ['PW', 'acme-Prod-Web', 'acme-[P]rod-[W]eb'],
    ['bew', 'web', null],
    ['', 'web', 'web'],
    ['i', 'İi', 'İ[i]'],
  ])('finds %j in %j where its letters stand best', (pattern, text, expected) => {
    expect(marked(pattern, text)).toBe(expected)
  })

  test.each([
    ['pay', ['payments', 'acme-payments', 'platform-a-y', 'prod-gateway']],
    ['web', ['web', 'web-2', 'acme-web', 'w1e2b3']],
    ['ap', ['app', 'acme-prod', 'map', 'staging-x-plan']],
  ])('puts the best match for %j first', (pattern, ordered) => {
    const scores = ordered.map((text) => matchFuzzy(pattern, text)?.score ?? Number.NaN)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(new Set(scores).size).toBe(ordered.length)
  })

  test('takes time in proportion to the two texts, whatever they repeat', () => {
    const text = 'ab'.repeat(5000)
    expect(matchFuzzy('ab'.repeat(40), text)?.places).toHaveLength(80)
    expect(matchFuzzy('ab'.repeat(300), text)).toBeNull()
  })
})
