import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openMachine } from './in-process.ts'
import { launch, type Machine, program } from './program.ts'

let on: Machine
let close: () => Promise<void>
let folder: string
let number = 0
/** A name that no other test uses. */
let name: string

beforeAll(async () => {
  const opened = await openMachine({ instances: 100 })
  on = opened
  close = opened.close
  folder = join(on.home, '.config/muster/queries')
  expect(
    (
      await on.muster(
        'sync',
        '--kind',
        'instances,volumes,security-groups,network-interfaces,security-group-rules,launch-template-versions,spot-requests,spot-fleet-requests,client-vpn-endpoints',
      )
    ).code,
  ).toBe(0)
})
afterAll(() => close())

beforeEach(() => {
  number += 1
  name = `own-${number}`
})

const fileOf = (query: string) => join(folder, `${query}.jmespath`)
const answer = (...words: string[]) => on.muster('query', ...words, '--offline', '--output', 'json')

describe('muster query --save NAME', () => {
  test.each<[string, string[]]>([
    ['the table of a kind', ['--kind', 'volumes']],
    [
      'a table with all that shapes it',
      [
        '--filter',
        'us-east-1',
        '--filter',
        '!terminated',
        '--columns',
        '+VpcId,tag:Team',
        '--sort',
        'account,LaunchTime desc',
        '--limit',
        '7',
      ],
    ],
    ['open columns', ['--kind', 'volumes', '--columns', '*', '--columns', '+tag:*', '--limit', '5']],
    [
      'groups of a table',
      [
        '--kind',
        'volumes',
        '--count-by',
        'account,VolumeType',
        '--sum',
        'Size',
        '--top',
        '4',
        '--sort',
        'Sum',
        '--columns',
        'VolumeType,Sum',
      ],
    ],
    [
      'names with commas',
      [
        '--columns',
        `InstanceId,"tag:a,b",join(',', [InstanceId, ImageId])`,
        '--sort',
        '"tag:a,b",InstanceId desc',
      ],
    ],
    [
      'an expression',
      ["Reservations[].Instances[?State.Name=='running'][].{Id: InstanceId, Type: InstanceType}"],
    ],
    ['an expression of several lines', ['Reservations[]\n  .Instances[]\n  .InstanceId', '--limit', '3']],
    [
      'columns of an expression',
      ['Reservations[].Instances[].[InstanceId, ImageId, LaunchTime]', '--columns', '3,1', '--sort', '1'],
    ],
    [
      'groups of an expression',
      ['Reservations[].Instances[].{T: InstanceType}', '--count-by', 'T', '--top', '3'],
    ],
    [
      'an expression over several kinds',
      ['[length(Volumes), length(SecurityGroups)]', '--kind', 'volumes,security-groups'],
    ],
    ['a saved query', ['running', '--filter', 'i-0', '--columns', 'InstanceId', '--sort', 'InstanceId']],
    [
      'a saved query with parameters',
      ['by-tag', '--set', 'KEY=Environment', '--set', 'VALUE=prod', '--limit', '5'],
    ],
    ['a saved query with lets and required kinds', ['unused-security-groups']],
    ['a saved query with groups', ['by-state', '--sort', 'State']],
    ['other groups of a saved query', ['running', '--count-by', 'InstanceType']],
  ])('keeps %s, and muster query NAME answers the same', async (_, words) => {
    const calls = on.endpoint.countRequests()
    const saved = await on.muster('query', ...words, '--save', name)
    expect(saved).toMatchObject({ code: 0, out: '' })
    expect(saved.err).toBe(`saved ${fileOf(name)}: \`muster query ${name}\` answers it\n`)
    expect(on.endpoint.countRequests()).toBe(calls)
    const [first, again] = [await answer(...words), await answer(name)]
    expect(first.code).toBe(0)
    expect(JSON.parse(first.out)).not.toEqual([])
    expect({ code: again.code, out: again.out }).toEqual({ code: 0, out: first.out })
    expect((await on.muster('queries', 'check', name)).code).toBe(0)
    // What is saved can be the beginning of another one.
    expect((await on.muster('query', name, '--save', `${name}-again`)).code).toBe(0)
    expect((await answer(`${name}-again`)).out).toBe(first.out)
  })

  test('writes headers that a person can read and change', async () => {
    const words = [
      'by-tag',
      '--set',
      'KEY=Team',
      '--set',
      'VALUE=12',
      '--filter',
      'a: b',
      '--sort',
      'Name desc',
      '--limit',
      '9',
    ]
    expect((await on.muster('query', ...words, '--save', name)).code).toBe(0)
    const shipped = readFileSync(new URL('../../queries/by-tag.jmespath', import.meta.url), 'utf8')
    const expression = shipped
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n')
    expect(readFileSync(fileOf(name), 'utf8')).toBe(
      `# Instances whose tag KEY is VALUE, those that pass a: b\n# kind: instances\n# param: text KEY = Team\n# param: text VALUE = 12\n# filter: a: b\n# sort: Name desc\n# limit: 9\n${expression.trim()}\n`,
    )
  })

  test('keeps what a question about several kinds needs', async () => {
    expect((await on.muster('query', 'unused-security-groups', '--save', name)).code).toBe(0)
    const shipped = readFileSync(
      new URL('../../queries/unused-security-groups.jmespath', import.meta.url),
      'utf8',
    )
    const headersOf = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('#'))
        .sort()
    expect(headersOf(readFileSync(fileOf(name), 'utf8'))).toEqual(headersOf(shipped))
  })

  test('adds what is asked on the command line to what is saved', async () => {
    expect(
      (await on.muster('query', '--filter', 'us-east-1', '--columns', 'InstanceId', '--save', name)).code,
    ).toBe(0)
    const words = ['--filter', 'running', '--columns', '+State', '--sort', 'InstanceId', '--limit', '4']
    const plain = [
      '--filter',
      'us-east-1',
      '--filter',
      'running',
      '--columns',
      'InstanceId,State',
      '--sort',
      'InstanceId',
      '--limit',
      '4',
    ]
    expect((await answer(name, ...words)).out).toBe((await answer(...plain)).out)
  })

  test('never replaces a query unasked', async () => {
    expect((await on.muster('query', '--save', name)).code).toBe(0)
    const before = readFileSync(fileOf(name), 'utf8')
    const refused = await on.muster('query', 'running', '--save', name)
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining(`${fileOf(name)} exists: `) })
    expect(readFileSync(fileOf(name), 'utf8')).toBe(before)
    expect((await on.muster('query', 'running', '--save', name, '--force')).code).toBe(0)
    expect(readFileSync(fileOf(name), 'utf8')).toContain('State.Name')
  })

  test('says that it takes the place of a query that ships, and removing it gives that back', async () => {
    const saved = await on.muster('query', '--filter', 'prod', '--save', 'by-type')
    expect(saved.err).toContain('in place of the one of that name that ships')
    const removed = await on.muster('queries', 'rm', 'by-type')
    expect(removed).toMatchObject({ code: 0, err: expect.stringContaining('is the one that ships again') })
    expect(existsSync(fileOf('by-type'))).toBe(false)
  })

  test('says which options are not part of it', async () => {
    const { code, err } = await on.muster('query', '--profile', '*', '--output', 'csv', '--save', name)
    expect(code).toBe(0)
    expect(err).toContain('--profile, --output are not part of it: give them with the query.\n')
    expect(readFileSync(fileOf(name), 'utf8')).toBe('# kind: instances\n')
  })

  test.each<[string[], RegExp]>([
    [['--columns', 'Nope'], /--columns: instances have no 'Nope'/],
    [['Reservations[].Foo..Bar'], /Found \./],
    [['--filter', 'two\nlines'], /cannot hold "two\\nlines" as its filter/],
    [['--filter', ' blank'], /cannot hold " blank" as its filter/],
    [['--engine', 'jmespath', '@'], /leave --engine out/],
    [['--no-origin'], /leave --no-origin out/],
    [['--live'], /leave --live out/],
    [['--input', 'a.json'], /leave --input out/],
  ])('writes nothing that it could not answer the same: %j', async (words, message) => {
    const { code, err } = await on.muster('query', ...words, '--save', name)
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(existsSync(fileOf(name))).toBe(false)
  })

  test.each(['../other', 'a b', 'a.b', '', '-'])(
    'takes no name that no query can have: %j',
    async (wrong) => {
      const { code, err } = await on.muster('query', '--save', wrong)
      expect(code).toBe(2)
      expect(err).toContain('letters, digits and dashes')
    },
  )

  test('alone is what --force is for', async () => {
    expect(await on.muster('query', '--force')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--save NAME'),
    })
  })
})

