import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { JsonObject, ResolvedScope } from '../../src/model.ts'
import { checkAll } from '../../src/store/check-cache.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'volumes',
}
const makeRow = rowMaker(findKind('volumes'))

test('a page stores the last of what it brings twice, and nothing of a page that fails', () => {
  const store = openStore(join(temporaryFolder(), 'inventory.db'))
  onTestFinished(() => store.close())
  const writer = makeWriter(store)
  const attempt = writer.beginScope(scope, 1000)
  const save = (...volumes: readonly JsonObject[]) => {
    const rows = volumes.map((body) =>
      makeRow({ id: body.VolumeId as string, group: null, body, text: `text of ${body.Size}` }),
    )
    writer.savePage(attempt, rows, [...rows.keys()], 1000)
  }
  const volume = (number: number, Size: number) => ({ VolumeId: `vol-${number}`, Size })
  // As many as fill no number of batches.
  const all = Array.from({ length: 37 }, (_, number) => volume(number, number))
  // SQLite has no such id: rows before it wait for their batch then.
  const unfit = { VolumeId: {} as string, Size: 1 }
  expect(() => save(...Array.from({ length: 45 }, (_, number) => volume(number, 1)), unfit)).toThrow()
  save(...all, volume(36, 360), volume(3, 300), volume(3, 301))
  // The second is what was stored, and not what came just now.
  save(volume(3, 302), volume(3, 301))
  writer.finishScope(attempt, 1000)
  const stored = store.db
    .prepare(
      `SELECT r._id AS id, json(d.body) AS body, s.text, t.hash FROM row_volumes r
       LEFT JOIN document d ON d.resource_id = r._row LEFT JOIN search_text s ON s.resource_id = r._row
       LEFT JOIN answer_text t ON t.resource_id = r._row ORDER BY r._row`,
    )
    .all()
  const expected = all.map((body, number) => {
    const last = number === 36 ? volume(36, 360) : number === 3 ? volume(3, 301) : body
    const { search } = makeRow({ id: last.VolumeId, group: null, body: last })
    return { id: last.VolumeId, body: JSON.stringify(last), text: search, hash: `text of ${last.Size}` }
  })
  expect(stored).toEqual(expected)
  for (const table of ['document', 'search_text', 'answer_text'])
    expect(store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(37)
  expect(checkAll(store, rowMaker)).toEqual({ file: [], scopes: [] })
})
