import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope } from '../../src/model.ts'
import type { StoredRow } from '../../src/store/cells.ts'
import { type LedgerLine, readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { orderRows, type PlacedRow } from '../../src/store/order-rows.ts'
import { placeCheckOf } from '../../src/store/place-check.ts'
import { scanCells, scanDocuments } from '../../src/store/scan-rows.ts'
import { scanTexts } from '../../src/store/scan-texts.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const instances = findKind('instances')
const line = { scopeId: 7, rows: 0 } as LedgerLine

describe('the rows of a scope', () => {
  test('stand group by group, each at the place of its first member, in chunks that cut none', () => {
    const dice = random(21)
    for (let round = 0; round < 300; round += 1) {
      const rows = Array.from({ length: Math.floor(dice() * 200) }, (_, place): PlacedRow => {
        const group = dice() < 0.1 ? null : `r-${Math.floor(dice() * 60)}`
        return [7 * 2 ** 32 + place, group, null]
      })
      // What is expected here knows of a row without a group that it stands alone.
      const groups = [...Map.groupBy(rows, ([row, group]) => group ?? row).values()]
      const size = 1 + Math.floor(dice() * 20)
      const order = ordered(rows)
      const chunks = [...order.chunks(order.numberAt, () => size)]
      expect(chunks.flat()).toEqual(groups.flat().map(([row]) => row))
      expect(order.total).toBe(rows.length)
      const groupOf = new Map(rows.map(([row, group]) => [row, group ?? row]))
      chunks.slice(1).forEach((chunk, place) => {
        expect(groupOf.get(chunk[0] ?? 0)).not.toBe(groupOf.get(chunks[place]?.at(-1) ?? 0))
      })
      for (const chunk of chunks.slice(0, -1)) {
        const last = groupOf.get(chunk.at(-1) ?? 0)
        expect(chunk.length).toBeGreaterThanOrEqual(size)
        expect(chunk.filter((row) => groupOf.get(row) !== last).length).toBeLessThan(size)
      }
    }
  })

  test('are refused if one is there twice, or is not in its group', () => {
    const rows = [3, 1, 2, 1].map((row): PlacedRow => [row, `r-${row}`, null])
    expect(() => ordered(rows)).toThrow('a row is there twice')
    const moved = rows.slice(1).map(([row]): PlacedRow => [row, 'r-1', placeCheckOf(`r-${row}`, 0) / 2 ** 24])
    expect(() => ordered(moved)).toThrow('its group or its place is not what was stored')
  })

  test.each([100, 25_000])('come in one order, however they are read: %i of them', (count) => {
    const store = openStore(join(temporaryFolder(), 'cache.db'))
    onTestFinished(() => store.close())
    const dice = random(5)
    // Of a reading that was cut off, members of a group may stand far from the others.
    const rows = Array.from({ length: count }, (_, place) => ({
      id: `i-${place}`,
      group: `r-${dice() < 0.1 ? Math.floor(place / 2) : place}`,
    }))
    fill(store, rows)
    const expected = [...Map.groupBy(rows, ({ group }) => group).values()].flat().map(({ id }) => id)
    const lines = readLedger(store)
    const request = { paths: [], groupFields: false, origin: [], condition: null, first: 250 }
    const cells = [{ member: 'InstanceId', sql: 'r._id', type: 'text' as const }]
    const byCells = [...scanCells(store, lines, instances, { ...request, cells }, [0])]
    expect(byCells.flat().flat()).toEqual(expected)
    const byDocuments = [...scanDocuments(store, lines, instances)].flat()
    expect(byDocuments.map(({ body }) => body.InstanceId)).toEqual(expected)
    const byTexts = [...scanTexts(store, lines, instances, { depth: null, origin: false })].flat()
    expect(byTexts.map(({ text }) => JSON.parse(text).InstanceId)).toEqual(expected)
  })
})

function ordered(rows: readonly PlacedRow[]) {
  return orderRows(rows, instances, 'cache.db', line, (places) =>
    places.map((place) => rows[place]?.[1] as string),
  )
}

function fill(store: Store, stored: readonly { id: string; group: string }[]): void {
  const writer = makeWriter(store)
  const scope: ResolvedScope = {
    profile: 'prod',
    account: '111122223333',
    region: 'eu-west-1',
    kind: 'instances',
  }
  const attempt = writer.beginScope(scope, 1)
  const rows = stored.map(({ id, group }): StoredRow => {
    const fields = { ReservationId: group }
    return {
      resource: { id, group: { id: group, fields }, body: { InstanceId: id } },
      values: [],
      search: id,
    }
  })
  const places = rows.map((_, place) => place)
  writer.savePage(attempt, rows, places, 1)
  writer.finishScope(attempt, 1)
}
