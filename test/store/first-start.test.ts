import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openBeside, openStore } from '../../src/store/open-store.ts'
import { damageOfLeadingTables } from '../../src/store/sound.ts'
import { launch, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('six programs that start at once on a new cache all find it usable', async () => {
  for (let round = 0; round < 6; round += 1) {
    const home = temporaryFolder()
    const env = { PATH: process.env.PATH ?? '', HOME: home }
    const starts = Array.from({ length: 6 }, () => {
      return launch(process.execPath, [program, 'status', '--cache', join(home, 'new.db')], env).ended
    })
    for (const { code, err } of await Promise.all(starts)) {
      expect(err).toBe('The cache is empty: run `muster sync`.\n')
      expect(code).toBe(0)
    }
  }
})

test.each([
  ['a new cache has long pages', null, 16_384],
  ['a cache of an older muster keeps its pages', 4096, 4096],
])('%s, and its log may become as long as another’s', (_, before, expected) => {
  const file = join(temporaryFolder(), 'new.db')
  if (before !== null) new Sqlite(file).exec(`PRAGMA page_size = ${before}; PRAGMA journal_mode = WAL`)
  for (const store of [openStore(file), openStore(file), openBeside(file)]) {
    expect(store.db.pragma('page_size', { simple: true })).toBe(expected)
    const pages = store.db.pragma('wal_autocheckpoint', { simple: true }) as number
    expect(pages * expected).toBe(32_768_000)
    store.close()
  }
})

test('a start that looks at a new cache while another one makes its tables finds no damage', () => {
  const file = join(temporaryFolder(), 'new.db')
  const db = new Sqlite(file)
  db.pragma('journal_mode = WAL')
  const readPragma = db.pragma.bind(db)
  // The other start is quicker: it has made all tables when this one asks for the version.
  db.pragma = (source, options) => {
    openStore(file).close()
    return readPragma(source, options)
  }
  expect(damageOfLeadingTables(db)).toBeNull()
  expect(damageOfLeadingTables(db)).toBeNull()
  db.close()
})