describe('a header', () => {
  test.each<[string, string, RegExp]>([
    ['filters', '# kind: volumes\n# filtr: a\n', /:2:3|'filtr' is not a header/],
    ['limit', '# kind: volumes\n# limit: ten\n', /:2: 'ten' is not a whole number/],
    ['top', '# kind: volumes\n# top: 3\n', /:2: 'top' is about groups of rows/],
    ['sum', '# kind: volumes\n# sum: Size\n', /:2: 'sum' is about groups of rows/],
    ['show', '# kind: volumes\n# show: A,,B\n', /:2: 'A,,B' leaves a column without a name/],
    ['nothing', '# A title\n# filter: a\n', /the expression is missing/],
    ['kinds', '# kinds: volumes, vpcs\n', /the expression is missing/],
  ])('that is wrong is named with its line: %s', async (_, text, message) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(fileOf(name), text)
    const { code, err } = await on.muster('query', name, '--offline')
    expect(code).toBe(2)
    expect(err).toMatch(message)
    const removed = await on.muster('queries', 'rm', name)
    expect(removed.code).toBe(0)
  })

  test('with a name that no row can have is named with its place, in every line', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(fileOf(name), '# kind: volumes\n# columns: +Sise\n# sort: VolumeTyp\n')
    const { code, out } = await on.muster('queries', 'check', name, '--output', 'json')
    expect(code).toBe(2)
    const rows = JSON.parse(out) as { Line: number; Column: number; Problem: string }[]
    expect(rows.map(({ Line, Column }) => [Line, Column])).toEqual([
      [2, 12],
      [3, 9],
    ])
    expect(await on.muster('query', name, '--offline')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/:(2:12|3:9): volumes have no/),
    })
    expect((await on.muster('queries', 'rm', name)).code).toBe(0)
  })
})

