import { describe, expect, test } from 'vitest'
import { selectKinds } from '../../src/config/kind-words.ts'

const select = (...words: string[]) => selectKinds(words).map(({ name }) => name)

describe('the words of --kind', () => {
  test('are names, in lists or repeated, and each kind comes once', () => {
    expect(select('volumes,instances', 'vpcs', 'volumes')).toEqual(['volumes', 'instances', 'vpcs'])
  })

  test('are globs, and take kinds out', () => {
    expect(select('security-*')).toEqual([
      'security-groups',
      'security-group-rules',
      'security-group-vpc-associations',
    ])
    expect(select('security-*', '!*-rules', '!*-associations')).toEqual(['security-groups'])
    expect(select('!network')).toContain('instances')
    expect(select('!network')).not.toContain('vpcs')
  })

  test('are groups', () => {
    expect(select('storage')).toEqual(expect.arrayContaining(['volumes', 'snapshots']))
    expect(select('all')).toEqual(expect.arrayContaining([...select('compute'), ...select('network')]))
  })

  test('are refused if they choose nothing', () => {
    expect(() => select('vpx*')).toThrow("No kind matches 'vpx*'")
    expect(() => select('instnaces')).toThrow("There is no kind 'instnaces'")
  })
})
