import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { coveragePath } from '../../src/commands/lake/lake-paths.ts'
import { exitCodes } from '../../src/errors.ts'
import { openMachine, runInProcess } from './in-process.ts'

const day = new Date().toISOString().slice(0, 10)
const words = ['--partition', 'date,account,region', '--kind', 'instances,volumes']
let on: Awaited<ReturnType<typeof openMachine>>
beforeAll(async () => {
  on = await openMachine({ accounts: 3, regions: 1, instances: 12 })
  expect((await on.muster('export', '--to', 'whole', ...words, '--profile', '*')).code).toBe(exitCodes.done)
})
afterAll(() => on.close())

interface Line {
  readonly kind: string
  readonly profile: string
  readonly account: string | null
  readonly state: string
  readonly is_complete: boolean
  readonly row_count: number
  readonly fault: string | null
  readonly next_step: string | null
  readonly file: string | null
  readonly sha256: string | null
}

const filesOf = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        statSync(join(folder, name)).isFile(),
      )
    : []
const sumOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

function readLines(file: string): readonly Line[] {
  const text = gunzipSync(readFileSync(file)).toString()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

/** The tree as an earlier run of the day left it, when AWS held something else. */
function putEarlier(folder: string, syncedAt: string | null): void {
  cpSync(join(on.home, 'whole'), folder, { recursive: true })
  for (const name of filesOf(folder).filter((each) => each.endsWith('.parquet')))
    writeFileSync(join(folder, name), `what ${name} held`)
  for (const name of filesOf(folder).filter((each) => each.endsWith('.gz'))) {
    const lines = readLines(join(folder, name)).map((line) => ({
      ...line,
      ...(syncedAt === null ? {} : { synced_at: syncedAt }),
      sha256: line.file === null ? null : sumOf(join(folder, line.file)),
    }))
    writeFileSync(join(folder, name), gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))
  }
}

/** Exports, and ends when the file of that number is about to be written. */
function exportUntil(write: number, to: string) {
  const ending = new AbortController()
  const counted: number[] = []
  const atExit = () => {
    counted.push(1)
    if (counted.length === write) ending.abort()
    return () => {}
  }
  const place = { env: on.env, home: on.home, signal: ending.signal, atExit }
  return runInProcess(place, 'export', '--to', to, ...words, '--profile', '*', '--offline').catch(() => null)
}

describe('An export into a tree that ends at any of its writes', () => {
  test.each([
    ['of an earlier run', '2026-01-01T00:00:00.000Z'],
    ['of the same reading', null],
    ['that is new', undefined],
  ])('leaves no line in a tree %s that calls a file complete which is another', async (_, syncedAt) => {
    const folder = join(on.home, 'cut')
    for (let write = 1; ; write++) {
      rmSync(folder, { recursive: true, force: true })
      if (syncedAt !== undefined) putEarlier(folder, syncedAt)
      const ended = await exportUntil(write, 'cut')
      const files = filesOf(folder)
      const lines = files
        .filter((name) => name.endsWith('.gz'))
        .flatMap((name) => readLines(join(folder, name)))
      for (const { file, sha256 } of lines.filter((line) => line.is_complete && line.file !== null)) {
        expect(files).toContain(file)
        expect(sumOf(join(folder, file ?? '')), `${file} at write ${write}`).toBe(sha256)
      }
      for (const { state, fault, next_step } of lines.filter((line) => !line.is_complete && line.row_count))
        expect([state, fault !== null, next_step]).toEqual(['unwritten', true, 'Run the same export again.'])
      const parts = files.filter((name) => name.endsWith('.parquet'))
      const places = lines.map(({ kind, account }) => `kind=${kind}/date=${day}/account=${account}`)
      for (const part of parts) expect(places).toContain(part.split('/').slice(0, 3).join('/'))
      if (ended?.code === exitCodes.done) {
        expect(write).toBeGreaterThan(parts.length + 3)
        expect(lines.every((line) => line.is_complete)).toBe(true)
        return
      }
    }
  })

  test('says no longer that a profile could not be read whose account was not known earlier that day', async () => {
    const first = filesOf(join(on.home, 'whole')).find((name) => name.endsWith('.gz')) ?? ''
    const [{ profile } = { profile: '' }] = readLines(join(on.home, 'whole', first))
    const path = join(on.home, 'whole', coveragePath({ profile, account: null, region: null, kind: '' }, day))
    expect(profile).not.toBe('')
    const lineOf = (kind: string) => `${JSON.stringify({ kind, account: null, region: null, profile })}\n`
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, gzipSync(`${lineOf('instances')}${lineOf('vpcs')}`))
    await on.muster('export', '--to', 'whole', ...words, '--profile', '*', '--offline')
    expect(readLines(path).map(({ kind }) => kind)).toEqual(['vpcs'])
  })
})
