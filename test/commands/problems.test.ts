import { appendFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { machine } from './in-process.ts'

describe('sections of ~/.aws that are read in another way than they look', () => {
  const problemsNamed = async (count: number) => {
    const { muster, configFile } = await machine()
    for (let n = 0; n < count; n += 1) appendFileSync(configFile, `\n[prod-${n}]\nregion = us-east-1\n`)
    const { code, err } = await muster('query')
    expect(code).toBe(0)
    return err.split('\n').filter((line) => /prod-\d|~\/\.aws/.test(line))
  }

  test('are named one by one while they are few', async () => {
    expect(await problemsNamed(3)).toHaveLength(3)
  })

  test('are one line that points to the doctor when they are many', async () => {
    expect(await problemsNamed(100)).toEqual([
      '100 lines of ~/.aws are read in another way than they look, or not at all: muster doctor names each.',
    ])
  })
})
