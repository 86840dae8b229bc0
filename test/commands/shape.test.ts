import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnNamesOf, findKind, originFields } from '../../src/kinds.ts'
import { openMachine } from './in-process.ts'
import type { Machine } from './program.ts'

type Row = Readonly<Record<string, unknown>>

let on: Machine
let close: () => Promise<void>

beforeAll(async () => {
  const opened = await openMachine({ instances: 200 })
  on = opened
  close = opened.close
  expect((await on.muster('sync', '--kind', 'instances,volumes')).code).toBe(0)
})
afterAll(() => close())

/** The rows of a query over the cache, which must be complete. */
async function rowsOf(...words: string[]): Promise<readonly Row[]> {
  const { code, out, err } = await on.muster('query', ...words, '--offline', '--output', 'json')
  expect(code, err).toBe(0)
  return JSON.parse(out)
}

async function linesOf(format: string, ...words: string[]): Promise<readonly string[]> {
  const { code, out, err } = await on.muster('query', ...words, '--offline', '--output', format)
  expect(code, err).toBe(0)
  return out.split(/\r?\n/).slice(0, -1)
}

describe('--limit', () => {
  test.each([
    ['a table', []],
    ['a table with a tag', ['--columns', 'InstanceId,tag:Name']],
    ['an expression', ['Reservations[].Instances[]']],
    ['a saved query', ['running']],
    ['groups', ['by-type']],
  ])('shows the first rows of %s, and no more, after --sort and --filter', async (_, words) => {
    const all = await rowsOf(...words)
    expect(all.length).toBeGreaterThan(4)
    expect(await rowsOf(...words, '--limit', '4')).toEqual(all.slice(0, 4))
    expect(await rowsOf(...words, '--limit', '0')).toEqual([])
    expect(await rowsOf(...words, '--limit', '100000')).toEqual(all)
  })

  test('follows the order', async () => {
    const sorted = await rowsOf('--sort', 'LaunchTime desc', '--filter', 'running')
    expect(await rowsOf('--sort', 'LaunchTime desc', '--filter', 'running', '--limit', '3')).toEqual(
      sorted.slice(0, 3),
    )
  })

  test('refuses one value, which has no rows', async () => {
    const { code, err } = await on.muster('query', 'length(Reservations)', '--limit', '1', '--offline')
    expect(code).toBe(2)
    expect(err).toContain('--limit')
  })
})

describe('--no-headers', () => {
  test.each(['table', 'csv'])('leaves out the first line of %s, and nothing else', async (format) => {
    const words = ['--columns', 'InstanceId,State', '--limit', '5']
    const [header, ...rows] = await linesOf(format, ...words)
    expect(header).toMatch(/^InstanceId/)
    expect(await linesOf(format, ...words, '--no-headers')).toEqual(rows)
  })

  test('leaves a table as narrow as its values', async () => {
    const words = ['--columns', 'PrivateIpAddress,State', '--filter', 'running', '--limit', '1']
    const [line] = await linesOf('table', ...words, '--no-headers')
    expect(line).toMatch(/^[\d.]+ {2}[a-z]+$/)
  })

  test('leaves the byte order mark where it is, also in a file', async () => {
    const file = join(on.home, 'a.csv')
    const words = ['--columns', 'InstanceId', '--no-headers', '--bom', '--offline', '--to', file]
    expect((await on.muster('export', ...words)).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toMatch(/^\ufeffi-/)
  })

  test('changes nothing of text, which has no names, and is refused by formats that name every value', async () => {
    expect(await linesOf('text', 'running', '--no-headers')).toEqual(await linesOf('text', 'running'))
    for (const format of ['json', 'ndjson', 'yaml', 'aws-table']) {
      const { code, err } = await on.muster('query', '--no-headers', '--output', format)
      expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(`this is ${format}`) })
    }
  })
})

