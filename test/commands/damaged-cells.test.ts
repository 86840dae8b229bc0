import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flipBits, placeOf } from '../helpers/damage.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { runInProcess } from './in-process.ts'
import { openMachine } from './program.ts'

let made: Awaited<ReturnType<typeof openMachine>>

beforeAll(async () => {
  made = await openMachine({ accounts: 4, regions: 2, instances: 80 })
  await made.muster('sync')
})
afterAll(() => made.close())

const table = 'row_instances NOT INDEXED'
const index = 'row_instances INDEXED BY row_instances_state'

describe('a bit that is wrong in the cell of a column', () => {
  test.each<[asked: string, column: string, words: readonly string[]]>([
    ['by a saved query whose rows SQLite sorts', 'State', ['running']],
    [
      'by one whose rows are not sorted',
      'State',
      ["Reservations[].Instances[?State.Name=='running'].InstanceId"],
    ],
    ['by a count', 'State', ["length(Reservations[].Instances[?State.Name=='running'][])"]],
    ['for whole resources', 'State', ["Reservations[].Instances[?State.Name=='running'][]"]],
    [
      'by a condition that SQLite cannot ask',
      'State',
      ["Reservations[].Instances[?join('', [State.Name])=='running'][].InstanceId"],
    ],
    [
      'in groups of an expression',
      'State',
      ["Reservations[].Instances[?State.Name=='running'][].{Type: InstanceType}", '--count-by', 'Type'],
    ],
    [
      'by a filter of a saved query, whose rows SQLite sorts',
      'InstanceType',
      ['running', '--filter', 'InstanceType:m'],
    ],
    [
      'by a filter of an expression whose rows are as they are stored',
      'InstanceType',
      ['Reservations[].Instances[].{Type: InstanceType}', '--filter', 'Type:m'],
    ],
    [
      'by a filter of one that looks into documents',
      'InstanceType',
      ['Reservations[].Instances[?Monitoring.State][].{Type: InstanceType}', '--filter', 'Type:m'],
    ],
    [
      'by counts of one that looks into documents',
      'InstanceType',
      [
        'Reservations[].Instances[?Placement][].{Type: InstanceType, Cores: CpuOptions.CoreCount}',
        '--count-by',
        'Type',
        '--sum',
        'Cores',
      ],
    ],
    ['by a filter', 'State', ['--filter', 'state=running']],
    ['by a filter over tags beside', 'State', ['--filter', 'state=running', '--columns', '+tag:Owner']],
    ['by a filter that leaves rows out', 'State', ['--filter', '!state=running']],
    ['in a table of counts', 'State', ['--filter', 'state=running', '--count-by', 'Region']],
    ['by a filter that asks for letters', 'State', ['--filter', 'State:/^running$/']],
    [
      'by a word beside a column that is an expression',
      'InstanceType',
      ['--filter', 'large', '--columns', '+CpuOptions.CoreCount'],
    ],
    [
      'by the id that one of them has',
      'InstanceId',
      ["Reservations[].Instances[?InstanceId=='THE-FIRST'][].InstanceId"],
    ],
    [
      'by the id that one of them has, for its members',
      'InstanceId',
      ["Reservations[].Instances[?InstanceId=='THE-FIRST'][].[InstanceId, Monitoring]"],
    ],
    [
      'by the id that one of them has, in an order',
      'InstanceId',
      [
        "Reservations[].Instances[?InstanceId=='THE-FIRST'][].{Id: InstanceId, Type: InstanceType}",
        '--sort',
        'Id',
      ],
    ],
    ['by the first of an order', 'LaunchTime', ['--sort', 'LaunchTime', '--limit', '3']],
    [
      'by the first rows of an expression',
      'LaunchTime',
      [
        'Reservations[].Instances[].{Id: InstanceId, LaunchTime: LaunchTime}',
        '--sort',
        'LaunchTime',
        '--limit',
        '3',
      ],
    ],
    [
      'by the last of an order',
      'LaunchTime',
      ['sort_by(Reservations[].Instances[], &LaunchTime)[-1].InstanceId'],
    ],
    [
      'by the end of a text',
      'InstanceType',
      ["Reservations[].Instances[?ends_with(InstanceType, 'large')][].InstanceId"],
    ],
  ])('is found where rows are chosen %s', async (_, column, words) => {
    const id = firstId()
    const replaced = words.map((word) => word.replace('THE-FIRST', id))
    const question = ['query', ...replaced, '--offline', '--output', 'json']
    const right = await ask(made.cache, question)
    expect([right.code, right.out.trim() !== '0'], right.err).toEqual([0, true])
    const file = copy()
    flipIn(file, column, table)
    const spoilt = await ask(file, question)
    expect([spoilt.code, spoilt.out], spoilt.err).toEqual([1, ''])
    const online = question.filter((word) => word !== '--offline')
    if (column === 'State') {
      // Its index has another text then: SQLite itself finds it, if it is asked.
      expect(spoilt.err).toMatch(/is damaged \(.*row_instances_state\): run `muster cache rebuild`/)
      expect((await ask(file, ['cache', 'rebuild'])).code).toBe(0)
      expect(await ask(file, question)).toMatchObject({ code: 0, out: right.out })
      return
    }
    expect(spoilt.err).toContain('holds damaged rows')
    expect(spoilt.err).toContain(`the column ${column} of a row is not what was stored`)
    const later = await ask(file, question)
    expect([later.code, later.err]).toEqual([3, expect.stringContaining('damaged')])
    expect(await ask(file, [...online, '--fresh', '1000d'])).toMatchObject({ code: 0, out: right.out })
    expect((await ask(file, ['cache', 'check', '--output', 'json'])).code).toBe(0)
  })

  test.each<[asked: string, column: string, statement: string]>([
    ['a condition', 'InstanceType', "SELECT count(*) FROM instances WHERE InstanceType <> 'x'"],
    ['an order', 'LaunchTime', 'SELECT InstanceId FROM instances ORDER BY "LaunchTime" LIMIT 3'],
    [
      'columns that are not named',
      'InstanceType',
      'SELECT DISTINCT * FROM (SELECT * FROM instances) LIMIT 2',
    ],
  ])('is found by %s of a statement', async (_, column, statement) => {
    const question = ['sql', statement, '--output', 'json']
    expect((await ask(made.cache, question)).code).toBe(0)
    const file = copy()
    flipIn(file, column, table)
    const other = ['sql', 'SELECT count(*) FROM instances WHERE PrivateIpAddress IS NULL', '--output', 'json']
    expect((await ask(file, other)).code).toBe(0)
    const spoilt = await ask(file, question)
    expect([spoilt.code, spoilt.out], spoilt.err).toEqual([1, ''])
    expect(spoilt.err).toContain(`the column ${column} of a row is not what was stored`)
  })

  test('is passed over where it stands in the index of the states: the rows themselves are asked', async () => {
    const question = ['query', '--filter', 'state=pending', '--offline', '--output', 'json']
    const right = await ask(made.cache, question)
    expect(JSON.parse(right.out).length).toBeGreaterThan(0)
    const file = copy()
    flipIn(file, 'State', index, 'pending')
    expect(await ask(file, question)).toMatchObject({ code: 0, out: right.out })
  })

  test.each<[asked: string, words: readonly string[]]>([
    ['an expression', ['query', "Reservations[].Instances[?InstanceId=='THE-FIRST'][].InstanceId"]],
    ['one for whole resources', ['query', "Reservations[].Instances[?InstanceId=='THE-FIRST'][]"]],
    ['a count', ['query', "length(Reservations[].Instances[?InstanceId=='THE-FIRST'][])"]],
    ['a filter', ['query', '--filter', 'InstanceId=THE-FIRST']],
    ['a search in all kinds', ['find', 'THE-FIRST']],
    ['a look at the resource', ['show', 'THE-FIRST']],
    ['a statement', ['sql', "SELECT InstanceId FROM instances WHERE InstanceId = 'THE-FIRST'"]],
  ])('is found or passed over where it stands in the index of the ids, by %s', async (_, words) => {
    const id = firstId()
    const question = words.map((word) => word.replace('THE-FIRST', id))
    const offline = words[0] === 'sql' ? [] : ['--offline']
    const ends = [...offline, '--output', 'json']
    const right = await ask(made.cache, [...question, ...ends])
    const file = copy()
    flipIn(file, '_id', 'row_instances INDEXED BY row_instances_identity', id)
    const spoilt = await ask(file, [...question, ...ends])
    if (spoilt.code === 0) expect(spoilt.out).toBe(right.out)
    else {
      expect([spoilt.code, spoilt.out], spoilt.err).toEqual([1, ''])
      expect(spoilt.err).toMatch(/is damaged \(.*row_instances_identity\): run `muster cache rebuild`/)
    }
  })

  test.each<[what: string, row: string]>([
    ['a value', '[InstanceType]'],
    ['an object', '{Id: InstanceId, Type: InstanceType}'],
  ])('does not matter beside the id of one resource, of which the document is read: %s', async (_, row) => {
    const question = ['query', `Reservations[].Instances[?InstanceId=='${firstId()}'][].${row}`]
    const ends = ['--offline', '--output', 'json']
    const right = await ask(made.cache, [...question, ...ends])
    expect(right.out).toMatch(/\w\d\w*\.\w/)
    const file = copy()
    flipIn(file, 'InstanceType', table)
    expect(await ask(file, [...question, ...ends])).toMatchObject({ code: 0, out: right.out })
  })

  test('is not found where rows are chosen by other columns', async () => {
    const file = copy()
    flipIn(file, 'State', table)
    const question = [
      'query',
      "Reservations[].Instances[?InstanceType!='x'][].InstanceId",
      '--offline',
      '--output',
      'json',
    ]
    expect(await ask(file, question)).toMatchObject({ code: 0, out: (await ask(made.cache, question)).out })
  })
})

