import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { storeError } from '../../src/store/store-errors.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { fillCache } from './in-process.ts'
import { fleetIds, launch, type Machine, machine, program } from './program.ts'

const mayMount = canMount()
if (!mayMount)
  process.stderr.write('SKIPPED: a place that cannot be written, since nothing can be mounted.\n')

describe.skipIf(!mayMount)('from a place that cannot be written', () => {
  test('--offline answers as always, and leaves nothing behind', async () => {
    const made = await machine()
    await fillCache(made)
    const { file, run, temporary } = moveAndQuery(made, [''])
    const words = ['query', 'Reservations[].Instances[].InstanceId', '--offline', '--output', 'json']
    const { code, out, err } = await run(...words, '--cache', file)
    expect(err).not.toContain('muster:')
    expect((JSON.parse(out) as string[]).sort()).toEqual(fleetIds(made.endpoint.fleet))
    expect(code).toBe(0)
    expect(readdirSync(temporary)).toEqual([])
    expect(readdirSync(dirname(file))).toEqual(['inventory.db'])
  })

  test('muster sql answers as well', async () => {
    const made = await machine()
    await fillCache(made)
    const { file, run, temporary } = moveAndQuery(made, [''])
    const statement = 'SELECT InstanceId FROM instances ORDER BY 1'
    const { code, out } = await run('sql', statement, '--output', 'text', '--cache', file)
    expect(out.trim().split('\n')).toEqual(fleetIds(made.endpoint.fleet))
    expect(code).toBe(0)
    expect(readdirSync(temporary)).toEqual([])
  })

  test.each([
    ['-wal', ['', '-wal']],
    ['-wal and -shm', ['', '-wal', '-shm']],
  ])('rows that are still in %s are in the answer', async (_, ends) => {
    const made = await machine()
    await fillCache(made)
    const writer = new Sqlite(made.cache)
    onTestFinished(() => void writer.close())
    writer.pragma('wal_autocheckpoint = 0')
    writer.exec("UPDATE row_instances SET Name = 'in-the-wal'")
    const { file, run, temporary } = moveAndQuery(made, ends)
    const words = ['query', '--offline', '--columns', 'Name', '--output', 'csv', '--cache', file]
    const { code, out } = await run(...words)
    expect(out.trim().split('\r\n')).toEqual(['Name', ...Array.from({ length: 60 }, () => 'in-the-wal')])
    expect(code).toBe(0)
    expect(readdirSync(temporary)).toEqual([])
  })

  test('without --offline too, and what was not read again is named: exit code 3', async () => {
    const made = await machine()
    await fillCache(made)
    const { file, run } = moveAndQuery(made, [''])
    const before = made.endpoint.countRequests()
    const { code, out, err } = await run('query', '--fresh', '0s', '--output', 'ndjson', '--cache', file)
    expect(out.trim().split('\n')).toHaveLength(60)
    expect(err).toMatch(/6 not read again \(60 rows/)
    expect(err).toMatch(/ReadOnlyCache: The cache .* cannot be written/)
    expect(code).toBe(3)
    const fresh = await run('query', '--fresh', '1000d', '--output', 'ndjson', '--cache', file)
    expect([fresh.code, fresh.out]).toEqual([0, out])
    const sync = await run('sync', '--cache', file)
    expect(sync.err).toMatch(
      /^muster: The cache .* cannot be written .*, so that nothing can be read into it/m,
    )
    expect([sync.code, sync.out]).toEqual([1, ''])
    expect(made.endpoint.countRequests()).toBe(before)
  })

  test('the demo runs with such a home, and leaves nothing behind', async () => {
    const home = closedFolder(() => {})
    const temporary = temporaryFolder()
    const env = { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: temporary }
    const { code, out } = await launch(process.execPath, [program, 'query', 'by-state', '--demo'], env).ended
    expect([code, out]).toEqual([0, expect.stringContaining('running')])
    expect([readdirSync(home), readdirSync(temporary)]).toEqual([[], []])
  })
})

test('the demo runs with a home that is not there, and keeps no cache there', async () => {
  const temporary = temporaryFolder()
  const home = join(temporaryFolder(), 'none')
  const env = { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }
  const { code, out } = await launch(process.execPath, [program, 'query', 'by-state', '--demo'], env).ended
  expect([code, out]).toEqual([0, expect.stringContaining('running')])
  expect([existsSync(home), readdirSync(temporary)]).toEqual([false, []])
})

describe('a cache that others may read', () => {
  test('is for its owner alone after the next command, and so is muster’s folder', async () => {
    const { muster, cache } = await machine()
    await muster('sync')
    chmodSync(cache, 0o644)
    chmodSync(dirname(cache), 0o755)
    expect((await muster('query', '--offline')).code).toBe(0)
    expect(statSync(cache).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(cache)).mode & 0o777).toBe(0o700)
  })

  test('in a folder that others may write is named, and the folder is left as it is', async () => {
    const { muster, home } = await machine()
    const folder = join(home, 'shared')
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    const { code, err } = await muster('sync', '--cache', join(folder, 'mine.db'))
    expect(err).toContain(`Other users of this machine may write the folder ${folder} (mode 0777)`)
    expect(code).toBe(0)
    expect(statSync(folder).mode & 0o777).toBe(0o777)
  })
})

