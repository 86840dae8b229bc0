import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readPage } from '../help/pages.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const root = new URL('../..', import.meta.url).pathname

describe('muster-aws/jmespath, installed from its package and with none of its dependencies', () => {
  let home: string
  beforeAll(() => {
    home = temporaryFolder()
    const [packed = ''] =
      execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', home], {
        cwd: root,
        encoding: 'utf8',
      }).match(/\S+\.tgz/) ?? []
    const installed = join(home, 'node_modules/muster-aws')
    mkdirSync(installed, { recursive: true })
    execFileSync('tar', ['xzf', join(home, packed), '-C', installed, '--strip-components', '1'])
    writeFileSync(join(home, 'package.json'), '{"type": "module"}')
  })

  const run = (file: string, source: string): string => {
    writeFileSync(join(home, file), source)
    return execFileSync(process.execPath, [file], { cwd: home, encoding: 'utf8' })
  }

  test('compiles once, runs often, and says what is wrong', () => {
    const printed = run(
      'use.js',
      `import { compile, JmespathError, search } from 'muster-aws/jmespath'
const ids = compile('Reservations[].Instances[].InstanceId')
const page = (id) => ({ Reservations: [{ Instances: [{ InstanceId: id }] }] })
const failure = (run) => {
  try { run() } catch (error) {
    return [error instanceof JmespathError && error instanceof Error, error.kind, error.position, error.message]
  }
}
console.log(JSON.stringify([
  ids.expression, ids.search(page('i-1')), ids.search(page('i-2')), ids.search(undefined),
  search("starts_with(@, '10.')", '10.10.3.4'),
  failure(() => compile('a = b')), failure(() => search('length(@)', 1)),
]))`,
    )
    expect(JSON.parse(printed)).toEqual([
      'Reservations[].Instances[].InstanceId',
      ['i-1'],
      ['i-2'],
      null,
      true,
      [true, 'syntax', 2, 'A single = means nothing here; compare with ==.\na = b\n  ^'],
      [true, 'type', 0, 'length() takes an array, a string or an object and got a number.\nlength(@)\n^'],
    ])
  })

  test('loads nothing but itself', () => {
    const file = readFileSync(join(home, 'node_modules/muster-aws/dist/jmespath.js'), 'utf8')
    expect(file).not.toMatch(/\bimport\b\s*[({'"*\w]|\brequire\b/)
    expect(file.length).toBeLessThan(100_000)
  })

  test('the reference shows how, and that runs', () => {
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(readPage('library')) ?? []
    const document = '{"Reservations":[{"Instances":[{"InstanceId":"i-1","State":{"Name":"running"}}]}]}'
    const lines = run('example.js', `const document = ${document}\nconst pages = [document]\n${example}`)
    expect(lines.trim().split('\n')).toEqual(["[ 'i-1' ]", "[ 'i-1' ]", 'syntax 4'])
  })

  test('its types are those of the source, and hold for a program that uses them', () => {
    const source = JSON.stringify(join(root, 'src/jmespath/library.ts'))
    writeFileSync(
      join(home, 'use.ts'),
      `import * as published from 'muster-aws/jmespath'
import type * as source from ${source}
import type { JmespathErrorKind } from ${JSON.stringify(join(root, 'src/jmespath/jmespath-errors.ts'))}

declare const real: typeof source
export const same: Omit<typeof published, 'JmespathError'> = real
export const back: Omit<typeof source, 'JmespathError'> = published
export const names: keyof typeof source extends keyof typeof published ? true : false = true
export const error = (printed: source.JmespathError): published.JmespathError => printed
export const kinds: JmespathErrorKind = null as unknown as published.JmespathError['kind']
const expression: published.Expression = published.compile('a')
export const given: published.Json = expression.search({ at: new Date() })
// @ts-expect-error an expression is a text
published.search(1, {})
`,
    )
    const options = { include: ['use.ts'], compilerOptions: { ...compilerOptions(), types: [] } }
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(options))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', home], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })

  test('muster itself still starts from the package', () => {
    const launcher = join(home, 'node_modules/muster-aws/dist/muster.js')
    expect(execFileSync(process.execPath, [launcher, '--version'], { encoding: 'utf8' })).toMatch(
      /^muster \d+\.\d+\.\d+\n$/,
    )
  })
})

function compilerOptions(): object {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    readonly compilerOptions: object
  }
  return compilerOptions
}