describe('--count-by', () => {
  test('counts the rows of a table by the values of several columns, the most first', async () => {
    const rows = await rowsOf('--columns', 'State,InstanceType,AccountName')
    const groups = await rowsOf('--count-by', 'State,account')
    const counts = countRows(rows, ({ State, AccountName }) => `${State} ${AccountName}`)
    expect(groups.map(({ State, AccountName, Count }) => [`${State} ${AccountName}`, Count]).sort()).toEqual(
      [...counts].sort(),
    )
    expect(groups.length).toBeGreaterThan(5)
    expect(Object.keys(groups[0] ?? {})).toEqual(['State', 'AccountName', 'Count'])
    const order = groups.map(({ Count }) => Number(Count))
    expect(order).toEqual(order.toSorted((a, b) => b - a))
  })

  test.each([
    ['a table', [], 'State'],
    ['a tag, which the documents hold', [], 'tag:Name'],
    ['an expression', ['Reservations[].Instances[].{State: State.Name}'], 'State'],
    ['rows that are lists', ['Reservations[].Instances[].[State.Name]'], '1'],
    ['a saved query and what it calls its columns', ['running'], 'InstanceType'],
  ])('counts the rows of %s', async (_, words, column) => {
    const groups = await rowsOf(...words, '--count-by', column)
    const all = await rowsOf(...words)
    expect(groups.length).toBeGreaterThan(1)
    expect(groups.reduce((sum, { Count }) => sum + Number(Count), 0)).toBe(all.length)
    expect(Object.keys(groups[0] ?? {})).toEqual([column, 'Count'])
  })

  test('counts what --filter leaves, and takes the place of what a saved query counts by', async () => {
    const prod = await rowsOf('--filter', 'Environment=prod')
    const groups = await rowsOf('--filter', 'Environment=prod', '--count-by', 'State')
    expect(groups.reduce((sum, { Count }) => sum + Number(Count), 0)).toBe(prod.length)
    const own = await rowsOf('by-state')
    expect(Object.keys(own[0] ?? {})).toEqual(['State', 'Count'])
  })

  test('--sum adds up the numbers of a column, and the largest sum comes first', async () => {
    const volumes = await rowsOf('--kind', 'volumes', '--columns', 'VolumeType,Size')
    const sums = new Map<unknown, number>()
    for (const { VolumeType, Size } of volumes)
      sums.set(VolumeType, (sums.get(VolumeType) ?? 0) + Number(Size))
    const largest = [...sums].sort(([, a], [, b]) => b - a)
    const groups = await rowsOf('--kind', 'volumes', '--count-by', 'VolumeType', '--sum', 'Size')
    expect(groups.map(({ VolumeType, Sum }) => [VolumeType, Sum])).toEqual(largest)
    const wide = ['--kind', 'volumes', '--count-by', 'VolumeType', '--sum', 'Size || `0`']
    expect(await rowsOf(...wide)).toEqual(groups)
    const ofList = ['Volumes[].[VolumeType, Size]', '--kind', 'volumes', '--count-by', '1', '--sum', '2']
    expect((await rowsOf(...ofList)).map((row) => row.Sum)).toEqual(largest.map(([, sum]) => sum))
  })

  test('--sum adds up text that is a number, as a tag is, and refuses any other', async () => {
    const rows = (value: string) => `\`[{"a": 1, "n": "2.5"}, {"a": 1, "n": 3}, {"a": 1, "n": ${value}}]\``
    const ask = (value: string) =>
      on.muster('query', rows(value), '--count-by', 'a', '--sum', 'n', '--offline', '--output', 'json')
    expect(JSON.parse((await ask('null')).out)).toEqual([{ a: 1, Count: 3, Sum: 5.5 }])
    expect(await ask('"three"')).toMatchObject({ code: 2, err: expect.stringContaining('a row has "three"') })
    const text = await on.muster('query', '--count-by', 'State', '--sum', 'Name', '--offline')
    expect(text).toMatchObject({
      code: 2,
      err: expect.stringContaining("--sum: numbers are added up, and 'Name'"),
    })
  })

  test('--top takes the largest groups, whatever their order is then', async () => {
    const all = await rowsOf('--count-by', 'InstanceType')
    expect(all.length).toBeGreaterThan(5)
    expect(await rowsOf('--count-by', 'InstanceType', '--top', '3')).toEqual(all.slice(0, 3))
    const sorted = await rowsOf(
      '--count-by',
      'InstanceType',
      '--top',
      '3',
      '--sort',
      'InstanceType',
      '--limit',
      '2',
    )
    const names = await rowsOf('--count-by', 'InstanceType', '--sort', 'InstanceType')
    const largest = all.slice(0, 3).map(({ InstanceType }) => InstanceType)
    expect(sorted).toEqual(names.filter(({ InstanceType }) => largest.includes(InstanceType)).slice(0, 2))
  })

  test('loses no value to the columns that groups have of their own', async () => {
    const rows = '`[{"Count": "a", "Sum": "b", "N": 1}]`'
    for (const [words, name] of [
      [['--count-by', 'Count'], 'Count'],
      [['--count-by', 'N,Sum', '--sum', 'N'], 'Sum'],
    ] as const) {
      const { code, err } = await on.muster('query', rows, ...words, '--offline')
      expect({ code, err }).toMatchObject({
        code: 2,
        err: expect.stringContaining(`--count-by: groups have a '${name}' of their own`),
      })
    }
    expect(await rowsOf(rows, '--count-by', 'Sum,Sum')).toEqual([{ Sum: 'b', Count: 1 }])
    const tags = await on.muster('query', '--count-by', 'State', '--columns', 'tag:*', '--offline')
    expect(tags).toMatchObject({ code: 2, err: expect.stringContaining('--columns: groups have no tags') })
  })

  test.each(['--sum', '--top'])('is what %s needs', async (flag) => {
    const { code, err } = await on.muster('query', flag, flag === '--sum' ? 'Vcpus' : '3', '--offline')
    expect(code).toBe(2)
    expect(err).toContain(`${flag} is about groups of rows: add --count-by COLUMN`)
  })
})

