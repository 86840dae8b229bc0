import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lakeColumnsOf } from '../../src/commands/lake/lake-columns.ts'
import { coveragePath, escapeHive, partitionPath } from '../../src/commands/lake/lake-paths.ts'
import { exitCodes } from '../../src/errors.ts'
import { listKinds } from '../../src/kinds.ts'
import { readPage } from '../help/pages.ts'
import { askDuckDb } from '../helpers/duckdb.ts'
import { openMachine } from './in-process.ts'

type Machine = Awaited<ReturnType<typeof openMachine>>
const day = new Date().toISOString().slice(0, 10)
const rules = [{ account: '', operation: 'DescribeInstances', fault: 'denied' as const }]
let on: Machine
let sql: string
beforeAll(async () => {
  on = await openMachine({ accounts: 40, regions: 1, instances: 400, faults: rules })
  const denied = on.endpoint.fleet.accounts[7]
  Object.assign(rules[0] ?? {}, { account: denied?.id })
  const [, shell = ''] = /```sh\n([\s\S]*?)```/.exec(readPage('lake')) ?? []
  const [exporting = '', making = ''] = shell.trim().split('\n')
  expect((await runLine(exporting)).code).toBe(exitCodes.incomplete)
  const made = await runLine(making.replace(' > lake.sql', ''))
  expect(made.code).toBe(exitCodes.done)
  sql = made.out.replaceAll("'lake/", `'${on.home}/lake/`)
})
afterAll(() => on.close())

/** Runs a line of a page. */
function runLine(line: string) {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  expect(words[0]).toBe('muster')
  return on.muster(...words.slice(1))
}

/** Every file of the tree, with its time of change. */
function filesOf(folder: string): ReadonlyMap<string, number> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.map((name) => [name, statSync(join(folder, name))] as const)
  return new Map(files.flatMap(([name, found]) => (found.isFile() ? [[name, found.mtimeMs]] : [])))
}

function ask(question: string): Promise<readonly (readonly unknown[])[]> {
  return askDuckDb(`${sql}\n${question}`)
}

/** What muster answers, as rows of the columns. */
async function answer(...words: string[]): Promise<readonly (readonly unknown[])[]> {
  const { out } = await on.muster('query', ...words, '--offline', '--output', 'json')
  return (JSON.parse(out) as Record<string, unknown>[]).map((row) => Object.values(row))
}

const plain = (rows: readonly (readonly unknown[])[]) =>
  rows.map((row) =>
    row
      .map((cell) =>
        typeof cell === 'bigint'
          ? Number(cell)
          : cell instanceof Date
            ? cell.toISOString().slice(0, 19)
            : cell,
      )
      .map((cell) => (typeof cell === 'string' && /^\d{4}-\d\d-\d\dT/.test(cell) ? cell.slice(0, 19) : cell)),
  )
const sorted = (rows: readonly (readonly unknown[])[]) =>
  plain(rows)
    .map((row) => JSON.stringify(row))
    .sort()

