import { compareKeys, type SortKey } from '../kinds/order.ts'
import type { RowRun } from '../store/runs.ts'

/** A run and the place of its scope among the scopes. */
export interface PlacedRun extends RowRun {
  readonly place: number
}

/** Ids that are merged before other work may be done. */
const stretch = 8192

/**
 * Brings runs into one order: by key, then by scope, then as AWS gave the rows. Yields now and then, so that the
 * caller can do other work meanwhile; returns the ids.
 */
export function* mergeRuns(runs: readonly PlacedRun[], descending: boolean): Generator<void, Float64Array> {
  const total = runs.reduce((sum, { ids }) => sum + ids.length, 0)
  const ids = new Float64Array(total)
  const ordered = [...runs].sort((a, b) => compareHeads(a, 0, b, 0, descending))
  let filled = 0
  // Runs that follow one another are only joined: always without a sort, mostly when sorted by profile or region.
  if (isInOrder(ordered, descending)) {
    for (const run of ordered) {
      ids.set(run.ids, filled)
      filled += run.ids.length
      yield
    }
    return ids
  }
  const heap = ordered.map((run) => ({ run, at: 0 }))
  while (heap.length > 0) {
    const head = heap[0] as Head
    ids[filled] = head.run.ids[head.at] as number
    filled += 1
    head.at += 1
    if (head.at === head.run.ids.length) {
      const last = heap.pop() as Head
      if (heap.length > 0) heap[0] = last
    }
    siftDown(heap, descending)
    if (filled % stretch === 0) yield
  }
  return ids
}

interface Head {
  readonly run: PlacedRun
  at: number
}

function isInOrder(runs: readonly PlacedRun[], descending: boolean): boolean {
  return runs.every((run, index) => {
    const before = runs[index - 1]
    return !before || compareHeads(before, before.ids.length - 1, run, 0, descending) <= 0
  })
}

function siftDown(heap: Head[], descending: boolean): void {
  let at = 0
  for (;;) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && isBefore(heap[child] as Head, heap[least] as Head, descending)) least = child
    }
    if (least === at) return
    const moved = heap[at] as Head
    heap[at] = heap[least] as Head
    heap[least] = moved
    at = least
  }
}

function isBefore(a: Head, b: Head, descending: boolean): boolean {
  return compareHeads(a.run, a.at, b.run, b.at, descending) < 0
}

function compareHeads(a: PlacedRun, at: number, b: PlacedRun, bt: number, descending: boolean): number {
  if (a.keys && b.keys) {
    const order = compareKeys(keyAt(a.keys, at), keyAt(b.keys, bt), descending)
    if (order !== 0) return order
  }
  return a.place - b.place || (a.positions[at] as number) - (b.positions[bt] as number)
}

function keyAt(keys: readonly SortKey[], at: number): SortKey {
  return keys[at] ?? null
}