describe('--sort', () => {
  test.each([
    ['narrow columns', []],
    ['documents', ['--columns', 'InstanceId,AccountName,Region,State,LaunchTime,tag:Name']],
    [
      'an expression',
      [
        'Reservations[].Instances[].{InstanceId: InstanceId, AccountName: AccountName, Region: Region, State: State.Name, LaunchTime: LaunchTime}',
      ],
    ],
  ])('takes several columns, each with its direction, over %s', async (_, words) => {
    const columns = words.length > 0 ? words : ['--columns', 'InstanceId,AccountName,Region,State,LaunchTime']
    const order = 'account desc,Region,State desc,LaunchTime'
    const rows = await rowsOf(...columns, '--sort', order)
    const expected = rows.toSorted(
      (a, b) =>
        -compareTexts(a.AccountName, b.AccountName) ||
        compareTexts(a.Region, b.Region) ||
        -compareTexts(a.State, b.State) ||
        compareTexts(a.LaunchTime, b.LaunchTime),
    )
    expect(rows).toEqual(expected)
    expect(new Set(rows.map(({ AccountName }) => AccountName)).size).toBe(3)
    expect(rows).not.toEqual(await rowsOf(...columns))
  })

  test('knows the origin by its short name, unless the rows have a member of that name', async () => {
    const full = await rowsOf('--sort', 'AccountName desc')
    for (const name of ['account', 'Account', 'accountname'])
      expect(await rowsOf('--sort', `${name} desc`)).toEqual(full)
    const own = await rowsOf(
      'Reservations[].Instances[].{Account: InstanceId, AccountName: AccountName}',
      '--sort',
      'Account',
    )
    const ids = own.map(({ Account }) => String(Account))
    expect(ids).toEqual(ids.toSorted())
    const named = await on.muster('query', '--columns', 'account,region', '--limit', '1', '--offline')
    expect(named.out).toMatch(/^AccountName +Region/)
  })

  test('with several columns names the one that no row can have', async () => {
    const { code, err } = await on.muster('query', '--sort', 'Region,instanceType desc', '--offline')
    expect(code).toBe(2)
    expect(err).toContain("--sort: instances have no 'instanceType'; did you mean 'InstanceType'?")
  })
})