const questions: readonly (readonly [about: string, _: never[], question: string, words: string[]])[] = [
  ['instances', [], 'SELECT Name, InstanceId, State FROM instances', ['--columns', 'Name,InstanceId,State']],
  [
    'a filter by state',
    [],
    "SELECT InstanceId, AccountId FROM instances WHERE State = 'running'",
    ['--filter', 'state=running', '--columns', 'InstanceId,AccountId'],
  ],
  [
    'counts by account',
    [],
    'SELECT AccountName, count(*) FROM instances GROUP BY 1',
    ['--count-by', 'AccountName'],
  ],
  [
    'counts by account and state',
    [],
    'SELECT AccountName, State, count(*) FROM instances GROUP BY 1, 2',
    ['--count-by', 'AccountName,State'],
  ],
  [
    'sums of sizes',
    [],
    'SELECT VolumeType, count(*), sum(Size) FROM volumes GROUP BY 1',
    ['--kind', 'volumes', '--count-by', 'VolumeType', '--sum', 'Size'],
  ],
  [
    'times',
    [],
    "SELECT InstanceId, LaunchTime FROM instances WHERE LaunchTime < TIMESTAMPTZ '2026-06-01 00:00:00Z'",
    ['--filter', 'LaunchTime<2026-06-01', '--columns', 'InstanceId,LaunchTime'],
  ],
  [
    'a member that is no column',
    [],
    "SELECT InstanceId, document->>'$.Placement.Tenancy' FROM instances",
    ['--columns', 'InstanceId,Placement.Tenancy'],
  ],
  [
    'tags',
    [],
    `SELECT InstanceId, list_filter(from_json(document->'$.Tags', '[{"Key":"VARCHAR","Value":"VARCHAR"}]'), lambda x: x.Key = 'Environment')[1].Value FROM instances`,
    ['--columns', 'InstanceId,tag:Environment'],
  ],
  [
    'addresses that there are',
    [],
    'SELECT InstanceId, PublicIpAddress FROM instances WHERE PublicIpAddress IS NOT NULL',
    ['Reservations[].Instances[?PublicIpAddress].[InstanceId, PublicIpAddress][]'],
  ],
  [
    'the whole resources',
    [],
    "SELECT document->>'$.VolumeId', document->>'$.Attachments' FROM volumes WHERE Region = (SELECT min(Region) FROM volumes)",
    [],
  ],
]

