import { describe, expect, test } from 'vitest'
import { filterOf } from '../../src/demo/describe/filters.ts'
import { volumes } from '../../src/demo/ec2/volumes.ts'
import { makeFleet } from '../../src/demo/fleet.ts'
import type { Tag } from '../../src/demo/tags.ts'
import { resourcesOf } from './resources.ts'

describe('a filter of the simulated EC2', () => {
  const cases: readonly (readonly [pattern: string, value: string, found: boolean])[] = [
    ['web', 'web', true],
    ['web', 'web-1', false],
    ['WEB', 'web', false],
    ['web*', 'web-1', true],
    ['web-?', 'web-1', true],
    ['web-?', 'web-12', false],
    ['?', '🚀', true],
    ['*', 'first line\nsecond line', true],
    ['w.b', 'web', false],
    ['[a]+(b)', '[a]+(b)', true],
    ['\\*amazon\\?\\\\', '*amazon?\\', true],
    ['\\*', 'anything', false],
    ['a\\?', 'ab', false],
    ['a\\b', 'a\\b', true],
    [`${'*a'.repeat(40)}*b`, 'a'.repeat(5000), false],
  ]
  test.each(cases)('with the value %j and a tag of %j: %s', (pattern, value, found) => {
    expect(passes('tag:Name', pattern, [['Name', value]])).toBe(found)
    expect(passes('tag-key', pattern, [[value, '']])).toBe(found)
    expect(passes('tag-value', pattern, [['Name', value]])).toBe(found)
  })

  test('for a tag looks at the tag of that key alone', () => {
    const tags: readonly Tag[] = [
      ['Owner', 'web'],
      ['Role', 'db'],
    ]
    expect(passes('tag:Role', 'web', tags)).toBe(false)
    expect(passes('tag:Role', 'db', tags)).toBe(true)
    expect(passes('tag-key', 'web', tags)).toBe(false)
    expect(passes('tag-value', 'Owner', tags)).toBe(false)
  })
})

/** Whether a volume with these tags passes. */
function passes(name: string, pattern: string, tags: readonly Tag[]): boolean {
  const fleet = makeFleet()
  const [volume] = resourcesOf(volumes, fleet, fleet.accounts[1]?.id ?? '', 'us-east-1')
  if (!volume) throw new Error('the fleet has no volume')
  const params = new URLSearchParams({ 'Filter.1.Name': name, 'Filter.1.Value.1': pattern })
  return filterOf(volumes, params)({ ...volume, tags })
}
