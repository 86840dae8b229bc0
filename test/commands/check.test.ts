import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/kinds.ts'
import { machine, syncedMachine } from './in-process.ts'
import type { Machine } from './program.ts'

/** A query's text, and its problems: line, column and sentence. */
const wrong: readonly (readonly [
  name: string,
  text: string,
  problems: readonly (readonly [line: number, column: number, says: RegExp])[],
])[] = [
  [
    'header',
    '# T\n#  colour: red\n# kind: buckets\n@.Reservations\n',
    [
      [2, 4, /'colour' is not a header/],
      [3, 9, /there is no kind 'buckets'/],
    ],
  ],
  ['empty', '# T\n', [[2, 1, /the expression is missing/]]],
  ['syntax', '# T\nReservations[].{\n  A: Foo..Bar }\n', [[3, 10, /Found \. where a field name/]]],
  [
    'functions',
    '# T\nReservations[?lenght(@) > `1`].[\n\tjoin(a), max_by(b)]\n',
    [
      [2, 15, /There is no function lenght\(\); did you mean length\(\)\?$/],
      [3, 2, /join\(\) takes 2 arguments and got 1\.$/],
      [3, 11, /max_by\(\) takes 2 arguments and got 1\.$/],
    ],
  ],
  [
    'params',
    '# T\n# param: text A\n# param: B\nReservations[?x==$B].[$C,\n $D]\n',
    [
      [2, 10, /the parameter A is declared and never used as \$A\.$/],
      [4, 23, /\$C is not declared/],
      [5, 2, /\$D is not declared/],
    ],
  ],
  [
    'places',
    '# T\n# columns: A, B, C\n# sort: Z desc\nReservations[].Instances[].[InstanceId, ImageId]\n',
    [
      [2, 12, /3 columns are named, and the rows have 2 places/],
      [3, 9, /'Z' is not a column of the rows/],
    ],
  ],
  [
    'members',
    '# T\n# sort: LaunchTime\n# count-by: Nmae\nReservations[].Instances[].{ Name: ImageId }\n',
    [
      [2, 9, /'LaunchTime' is in no row; they have Name\.$/],
      [3, 13, /'Nmae' is in no row; they have Name\.$/],
    ],
  ],
  [
    'list',
    '# T\n# kind: volumes\nReservations[].Instances[].InstanceId\n',
    [[3, 1, /never looks at Volumes, the list of volumes/]],
  ],
  [
    'type',
    '# T\nReservations[].Instances[].[ImageId,\n  abs(InstanceId)]\n',
    [[3, 3, /abs\(\) takes a number and got a string\.$/]],
  ],
  [
    'misspelt',
    '# T\nReservatons[].Instances[?ImageId==Reservations]\n',
    [[2, 1, /never looks at Reservations/]],
  ],
  ['scalar', '# T\n# sort: Id\nlength(Reservations)\n', [[2, 9, /this result is not one/]]],
]

/** Queries in which a check must find nothing wrong. */
const right = [
  'length(@)',
  'keys(@)',
  '@',
  '*[]',
  '[Reservations[0].OwnerId, length(Reservations)]',
  '# sort: tag:Team\nReservations[].Instances[].{Tags: Tags, Id: InstanceId}',
  '# columns: Id, Name\n# sort: Name\nReservations[].Instances[].{Id: InstanceId, Tags: Tags}',
  '# sort: 2\nReservations[].Instances[].[InstanceId, LaunchTime]',
  '# columns: Id, At\n# sort: At desc\nsort_by(Reservations[].Instances[], &LaunchTime)[].[InstanceId, LaunchTime]',
  '# sort: State.Name\n# count-by: State\nReservations[].Instances[]',
  '# param: A = x\nReservations[].Instances[?ImageId==$A && KeyName!=$A]',
  '# sort: A.B\nReservations[].Instances[].{A: {B: ImageId}}',
]