describe('a tree of 40 accounts', () => {
  test.each(questions)('answers %s as muster query does', async (about, _, question, words) => {
    const found = await ask(question)
    expect(found.length).toBeGreaterThan(2)
    if (about !== 'the whole resources') return expect(sorted(found)).toEqual(sorted(await answer(...words)))
    const { out } = await on.muster(
      'query',
      'Volumes[]',
      '--kind',
      'volumes',
      '--no-origin',
      '--offline',
      '--output',
      'json',
    )
    const volumes = new Map(
      (JSON.parse(out) as { VolumeId: string; Attachments: unknown }[]).map((each) => [each.VolumeId, each]),
    )
    for (const [id, attachments] of found)
      expect(JSON.parse(String(attachments))).toEqual(volumes.get(String(id))?.Attachments)
  })

  test('says of the account that could not be read why, and what to do: it is no gap', async () => {
    const denied = on.endpoint.fleet.accounts[7]
    const rows = await ask(
      "SELECT kind, account, state, is_complete, row_count, fault_class, file FROM coverage_today WHERE NOT is_complete AND state <> 'skipped'",
    )
    // One account of the fleet has no right to any kind, which the settings of the demo accept: it is named as well.
    const without = on.endpoint.fleet.accounts.filter((account) => account.denied)
    const wanted = [
      ['instances', denied?.id],
      ...without.flatMap(({ id }) => [
        ['instances', id],
        ['volumes', id],
      ]),
    ]
    expect([...rows].sort()).toEqual(
      wanted.map(([kind, id]) => [kind, id, 'failed', false, 0n, 'denied', null]).sort(),
    )
    const [[count] = []] = await ask('SELECT count(*) FROM coverage')
    expect(count).toBe(BigInt(40 * 2))
  })

  test('names each file with its size and its SHA-256', async () => {
    const { createHash } = await import('node:crypto')
    const rows = await ask('SELECT file, bytes, sha256 FROM coverage WHERE file IS NOT NULL')
    const files = [...filesOf(join(on.home, 'lake')).keys()].filter((name) => name.endsWith('.parquet'))
    expect(rows.map(([file]) => file).sort()).toEqual(files.sort())
    for (const [file, bytes, sha256] of rows.slice(0, 5)) {
      const content = readFileSync(join(on.home, 'lake', String(file)))
      expect(content.length).toBe(Number(bytes))
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
    }
  })

  test('answers the questions of the page', async () => {
    const [, block = ''] = /```sql\n([\s\S]*?)```/.exec(readPage('lake')) ?? []
    const questions = block.split('\n').filter((line) => line.startsWith('SELECT'))
    expect(questions).toHaveLength(5)
    for (const question of questions) expect((await ask(question)).length, question).toBeGreaterThan(0)
  })

  test('is left alone where nothing changed, and one file that was damaged is written again', async () => {
    const folder = join(on.home, 'lake')
    const before = filesOf(folder)
    const again = [
      'export',
      '--to',
      'lake/',
      '--partition',
      'date,account,region',
      '--kind',
      'instances,volumes',
      '--offline',
    ]
    const { err } = await on.muster(...again)
    expect(err).toMatch(/^wrote 0 files of \d+ \(0 bytes\) and 0 of coverage/m)
    expect(filesOf(folder)).toEqual(before)
    const [file = ''] = [...before.keys()].filter((name) => name.endsWith('.parquet'))
    const content = readFileSync(join(folder, file))
    writeFileSync(join(folder, file), content.subarray(0, 100))
    expect((await on.muster(...again)).err).toMatch(/^wrote 1 files of/m)
    expect(readFileSync(join(folder, file)).equals(content)).toBe(true)
    expect([...filesOf(folder).keys()].filter((name) => name.includes('.tmp'))).toEqual([])
  })

  test('keeps the coverage of other kinds and regions of the day', async () => {
    const [account] = on.endpoint.fleet.accounts
    const [region] = on.endpoint.fleet.regions
    const read = () => {
      const path = coveragePath({ profile: '', account: account?.id ?? '', region: null, kind: '' }, day)
      const text = gunzipSync(readFileSync(join(on.home, 'lake', path))).toString()
      return text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; region: string })
    }
    const before = read().map(({ kind, region }) => `${kind}/${region}`)
    const partition = ['--to', 'lake/', '--partition', 'date,account,region', '--offline']
    await on.muster('export', ...partition, '--kind', 'vpcs', '--region', region?.name ?? '')
    expect(read().map(({ kind, region }) => `${kind}/${region}`)).toEqual([...before, `vpcs/${region?.name}`])
  })

  test('is written as NDJSON, too, of which DuckDB has the same answers and types', async () => {
    const partition = ['--partition', 'date,account,region', '--kind', 'instances,volumes', '--offline']
    const { code } = await on.muster('export', '--to', 'lines', ...partition, '--output', 'ndjson')
    expect(code).toBe(exitCodes.incomplete)
    const kinds = 'instances,volumes,vpcs'
    const { out } = await on.muster('schema', '--kind', kinds, '--duckdb', '--to', 'lines')
    expect(out).toContain('-- no view of vpcs: ')
    const lines = out.replaceAll("'lines/", `'${on.home}/lines/`)
    const sameAnswers = [
      ...questions.map(([, , question]) => question),
      'SELECT count(*) FROM instances_today',
      "SELECT count(*) FROM coverage_today WHERE kind <> 'vpcs'",
      'SELECT column_name, column_type FROM (DESCRIBE instances)',
    ]
    for (const question of sameAnswers)
      expect(sorted(await askDuckDb(`${lines}\n${question}`)), question).toEqual(sorted(await ask(question)))
  })

  test('that has files of both formats is said to have them, and none is counted twice', async () => {
    const partition = ['--partition', 'date,account,region', '--kind', 'volumes', '--offline', '--to', 'both']
    await on.muster('export', ...partition)
    await on.muster('export', ...partition, '--output', 'ndjson')
    const { out } = await on.muster('schema', '--kind', 'volumes', '--duckdb', '--to', 'both')
    expect(out).toContain('-- volumes is of the parquet files: the tree also has ndjson files of volumes.\n')
    const count = 'SELECT count(*) FROM volumes'
    const both = out.replaceAll("'both/", `'${on.home}/both/`)
    expect(await askDuckDb(`${both}\n${count}`)).toEqual(await ask(count))
  })

  test.each([
    [['--partition', 'date'], '--partition takes date,account,region'],
    [['--partition', 'date,account,region', '--columns', 'Name'], 'leave --columns out'],
    [['--partition', 'date,account,region', 'running'], "leave 'running' out"],
    [['--partition', 'date,account,region', '--output', 'csv'], 'writes parquet (the default) or ndjson'],
  ])('%j is refused before anything is read', async (words, message) => {
    const { code, err } = await on.muster('export', '--to', 'other/', ...words)
    expect(code).toBe(exitCodes.usage)
    expect(err).toContain(message)
    expect(existsSync(join(on.home, 'other'))).toBe(false)
  })
})

