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
  'free-memory',
  'whole-file',
  'redact',
  'exact-number',
  'glob',
  'ready-items',
  'held-items',
  'hold-heap',
  'collect-garbage',
  'pages',
  'json-object',
  'jsonb-elements',
  'known-texts',
  'nearest',
  'nameless-file',
  'time-span',
  'run-through',
  'pause-points',
  'short-digest',
  'web-assembly',
]
const apart = ['config', 'aws', 'store', 'jmespath', 'output']

/** Which parts of src/ a part may import, beside the shared files and itself: from the bottom to the top. */
const allowed: Record<string, readonly string[]> = {
  config: [],
  aws: [],
  sqlite: [],
  store: ['sqlite'],
  jmespath: [],
  output: [],
  demo: [],
  identity: ['config', 'aws', 'sqlite'],
  doctor: ['config'],
  sync: ['config', 'identity', 'aws', 'store', 'jmespath'],
  query: ['store', 'jmespath'],
  mentions: ['store', 'query'],
  help: ['output'],
  app: ['config', 'identity', 'sync', 'sqlite', 'store', 'query', 'mentions', 'jmespath', 'output', 'demo'],
  commands: [
    'app',
    'config',
    'identity',
    'sync',
    'store',
    'query',
    'mentions',
    'jmespath',
    'output',
    'demo',
    'doctor',
    'help',
  ],
  ui: ['app', 'config', 'identity', 'sync', 'store', 'query', 'mentions', 'output'],
  cli: ['commands', 'ui', 'app', 'help', 'config', 'output'],
  outlet: [],
  'remove-afterwards': [],
  main: ['cli', 'outlet', 'remove-afterwards'],
  'compile-cache': [],
  muster: ['main', 'compile-cache'],
}

/** Folders of the screen, from the bottom to the top: a folder imports those before it, and itself. */
const screenFolders = [
  'threads/fault-messages',
  'threads/match-messages',
  'threads/messages',
  'state',
  'keys',
  'draw',
  'reader',
  'threads',
  'ui',
]

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.tsx?$/.test(name),
)

