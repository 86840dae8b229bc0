import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { seenAtOfRow } from '../../src/store/known-pages.ts'
import { machine, syncedMachine } from './in-process.ts'

const kinds =
  'instances,volumes,security-groups,network-interfaces,security-group-rules,instance-status,hosts'

describe('a cache that is synced again and again', () => {
  test.each([
    ['of pages that are full', false],
    ['of pages of any size, in an order of their own', true],
  ])(
    'holds what a new one holds, whatever has come, gone, moved and come back, %s',
    async (_, unevenPages) => {
      let edition = 0
      const options = { accounts: 2, regions: 2, instances: 90, unevenPages, edition: () => edition }
      const { muster, home, cache } = await machine(options)
      const newOnes = new Map<number, readonly string[]>()
      const contentOfNew = async (): Promise<readonly string[]> => {
        const fresh = join(home, `fresh-${edition}.db`)
        await muster('sync', '--kind', kinds, '--region', '*', '--cache', fresh)
        const content = contentOf(fresh, !unevenPages)
        newOnes.set(edition, content)
        return content
      }
      for (const next of [0, 0, 3, 3, 8, 0, 5]) {
        edition = next
        const result = await muster('sync', '--kind', kinds, '--region', '*')
        expect([0, 3]).toContain(result.code)
        const found = contentOf(cache, !unevenPages)
        expect(found).toEqual(newOnes.get(edition) ?? (await contentOfNew()))
        expect(found.length).toBeGreaterThan(300)
        expect((await muster('cache', 'check')).code).toBe(0)
      }
    },
  )

  test('neither reads nor writes anew what AWS gives as before, and only notes that it came', async () => {
    const { muster, cache } = await syncedMachine({ accounts: 1, regions: 1, instances: 50 })
    const db = new Sqlite(cache)
    // Nothing but a document that is written would put this right.
    db.exec(
      "UPDATE search_text SET text = 'as before'; UPDATE row_instances SET _seen_at = 1, InstanceType = 'as before'",
    )
    await muster('sync')
    const count = (sql: string) => db.prepare(`SELECT count(*) FROM ${sql}`).pluck().get()
    expect(count("search WHERE text = 'as before'")).toBe(50)
    expect(count(`row_instances r WHERE InstanceType = 'as before' AND ${seenAtOfRow} > 1`)).toBe(50)
    // A scope that was found damaged is written whole.
    db.exec('UPDATE scope SET set_id = NULL')
    await muster('sync')
    expect(count("search WHERE text = 'as before'")).toBe(0)
    expect(count("row_instances WHERE InstanceType = 'as before'")).toBe(0)
    db.close()
  })

  test('reads a scope again whose rows have been lost', async () => {
    const { muster, cache } = await syncedMachine({ accounts: 1, regions: 1, instances: 50 })
    const db = new Sqlite(cache)
    db.exec('DELETE FROM row_instances WHERE _row IN (SELECT _row FROM row_instances LIMIT 3)')
    expect((await muster('sync')).out).toMatch(/^50 instances /m)
    expect(db.prepare('SELECT count(*) FROM row_instances').pluck().get()).toBe(50)
    db.close()
  })
})

/** Every row with its columns, document and search text, without numbers and times; its place if `withPlaces`. */
function contentOf(file: string, withPlaces: boolean): readonly string[] {
  const db = new Sqlite(file, { readonly: true })
  const own = [
    '_row',
    '_scope',
    '_seen',
    '_seen_at',
    '_first_seen',
    '_changed_at',
    // The check is of group and place.
    ...(withPlaces ? [] : ['_position', '_check']),
  ]
  const tables = db.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'row\\_%' ESCAPE '\\'",
  )
  const rows = (tables.pluck().all() as string[]).flatMap((table) =>
    db
      .prepare(
        `SELECT r.*, s.account, s.region, s.kind, json(d.body) AS body, d.group_fields, t.text
         FROM "${table}" r JOIN scope s ON s.scope_id = r._scope LEFT JOIN document d ON d.resource_id = r._row
           LEFT JOIN search t ON t.resource_id = r._row`,
      )
      .all(),
  ) as Record<string, unknown>[]
  db.close()
  return rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row)
          .filter(([name]) => !own.includes(name))
          .sort(),
      ),
    )
    .sort()
}