describe('muster queries check', () => {
  test('finds nothing wrong in what ships, runs it over the cache, and calls nothing', async () => {
    const { endpoint, muster } = await machine({ instances: 120 })
    await muster('sync', '--kind', kinds.map(({ name }) => name).join(','))
    const calls = endpoint.countRequests()
    const { code, out, err } = await muster('queries', 'check', '--output', 'json')
    expect(err).toMatch(/^\d+ queries checked, no problem\n$/)
    expect(code).toBe(0)
    const rows = JSON.parse(out) as { Query: string; Result: string; Rows: number }[]
    expect(rows.every(({ Result }) => Result === 'ok')).toBe(true)
    const there = "length(Reservations[].Instances[?State.Name!='terminated'][])"
    const count = Number((await muster('query', there, '--offline')).out)
    expect(count).toBeGreaterThan(100)
    expect(rows.find(({ Query }) => Query === 'oldest')?.Rows).toBe(count)
    expect(endpoint.countRequests()).toBe(calls)
  })

  test('names every problem with its line and column, exit code 2', async () => {
    const made = await syncedMachine({}, '--kind', 'instances,volumes')
    for (const [name, text] of wrong) save(made, name, text)
    const { code, out } = await made.muster('queries', 'check', '--output', 'json')
    expect(code).toBe(2)
    const rows = JSON.parse(out) as {
      Query: string
      Result: string
      Line: number
      Column: number
      Problem: string
      File: string
    }[]
    for (const [name, , problems] of wrong) {
      const found = rows.filter(({ Query }) => Query === name)
      expect(
        found.map(({ Line, Column }) => [Line, Column]),
        name,
      ).toEqual(problems.map(([line, column]) => [line, column]))
      for (const [index, [, , says]] of problems.entries()) expect(found[index]?.Problem).toMatch(says)
      expect(found[0]?.File).toBe(join(made.home, '.config/muster/queries', `${name}.jmespath`))
    }
    expect(rows.filter(({ Result }) => Result === 'ok').length).toBeGreaterThan(12)
    const few = await made.muster('queries', 'check', 'running', 'syntax')
    expect(few.err).toBe('2 queries checked, 1 problem in 1 of them\n')
    expect(few.out).toMatch(/syntax +problem +- +3 +10 +Found \. where a field name/)
  })

  test('finds nothing wrong in what is only unusual', async () => {
    const made = await syncedMachine()
    for (const [index, text] of right.entries()) save(made, `q${index}`, `# T\n${text}\n`)
    const names = right.map((_, index) => `q${index}`)
    const { code, out, err } = await made.muster('queries', 'check', ...names)
    expect(out).not.toMatch(/problem /)
    expect([code, err]).toEqual([0, `${right.length} queries checked, no problem\n`])
  })

  test('says that the cache is missing, makes none, and still checks', async () => {
    const made = await machine()
    save(made, 'bad', '# T\nReservations[?lenght(@)]\n')
    const { code, out, err } = await made.muster('queries', 'check')
    expect(out).toMatch(/running +not run/)
    expect(out).toMatch(/bad +problem +- +2 +15/)
    expect(err).toMatch(/^The cache \S+ holds no [^:]+: \d+ queries were checked and not run\./)
    for (const { name } of kinds) expect(err).toMatch(new RegExp(` no ${name}[ :]`))
    expect(code).toBe(2)
    expect(existsSync(made.cache)).toBe(false)
    await made.muster('sync')
    const half = await made.muster('queries', 'check', 'running', 'unattached-volumes')
    expect(half.err).toMatch(/holds no volumes: 1 query was checked and not run/)
    expect(half.code).toBe(0)
  })

  test('runs over the demo fleet with --demo', async () => {
    const { muster } = await machine()
    const { code, out } = await muster(
      'queries',
      'check',
      'by-state',
      'unattached-volumes',
      '--demo',
      '--output',
      'csv',
    )
    expect(out).toMatch(/^by-state,ok,4,/m)
    expect(out).toMatch(/^unattached-volumes,ok,\d+,/m)
    expect(code).toBe(0)
  })

  test('of a query that does not exist is a usage error with the nearest name', async () => {
    const { muster } = await machine()
    const { code, err } = await muster('queries', 'check', 'runing')
    expect(err).toMatch(/There is no saved query 'runing'; did you mean 'running'\?/)
    expect(code).toBe(2)
  })
})

test('a malformed file of one’s own is named, and the others are listed and run: exit code 3', async () => {
  const made = await machine()
  save(made, 'bad', '# colour: red\n@\n')
  save(made, 'mine', '# Mine\nlength(Reservations)\n')
  const { code, out, err } = await made.muster('queries')
  expect(out).toMatch(/^running /m)
  expect(out).toMatch(/^mine +Mine/m)
  expect(out).not.toMatch(/^bad/m)
  expect(err).toMatch(
    /^not listed: \S+bad\.jmespath:1: 'colour' is not a header; .*\n {2}-> `muster queries check`/,
  )
  expect(code).toBe(3)
  expect((await made.muster('query', 'mine')).code).toBe(0)
  expect((await made.muster('queries', 'show', 'bad')).out).toBe('# colour: red\n@\n')
  const nearest = await made.muster('query', 'runing')
  expect(nearest.err).toMatch(/did you mean 'running'/)
  const run = await made.muster('query', 'bad')
  expect(run.err).toMatch(/bad\.jmespath:1: 'colour' is not a header/)
  expect(run.code).toBe(2)
})

function save({ home }: Machine, name: string, text: string): void {
  const folder = join(home, '.config/muster/queries')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.jmespath`), text)
}