test('another version in the header is said to be one, and rebuilt if tables of this version stand there', async () => {
  const question = ['query', 'length(Reservations[].Instances[])', '--offline', '--output', 'json']
  const right = await ask(made.cache, question)
  const own = readFileSync(made.cache).readUInt32BE(versionPlace)
  for (const version of [0, 1, 4, 9, own - 1, own + 1, own ^ 16, 99]) {
    const file = copy()
    const bytes = readFileSync(file)
    bytes.writeUInt32BE(version, versionPlace)
    writeFileSync(file, bytes)
    const { code, err } = await ask(file, question)
    expect([code, err], `version ${version}`).toEqual([1, expect.not.stringContaining('bug')])
    const isNewer = version === 99 || version === own + 1
    expect(err, `version ${version}`).toMatch(
      isNewer ? /by a newer muster|is damaged/ : /header says version/,
    )
    if (/newer muster/.test(err)) continue
    expect(err).toContain('run `muster cache rebuild`')
    expect((await ask(file, ['cache', 'rebuild'])).code).toBe(0)
    expect(await ask(file, question)).toMatchObject({ code: 0, out: right.out })
  }
})

/** Where SQLite keeps what a program calls the version of its tables: https://sqlite.org/fileformat.html */
const versionPlace = 60

describe('a bit that is wrong in a member of a document', () => {
  test.each<[asked: string, words: readonly string[]]>([
    [
      'a condition on it',
      ['query', 'Reservations[].Instances[?MetadataOptions.HttpTokens!=`null`][].InstanceId'],
    ],
    ['a condition on another member', ['query', "Reservations[].Instances[?Hypervisor=='xen'][].InstanceId"]],
    [
      'a condition that SQLite cannot ask',
      ['query', "Reservations[].Instances[?join('', [Hypervisor])=='xen'][]"],
    ],
    [
      'a condition whose rows are sorted',
      [
        'query',
        "Reservations[].Instances[?Hypervisor=='xen'][].{InstanceId: InstanceId}",
        '--sort',
        'InstanceId',
      ],
    ],
    ['a condition on a list', ['query', "Reservations[].Instances[?Tags[?Key=='Owner']][].InstanceId"]],
    ['a count', ['query', "length(Reservations[].Instances[?Hypervisor=='xen'][])"]],
    ['its list', ['query', 'Reservations[].Instances[].NetworkInterfaces[].SubnetId']],
    ['its group and a member', ['query', 'Reservations[].[ReservationId, Instances[].Hypervisor]']],
    ['a condition as a filter', ['query', '--filter', "[?Hypervisor=='xen']"]],
    ['a tag as a filter', ['query', '--filter', 'tag:Name=*']],
    ['a count by a tag', ['query', '--count-by', 'tag:Owner']],
    ['a column for each tag', ['query', '--columns', 'InstanceId,tag:*']],
    ['a statement', ['sql', "SELECT count(*) FROM instances WHERE document ->> '$.Hypervisor' = 'xen'"]],
  ])('is found by %s', async (_, words) => {
    const question = [...words, ...(words[0] === 'sql' ? [] : ['--offline']), '--output', 'json']
    const right = await ask(made.cache, question)
    expect(right.code, right.err).toBe(0)
    expect(right.out.trim()).not.toBe('[]')
    const file = copy()
    flipInDocument(file, 'ami-')
    const spoilt = await ask(file, question)
    expect([spoilt.code, spoilt.out], spoilt.err).toEqual([1, ''])
    expect(spoilt.err).toContain(`${firstId()}: its document is not what was stored`)
  })
})

