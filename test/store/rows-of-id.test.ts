import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope } from '../../src/model.ts'
import { DamagedCache, DamagedScope } from '../../src/store/damage.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open-store.ts'
import { requireRowsOfId } from '../../src/store/rows-of-id.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { flipBits, placeOf } from '../helpers/damage.ts'
import { saveReading } from '../helpers/save-reading.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const subnets = findKind('subnets')
const id = 'subnet-0123456789abcdef0'

test('a bit that is wrong in the index of the ids is found though another account has the resource, too', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'inventory.db')
  const store = openStore(file, [subnets])
  for (const account of ['111122223333', '444455556666']) {
    const scope: ResolvedScope = { profile: account, account, region: 'eu-west-1', kind: 'subnets' }
    const body = { SubnetId: id, OwnerId: '111122223333' }
    saveReading(makeWriter(store), scope, [[{ id, group: null, body }]], 1)
  }
  store.close()
  const copy = join(folder, 'copy.db')
  let [named, wrong] = [0, 0]
  for (let place = placeOf(file, id); ; ) {
    copyFileSync(file, copy)
    flipBits(copy, 5, 1, { from: place + 10, to: place + 11 })
    const { found, error } = ask(copy)
    const isNamed = error instanceof DamagedScope || error instanceof DamagedCache
    if (isNamed) named += 1
    else expect(error).toBeNull()
    if (!isNamed && found !== 2) wrong += 1
    try {
      place = placeOf(file, id, place + 1)
    } catch {
      break
    }
  }
  expect([named > 1, wrong]).toEqual([true, 0])
  expect(ask(file)).toEqual({ found: 2, error: null })
})

/** How many rows the index leads to, and what is thrown. */
function ask(file: string): { readonly found: number; readonly error: unknown } {
  const store = openStore(file, [subnets])
  try {
    const condition = { sql: '1', parameters: [], columns: [], document: false, id }
    requireRowsOfId(store, subnets, readLedger(store), condition)
    const count = store.db.prepare(
      'SELECT count(*) FROM row_subnets INDEXED BY row_subnets_identity WHERE _scope > 0 AND _id = ?',
    )
    return { found: count.pluck().get(id) as number, error: null }
  } catch (error) {
    return { found: 0, error }
  } finally {
    store.close()
  }
}
