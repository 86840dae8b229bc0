import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printedFormats } from '../../src/output/format-names.ts'
import { machine, openMachine } from './in-process.ts'
import { launch, type Machine, program } from './program.ts'

let on: Machine
let close: () => Promise<void>

beforeAll(async () => {
  const opened = await openMachine({ instances: 100 })
  on = opened
  close = opened.close
  expect((await on.muster('sync', '--kind', 'instances,security-groups')).code).toBe(0)
})
afterAll(() => close())

const sql = (text: string, ...words: string[]) => on.muster('sql', text, '--output', 'json', ...words)

describe('muster sql', () => {
  test('gives the rows of a view as the query of the same columns does, and asks AWS for nothing', async () => {
    const calls = on.endpoint.countRequests()
    const columns = ['AccountName', 'Region', 'InstanceId', 'State', 'Vcpus', 'LaunchTime']
    const { code, out, err } = await sql(`SELECT ${columns.join(', ')} FROM instances ORDER BY InstanceId`)
    expect(code).toBe(0)
    expect(err).toMatch(/^6 of 6 scopes; oldest data/)
    const words = ['--columns', columns.join(','), '--sort', 'InstanceId', '--offline', '--output', 'json']
    expect(out).toBe((await on.muster('query', ...words)).out)
    expect(on.endpoint.countRequests()).toBe(calls)
  })

  test('joins and counts over several kinds, and covers all of them', async () => {
    const text = `SELECT g.AccountName, count(DISTINCT g.GroupId) AS groups, count(DISTINCT i.InstanceId) AS instances
      FROM "security-groups" g JOIN instances i USING (AccountId) GROUP BY 1`
    const { code, out, err } = await sql(text)
    expect(code).toBe(0)
    const rows = JSON.parse(out) as { instances: number }[]
    expect(rows.reduce((sum, { instances }) => sum + instances, 0)).toBe(100)
    expect(err).toMatch(/^12 of 12 scopes/)
  })

  test.each(printedFormats)('prints %s', async (format) => {
    const statement = "SELECT 'b' AS second, 1 AS first UNION ALL SELECT NULL, 2"
    const { code, out } = await on.muster('sql', statement, '--output', format)
    expect(code).toBe(0)
    // A page of HTML has more around its table.
    expect(format === 'html' ? out.slice(out.indexOf('<table>'), out.indexOf('<script>')) : out).toBe(
      printed[format],
    )
  })

  test('keeps whole numbers exact, two columns of one name apart, and what JSON has no form for as text', async () => {
    const { out } = await sql("SELECT 9007199254740993 AS a, -1 AS a, 1e999 AS b, x'00ff' AS c, 0.5 AS d")
    expect(out.replaceAll(/\s/g, '')).toBe(
      `[{"a":9007199254740993,"a_2":-1,"b":"Inf","c":"X'00FF'","d":0.5}]`,
    )
  })

  test('--no-headers, --bom and --exit-code are as in query', async () => {
    const csv = (statement: string, ...words: string[]) =>
      on.muster('sql', statement, '--output', 'csv', ...words)
    expect((await csv('SELECT 1 AS a', '--no-headers', '--bom')).out).toBe('\ufeff1\r\n')
    expect((await csv('SELECT Name FROM instances', '--exit-code')).code).toBe(5)
    expect((await csv('SELECT Name FROM instances WHERE 0', '--exit-code')).code).toBe(0)
    expect((await csv('SELECT * FROM volumes', '--exit-code')).code).toBe(3)
  })

  test('reads the selected scopes alone', async () => {
    const [account] = on.endpoint.fleet.accounts
    const words = ['--account', account?.id ?? '', '--region', on.endpoint.fleet.regions[0]?.name ?? '']
    const { code, out, err } = await sql('SELECT AccountId, Region, InstanceId FROM instances', ...words)
    expect(code).toBe(0)
    const query = await on.muster(
      'query',
      '--columns',
      'AccountId,Region,InstanceId',
      '--offline',
      '--output',
      'json',
      ...words,
    )
    expect(JSON.parse(out)).toEqual(JSON.parse(query.out))
    expect((JSON.parse(out) as unknown[]).length).toBeGreaterThan(0)
    expect(err).toMatch(/^1 of 1 scopes/)
    for (const around of ['main.instances', '"main" . instances', 'MAIN.Instances']) {
      expect((await sql(`SELECT count(*) FROM ${around}`)).code).toBe(0)
      expect(await sql(`SELECT count(*) FROM ${around}`, ...words)).toMatchObject({
        code: 2,
        err: expect.stringContaining('holds scopes that are not selected as well: read the view instances'),
      })
    }
    const texts = `SELECT count(*) AS n FROM instances WHERE document <> 'main.instances' AND 'row_instances' <> ''`
    expect((await sql(texts, ...words)).code).toBe(0)
  })

  test('goes through more rows than its memory could hold', async () => {
    const statement = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600000)
      SELECT i, printf('%0500d', i) AS text FROM n`
    const words = ['--max-old-space-size=100', program, 'sql', statement, '--output', 'ndjson']
    const { code, out } = await launch(process.execPath, words, on.env).ended
    expect(code).toBe(0)
    expect(out.length).toBeGreaterThan(300_000_000)
    expect(out.slice(-503)).toMatch(/0600000"\}\n$/)
  })
})

describe('what could not be read', () => {
  test('of a kind that a statement names is named, exit code 3; of other kinds nothing is said', async () => {
    const broken = await machine({ faults: [{ fault: 'denied', operation: 'DescribeVolumes' }] })
    expect((await broken.muster('sync', '--kind', 'instances,volumes')).code).toBe(3)
    const volumes = await broken.muster(
      'sql',
      'SELECT i.Name FROM instances i LEFT JOIN volumes v USING (InstanceId)',
    )
    expect(volumes.code).toBe(3)
    expect(volumes.err).toMatch(/^6 of 12 scopes, 6 missing/)
    expect(volumes.err).toContain('UnauthorizedOperation')
    const instances = await broken.muster('sql', 'SELECT count(*) FROM instances')
    expect(instances).toMatchObject({ code: 0, err: expect.stringMatching(/^6 of 6 scopes/) })
    const coverage = join(broken.home, 'coverage.json')
    await broken.muster('sql', 'SELECT 1 FROM volumes WHERE 0', '--coverage', coverage)
    expect(JSON.parse(readFileSync(coverage, 'utf8'))).toMatchObject({ complete: false })
  })

  test('is everything of a kind that was never read: no rows, and not an empty account', async () => {
    for (const name of ['volumes', 'fleets', '"nat-gateways"', 'VPCS']) {
      const { code, out, err } = await sql(`SELECT AccountId, Name, synced_at, document FROM ${name}`)
      expect({ code, out }, name).toEqual({ code: 3, out: '[]\n' })
      expect(err).toMatch(/^0 of 6 scopes, 6 missing\n.*never synced\n {4}-> Run `muster sync`/s)
    }
  })

  test('is not asked where a statement names no kind', async () => {
    expect(await sql('SELECT 1 AS one')).toMatchObject({ code: 0, err: '' })
    expect(await sql('EXPLAIN QUERY PLAN SELECT * FROM instances')).toMatchObject({ code: 0, err: '' })
  })
})

describe('a statement', () => {
  test.each([
    [
      "ATTACH '/etc/passwd' AS other",
      /answers one SELECT, and changes nothing: it does not begin with 'ATTACH'/,
    ],
    ['PRAGMA journal_mode = DELETE', /does not begin with 'PRAGMA'/],
    ["VACUUM INTO 'FILE'", /does not begin with 'VACUUM'/],
    ['DELETE FROM row_instances RETURNING *', /does not begin with 'DELETE'/],
    ['/* SELECT */ UPDATE row_instances SET Name = 1', /does not begin with 'UPDATE'/],
    ['WITH a AS (SELECT 1) DELETE FROM instances', /changes nothing: this statement would/],
    ['WITH a AS (SELECT 1) DELETE FROM row_instances', /row_instances is a table of muster's own/],
    ['WITH a AS (SELECT 1) DELETE FROM sqlite_schema', /changes nothing: this statement would/],
    ['WITH a AS (SELECT 1) INSERT INTO kind SELECT 1 FROM a RETURNING *', /SQL: |changes nothing/],
    ["SELECT load_extension('FILE')", /SQL: not authorized/],
    ["SELECT readfile('/etc/passwd')", /no such function: readfile/],
    ["SELECT writefile('FILE', 'a')", /no such function: writefile/],
    ["SELECT * FROM fsdir('/')", /no such table: fsdir/],
    ['SELECT * FROM pragma_query_only(0)', /too many arguments/],
    ['SELECT 1; DROP TABLE row_instances', /SQL: one statement at a time/],
    ['EXPLAIN SELECT 1; DROP TABLE row_instances', /SQL: one statement at a time/],
  ])('can neither write nor reach another file: %s', async (statement, message) => {
    const file = join(on.home, 'other.db')
    const before = statSync(on.cache).ino
    const { code, out, err } = await sql(statement.replace('FILE', file))
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
    expect(existsSync(file)).toBe(false)
    const db = new Sqlite(on.cache, { readonly: true })
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.prepare('SELECT count(*) FROM instances').pluck().get()).toBe(100)
    db.close()
    expect(statSync(on.cache).ino).toBe(before)
  })

  test.each([
    ['SELECT * FROM instanses', /no such table: instanses; did you mean instances\?\n/],
    ['SELECT * FROM "security-group"', /did you mean "security-groups"\?\n/],
    [
      'SELECT * FROM weather_of_today',
      /no such table: weather_of_today; there is a view for each kind \(with rows: instances, "security-groups"\), and muster help all-columns lists them\.\n/,
    ],
    ['SELECT InstanceTyp FROM instances', /no such column: InstanceTyp; did you mean InstanceType\?\n/],
    ['SELECT i.Sate FROM instances i', /no such column: i\.Sate; did you mean State\?\n/],
    ['SELECT * FROM security-groups', /near "-": syntax error; write "security-groups" in double quotes/],
    ['SELECT FROM', /near "FROM": syntax error\.\n/],
    ['SELECT ?', /parameters have no values here/],
    ['SELECT :name', /parameters have no values here/],
    ['SELECT abs(-9223372036854775808)', /SQL: integer overflow\.\n/],
    ['', /answers one SELECT/],
    ['-', /answers one SELECT/],
  ])('that is wrong is a usage error with the next step: %s', async (statement, message) => {
    const { code, err } = await sql(statement)
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })

  test.each([
    ['row_instances', 'read the view instances.'],
    ['main."row_security-groups"', 'read the view "security-groups".'],
    ['document', 'there is a view for each kind (with rows: instances, "security-groups"), and'],
    ['Scope', 'there is a view for each kind (with rows: instances, "security-groups"), and'],
    ['search', 'there is a view for each kind'],
    ['gone', 'there is a view for each kind'],
  ])('reads the views alone, of which the coverage is known: not %s', async (table, next) => {
    for (const statement of [
      `SELECT count(*) FROM ${table}`,
      `SELECT 1 FROM instances WHERE EXISTS (SELECT 1 FROM ${table})`,
      `WITH a AS (SELECT * FROM ${table}) SELECT * FROM a`,
    ]) {
      const { code, out, err } = await sql(statement)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain(` is a table of muster's own, which may change with any version: ${next}`)
    }
  })

  test('may give its own tables any name, and look at what SQLite says of the file', async () => {
    const own = await sql(
      'WITH row_instances AS (SELECT 7 AS scope) SELECT scope FROM row_instances AS document',
    )
    expect({ code: own.code, rows: JSON.parse(own.out) }).toEqual({ code: 0, rows: [{ scope: 7 }] })
    const views = await sql("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
    expect(JSON.parse(views.out)).toEqual([
      { name: 'instances' },
      // For older musters that are still running.
      { name: 'search' },
      { name: 'security-groups' },
    ])
  })

  test('that comes to a damaged document says how to look for the damage', async () => {
    const damaged = await machine()
    expect((await damaged.muster('sync')).code).toBe(0)
    const db = new Sqlite(damaged.cache)
    db.exec("UPDATE document SET body = x'ff00' WHERE resource_id = (SELECT max(resource_id) FROM document)")
    // An older muster has written them.
    db.exec('UPDATE row_instances SET _body_check = NULL')
    const ask = () => damaged.muster('sql', 'SELECT length(document) FROM instances')
    const { code, err } = await ask()
    expect(code).toBe(2)
    expect(err).toContain('malformed JSON; `muster cache check` says whether a document is damaged.')
    expect((await damaged.muster('sql', 'SELECT InstanceId FROM instances')).code).toBe(0)
    db.exec('UPDATE row_instances SET _body_check = 7')
    db.close()
    expect(await ask()).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('its document is not what was stored'),
    })
  })

  test('is one word', async () => {
    expect(await on.muster('sql')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Give a statement'),
    })
    expect(await on.muster('sql', 'SELECT', '1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('in quotes'),
    })
  })

  test('may begin with blanks and comments, and end with a semicolon', async () => {
    const { code, out } = await sql(
      ' \n/* all; of them */ -- of 100\n select count(*) as n from instances; -- end',
    )
    expect({ code, rows: JSON.parse(out) }).toEqual({ code: 0, rows: [{ n: 100 }] })
  })
})

