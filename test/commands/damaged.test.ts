import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds } from '../../src/kinds.ts'
import { rebuildCache } from '../../src/store/rebuild.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { cutOff, flipBits, loseSector, placeOf } from '../helpers/damage.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { runInProcess } from './in-process.ts'
import { openMachine } from './program.ts'

let made: Awaited<ReturnType<typeof openMachine>>

beforeAll(async () => {
  made = await openMachine({ accounts: 4, regions: 2, instances: 80 })
  await made.muster('sync')
})
afterAll(() => made.close())

const offline = ['--offline', '--output', 'ndjson']
const questions: readonly (readonly string[])[] = [
  ['query', ...offline],
  ['query', 'Reservations[].Instances[]', ...offline],
  ['query', 'Reservations[].Instances[].InstanceId', ...offline],
  ['query', 'Reservations[].Instances[?State.Name].State.Name', ...offline],
  ['query', '--filter', 'e', '--sort', 'Name', ...offline],
  ['status', '--output', 'ndjson'],
]

describe('a cache in which bits were flipped', () => {
  test('gives the right number of rows to each question, or says that it is damaged', async () => {
    const right = await Promise.all(questions.map((words) => ask(made.cache, words)))
    expect(right.map(({ code, rows }) => [code, rows])).toEqual(
      [80, 80, 80, right[3]?.rows ?? 0, 80, 8].map((rows) => [0, rows]),
    )
    const seen = { right: 0, named: 0 }
    const files = casesOf(40)
    for (let seed = 1; seed <= files; seed += 1) {
      for (const [index, words] of questions.entries()) {
        const file = copy()
        if (seed % 4 === 3) loseSector(file, seed)
        else if (seed % 4 === 2) cutOff(file, seed)
        else flipBits(file, seed, 12)
        const { code, rows, err } = await ask(file, words)
        const about = `seed ${seed}, ${words.join(' ')}: ${err}`
        expect(err, about).not.toMatch(/bug/)
        if (code === 0) expect(rows, about).toBe(right[index]?.rows)
        else expect(err, about).toMatch(code === 1 ? /damaged/ : /missing|not read again/)
        seen[code === 0 ? 'right' : 'named'] += 1
      }
    }
    expect(seen.named).toBeGreaterThan(files)
    expect(seen.right).toBeGreaterThan(files)
  })

  test('never gives other bytes than were stored when whole resources are printed', async () => {
    const words = ['query', 'Reservations[].Instances[]', ...offline]
    const { out } = await ask(made.cache, words)
    let named = 0
    const files = casesOf(50)
    for (let seed = 100; seed < 100 + files; seed += 1) {
      const file = copy()
      flipBits(file, seed, 2)
      const answer = await ask(file, words)
      if (answer.code === 0) expect(answer.out, String(seed)).toBe(out)
      else named += 1
    }
    expect(named).toBeGreaterThan(files / 10)
  })
})

