import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url)
const guide = readFileSync(new URL('.github/CONTRIBUTING.md', root), 'utf8')
/** What stands in a block of code is an example; a name in a sentence is a promise. */
const prose = guide.replace(/^```[\s\S]*?^```/gm, '')
const named = [...prose.matchAll(/`((?:src|test|queries|\.tools|\.github)\/[^`\s]*)`/g)].map(
  ([, path = '']) => path,
)

test('every file that CONTRIBUTING names exists', () => {
  expect(named.length).toBeGreaterThan(80)
  // A backup that `npm pack` makes and takes away again.
  const files = named.filter((path) => path !== '.tools/package.json.own')
  expect(files.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
})

test('the index answers each of its questions by a file', () => {
  const rows = prose.match(/^\| Where .*$/gm) ?? []
  expect(rows.length).toBeGreaterThanOrEqual(17)
  for (const row of rows) expect(row).toMatch(/\? \| .*`src\/[\w./-]+\.tsx?`.* \|$/)
})

test('every link inside CONTRIBUTING leads to a heading', () => {
  const anchors = [...guide.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
  for (const [, anchor] of guide.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor)
})

test('every script that CONTRIBUTING runs is in package.json', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    scripts: Record<string, string>
  }
  const run = [...guide.matchAll(/npm run (?!--)([\w:]+)/g)].map(([, name = '']) => name)
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(run))
})