describe('a lock of another program', () => {
  test('is waited for, and what was read is stored then', async () => {
    const { muster, start, cache, cachedIds, endpoint } = await machine()
    await muster('sync')
    const other = new Sqlite(cache)
    other.exec('BEGIN IMMEDIATE')
    const { ended } = start('sync')
    await new Promise((resolve) => setTimeout(resolve, 3000))
    other.exec('COMMIT')
    other.close()
    expect((await ended).code).toBe(0)
    expect(await cachedIds()).toEqual(fleetIds(endpoint.fleet))
  })

  test.each([
    [
      'SQLITE_BUSY',
      'database is locked',
      /locked by another program for 20 s, or the file system that holds it has no file locks: end that program, or give/,
    ],
    [
      'SQLITE_PROTOCOL',
      'locking protocol',
      /has no file locks \(locking protocol\): give a file on a local disk/,
    ],
    [
      'SQLITE_IOERR_LOCK',
      'disk I/O error',
      /has no file locks \(disk I\/O error\): give a file on a local disk/,
    ],
    [
      'SQLITE_IOERR_SHMMAP',
      'disk I/O error',
      /has no file locks .*: give a file on a local disk with --cache FILE/,
    ],
    ['SQLITE_READONLY_DBMOVED', 'readonly', /was removed or replaced while muster was using it/],
    ['SQLITE_IOERR_SHORT_READ', 'disk I/O error', /is damaged .*: run `muster cache rebuild`/],
  ])('%s is one sentence with the next step', (code, message, says) => {
    const error = storeError('/tmp/x/inventory.db', new Sqlite.SqliteError(message, code))
    expect(error?.message).toMatch(says)
  })
})

/** The cache of a machine where nothing can be written, and a program whose temporary folder is its own. */
function moveAndQuery({ cache, env }: Machine, ends: readonly string[]) {
  const folder = closedFolder((open) => {
    for (const end of ends) copyFileSync(`${cache}${end}`, join(open, `inventory.db${end}`))
  })
  const temporary = temporaryFolder()
  const run = (...words: string[]) =>
    launch(process.execPath, [program, ...words], { ...env, TMPDIR: temporary }).ended
  return { file: join(folder, 'inventory.db'), temporary, run }
}

/** A file system of its own that is closed once it has been filled: the bits of a mode do not bind root. */
function closedFolder(fill: (folder: string) => void): string {
  const folder = temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', 'none', folder])
  onTestFinished(() => void execFileSync('umount', [folder]))
  fill(folder)
  execFileSync('mount', ['-o', 'remount,ro', folder])
  return folder
}

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false
  const folder = temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'none', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  }
}
