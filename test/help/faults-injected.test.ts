import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readPage } from './pages.ts'

const root = new URL('../../', import.meta.url)
const page = readPage('faults-injected')

test('every test that the reference names beside a fault exists', () => {
  const rows = page.split('\n').filter((line) => line.includes('`test/'))
  expect(rows.length).toBeGreaterThan(10)
  for (const row of rows) {
    const files = [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file ?? '')
    for (const file of files) expect(existsSync(new URL(file, root)), file).toBe(true)
  }
})

test('the figures of the torture in the reference are of its parts, and nothing in them was wrong', () => {
  const run = readFileSync(new URL('test/torture/run.ts', root), 'utf8')
  const parts =
    /parts: .* = \{([^}]*)\}/
      .exec(run)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? []
  const figures = page.split('The counts of the last long run')[1]?.split('\n') ?? []
  const rows = figures.filter((line) => /^\| \w+ \| .* \| [\d,*]+ \|$/.test(line))
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) {
    expect(parts, row).toContain(/^\| (\w+)/.exec(row)?.[1])
    if (row.includes('**wrong**')) expect(row).toContain('| **0** |')
  }
})
