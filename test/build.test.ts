import { spawnSync } from 'node:child_process'
import { existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileAtOnce, readCalledAtStart } from '../.tools/compile-at-once.mjs'
import { unusedMethods } from '../.tools/sqlite-binding.mjs'
import { listKinds } from '../src/kinds.ts'
import { listSetIds } from '../src/store/column-sets.ts'
import { temporaryFolder } from './helpers/temporary.ts'

const dist = new URL('../dist/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, dist), 'utf8')

describe('the bundle', () => {
  const program = closure('main.js').map(read).join('\n')
  const commands = [...program.matchAll(/load:async\(\)=>\(await import\("\.\/([^"]+)"\)/g)].map(
    (match) => match[1] ?? '',
  )

  test('loads every command only when it runs', () => {
    expect(commands.length).toBeGreaterThanOrEqual(8)
    expect(closure('main.js').some((file) => commands.includes(file))).toBe(false)
  })

  test.each(commands)('%s loads the AWS SDK only when it calls AWS', (command) => {
    for (const file of closure(command))
      expect(read(file), file).not.toMatch(/DescribeInstances_2016|@smithy\/core/)
    expect(closure(command).reduce((sum, file) => sum + read(file).length, 0)).toBeLessThan(500_000)
  })

  test('a query comes in a few files, each of which costs time at every start', () => {
    const [, query = ''] = /"query",load:.{0,40}import\("\.\/([^"]+)"/.exec(program) ?? []
    expect(new Set([...closure('main.js'), ...closure(query)]).size).toBeLessThan(7)
  })

  test.each(['doctor', 'policy'])('%s, which asks nothing of the cache, loads nothing of a query', (name) => {
    const [, command = ''] = new RegExp(`"${name}",load:.{0,40}import\\("\\./([^"]+)"`).exec(program) ?? []
    const text = closure(command).map(read).join('\n')
    expect(text).toContain(`usage:"${name} `)
    for (const words of ['CREATE TABLE counter', 'json_each(?)', 'sort_by']) {
      expect(queryText()).toContain(words)
      expect(text, words).not.toContain(words)
    }
  })

  test('a shell that completes names of ~/.aws loads nothing of a query', () => {
    const [, complete = ''] = /\{completeLine:\w+\}=await import\("\.\/([^"]+)"/.exec(program) ?? []
    const text = [...new Set([...closure('main.js'), ...closure(complete)])].map(read).join('\n')
    expect(text).toContain('sso_account_id')
    for (const words of ['CREATE TABLE counter', 'json_each(?)']) expect(text, words).not.toContain(words)
  })

  test('a query loads of Node only what it needs, as each of its modules takes some ms', () => {
    const report =
      'data:text/javascript,process.on("exit",()=>console.error(process.moduleLoadList.join("\\n")))'
    const words = ['query', 'length(@)', '--input', '-']
    const { stderr: loaded } = spawnSync(
      process.execPath,
      ['--import', report, new URL('muster.js', dist).pathname, ...words],
      { encoding: 'utf8', input: '[]' },
    )
    expect(loaded).toContain('NativeModule fs')
    for (const name of ['crypto', 'zlib', 'http', 'child_process', 'worker_threads'])
      expect(loaded.split('\n'), name).not.toContain(`NativeModule ${name}`)
  })

  test('a query whose words go into files does not load what streams over a network need', () => {
    const folder = temporaryFolder()
    const [input, loaded] = [join(folder, 'input.json'), join(folder, 'loaded')]
    writeFileSync(input, '[]')
    const report =
      'data:text/javascript,process.on("exit",()=>console.log(process.moduleLoadList.join("\\n")))'
    const words = ['query', 'length(@)', '--input', input]
    const { status } = spawnSync(
      process.execPath,
      ['--import', report, new URL('muster.js', dist).pathname, ...words],
      { stdio: ['ignore', openSync(loaded, 'w'), openSync(join(folder, 'errors'), 'w')] },
    )
    expect(status).toBe(0)
    const names = readFileSync(loaded, 'utf8').split('\n')
    expect(names).toContain('NativeModule fs')
    expect(names).not.toContain('NativeModule net')
  })

  test('the stock engine is in a file of its own, which only those read who ask for it', () => {
    for (const command of commands)
      for (const file of closure(command)) expect(read(file), file).not.toContain('UnquotedIdentifier')
    expect(read('stock-jmespath.cjs')).toContain('UnquotedIdentifier')
    const words = ['query', 'a[1].b', '--input', '-', '--engine', 'jmespath']
    const { stdout } = spawnSync(process.execPath, [new URL('muster.js', dist).pathname, ...words], {
      encoding: 'utf8',
      input: '{"a": [1, {"b": 2}]}',
    })
    expect(stdout).toBe('2\n')
  })

  test('a query of plain text makes no segmenter, for which V8 reads tables', () => {
    const refuse = 'data:text/javascript,Intl.Segmenter=class{constructor(){throw new Error("a segmenter")}}'
    const run = (text: string) =>
      spawnSync(
        process.execPath,
        ['--import', refuse, new URL('muster.js', dist).pathname, 'query', '--input', '-'],
        { encoding: 'utf8', input: JSON.stringify([{ Name: text }]) },
      )
    expect(run('web')).toMatchObject({ stdout: 'Name\nweb\n', status: 0 })
    expect(run('caf\u0065\u0301').stderr).toContain('a segmenter')
  })

  test('the screen starts without fetch, with whose first call Node loads its whole HTTP client', () => {
    const chunks = readdirSync(dist).filter((file) => /^chunk-.*\.js$/.test(file))
    const screens = chunks.filter((file) => read(file).includes('calculateLayout'))
    expect(screens).toHaveLength(1)
    for (const file of closure(screens[0] ?? '')) expect(read(file), file).not.toContain('fetch(')
  })

  test('no file imports a module of Node, of which Node would read every member: of http all of a WebSocket', () => {
    const imported = readdirSync(dist)
      .filter((file) => file.endsWith('.js') && file !== 'jmespath.js')
      .flatMap((file) =>
        Array.from(read(file).matchAll(/(?:from|import|import\()"([a-z\d:_/]+)"/g), ([, name = '']) => name),
      )
      .filter((name) => isBuiltin(name))
    // Ink and the SDK load these when they are asked for something that muster does not ask for.
    expect(imported.sort()).toEqual(['node:async_hooks', 'node:fs'])
  })

  test('holds all methods of a database that are called', () => {
    const src = new URL('../src/', import.meta.url)
    const call = new RegExp(`\\b(?:db|database|old)\\.(?:${unusedMethods.join('|')})\\(`)
    expect('store.db.backup(').toMatch(call)
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/.test(name),
    ))
      expect(readFileSync(new URL(file, src), 'utf8'), file).not.toMatch(call)
  })

  test('names the columns of its own kinds as the cache does, without Node’s crypto', () => {
    for (const [kind, id] of Object.entries(listSetIds()))
      expect(queryText(), kind).toContain(`"${kind}":"${id}"`)
  })

  test('holds the functions that most starts call in parentheses, so that Node keeps them compiled', () => {
    const text =
      'import a from "b"\nexport const first = two()\n\nexport async function one(x) {\n  if (x) {\n  }\n}\n\n' +
      'function two() {\n  return 2\n}\n\nfunction three() {\n}\n'
    expect(compileAtOnce(text, new Set(['one', 'two']))).toBe(
      'export const one = (async function one(x) {\n  if (x) {\n  }\n});\nconst two = (function two() {\n  return 2\n});\n' +
        'import a from "b"\nexport const first = two()\n\n\n\nfunction three() {\n}\n',
    )
    expect(queryText()).toMatch(/=\(function\*?\(/)
  })

  test('finds nearly all functions that are named as called at a start; if not, .tools/called-at-start.mjs names them anew', () => {
    const listed = [...readCalledAtStart()].flatMap(([file, names]) => {
      const source = existsSync(file) ? readFileSync(file, 'utf8') : ''
      return [...names].map(
        (name) => source.includes(`function ${name}`) || source.includes(`function* ${name}`),
      )
    })
    expect(listed.length).toBeGreaterThan(500)
    expect(listed.filter((isThere) => isThere).length / listed.length).toBeGreaterThan(0.9)
  })

  test('holds no character that takes V8 two bytes, as it would then read the whole file so, at every start', () => {
    const files = readdirSync(dist).filter((file) => file.endsWith('.js'))
    expect(files.length).toBeGreaterThan(100)
    for (const file of files) expect(/[^\0-\x7f]+/.exec(read(file))?.[0], file).toBeUndefined()
  })

  test('calls AWS with a client that has the commands of all kinds, and none that changes anything', () => {
    const chunks = commands
      .flatMap((command) => closure(command))
      .flatMap(dynamic)
      .flatMap((file) => closure(file))
    const text = [...new Set(chunks)].map(read).join('\n')
    const names = [...text.matchAll(/ extends [\w$]+\([\w$]+,[\w$]+,"(\w+)",[\w$]+\)/g)].map(
      (match) => match[1] ?? '',
    )
    expect(names).toEqual(expect.arrayContaining(listKinds().map(({ operation }) => operation)))
    expect(names).toEqual(expect.arrayContaining(['DescribeRegions', 'GetCallerIdentity', 'AssumeRole']))
    expect(names.filter((name) => /^(Accept|Create|Delete|Modify|Run|Terminate)/.test(name))).toEqual([])
  })
})

/** What a query loads beyond the program itself. */
function queryText(): string {
  const program = closure('main.js').map(read).join('\n')
  const [, query = ''] = /"query",load:.{0,40}import\("\.\/([^"]+)"/.exec(program) ?? []
  return closure(query).map(read).join('\n')
}

/** The file and everything that it imports at once. */
function closure(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [...seen]
  seen.add(file)
  for (const match of read(file).matchAll(/(?:from|import)"\.\/([^"]+)"/g)) closure(match[1] ?? '', seen)
  return [...seen]
}

function dynamic(file: string): string[] {
  return [...read(file).matchAll(/import\("\.\/([^"]+)"\)/g)].map((match) => match[1] ?? '')
}