const cellsOfHtml =
  '<tr><td>b</td><td class="number">1</td></tr>\n<tr><td></td><td class="number">2</td></tr>\n'

const printed: Readonly<Record<(typeof printedFormats)[number], string>> = {
  table: 'second  first\nb           1\n-           2\n',
  json: '[\n    {\n        "second": "b",\n        "first": 1\n    },\n    {\n        "second": null,\n        "first": 2\n    }\n]\n',
  ndjson: '{"second":"b","first":1}\n{"second":null,"first":2}\n',
  csv: 'second,first\r\nb,1\r\n,2\r\n',
  text: 'b\t1\nNone\t2\n',
  yaml: '- second: b\n  first: 1\n- second: null\n  first: 2\n',
  markdown: '| second | first |\n| --- | --- |\n| b | 1 |\n|  | 2 |\n',
  html: `<table>\n<thead><tr><th scope="col"><button type="button">second</button></th><th scope="col"><button type="button">first</button></th></tr></thead>\n<tbody>\n${cellsOfHtml}</tbody>\n</table>\n`,
  'aws-table':
    '---------------------\n|        SQL        |\n+--------+----------+\n|  first | second   |\n+--------+----------+\n|  1     |  b       |\n|  2     |  None    |\n+--------+----------+\n',
}
