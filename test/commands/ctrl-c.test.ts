import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeEndless } from '../helpers/endless-search.ts'
import { machine, syncedMachine } from './in-process.ts'
import { type Ended, shellCode } from './program.ts'

/** Far less than any of the work here would take, and far more than the end of a process takes on a busy machine. */
const patience = 20_000
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** 2^40 lists, which share all that they hold: they take no memory, and whoever walks them does not come back. */
const doubled = Array.from({ length: 40 }, () => '[@,@]').join('|')
const endless = `${doubled}|to_string(@)`

describe('in the middle of an expression that would take for ever', () => {
  test.each(signals)('%s ends a query over a document', async (signal) => {
    const on = await machine()
    writeFileSync(join(on.home, 'a.json'), '{"a": 1}')
    const run = on.start('query', endless, '--input', join(on.home, 'a.json'))
    expect(shellCode(await endedBy(run, signal))).toBe(asInShell[signal])
  })

  test('ctrl-c ends a query with the jmespath package', async () => {
    const on = await machine()
    writeFileSync(join(on.home, 'a.json'), '{"a": 1}')
    const words = ['query', endless, '--engine', 'jmespath', '--input', join(on.home, 'a.json')]
    expect(shellCode(await endedBy(on.start(...words), 'SIGINT'))).toBe(130)
  })

  test.each([
    ['of the whole document', endless],
    ['of each row', `map(&(${endless}), Reservations[].Instances[])`],
  ])('ctrl-c ends a query over the cache, %s', async (_, expression) => {
    const on = await syncedMachine()
    const run = on.start('query', expression, '--offline')
    expect(shellCode(await endedBy(run, 'SIGINT'))).toBe(130)
  })

  test.each(signals)('%s ends an export, of which nothing is left', async (signal) => {
    const on = await syncedMachine()
    const folder = join(on.home, 'out')
    const file = join(folder, 'a.json')
    mkdirSync(folder)
    writeFileSync(file, 'old')
    const expression = `map(&(${endless}), Reservations[].Instances[])`
    const run = on.start('export', expression, '--offline', '--force', '--to', file)
    // The temporary file is there: the answer is being worked out.
    await expect.poll(() => readdirSync(folder).length).toBe(2)
    expect(shellCode(await endedBy(run, signal))).toBe(asInShell[signal])
    await expect.poll(() => readdirSync(folder)).toEqual(['a.json'])
    expect(readFileSync(file, 'utf8')).toBe('old')
  })

  test('ctrl-c ends the check of a saved query', async () => {
    const on = await syncedMachine()
    const queries = join(on.home, '.config/muster/queries')
    mkdirSync(queries)
    writeFileSync(join(queries, 'endless.jmespath'), `# What never ends\n${endless}\n`)
    const run = on.start('queries', 'check', 'endless')
    expect(shellCode(await endedBy(run, 'SIGINT'))).toBe(130)
  })
})

describe('while another program has the cache locked', () => {
  test.each(signals)('%s ends a sync in order', async (signal) => {
    const on = await syncedMachine()
    const other = new Sqlite(on.cache)
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')
    const calls = on.endpoint.countRequests('GetCallerIdentity')
    const run = on.start('sync')
    // What AWS says about the profile is written next.
    await expect.poll(() => on.endpoint.countRequests('GetCallerIdentity')).toBeGreaterThan(calls)
    const { code, err } = await endedBy(run, signal, untilWaiting)
    expect(err).toContain('muster: interrupted; what was stored stays.')
    expect(code).toBe(130)
  })

  test('ctrl-c ends a command that waits for its opening', async () => {
    const on = await machine()
    const other = new Sqlite(join(on.home, 'locked.db'))
    onTestFinished(() => void other.close())
    other.exec('CREATE TABLE t (a); BEGIN EXCLUSIVE')
    const run = on.start('query', '--offline', '--cache', join(on.home, 'locked.db'))
    expect((await endedBy(run, 'SIGINT', untilWaiting)).code).toBe(130)
  })

  test('a sync goes on when the other has done', async () => {
    const on = await syncedMachine()
    const other = new Sqlite(on.cache)
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')
    const { ended } = on.start('sync')
    await pause(2000)
    other.exec('ROLLBACK')
    expect((await ended).code).toBe(0)
  })
})

test.each([
  ['that never has a row', 'SELECT count(*) FROM n'],
  ['whose rows are being printed', 'SELECT * FROM n'],
])('ctrl-c ends muster sql in a recursive statement without end, %s', async (_, last) => {
  const on = await syncedMachine()
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)'
  const run = on.start('sql', `${endless} ${last}`, '--output', 'ndjson')
  expect(shellCode(await endedBy(run, 'SIGINT'))).toBe(130)
  expect((await on.muster('sql', 'SELECT count(*) FROM instances', '--output', 'text')).out).toBe('60\n')
})

test.each(signals)('%s ends a command that is inside a statement of SQLite', async (signal) => {
  const on = await syncedMachine()
  makeEndless(on.cache)
  const run = on.start('query', '--filter', 'payments', '--offline')
  expect(shellCode(await endedBy(run, signal))).toBe(asInShell[signal])
})

/** Sends the signal when the work has begun; gives how it ended, which is in time or an error. */
async function endedBy(run: Run, signal: NodeJS.Signals, begun = untilBusy): Promise<Ended> {
  onTestFinished(() => void run.child.kill('SIGKILL'))
  await begun(run)
  run.child.kill(signal)
  const late = pause(patience, null, { ref: false }).then(() => {
    throw new Error(`${signal} did not end it`)
  })
  return Promise.race([run.ended, late])
}

/** Waits until a program has worked for 0.6 s, of which its start is a fourth, however many others work beside it. */
async function untilBusy({ child }: Run): Promise<void> {
  if (process.platform !== 'linux') return untilWaiting()
  const timesOf = () => readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(' ').slice(13, 15).map(Number)
  // In hundredths of a second, in user and in system mode.
  await expect.poll(() => timesOf().reduce((user, system) => user + system)).toBeGreaterThan(60)
}

/** What waits uses no time of a processor. */
function untilWaiting(): Promise<void> {
  return pause(2000)
}

interface Run {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

const asInShell = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
