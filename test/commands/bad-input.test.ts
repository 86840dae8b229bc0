import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { machine, syncedMachine } from './in-process.ts'
import { fleetIds, type Machine, program, writeSettings } from './program.ts'

describe('a mistake in the command line is one sentence and exit code 2', () => {
  const table: readonly (readonly [args: string, says: RegExp])[] = [
    ['query --profile acme-prod-wbe', /acme-prod-wbe.*acme-prod-web/],
    ['query runing', /There is no saved query 'runing'; did you mean 'running'\?/],
    ['queries show runing', /There is no saved query 'runing'; did you mean 'running'\?/],
    ['query --outptu json', /There is no option --outptu here; did you mean --output\?/],
    ['query --output xml', /--output takes table, json, .*, not 'xml'/],
    ['querry', /There is no command 'querry'; did you mean 'query'\?/],
    [
      'query --kind instance',
      /There is no kind 'instance'; did you mean 'instances'\? `muster kinds` lists them\.$/m,
    ],
    ['query --limit -1', /--limit takes a value, and '-1' begins with a dash: write --limit=-1\. See/],
    ['query --limit --region x', /--limit takes a value, which is missing before --region\. See/],
    ['query --concurrency many', /--concurrency takes a whole number from 1 to 256, not 'many'/],
    ['query --fresh soon', /soon/],
    ['query --offline --sync', /--offline and --sync exclude each other/],
    ['query running stopped', /One query at a time/],
    ['export running', /--to FILE/],
  ]
  test.each(table)('muster %s', async (args, says) => {
    const { endpoint, muster } = await machine()
    const { code, out, err } = await muster(...args.split(' '))
    expect(err).toMatch(/^muster: [^\n]+\n$/)
    expect(err).toMatch(says)
    expect(out).toBe('')
    expect(code).toBe(2)
    expect(endpoint.countRequests()).toBe(0)
  })

  test('an expression that does not parse shows the place with a caret', async () => {
    const { endpoint, muster } = await machine()
    const expression = 'Reservations[].Instances[?State.Name==].InstanceId'
    const { code, err } = await muster('query', expression)
    const lines = err.split('\n')
    const at = lines.findIndex((line) => line.includes(expression))
    expect(at).toBeGreaterThanOrEqual(0)
    const place = (lines[at + 1] ?? '').indexOf('^') - (lines[at] ?? '').indexOf(expression)
    expect(place).toBe(expression.indexOf(']', expression.indexOf('==')))
    expect(code).toBe(2)
    expect(endpoint.countRequests()).toBe(0)
  })
})

