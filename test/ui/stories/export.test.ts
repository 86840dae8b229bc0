import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endingOf, formats } from '../../../src/output/format-names.ts'
import { machine, syncedMachine } from '../../commands/in-process.ts'
import { program } from '../../commands/program.ts'
import { watching } from '../../helpers/file-calls.ts'
import { readXlsx } from '../../output/read-xlsx.ts'
import { open, openWith, sizes } from '../terminal.ts'
import { options, payments, shows, untilSynced } from './story.ts'

describe.each(sizes)('at $name', ({ size }) => {
  test('in every format an export is the bytes of the command, filter and sort included', async () => {
    const on = await syncedMachine(options)
    const columns = ['--columns', 'Name,InstanceId,State,AccountName,tag:Team,LaunchTime']
    const run = open(on, size, '--offline', ...columns)
    await shows(run, '[60]')
    await run.press('/', ...'prod', 'enter', 'l', 'O')
    await shows(run, 'ID↑')
    for (const format of formats) {
      const name = `seen-${format}.${endingOf(format)}`
      await run.press('ctrl-s', 'ctrl-u')
      run.type(`${name}\r`)
      await run.until(() => existsSync(join(on.home, name)), name)
      const args = [...columns, '--filter', 'prod', '--sort', 'InstanceId', '--output', format, '--offline']
      expect((await on.muster('export', '--to', join(on.home, `command-${format}`), ...args)).code).toBe(0)
      const seen = readFileSync(join(on.home, name))
      expect(seen.length).toBeGreaterThan(1000)
      expect(seen.equals(readFileSync(join(on.home, `command-${format}`))), format).toBe(true)
      expect(statSync(join(on.home, name)).mode & 0o777).toBe(
        statSync(join(on.home, `command-${format}`)).mode & 0o777,
      )
      await shows(run, 'bytes) to')
      await run.press('esc')
    }
  })

  test('a saved query, a count and the scopes are written as they are shown', async () => {
    const on = await syncedMachine(options)
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    for (const query of ['running', 'by-state']) {
      run.type(`:query ${query}\r`)
      await shows(run, `Instances: ${query}`)
      await run.press('ctrl-s', 'enter')
      await run.until(() => existsSync(join(on.home, `${query}.csv`)), `${query}.csv`)
      // The line takes keys again when the screen has said so.
      await shows(run, new RegExp(`bytes\\) to .*${query}\\.csv`))
      const { out } = await on.muster('query', query, '--offline', '--output', 'csv')
      expect(readFileSync(join(on.home, `${query}.csv`), 'utf8')).toBe(out)
    }
    run.type(':scopes\r')
    await shows(run, 'Scopes(')
    run.type(':export ~/scopes.json\r')
    await run.until(() => existsSync(join(on.home, 'scopes.json')), 'scopes.json')
    expect(JSON.parse(readFileSync(join(on.home, 'scopes.json'), 'utf8'))).toHaveLength(6)
    await shows(run, /^Wrote 6 rows \([\d,]+ bytes\) to .*scopes\.json/)
    for (const ending of ['xlsx', 'parquet', 'db', 'csv.gz']) {
      run.type(`:export ~/scopes.${ending}\r`)
      await run.until(() => existsSync(join(on.home, `scopes.${ending}`)), ending)
      await shows(run, new RegExp(`^Wrote 6 rows .* to .*scopes\\.${ending.replace('.', '\\.')}`))
    }
    const [sheet, coverage] = readXlsx(join(on.home, 'scopes.xlsx'))
    expect([sheet?.name, sheet?.rows.length, coverage?.name]).toEqual(['scopes', 7, 'Coverage'])
    // What a cell cannot hold is named here, too, as nobody sees standard error.
    const twice = (text: string, times: number): string =>
      times === 0 ? text : twice(`join('', [${text}, ${text}])`, times - 1)
    run.type(`:query Reservations[].Instances[] | [:2].[InstanceId, ${twice('to_string(@)', 5)}]\r`)
    await shows(run, '{"Architecture"')
    run.type(':export ~/long.xlsx\r')
    await shows(run, /^cut: 2 cells longer than the 32767 characters that xlsx holds \(B2, B3\)/)
  })

  test('a file that exists is replaced only by a second enter; a path that is not a folder is reported', async () => {
    const on = await syncedMachine(options)
    writeFileSync(join(on.home, 'instances.csv'), 'mine')
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    await run.press('ctrl-s', 'enter')
    await shows(run, 'exists already')
    expect(readFileSync(join(on.home, 'instances.csv'), 'utf8')).toBe('mine')
    await run.press('enter')
    await shows(run, 'bytes) to')
    expect(readFileSync(join(on.home, 'instances.csv'), 'utf8')).toMatch(/^Name,InstanceId,/)
    await run.press('ctrl-s', 'ctrl-u')
    run.type('no/such/folder.csv\r')
    await shows(run, /^There is no folder .*no\/such\.$/)
    mkdirSync(join(on.home, 'folder'))
    await run.press('ctrl-u')
    run.type('folder\r')
    await shows(run, 'folder is a folder: name a file in it.')
    expect(existsSync(join(on.home, 'no'))).toBe(false)
    expect(readdirSync(on.home).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  test('what is missing is named beside the file, and while it is written', async () => {
    const denied = { account: payments, operation: 'DescribeInstances', fault: 'denied' } as const
    const on = await machine({ ...options, faults: [denied] })
    expect((await on.muster('sync')).code).toBe(3)
    const run = open(on, size, '--offline')
    await shows(run, '2 missing')
    await run.press('ctrl-s', 'enter')
    await shows(run, '2 scopes not')
    const coverage = readFileSync(join(on.home, 'instances.csv.coverage.json'), 'utf8')
    expect(coverage).toContain('UnauthorizedOperation')
    await run.press('q', 'y')
    expect((await run.ended).code).toBe(0)
  })

  test('an export while a sync runs shows one moment of the cache', async () => {
    const slow = { account: payments, operation: 'DescribeInstances', fault: 'latency', ms: 2500 } as const
    const on = await machine({ ...options, faults: [slow] })
    const run = open(on, size)
    await run.until((lines) => /sync/.test(lines.at(-2) ?? '') && /\[\d\d\]/.test(lines[0] ?? ''), 'rows')
    await run.press('ctrl-s', 'enter')
    await shows(run, /^Wrote [\d,]+ rows/)
    const lines = readFileSync(join(on.home, 'instances.csv'), 'utf8').trim().split('\r\n')
    expect(lines.length).toBeGreaterThan(1)
    expect(existsSync(join(on.home, 'instances.csv.coverage.json'))).toBe(true)
    await untilSynced(run)
  })

  test('an export says that it is being written, and esc stops it: nothing is left behind', async () => {
    const on = await syncedMachine(options)
    const folder = join(on.home, 'out')
    mkdirSync(folder)
    const env = watching(folder, join(on.home, 'calls'), { call: 'write', lasts: 1500 }, true)
    const run = openWith(on, size, env, process.execPath, [program, '--offline'])
    await shows(run, '[60]')
    await run.press('ctrl-s', 'ctrl-u')
    run.type('out/instances.csv\r')
    await shows(run, 'writing …; esc stops it')
    await run.press('esc')
    await shows(run, /^Stopped: .*out\/instances\.csv was not written\./)
    expect(readdirSync(folder)).toEqual([])
  })

  test('an export that is cut off leaves nothing behind, and what was there stays', async () => {
    const on = await syncedMachine(options)
    const folder = join(on.home, 'out')
    mkdirSync(folder)
    writeFileSync(join(folder, 'instances.csv'), 'mine')
    const before = { call: 'fsync', lasts: 600_000 } as const
    const env = watching(folder, join(on.home, 'calls'), before, true)
    const run = openWith(on, size, env, process.execPath, [program, '--offline'])
    await shows(run, '[60]')
    await run.press('ctrl-s', 'ctrl-u')
    run.type('out/instances.csv\r')
    await shows(run, 'exists already')
    await run.press('enter')
    await run.until(() => readdirSync(folder).length === 2, 'a temporary file')
    await run.press('ctrl-c')
    expect((await run.ended).code).toBe(0)
    expect(readdirSync(folder)).toEqual(['instances.csv'])
    expect(readFileSync(join(folder, 'instances.csv'), 'utf8')).toBe('mine')
  })
})