describe('one bit that is wrong in the leading pages of a cache is found at the start', () => {
  test.each<[string, (db: Database) => void]>([
    ['its version', (db) => db.pragma('user_version = 8')],
    ['a version that no muster has', (db) => db.pragma('user_version = 28')],
    ['the mark of muster', (db) => db.pragma('application_id = 1836414836')],
    [
      'the columns of a kind',
      (db) => db.exec(`UPDATE kind SET columns = replace(columns, 'VpcId', 'VpcIe')`),
    ],
    ['the name of a kind', (db) => db.exec(`UPDATE kind SET kind = 'instancet' WHERE kind = 'instances'`)],
    ['the state of a scope', (db) => db.exec(`UPDATE scope SET state = 'complfte' WHERE scope_id = 1`)],
    ['a time of a scope', (db) => db.exec('UPDATE scope SET synced_at = 1e300 WHERE scope_id = 1')],
    [
      'the number of rows',
      // What a bit changes is seen by no trigger.
      (db) => db.exec("DROP TRIGGER scope_rows; UPDATE scope SET rows = x'01' WHERE scope_id = 1"),
    ],
    ['the regions of an account', (db) => db.exec(`UPDATE account SET regions = '["us-east-1"'`)],
    ...oneLetter('account', 'account', ['name', 'regions', 'regions_at']),
    ...oneLetter('scope', 'scope_id', [
      'account',
      'region',
      'profile',
      'read_by',
      'attempted_at',
      'synced_at',
    ]),
  ])('%s', async (_, spoil) => {
    const file = copy()
    change(file, spoil)
    const before = readFileSync(file)
    const { code, err } = await ask(file, ['query', '--region', '*', ...offline])
    expect(err).toMatch(/^muster: The cache .* is damaged \(.+\): run `muster cache rebuild`[^\n]*\n$/)
    expect(code).toBe(1)
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})

/** Flips a bit of a member's name in a document. Pages also hold remains of rows, which nobody reads: those are left. */
function flipInDocument(file: string, member: string): void {
  const countDocuments = () => {
    const db = new Sqlite(file)
    const count = db.prepare(`SELECT count(*) FROM document WHERE json(body) LIKE '%"${member}"%'`).pluck()
    const found = count.get()
    db.close()
    return found
  }
  const all = countDocuments()
  for (let place = placeOf(file, member); ; place = placeOf(file, member, place + 1)) {
    const flip = () => flipBits(file, 1, 1, { from: place, to: place + 1 })
    flip()
    if (countDocuments() !== all) return
    flip()
  }
}

describe('damage in one scope', () => {
  const whole = ['query', 'Reservations[].Instances[]', ...offline]
  const narrow = ['query', ...offline]
  const part = ['query', 'Reservations[].Instances[].EbsOptimized', ...offline]
  const first = 'SELECT min(_row) FROM row_instances'

  test.each<[string, readonly string[], string]>([
    [
      'a document that is not JSON',
      whole,
      `UPDATE document SET body = x'ff00' WHERE resource_id = (${first})`,
    ],
    [
      'the same, of which a part is read',
      part,
      `UPDATE document SET body = x'ff00' WHERE resource_id = (${first})`,
    ],
    ['a document that is missing', part, `DELETE FROM document WHERE resource_id = (${first})`],
    [
      'the document of another resource',
      part,
      `UPDATE document SET body =
       (SELECT body FROM document ORDER BY resource_id DESC LIMIT 1) WHERE resource_id = (${first})`,
    ],
    ['a row that is missing', narrow, `DELETE FROM row_instances WHERE _row = (${first})`],
    ['the same, of which a part is read', part, `DELETE FROM row_instances WHERE _row = (${first})`],
    [
      'a number of rows that is too large',
      narrow,
      `UPDATE scope SET rows = rows + 4
       WHERE scope_id = (SELECT _scope FROM row_instances ORDER BY _row LIMIT 1)`,
    ],
    [
      'the group of another resource, of which columns alone are read',
      ['query', 'Reservations[].Instances[?State.Name].State.Name', ...offline],
      `UPDATE row_instances SET _group = (SELECT max(_group) FROM row_instances) WHERE _row = (${first})`,
    ],
    [
      'another place',
      narrow,
      `UPDATE row_instances SET _position = _position + 1048576 * 1000 WHERE _row = (${first})`,
    ],
    [
      'the same, which only a sorted list looks at',
      ['query', '--sort', 'State', ...offline],
      `UPDATE row_instances SET _position = _position + 1048576 * 1000 WHERE _row = (${first})`,
    ],
    ['a cell of another type', narrow, `UPDATE row_instances SET State = x'01' WHERE _row = (${first})`],
    [
      'a cell of another type that only a filter looks at',
      ['query', '--filter', 'state=nowhere', '--columns', 'InstanceId', ...offline],
      `UPDATE row_instances SET State = x'01' WHERE _row = (${first})`,
    ],
    [
      'a document that is missing where a filter looks for a tag',
      ['query', '--filter', '!tag:*', ...offline],
      `DELETE FROM document WHERE resource_id = (${first})`,
    ],
    [
      'one that is not JSON, where a filter asks for a condition',
      ['query', '--filter', '[?Placement.Tenancy]', ...offline],
      `UPDATE document SET body = x'ff00' WHERE resource_id = (${first})`,
    ],
    [
      'search text that is missing',
      ['query', '--filter', '!nowhere', ...offline],
      `DELETE FROM search_text WHERE resource_id = (${first})`,
    ],
    [
      'search text that is missing, where a word finds few rows',
      ['query', '--filter', 'nowhere', ...offline],
      `DELETE FROM search_text WHERE resource_id = (${first})`,
    ],
    [
      'a row that is missing, where a word finds its text',
      ['query', '--filter', 'nowhere', ...offline],
      `UPDATE search_text SET text = text || ' nowhere' WHERE resource_id = (${first});
       DELETE FROM row_instances WHERE _row = (${first})`,
    ],
  ])(
    '%s: is named with the scope, which is read again at the next sync, and nothing else',
    async (_, words, sql) => {
      const right = await ask(made.cache, words)
      const file = copy()
      const scope = change(file, (db) => {
        const line = db
          .prepare(`SELECT s.profile, s.region FROM scope s JOIN row_instances r ON r._scope = s.scope_id
                  ORDER BY r._row LIMIT 1`)
          .get() as { profile: string; region: string }
        db.exec(sql)
        return line
      })
      const { code, err } = await ask(file, words)
      expect(err).toContain(`holds damaged rows`)
      expect(err).toContain(`${scope.profile}/${scope.region} (instances)`)
      expect(err).toContain('The next sync reads them again')
      expect(code).toBe(1)
      // Nothing has been read since, and the answer says so.
      expect((await ask(file, words)).code).toBe(1)
      const seen = readSeen(file)
      const before = made.endpoint.countRequests()
      const online = words.filter((word) => word !== '--offline')
      const again = await ask(file, [...online, '--fresh', '1000d'])
      expect(again.err).not.toContain('damaged')
      expect([again.code, again.rows]).toEqual([0, right.rows])
      // Its identity, its regions and one page.
      expect(made.endpoint.countRequests() - before).toBeLessThanOrEqual(3)
      expect((await ask(file, ['cache', 'check', '--output', 'json'])).code).toBe(0)
      // What was known of the resources before is still known.
      for (const [id, at] of seen) expect(readSeen(file).get(id), id).toBe(at)
    },
  )

  test('a bit within a string of a document is found by the full check, and by an answer that prints it', async () => {
    const file = copy()
    // A letter of a name: what is read is JSON, and the resource has its id.
    flipInDocument(file, 'AmiLaunchIndex')
    const check = await ask(file, ['cache', 'check', '--output', 'json'])
    expect(check.err).toMatch(/i-[0-9a-f]{17}: its document is not what was stored/)
    expect(check.code).toBe(1)
    expect((await ask(file, whole)).err).toContain('holds damaged rows')
    expect((await ask(file, ['cache', '--output', 'json'])).code).toBe(0)
  })

  test('a column that is not what the document gives is found by the full check', async () => {
    const file = copy()
    change(file, (db) => db.exec(`UPDATE row_instances SET State = 'runninf' WHERE _row = (${first})`))
    const { code, err } = await ask(file, ['cache', 'check', '--output', 'json'])
    expect(err).toMatch(/: its column "State" is not what its document gives/)
    expect(code).toBe(1)
  })
})

describe('muster cache', () => {
  test('shows in a table the kinds with the most rows', async () => {
    const { out } = await ask(copy(), ['cache'])
    expect(out.split('\n')[1]).toMatch(/ 80 instances +pages sound +0$/)
  })

  test('shows what the file is', async () => {
    const { out, code } = await ask(copy(), ['cache', '--output', 'json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual([
      {
        File: expect.stringContaining('copy.db'),
        Bytes: expect.any(Number),
        WalBytes: expect.any(Number),
        Schema: 12,
        Scopes: 8,
        Rows: { instances: 80 },
        Integrity: 'pages sound',
        Problems: 0,
      },
    ])
  })

  test('says if there is no cache, and makes none', async () => {
    const file = join(temporaryFolder(), 'none.db')
    for (const verb of [[], ['check'], ['rebuild']]) {
      const { code, err } = await ask(file, ['cache', ...verb])
      expect([code, err]).toEqual([1, `muster: There is no cache ${file}: run \`muster sync\`.\n`])
    }
    expect(existsSync(file)).toBe(false)
  })

  test('rebuild keeps sound scopes with their times, marks the others, and leaves the old file beside', async () => {
    const file = copy()
    change(file, (db) => {
      db.exec(`UPDATE row_instances SET _first_seen = 1000 + _row % 7`)
      db.exec(`UPDATE document SET body = x'ff00' WHERE resource_id = (SELECT min(_row) FROM row_instances)`)
    })
    const seen = readSeen(file)
    const before = readFileSync(file)
    const { code, out, err } = await ask(file, ['cache', 'rebuild', '--output', 'json'])
    expect(err).toMatch(/: some of its rows were damaged\n/)
    expect(code).toBe(0)
    const [row] = JSON.parse(out)
    expect(row).toMatchObject({ Old: `${file}.old`, Scopes: 8, Rows: 79, Damaged: 1, Lost: 0 })
    expect(readFileSync(`${file}.old`).equals(before)).toBe(true)
    const seenAfter = readSeen(file)
    expect(seenAfter.size).toBe(79)
    for (const [id, at] of seenAfter) expect(at).toBe(seen.get(id))
    const answer = await ask(file, ['query', ...offline])
    expect([answer.code, answer.rows]).toEqual([3, 79])
    const again = await ask(file, ['query', '--output', 'ndjson', '--fresh', '1000d'])
    expect([again.code, again.rows]).toEqual([0, 80])
    expect((await ask(file, ['cache', 'check', '--output', 'json'])).code).toBe(0)
  })

  test('rebuild makes a file that can be used of every damaged one, and loses no sound scope of it', async () => {
    for (let seed = 200; seed < 200 + casesOf(10); seed += 1) {
      const file = copy()
      flipBits(file, seed, 12)
      const rebuilt = await ask(file, ['cache', 'rebuild', '--output', 'json'])
      expect([rebuilt.code, rebuilt.err], String(seed)).toEqual([0, expect.not.stringMatching(/bug/)])
      expect((await ask(file, ['cache', 'check', '--output', 'json'])).err, String(seed)).toBe('')
      expect((await ask(file, ['query', ...offline])).code, String(seed)).not.toBe(1)
      const again = await ask(file, ['query', '--output', 'ndjson', '--sync'])
      expect([again.code, again.rows], `${seed} ${again.err}`).toEqual([0, 80])
    }
  })

  test('rebuild ends with a file in place of each of others, the damaged schema among them', () => {
    for (let seed = 300; seed < 300 + casesOf(60); seed += 1) {
      const file = copy()
      flipBits(file, seed, 12)
      const { old } = rebuildCache(file, kinds, rowMaker, () => {})
      expect([existsSync(file), existsSync(old)], String(seed)).toEqual([true, true])
    }
  })

  test('rebuild removes what one that was killed has left beside the file, and leaves nothing itself', () => {
    const file = copy()
    const left = ['.rebuilding', '.rebuilding-wal', '.rebuilding.2'].map((end) => `${file}${end}`)
    for (const name of left) writeFileSync(name, 'half a cache')
    rebuildCache(file, kinds, rowMaker, () => {})
    const beside = readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.`))
    expect(beside).toEqual([`${basename(file)}.old`])
  })

  test('rebuild takes a file that is larger than what Node reads at once', () => {
    const file = copy()
    // Pages that nothing needs, behind the last one: they take no room on the disk.
    truncateSync(file, 2 ** 31 + 4096)
    const { rows } = rebuildCache(file, kinds, rowMaker, () => {})
    expect(rows).toBe(80)
  })

  test("rebuild leaves a file that is not muster's alone", async () => {
    const file = join(temporaryFolder(), 'other.db')
    const db = new Sqlite(file)
    db.exec('CREATE TABLE recipe (name TEXT)')
    db.close()
    const before = readFileSync(file)
    const { code, err } = await ask(file, ['cache', 'rebuild'])
    expect([code, err]).toEqual([1, expect.stringContaining('is an SQLite file of another program')])
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})

/** Lines in which the last letter or digit of a column is another one, as a bit of it would make it. */
function oneLetter(
  table: string,
  key: string,
  columns: readonly string[],
): [string, (db: Database) => void][] {
  return columns.map((column) => [
    `another letter in ${column} of ${table}`,
    (db) => {
      // What a bit changes is seen by no trigger.
      for (const event of ['insert', 'update']) db.exec(`DROP TRIGGER ${table}_${event}`)
      const length = `length(${column})`
      const other = `unicode(substr(${column}, ${length}))`
      db.exec(`UPDATE ${table} SET ${column} = substr(${column}, 1, ${length} - 1) || char((${other} | 1) - (${other} & 1))
        WHERE ${key} = (SELECT max(${key}) FROM ${table})`)
    },
  ])
}

/** A copy of the sound cache, alone in its folder. */
function copy(): string {
  const file = join(temporaryFolder(), 'copy.db')
  for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  copyFileSync(made.cache, file)
  return file
}

function change<T>(file: string, work: (db: Database) => T): T {
  const db = new Sqlite(file)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

async function ask(file: string, words: readonly string[]) {
  const ended = await runInProcess(made, ...words, '--cache', file)
  return { ...ended, rows: ended.out.trim() === '' ? 0 : ended.out.trim().split('\n').length }
}

function readSeen(file: string): ReadonlyMap<string, number> {
  return change(
    file,
    (db) =>
      new Map(db.prepare('SELECT _id, _first_seen FROM row_instances').raw().all() as [string, number][]),
  )
}