describe('--columns', () => {
  const namesOf = (rows: readonly Row[]) => Object.keys(rows[0] ?? {})
  const table = findKind('instances').table

  test('with a plus adds to those that are shown unasked', async () => {
    expect(namesOf(await rowsOf('--columns', '+VpcId,tag:Team'))).toEqual([...table, 'VpcId', 'tag:Team'])
    expect(namesOf(await rowsOf('--columns', '+VpcId,Name', '--columns', '+"tag:a,b",+VpcId'))).toEqual([
      ...table,
      'VpcId',
      'tag:a,b',
    ])
    expect(namesOf(await rowsOf('--columns', 'Name', '--columns', '+VpcId'))).toEqual(['Name', 'VpcId'])
    const saved = await rowsOf('by-type', '--columns', '+[Count]')
    expect(namesOf(saved)).toEqual(['InstanceType', 'Count', '[Count]'])
  })

  test('with a plus adds to the columns that the rows of an expression have', async () => {
    const expression = 'Reservations[].Instances[].{Id: InstanceId, Tags: Tags}'
    const rows = await rowsOf(expression, '--columns', '+tag:Name,length(Id)', '--limit', '2')
    expect(namesOf(rows)).toEqual(['Id', 'Tags', 'tag:Name', 'length(Id)'])
    expect(rows.map((row) => row['length(Id)'])).toEqual([19, 19])
    const lists = await rowsOf(
      'Reservations[].Instances[].[InstanceId, LaunchTime]',
      '--columns',
      '+1',
      '--limit',
      '1',
    )
    expect(namesOf(lists)).toEqual(['1', '2'])
    const own = namesOf(await rowsOf('running'))
    expect(namesOf(await rowsOf('running', '--columns', '+InstanceId,Name,length(InstanceId)'))).toEqual([
      ...own,
      'length(InstanceId)',
    ])
  })

  test('* shows all that a kind has, those that are joined from another kind among them', async () => {
    const kind = findKind('instances')
    const rows = await rowsOf('--columns', '*')
    expect(rows).toHaveLength(200)
    const names = namesOf(rows)
    expect(names.slice(0, table.length)).toEqual([...table])
    expect([...names].sort()).toEqual([...columnNamesOf(kind), ...originFields].sort())
    const columns = ['InstanceId', 'VpcId', 'Vcpus', 'Region']
    const some = await rowsOf('--columns', columns.join(','))
    expect(rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])))).toEqual(some)
  })

  test.each([
    ['all rows', []],
    ['rows that a filter leaves', ['--filter', 'us-east-1']],
    ['the first rows', ['--limit', '30']],
    ['sorted rows', ['--sort', 'Name desc']],
    ['rows of --live', ['--live']],
  ])('tag:* shows a column for each tag key of %s, in one order', async (_, words) => {
    const ask = async (...more: string[]): Promise<readonly Row[]> => {
      const offline = words.includes('--live') ? [] : ['--offline']
      const { code, out } = await on.muster('query', ...words, ...more, ...offline, '--output', 'json')
      expect(code).toBe(0)
      return JSON.parse(out)
    }
    const tagged = await ask('--columns', 'InstanceId,Tags')
    const tagsOf = (row: Row) => (row.Tags ?? []) as { Key: string; Value: string }[]
    const keys = [...new Set(tagged.flatMap((row) => tagsOf(row).map(({ Key }) => Key)))].sort()
    expect(keys.length).toBeGreaterThan(4)
    expect(await ask('--columns', 'tag:*,InstanceId,tag:Name')).toEqual(
      tagged.map((row) => {
        const tags = new Map(tagsOf(row).map(({ Key, Value }) => [Key, Value]))
        const cells = keys.filter((key) => key !== 'Name').map((key) => [`tag:${key}`, tags.get(key) ?? null])
        return {
          ...Object.fromEntries(cells),
          InstanceId: row.InstanceId,
          'tag:Name': tags.get('Name') ?? null,
        }
      }),
    )
  })

  test('tag:* finds no key that only rows have which are not shown', async () => {
    const tagged = await rowsOf('--columns', 'InstanceId,Tags', '--limit', '1')
    const tags = tagged[0]?.Tags as { Key: string }[]
    const [row] = await rowsOf('--columns', 'tag:*', '--limit', '1')
    expect(Object.keys(row ?? {})).toEqual(tags.map(({ Key }) => `tag:${Key}`).sort())
    expect(await rowsOf('--columns', 'InstanceId,tag:*', '--filter', 'nowhere')).toEqual([])
    const { out } = await on.muster(
      'query',
      '--columns',
      'tag:*',
      '--filter',
      'nowhere',
      '--offline',
      '--output',
      'csv',
    )
    expect(out).toBe('')
  })

  test('tag:* goes with an expression whose rows have tags', async () => {
    const rows = await rowsOf('Volumes[]', '--kind', 'volumes', '--columns', 'VolumeId,tag:*')
    expect(rows).toEqual(await rowsOf('--kind', 'volumes', '--columns', 'VolumeId,tag:*'))
    expect(namesOf(rows).length).toBeGreaterThan(2)
  })

  test('a name behind a plus that no row can have is a usage error', async () => {
    const { code, err } = await on.muster('query', '--columns', '+vpcId', '--offline')
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("did you mean 'VpcId'?") })
  })
})

function countRows(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1)
  return counts
}

function compareTexts(a: unknown, b: unknown): number {
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
