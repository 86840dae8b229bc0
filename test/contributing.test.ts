import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { commands } from '../src/cli.ts'

const root = new URL('..', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const guide = read('.github/CONTRIBUTING.md')
/** What stands in a block of code is an example; a name in a sentence is a promise. */
const prose = guide.replace(/^```[\s\S]*?^```/gm, '')
const named = [...prose.matchAll(/`((?:src|test|queries|\.tools|\.github)\/[^`\s]*)`/g)].map(
  ([, path = '']) => path,
)

test('every file that CONTRIBUTING names exists', () => {
  expect(named.length).toBeGreaterThan(80)
  // A backup that `npm pack` makes and removes again.
  const files = named.filter((path) => path !== '.tools/package.json.own')
  expect(files.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
})

test('the index answers each of its questions by a file', () => {
  const rows = prose.match(/^\| Where .*$/gm) ?? []
  expect(rows.length).toBeGreaterThanOrEqual(17)
  for (const row of rows) expect(row).toMatch(/\? \| .*`src\/[\w./-]+\.tsx?`.* \|$/)
})

test('the kind that CONTRIBUTING adds is one that exists, line by line', () => {
  const [, section = ''] = /^### a kind\n([\s\S]*?)^### /m.exec(guide) ?? []
  const [, diff = ''] = /^```diff\n([\s\S]*?)^```/m.exec(section) ?? []
  const files = diff.split(/^\+\+\+ /m).slice(1)
  const paths = files.map((file) => file.split('\n')[0] ?? '')
  expect(paths).toEqual([
    expect.stringMatching(/^src\/kinds\/[\w-]+\.ts$/),
    'src/kinds.ts',
    expect.stringMatching(/^src\/demo\/ec2\/[\w-]+\.ts$/),
    'src/demo/ec2-kinds.ts',
  ])
  for (const [at, file] of files.entries()) {
    const [path = '', ...lines] = file.trimEnd().split('\n')
    // Lines that stand together in the diff stand together in the file.
    const pieces = lines.join('\n').split(/^ .*\n/m)
    for (const piece of pieces) {
      const added = piece.replace(/^\+/gm, '').trimEnd()
      expect(read(path), `${path}\n${added}`).toContain(`${added}\n`)
    }
    if (at === 0) expect(`${lines.join('\n').replace(/^\+/gm, '')}\n`, path).toBe(read(path))
  }
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
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const run = [...guide.matchAll(/npm run (?!--)([\w:]+)/g)].map(([, name = '']) => name)
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(run))
})

test('the workflow runs the two commands of the README on every Node and system that is supported', () => {
  const { engines, os } = JSON.parse(read('package.json')) as { engines: { node: string }; os: string[] }
  const { jobs } = parse(read('.github/workflows/test.yml')) as {
    jobs: { test: { strategy: { matrix: { os: string[]; node: number[] } }; steps: { run?: string }[] } }
  }
  const { matrix } = jobs.test.strategy
  const [, section = ''] = /^## The two commands\n([\s\S]*?)^## /m.exec(read('README.md')) ?? []
  const own = section.match(/^npm install && npm \w+$/gm) ?? []
  expect(own).toHaveLength(2)
  expect(jobs.test.steps.map(({ run }) => run)).toEqual(expect.arrayContaining(own))
  expect(`>=${Math.min(...matrix.node)}`).toBe(engines.node)
  const systems = { linux: 'ubuntu', darwin: 'macos' } as Record<string, string>
  for (const name of os) expect(matrix.os).toContain(`${systems[name]}-latest`)
})

test('a report asks for the version and the debug log', () => {
  const { body } = parse(read('.github/ISSUE_TEMPLATE/report.yml')) as {
    body: { id?: string; attributes: object; validations?: { required: boolean } }[]
  }
  const required = body.filter(({ validations }) => validations?.required)
  expect(JSON.stringify(required.find(({ id }) => id === 'version'))).toContain('muster --version')
  expect(JSON.stringify(required.find(({ id }) => id === 'log'))).toMatch(/--debug.*MUSTER_DEBUG=FILE/)
})

test('the changes name every command', () => {
  const changes = read('.github/CHANGELOG.md')
  for (const { name } of commands) expect(changes).toMatch(new RegExp(`\`(muster )?${name}\``))
})
