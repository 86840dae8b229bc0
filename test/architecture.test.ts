import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const shared = [
  'model',
  'kinds',
  'errors',
  'io',
  'folders',
  'file-place',
  'whole-file',
  'redact',
  'exact-number',
  'glob',
  'nearest',
]
const apart = ['config', 'aws', 'store', 'jmespath', 'output']

/** Which parts of src/ a part may import, beside the shared files and itself. */
const allowed: Record<string, readonly string[]> = {
  config: [],
  aws: [],
  store: [],
  jmespath: [],
  output: [],
  demo: [],
  identity: ['config', 'aws'],
  doctor: ['config'],
  sync: ['config', 'identity', 'aws', 'store', 'jmespath'],
  query: ['store', 'jmespath'],
  commands: ['config', 'identity', 'sync', 'store', 'query', 'jmespath', 'output', 'demo', 'doctor'],
  ui: ['config', 'sync', 'store', 'query', 'output', 'commands'],
  cli: ['commands', 'config', 'ui', 'output'],
  main: ['cli'],
  'compile-cache': [],
  muster: ['main', 'compile-cache'],
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.tsx?$/.test(name),
)

describe('the layout of the house', () => {
  test.each(files)('%s imports only what its part may', (file) => {
    const part = partOf(file)
    const may = [...(shared.includes(part) ? shared : [...shared, part]), ...(allowed[part] ?? [])]
    for (const target of importsOf(file)) expect(may, `${file} imports ${target}`).toContain(partOf(target))
  })

  test('parts that must not know one another are not allowed to', () => {
    for (const part of apart) for (const other of apart) expect(allowed[part]).not.toContain(other)
  })

  test('the simulated AWS does not know muster’s kinds, so that it can judge them', () => {
    for (const file of files.filter((name) => name.startsWith('demo/'))) {
      expect(importsOf(file).map(partOf), file).not.toContain('kinds')
    }
  })

  test('files stay small, and none exports a default', () => {
    for (const file of files) {
      const text = readFileSync(join(root, 'src', file), 'utf8')
      expect(text.split('\n').length, file).toBeLessThanOrEqual(251)
      expect(text, file).not.toMatch(/^export default/m)
    }
  })

  test('only main.ts and the launcher touch the process', () => {
    for (const file of files.filter((name) => !['main.ts', 'muster.ts'].includes(name))) {
      const text = readFileSync(join(root, 'src', file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
      expect(text, file).not.toMatch(/\bprocess\.(env|argv|exit|stdout|stderr|stdin|on)\b/)
    }
  })

  test('tests make temporary folders in one place, which removes them', () => {
    const apart = ['helpers/temporary.ts', 'helpers/temporary-directory.ts', 'commands/export-file.test.ts']
    const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !/^(bench|torture)\//.test(name) && !apart.includes(name),
    )
    const making = tests.filter((name) =>
      /\bmkdtemp(Sync)?\(/.test(readFileSync(join(root, 'test', name), 'utf8')),
    )
    expect(making).toEqual([])
  })

  test('the top level holds what the user fixed, and dotfiles', () => {
    const fixed = [
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'src',
      'queries',
      'test',
      'README.md',
      'LICENSE',
    ]
    const made = ['node_modules', 'dist']
    const found = readdirSync(root).filter(
      (name) => !name.startsWith('.') && !made.includes(name) && !name.endsWith('.tgz'),
    )
    expect(fixed).toEqual(expect.arrayContaining(found))
  })
})

function partOf(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.tsx?$/, '')
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, 'src', file), 'utf8')
  const found = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+\.tsx?)'/g)].map((match) => match[1] ?? '')
  return found.map((target) => relative(join(root, 'src'), join(root, 'src', dirname(file), target)))
}
