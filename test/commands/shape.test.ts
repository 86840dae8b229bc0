import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