describe('the layout of the house', () => {
  test.each(files)('%s imports only what its part may', (file) => {
    const part = partOf(file)
    const may = [...(shared.includes(part) ? shared : [...shared, part]), ...(allowed[part] ?? [])]
    for (const target of importsOf(file)) expect(may, `${file} imports ${target}`).toContain(partOf(target))
  })

  test('parts that must not know one another may not import one another', () => {
    for (const part of apart) for (const other of apart) expect(allowed[part]).not.toContain(other)
  })

  test('commands and the screen are siblings: what both need is in app', () => {
    expect(allowed.commands).not.toContain('ui')
    expect(allowed.ui).not.toContain('commands')
  })

  test('no file leads back to itself, not even by a type', () => {
    const edges = new Map(files.map((file) => [file, importsOf(file)]))
    const done = new Set<string>()
    const walk = (file: string, path: readonly string[]): void => {
      expect(path, `${[...path, file].join(' → ')} is a circle`).not.toContain(file)
      if (done.has(file)) return
      for (const target of edges.get(file) ?? []) walk(target, [...path, file])
      done.add(file)
    }
    for (const file of files) walk(file, [])
  })

  test('no two files share a name, except a kind and its simulation', () => {
    const names = files
      .filter((file) => !file.startsWith('demo/ec2/') && !file.endsWith('.d.ts'))
      .map((file) => file.replace(/^.*\//, ''))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test('inside the screen, drawing and keys stand over the state, and threads over the reader', () => {
    const rank = (file: string) => {
      const path = file.replace(/^ui\//, '').replace(/\.tsx?$/, '')
      const found = screenFolders.findIndex((folder) => path === folder || path.startsWith(`${folder}/`))
      return found < 0 ? screenFolders.length - 1 : found
    }
    for (const file of files.filter((name) => name.startsWith('ui/'))) {
      for (const target of importsOf(file).filter((name) => name.startsWith('ui/'))) {
        expect(rank(target), `${file} imports ${target}`).toBeLessThanOrEqual(rank(file))
      }
    }
  })

  test('the simulated AWS does not know muster’s kinds, so that it can judge them', () => {
    for (const file of files.filter((name) => name.startsWith('demo/'))) {
      expect(importsOf(file).map(partOf), file).not.toContain('kinds')
    }
  })

  test('files stay under 400 lines, and none exports a default', () => {
    for (const file of files) {
      const text = readFileSync(join(root, 'src', file), 'utf8')
      expect(text.split('\n').length, file).toBeLessThanOrEqual(401)
      expect(text, file).not.toMatch(/^export default/m)
    }
  })

  test('only main.ts and the launcher touch the process', () => {
    for (const file of files.filter((name) => !['main.ts', 'muster.ts'].includes(name))) {
      expect(codeOf(file), file).not.toMatch(/\bprocess\.(env|argv|exit|stdout|stderr|stdin|on)\b/)
    }
  })

  test('the clock is read where the process and its threads begin, and at the simulated AWS, another machine', () => {
    const reading = files.filter((file) => /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)/.test(codeOf(file)))
    expect(reading.sort()).toEqual([
      'demo/server.ts',
      'main.ts',
      'ui/threads/export-thread.ts',
      'ui/threads/reader-thread.ts',
      'ui/threads/sync-thread.ts',
    ])
  })

  test('no file makes a regular expression with properties of Unicode as it is loaded: V8 reads tables for each, at every start', () => {
    for (const file of files)
      for (const [text] of codeOf(file).matchAll(/^(?:export )?const \w+(?::[^=]*)? =\s.*/gm))
        expect(text, file).not.toMatch(/\\p\{/)
  })

  test('no file remembers anything of a run: what its top level holds is never changed', () => {
    for (const file of files.filter((name) => name !== 'main.ts')) {
      const code = codeOf(file)
      // An evaluation’s share of the heap, which is the thread’s own.
      if (file !== 'jmespath/memory.ts') expect(code, file).not.toMatch(/^(export )?let /m)
      for (const [, name] of code.matchAll(/^(?:export )?const (\w+)(?::[^=]*)? = new (?:Map|Set)\b/gm)) {
        expect(code, file).not.toMatch(new RegExp(`\\b${name}\\.(set|add|delete|clear)\\(`))
      }
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

  test('no tests of a file run side by side: what the first to end cleans up would be that of them all', () => {
    const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    const tests = names.filter((name) => name.endsWith('.test.ts'))
    const concurrent = /\b(?:test|describe)\.concurrent\b/
    expect(tests.filter((name) => concurrent.test(readFileSync(join(root, 'test', name), 'utf8')))).toEqual(
      [],
    )
    expect(tests.length).toBeGreaterThan(100)
  })

  test('the torture and the benchmarks run without vitest', () => {
    const reached = new Set<string>()
    const walk = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      const text = readFileSync(join(root, file), 'utf8')
      expect(text, `${file} imports vitest`).not.toMatch(/^import (?!type )[^']* from 'vitest'/m)
      const targets = [...text.matchAll(/^(?:import|export) (?!type )[^']*? from '(\.[^']+)'/gm)]
      for (const [, target = ''] of targets) walk(join(dirname(file), target))
    }
    for (const folder of ['torture', 'bench']) walk(`test/${folder}/run.ts`)
    expect(reached.size).toBeGreaterThan(100)
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

/** What stands in a file, without its comments. */
function codeOf(file: string): string {
  return readFileSync(join(root, 'src', file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, 'src', file), 'utf8')
  const found = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+\.tsx?)'/g)].map((match) => match[1] ?? '')
  return found.map((target) => relative(join(root, 'src'), join(root, 'src', dirname(file), target)))
}
