import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import { askDuckDb } from '../helpers/duckdb.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { openMachine } from './in-process.ts'
import { accountId, type Machine } from './program.ts'

const options = { instances: 300 }
const payments = accountId(makeFleet({ accounts: 3, regions: 2, ...options }), 'acme-prod-payments')
let on: Machine
let close: () => Promise<void>
let folder: string

beforeAll(async () => {
  const faults = [{ account: payments, operation: 'DescribeInstances', fault: 'denied' } as const]
  const { close: end, ...opened } = await openMachine({ ...options, faults })
  on = opened
  close = end
  expect((await on.muster('sync')).code).toBe(3)
})
afterAll(() => close())
beforeEach(() => {
  folder = temporaryFolder()
})

const exportTo = (file: string, ...more: string[]) =>
  on.muster('export', '--offline', '--to', join(folder, file), ...more)
const ask = async (...words: string[]) =>
  JSON.parse((await on.muster('query', ...words, '--offline', '--output', 'json')).out)

describe('an export as Parquet', () => {
  test('holds the rows of the query, the resource as JSON if it is asked for, and what is missing', async () => {
    const { code, err } = await exportTo('all.parquet', '--columns', 'InstanceId,LaunchTime,tag:Owner,@')
    expect(code).toBe(3)
    expect(err).toContain('UnauthorizedOperation')
    const file = join(folder, 'all.parquet')
    const found = await askDuckDb(
      `SELECT InstanceId, "@"->>'InstanceId', typeof(LaunchTime), typeof("@") FROM '${file}' ORDER BY 1`,
    )
    const ids: string[] = await ask('Reservations[].Instances[].InstanceId')
    expect(found).toEqual(ids.sort().map((id) => [id, id, 'TIMESTAMP WITH TIME ZONE', 'JSON']))
    const [[coverage]] = (await askDuckDb(
      `SELECT decode(value) FROM parquet_kv_metadata('${file}') WHERE decode(key) = 'muster.coverage'`,
    )) as [[string]]
    const { complete, scopes } = JSON.parse(coverage)
    expect(complete).toBe(false)
    expect(scopes.filter(({ fault }: { fault: string }) => fault === 'UnauthorizedOperation')).toHaveLength(2)
    expect(existsSync(`${file}.coverage.json`)).toBe(true)
  })
})

describe('a format that is no text', () => {
  test('is not printed: the error says how to write a file', async () => {
    for (const words of [['query'], ['export', '--to', '-']]) {
      const { code, err } = await on.muster(...words, '--offline', '--output', 'parquet')
      expect(code).toBe(2)
      expect(err).toContain(
        '--output parquet is no text to be printed: write a file with muster export --to FILE.parquet.',
      )
    }
  })

  test('leaves no temporary file behind, also when the answer fails in the middle', async () => {
    const { code } = await exportTo('bad.parquet', 'Reservations[].Instances[].{a: abs(InstanceId)}')
    expect(code).not.toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })

  test('is packed as the ending says, with --output too', async () => {
    expect((await exportTo('rows.csv.gz', '--output', 'csv')).code).toBe(3)
    const found = await askDuckDb(`SELECT count(*) FROM read_csv('${join(folder, 'rows.csv.gz')}')`)
    expect(found).toEqual([[BigInt((await ask('Reservations[].Instances[]')).length)]])
  })
})

describe('an export by a template', () => {
  test('is a file of lines for the rows of a query, whatever its ending', async () => {
    const { code, err } = await exportTo('ec2.conf', 'running', '--template', 'ssh-config')
    expect(code).toBe(3)
    const running: { InstanceId: string; PrivateIpAddress: string }[] = await ask('running')
    const lines = readFileSync(join(folder, 'ec2.conf'), 'utf8').trimEnd().split('\n')
    expect(lines.filter((line) => line.startsWith('    HostName ')).map((line) => line.slice(13))).toEqual(
      running.map(({ PrivateIpAddress }) => PrivateIpAddress),
    )
    expect(err).toContain('wrote ')
    expect(existsSync(join(folder, 'ec2.conf.coverage.json'))).toBe(true)
  })

  test('may be a text or a file of one’s own, and says what it left out', async () => {
    writeFileSync(join(folder, 'mine.txt'), '{{tag:Owner}}\n')
    const words = ['export', '--offline', '--to', '-', '--template']
    const { out, err } = await on.muster(...words, join(folder, 'mine.txt'))
    const all: number = await ask('length(Reservations[].Instances[])')
    const owned = out.trimEnd().split('\n').length
    expect(err).toContain(`left out: ${all - owned} rows with nothing for {{tag:Owner}}`)
    expect((await on.muster(...words, "{{tag:Owner ?? 'nobody'}}")).out.trimEnd().split('\n')).toHaveLength(
      all,
    )
  })

  test.each([
    [['nothing-like-it'], 'ansible-inventory, hosts-file, prometheus-file-sd, ssh-config'],
    [
      ['{{Name}}', '--output', 'csv'],
      '--template says what is written, and so does --output: leave one out.',
    ],
    [
      ['{{Name}}', '--columns', 'Name'],
      '--template says what is written, and so does --columns: leave one out.',
    ],
    [['{{Nam}}'], "--template: instances have no 'Nam'; did you mean 'Name'?"],
    [['{{Name'], 'The template has {{ without }}'],
  ])('with %j is a usage error that says what to do', async (given, message) => {
    const { code, err } = await on.muster('export', '--offline', '--to', '-', '--template', ...given)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})
