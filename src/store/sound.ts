import type { Database } from 'better-sqlite3'
import { atOneMoment } from '../sqlite.ts'
import { damageOfSets } from './kind-tables.ts'
import { migrations } from './migrations.ts'
import { twinOfAccount, twinsSince } from './twins.ts'

/** The tables that lead to all others: small, so that each start can look through them. */
const leading = ['sqlite_schema', 'scope', 'scope_fault', 'account', 'profile', 'kind', 'migration', 'sync']

/**
 * What is wrong with the header, the schema and the tables on which every answer depends; null if nothing is. Takes 0.3
 * ms, and with 5,000 scopes 4; of many more, the lines alone are looked at that an answer reads. To be called before anything is written. Looks at one moment of the file: another process
 * may be making its tables just now.
 */
export function damageOfLeadingTables(db: Database): string | null {
  return atOneMoment(db, () => damageOfSnapshot(db))
}

function damageOfSnapshot(db: Database): string | null {
  const tables = new Set(['sqlite_schema', ...namesOfTables(db)])
  const names = tables.has('migration') ? namesOfMigrations(db) : null
  const version = db.pragma('user_version', { simple: true }) as number
  if (names === null) return version === 0 ? null : 'it lacks the table migration'
  const known = migrations.slice(0, names.length).every(({ name }) => names.includes(name))
  if (
    names.length <= migrations.length &&
    known &&
    version !== names.length &&
    // Both are written at once. A later version that differs by more is that of a newer muster.
    (version <= migrations.length || isOneBitOff(version, names.length))
  )
    return `its header says version ${version}, and its tables are those of version ${names.length}`
  for (const table of leading) {
    if (!tables.has(table)) {
      if (table === 'sqlite_schema' || version < migrations.length) continue
      return `it lacks the table ${table}`
    }
    if (ofScopes.includes(table) && hasManyScopes(db)) continue
    const [first] = db.pragma(`integrity_check('${table}')`) as { integrity_check: string }[]
    if (first && first.integrity_check !== 'ok') return first.integrity_check.replaceAll('\n', ' ')
  }
  if (names.length >= twinsSince) {
    const accounts = db.prepare(`SELECT account FROM account WHERE again IS NOT (${twinOfAccount})`).pluck()
    const account = accounts.get()
    if (account !== undefined) return `what is known of account ${account} is not what was stored`
  }
  return tables.has('kind') ? damageOfSets(db) : null
}

const ofScopes: readonly string[] = ['scope', 'scope_fault']
const manyScopes = 20_000

function hasManyScopes(db: Database): boolean {
  return ((db.prepare('SELECT max(scope_id) FROM scope').pluck().get() as number | null) ?? 0) > manyScopes
}

function isOneBitOff(version: number, other: number): boolean {
  const differing = (version ^ other) >>> 0
  return (differing & (differing - 1)) === 0
}

function namesOfMigrations(db: Database): readonly string[] {
  return db.prepare('SELECT name FROM migration ORDER BY name').pluck().all() as string[]
}

function namesOfTables(db: Database): readonly string[] {
  return db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[]
}