describe('a bit that is wrong in the text that words are looked for in', () => {
  test.each<[asked: string, words: readonly string[]]>([
    ['a filter', ['query', '--filter', 'THE-NAME']],
    ['a filter that many rows meet', ['query', '--filter', 'running', '--columns', 'InstanceId']],
    ['a filter that leaves rows out', ['query', '--filter', '!nowhere']],
    ['a pattern', ['query', '--filter', '/THE-.AME|THE-NAME/']],
    ['a word beside a column', ['query', '--filter', 'THE-NAME state:n']],
    ['a word whose rows are sorted', ['query', '--filter', 'THE-NAME', '--sort', 'LaunchTime']],
    ['a table of counts', ['query', '--filter', 'THE-NAME', '--count-by', 'State']],
    ['a search in all kinds', ['find', 'THE-NAME']],
  ])('is found by %s', async (_, words) => {
    const [text, name] = firstText()
    const question = [
      ...words.map((word) => word.replaceAll('THE-NAME', name)),
      '--offline',
      '--output',
      'json',
    ]
    const right = await ask(made.cache, question)
    expect(right.code, right.err).toBe(0)
    expect(right.out.trim()).not.toBe('[]')
    const file = copy()
    flipInText(file, text, text.lastIndexOf(name) + 1)
    const spoilt = await ask(file, question)
    expect([spoilt.code, spoilt.out], spoilt.err).toEqual([1, ''])
    expect(spoilt.err).toContain('holds damaged rows')
    const online = question.filter((word) => word !== '--offline')
    const again = await ask(file, [...online, '--fresh', '1000d'])
    const withoutTimes = (out: string) => out.replaceAll(/"SyncedAt": .*/g, '')
    expect([again.code, withoutTimes(again.out)]).toEqual([0, withoutTimes(right.out)])
    expect((await ask(file, ['cache', 'check', '--output', 'json'])).code).toBe(0)
  })
})