describe('a mistake in a file is one sentence that names the file', () => {
  test('a section of ~/.aws/config without its closing bracket: every command names the line', async () => {
    const { configFile, endpoint, muster } = await machine()
    writeFileSync(configFile, '[profile broken\nregion = us-east-1\n')
    const { code, err } = await muster('query', '--profile', 'broken')
    const named = `${configFile}:1: the section header has no closing bracket`
    expect(err).toContain(named)
    expect(err).toMatch(/\nmuster: There is no profile 'broken' [^\n]+\n$/)
    expect(code).toBe(2)
    expect((await muster('profiles')).err).toContain(named)
    expect(endpoint.countRequests()).toBe(0)
  })

  test.each([
    [{ regoins: ['*'] }, /"regoins" is no setting; did you mean "regions"\?/],
    [{ fresh: 'soon' }, /"fresh" must be a time such as/],
    [{ accepted: [{ scope: 'a/*', fault: 'denyed' }] }, /"accepted" must be given a fault out of/],
  ])('the settings %j', async (settings, says) => {
    const { home, muster } = await machine()
    writeSettings(home, settings)
    const { code, err } = await muster('query')
    expect(err).toMatch(/^muster: [^\n]+\n$/)
    expect(err).toContain(join(home, '.config/muster/config.json'))
    expect(err).toMatch(says)
    expect(code).toBe(2)
  })

  test('settings that are not JSON', async () => {
    const { home, muster } = await machine()
    writeFileSync(join(home, '.config/muster/config.json'), '{"regions": [')
    const { code, err } = await muster('query')
    expect(err).toMatch(/^muster: .*config\.json is not JSON \([^\n]+\n$/)
    expect(code).toBe(2)
  })
})

describe('a cache that cannot be used is left as it is: exit code 1 and one sentence', () => {
  test('a file that is not a SQLite file', async () => {
    const made = await machine()
    const text = 'notes of mine, by no means a cache\n'.repeat(100)
    mkdirSync(dirname(made.cache), { recursive: true })
    writeFileSync(made.cache, text)
    await refuses(made, /is damaged: move it away, or give another with --cache FILE/)
    expect(readFileSync(made.cache, 'utf8')).toBe(text)
  })

  test('a cache whose pages were overwritten', async () => {
    const made = await syncedMachine()
    const bytes = readFileSync(made.cache)
    bytes.fill(0x5a, 100, Math.min(bytes.length, 40_000))
    writeFileSync(made.cache, bytes)
    await refuses(made, /is damaged \(.*\): run `muster cache rebuild`/)
    expect(readFileSync(made.cache).equals(bytes)).toBe(true)
  })

  test('a path that is too long', async () => {
    const made = await machine()
    const long = `/${'n'.repeat(5000)}`
    for (const words of [
      ['query', '--cache', long],
      ['export', 'running', '--to', long],
    ]) {
      const { code, err } = await made.muster(...words)
      expect([code, err]).toEqual([1, expect.stringMatching(/^muster: .*too long.*\n$/)])
    }
  })

  test('a cache of a newer muster', async () => {
    const made = await syncedMachine()
    const db = new Sqlite(made.cache)
    const version = db.pragma('user_version', { simple: true }) as number
    db.pragma('user_version = 999')
    db.close()
    await refuses(made, /was written by a newer muster: update muster/)
    const again = new Sqlite(made.cache)
    again.pragma(`user_version = ${version}`)
    again.close()
    expect(await made.cachedIds()).toEqual(fleetIds(made.endpoint.fleet))
  })

  test("another program's SQLite file", async () => {
    const made = await machine()
    mkdirSync(dirname(made.cache), { recursive: true })
    const db = new Sqlite(made.cache)
    db.exec('CREATE TABLE recipe (name TEXT)')
    db.close()
    await refuses(made, /is an SQLite file of another program/)
  })

  test('a folder in its place', async () => {
    const made = await machine()
    mkdirSync(made.cache, { recursive: true })
    await refuses(made, /cannot be written .*make it writable, or give another with --cache FILE/)
  })

  test('a folder above it that is a file', async () => {
    const { home, muster } = await machine()
    appendFileSync(join(home, 'file'), 'x')
    const { code, err } = await muster('query', '--cache', join(home, 'file/inventory.db'))
    expect(err).toMatch(/^muster: The cache .* cannot be written [^\n]+\n$/)
    expect(code).toBe(1)
  })

  test.skipIf(process.getuid?.() === 0)('a folder that may not be written', async () => {
    const { home, muster } = await machine()
    mkdirSync(join(home, 'closed'))
    chmodSync(join(home, 'closed'), 0o500)
    const { code, err } = await muster('query', '--cache', join(home, 'closed/inventory.db'))
    expect(err).toMatch(/^muster: The cache .* cannot be written [^\n]+\n$/)
    expect(code).toBe(1)
  })

  if (process.getuid?.() === 0)
    process.stderr.write('SKIPPED: a folder that may not be written, since root may write anywhere.\n')
})

describe('an old Node', () => {
  const old = '/usr/bin/node'
  const major = Number(spawnSync(old, ['-p', 'process.versions.node']).stdout?.toString().split('.')[0] || 99)
  if (major >= 22) process.stderr.write(`SKIPPED: ${old} is not older than Node 22.\n`)

  test.skipIf(major >= 22)('is refused with one sentence instead of a crash', () => {
    const { status, stdout, stderr } = spawnSync(old, [program, 'query', '--demo'])
    expect(stderr.toString()).toMatch(/^muster needs Node 22\.2 or newer and this is v\d[^\n]+\n$/)
    expect(stdout.toString()).toBe('')
    expect(status).toBe(1)
  })
})

async function refuses({ muster, endpoint }: Machine, says: RegExp): Promise<void> {
  const before = endpoint.countRequests()
  const { code, out, err } = await muster('query')
  expect(err).toMatch(/^muster: [^\n]+\n$/)
  expect(err).toMatch(says)
  expect(out).toBe('')
  expect(code).toBe(1)
  expect(endpoint.countRequests()).toBe(before)
}