describe('paths', () => {
  test('of partitions are as Hive writes them', () => {
    const scope = { profile: 'p', account: '111122223333', region: 'a/b=c%d', kind: 'instances' }
    expect(partitionPath(scope, '2026-11-25', 'parquet')).toBe(
      'kind=instances/date=2026-11-25/account=111122223333/region=a%2Fb%3Dc%25d/part-0.parquet',
    )
    expect(escapeHive('..')).toBe('..')
    expect(escapeHive('')).toBe('__HIVE_DEFAULT_PARTITION__')
    expect(escapeHive('a:b\n"c\u007f')).toBe('a%3Ab%0A%22c%7F')
    expect(coveragePath({ ...scope, account: null, profile: '../x' }, '2026-11-25')).toBe(
      'coverage/date=2026-11-25/account=__HIVE_DEFAULT_PARTITION__/profile-..%2Fx.ndjson.gz',
    )
  })

  test('and columns of one kind are never two of one name, in upper and lower case alike', () => {
    for (const kind of listKinds()) {
      const names = lakeColumnsOf(kind).map(({ name }) => name.toLowerCase())
      expect(new Set(names).size, kind.name).toBe(names.length)
      expect(names, kind.name).not.toContain('date')
    }
  })
})

describe('muster schema', () => {
  test('makes views in DuckDB of the kinds that a tree has files of, and names the others', async () => {
    const { out } = await on.muster('schema', '--kind', 'vpcs,instances', '--duckdb', '--to', 'lake/')
    const views = out.replaceAll("'lake/", `'${on.home}/lake/`)
    expect(await askDuckDb(`${views} SELECT count(*) > 0 FROM instances_today`)).toEqual([[true]])
    expect(await askDuckDb(`${views} SELECT count(*) > 0 FROM coverage_today`)).toEqual([[true]])
    expect(out).toContain(
      '-- no view of vpcs: the tree has no files of them yet. Print this again when it has.\n',
    )
    await expect(askDuckDb(`${views} SELECT * FROM vpcs`)).rejects.toThrow(/vpcs does not exist/)
    const elsewhere = await on.muster('schema', '--kind', 'vpcs', '--duckdb', '--to', 's3://bucket/lake/')
    expect(elsewhere.out).toContain('CREATE OR REPLACE VIEW vpcs ')
  })

  test('lists every column with its type, meaning and expression', async () => {
    const { out } = await on.muster('schema', '--kind', 'volumes', '--output', 'json')
    const rows = JSON.parse(out) as Record<string, string>[]
    expect(rows.find(({ Column }) => Column === 'VolumeId')).toEqual({
      Kind: 'volumes',
      Column: 'VolumeId',
      Holds: 'text',
      Meaning: 'text, as AWS gives it: identifies the resource',
      From: 'VolumeId',
    })
    expect(rows.at(-1)?.Column).toBe('document')
  })

  test.each(['athena', 'trino'])(
    '%s gets a table and a view of every kind, projected by the date',
    async (dialect) => {
      const { out } = await on.muster('schema', '--kind', 'all', `--${dialect}`, '--to', "s3://it's/lake")
      const statements = out.split(/;\n/).filter((text) => text.trim() !== '')
      expect(statements).toHaveLength(2 * (listKinds().length + 1))
      const bucket = dialect === 'athena' ? "it\\'s" : "it''s"
      expect(out).toContain(`'s3://${bucket}/lake/kind=security-groups/'`)
      expect(out).toContain('security_groups_today')
      expect(out).toContain(`'s3://${bucket}/lake/kind=instances/date=\${date}/'`)
      expect(out.match(/2026-01-01/g)?.length).toBe(listKinds().length + 1)
    },
  )

  test.each([
    [['--athena', '--trino'], '--athena and --trino exclude each other'],
    [['--athena', '--output', 'json'], 'prints SQL'],
    [['--to', 'x'], '--to is the place of a tree'],
    [['volumes'], 'Name kinds with --kind'],
  ])('%j is refused', async (words, message) => {
    const { code, err } = await on.muster('schema', ...words)
    expect(code).toBe(exitCodes.usage)
    expect(err).toContain(message)
  })
})