/** Flips a bit of a text in the document of the first row. */
function flipInDocument(file: string, text: string): void {
  const read = () => {
    const db = new Sqlite(file)
    const body = db
      .prepare('SELECT d.body FROM row_instances r JOIN document d ON d.resource_id = r._row ORDER BY r._row')
      .pluck()
      .get() as Buffer
    db.close()
    return body
  }
  const body = read()
  const flip = (place: number) => flipBits(file, 5, 1, { from: place, to: place + 1 })
  const piece = body.subarray(body.indexOf(text), body.indexOf(text) + 24)
  for (let place = placeOf(file, piece); ; place = placeOf(file, piece, place + 1)) {
    flip(place + text.length)
    if (!read().equals(body)) return
    flip(place + text.length)
  }
}

/** Flips a bit of a search text, which may stand in parts of the file that SQLite no longer uses, too. */
function flipInText(file: string, text: string, at: number): void {
  const isThere = (): boolean => {
    const db = new Sqlite(file)
    const found = db.prepare('SELECT 1 FROM search_text WHERE text = ?').get(text)
    db.close()
    return found !== undefined
  }
  while (isThere()) {
    const place = placeOf(file, text)
    flipBits(file, 5, 1, { from: place + at, to: place + at + 1 })
  }
}

/** The search text of the first row, and the last value in it. */
function firstText(): readonly [text: string, name: string] {
  const db = new Sqlite(made.cache)
  const read = db.prepare('SELECT text FROM search_text WHERE text LIKE ? ORDER BY resource_id LIMIT 1')
  const text = read.pluck().get('%running%name=%') as string
  db.close()
  return [text, /name=(.*)/.exec(text)?.[1] ?? '']
}

function firstId(): string {
  const db = new Sqlite(made.cache)
  const id = db.prepare('SELECT _id FROM row_instances ORDER BY _row LIMIT 1').pluck().get()
  db.close()
  return String(id)
}

/** Flips a bit of the first text of a column that can be found in the file, where the table has it or an index. */
function flipIn(file: string, column: string, where: string, text?: string): void {
  const read = (): unknown[] => {
    const db = new Sqlite(file)
    try {
      return db.prepare(`SELECT _row, "${column}" FROM ${where} ORDER BY 1`).raw().all() as unknown[]
    } catch {
      return []
    } finally {
      db.close()
    }
  }
  const before = read()
  const values = before.map((row) => (row as [number, string | null])[1])
  const wanted = text ?? values.find((value) => value !== null) ?? ''
  for (let place = placeOf(file, wanted); ; place = placeOf(file, wanted, place + 1)) {
    const flip = () => flipBits(file, 5, 1, { from: place + 2, to: place + 3 })
    flip()
    const after = read()
    const changed = after.filter((row, at) => JSON.stringify(row) !== JSON.stringify(before[at]))
    if (after.length === before.length && changed.length === 1) return
    flip()
  }
}

function copy(): string {
  const file = join(temporaryFolder(), 'copy.db')
  copyFileSync(made.cache, file)
  return file
}

const ask = (file: string, words: readonly string[]) => runInProcess(made, ...words, '--cache', file)