describe('muster queries edit NAME', () => {
  const run = (verb: string, query: string, env: Readonly<Record<string, string>>) =>
    launch(process.execPath, [program, 'queries', verb, query], { ...on.env, ...env }).ended
  const edit = (query: string, env: Readonly<Record<string, string>>) => run('edit', query, env)

  function editor(script: string): string {
    const file = join(on.home, `editor-${number}`)
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o700)
    return file
  }

  beforeEach(async () => {
    expect((await on.muster('query', '--kind', 'volumes', '--save', name)).code).toBe(0)
  })

  test('opens it in $VISUAL, or else in $EDITOR, with the words that stand there, and checks it then', async () => {
    const EDITOR = `${editor('test "$1" = --wait && echo "# limit: 2" >> "$2"')} --wait`
    const { code, err } = await edit(name, { EDITOR })
    expect({ code, err }).toEqual({ code: 0, err: `${fileOf(name)}: no problem\n` })
    expect(readFileSync(fileOf(name), 'utf8')).toBe('# kind: volumes\n# limit: 2\n')
    expect(JSON.parse((await answer(name)).out)).toHaveLength(2)
    expect((await edit(name, { VISUAL: EDITOR, EDITOR: 'false' })).code).toBe(2)
  })

  test('names what is wrong with its place, and keeps what was written', async () => {
    const script = 'printf "# kind: volumes\\n# colour: red\\n# sort: Sise\\nVolumes[].{A: Size}\\n" > "$1"'
    const { code, err } = await edit(name, { EDITOR: editor(script) })
    expect(code).toBe(2)
    expect(err).toContain(`${fileOf(name)}:2:3: 'colour' is not a header`)
    expect(err).toContain(`${fileOf(name)}:3:9: 'Sise' is in no row`)
    expect(err).toContain(`\`muster queries edit ${name}\` opens it again`)
    expect(readFileSync(fileOf(name), 'utf8')).toContain('colour')
    expect((await on.muster('queries', 'rm', name)).code).toBe(0)
  })

  test('says when the editor fails, and leaves the query as it is', async () => {
    for (const [EDITOR, message] of [
      ['false', 'ended with exit code 1'],
      ['/nowhere/editor', 'cannot be started'],
      [editor('kill -9 $$'), 'was ended by SIGKILL'],
    ] as const) {
      const { code, err } = await edit(name, { EDITOR })
      expect(code).toBe(1)
      expect(err).toContain(message)
      expect(readFileSync(fileOf(name), 'utf8')).toBe('# kind: volumes\n')
    }
  })

  test('and rm are for one’s own queries alone', async () => {
    for (const verb of ['edit', 'rm']) {
      const shipped = await run(verb, 'running', { EDITOR: 'true' })
      expect(shipped).toMatchObject({
        code: 2,
        err: expect.stringContaining('muster query running --save NAME'),
      })
      for (const other of ['nothing', '../config', ''])
        expect(await run(verb, other, { EDITOR: 'true' })).toMatchObject({
          code: 2,
          err: expect.stringContaining(`no saved query '${other}' of your own`),
        })
    }
    expect(existsSync(new URL('../../queries/running.jmespath', import.meta.url))).toBe(true)
  })
})

describe('a filter in the header of a saved query', () => {
  test.each([
    ['/[/', 'The regex is not valid'],
    ['VpcId:/(/', 'The regex is not valid'],
    ['size>much', "Size is compared with a number, not 'much'"],
  ])('that cannot be read is reported under its place: %s', async (filter, why) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      fileOf(name),
      `# One that fails\n# kind: volumes\n# filter: us-east-1\n# filter: ${filter}\n`,
    )
    const { code, err } = await on.muster('query', name, '--offline')
    expect(err).toContain(`${fileOf(name)}:4:11: `)
    expect([code, err]).toEqual([2, expect.stringContaining(why)])
    const checked = await on.muster('queries', 'check', name, '--output', 'json')
    const problems = JSON.parse(checked.out) as { Line: number; Problem: string }[]
    expect(JSON.stringify(problems)).toContain(why)
  })
})
