import { describe, expect, test } from 'vitest'
import type { Fault, ResolvedScope, SyncEvent } from '../../src/model.ts'
import {
  addFigures,
  advanceProgress,
  figuresOf,
  noFigures,
  noProgress,
  type Progress,
} from '../../src/sync/progress.ts'

const start = Date.parse('2026-11-26T12:00:00Z')
const fault: Fault = { class: 'denied', code: 'UnauthorizedOperation', message: 'No.', next: 'Ask.' }

/** The progress after events, each at its second after the start. */
function progressAfter(...events: readonly (readonly [second: number, event: SyncEvent])[]): Progress {
  return events.reduce(
    (before, [second, event]) => advanceProgress(before, event, start + second * 1000),
    noProgress,
  )
}

const at = (progress: Progress, second: number) => figuresOf(progress, start + second * 1000)
const scope = (number: number): ResolvedScope => ({
  profile: 'prod',
  account: String(111_111_111_111 + number),
  region: 'eu-west-1',
  kind: 'instances',
})
const planned = (scopes: number): SyncEvent => ({ type: 'planned', scopes })
const started = (number: number, resumed = 0): SyncEvent => ({
  type: 'scope-started',
  scope: scope(number),
  resumed,
})
const page = (number: number, count: number): SyncEvent => ({
  type: 'page-stored',
  scope: scope(number),
  count,
})
const finished = (number: number): SyncEvent => ({
  type: 'scope-finished',
  scope: scope(number),
  rows: 1,
  changes: null,
})
const throttled = (number: number): SyncEvent => ({
  type: 'scope-throttled',
  scope: scope(number),
  wait: 900,
})
const waiting = (number: number): SyncEvent => ({ type: 'scope-waiting', scope: scope(number) })

describe('the progress of a sync', () => {
  test('says what is done before the first scope is read: planning, then signing in', () => {
    expect(at(noProgress, 0)).toEqual(noFigures)
    expect(at(progressAfter([0, planned(6)]), 0)).toMatchObject({ phase: 'signing in', scopes: 6 })
    expect(at(progressAfter([0, planned(6)], [1, started(1)]), 1).phase).toBe('reading')
  })

  test('counts scopes, pages, rows and faults; a region that is not enabled is done as well', () => {
    const progress = progressAfter(
      [0, planned(2)],
      [0, { type: 'scopes-resolved', from: { ...scope(1), region: null }, scopes: [scope(1), scope(2)] }],
      [1, started(1)],
      [1, page(1, 1000)],
      [1, page(1, 24)],
      [1, finished(1)],
      [2, { type: 'scope-skipped', scope: scope(2) }],
      [2, { type: 'scope-failed', scope: scope(3), fault }],
    )
    expect(at(progress, 2)).toMatchObject({ scopes: 3, done: 3, pages: 2, rows: 1024, faults: 1 })
  })

  test.each([
    ['its next page', page(1, 5)],
    ['its end', finished(1)],
    ['its failure', { type: 'scope-failed', scope: scope(1), fault } as const],
    ['another attempt', started(1)],
  ])('counts a scope as throttled until %s, once however often it is throttled', (_, next) => {
    const before = progressAfter(
      [0, planned(3)],
      [0, started(1)],
      [1, throttled(1)],
      [2, throttled(1)],
      [2, throttled(2)],
    )
    expect(at(before, 2).throttled).toBe(2)
    expect(at(advanceProgress(before, next, start + 3000), 3).throttled).toBe(1)
    // What was is not changed by what comes: the same event gives the same again.
    expect(at(advanceProgress(before, next, start + 3000), 3).throttled).toBe(1)
  })

  test('counts scopes that another muster reads until it has ended, and those that go on where one stopped', () => {
    const before = progressAfter([0, planned(3)], [0, waiting(1)], [0, waiting(2)], [1, started(3, 4)])
    expect(at(before, 1)).toMatchObject({ waiting: 2, resumed: 1, phase: 'reading' })
    expect(at(advanceProgress(before, finished(1), start + 2000), 2)).toMatchObject({ waiting: 1, done: 1 })
  })

  test('stays quick when tens of thousands of scopes wait', () => {
    let progress = progressAfter([0, planned(40_000)])
    for (let number = 0; number < 40_000; number += 1)
      progress = advanceProgress(progress, waiting(number), start)
    expect(at(progress, 0).waiting).toBe(40_000)
    for (let number = 0; number < 40_000; number += 1)
      progress = advanceProgress(progress, finished(number), start)
    expect(at(progress, 0)).toMatchObject({ waiting: 0, done: 40_000 })
  })

  test('gives rows a second over the last five seconds, not since the start', () => {
    const busy = progressAfter(
      [0, planned(2)],
      [0, started(1)],
      ...[0, 1, 2, 3].map((s) => [s, page(1, 1000)] as const),
    )
    expect(at(busy, 4).rowsPerSecond).toBe(1000)
    expect(at(busy, 60).rowsPerSecond).toBe(0)
    const again = advanceProgress(busy, page(1, 5000), start + 60_000)
    expect(at(again, 61).rowsPerSecond).toBe(1000)
    expect(again.recent).toHaveLength(1)
  })

  test('does not make a wild rate of a page that came at once, nor of a clock that was set back', () => {
    const progress = progressAfter([0, planned(2)], [0, started(1)], [0.01, page(1, 1000)])
    expect(at(progress, 0.02).rowsPerSecond).toBe(1000)
    expect(at(progress, -3600).rowsPerSecond).toBe(0)
  })

  test('estimates the time left by the scopes that ended lately', () => {
    const ends = upTo(10).map((number) => [number + 0.5, finished(number)] as const)
    const progress = progressAfter([0, planned(50)], [0, started(0)], ...ends)
    expect(at(progress, 10).secondsLeft).toBe(40)
  })

  test.each([
    ['at the beginning', 2, [0.5, 1, 1, 1, 1, 1.5]],
    ['when few scopes end', 10, [4, 8]],
    ['when none has ended for a while', 14, [1, 2, 3, 4, 5, 6, 7]],
  ])('gives no time %s', (_, second, ends) => {
    const progress = progressAfter(
      [0, planned(20)],
      [0, started(0)],
      ...ends.map((end, number) => [end, finished(number)] as const),
    )
    expect(at(progress, second).secondsLeft).toBeNull()
  })

  test('gives no time while the number of scopes still grows, nor when all are read', () => {
    const ends = upTo(10).map((number) => [number + 0.5, finished(number)] as const)
    const more: SyncEvent = { type: 'scopes-resolved', from: scope(1), scopes: upTo(17).map(scope) }
    expect(
      at(progressAfter([0, planned(50)], [0, started(0)], ...ends, [9.5, more]), 10).secondsLeft,
    ).toBeNull()
    expect(at(progressAfter([0, planned(10)], [0, started(0)], ...ends), 10).secondsLeft).toBeNull()
  })

  test('gives no time when all scopes that are left are throttled, or read by another muster', () => {
    const ends = upTo(10).map((number) => [number + 0.5, finished(number)] as const)
    const throttled: SyncEvent = { type: 'scope-throttled', scope: scope(11), wait: 100 }
    const waiting: SyncEvent = { type: 'scope-waiting', scope: scope(12) }
    const left = (scopes: number) =>
      at(progressAfter([0, planned(scopes)], [0, started(0)], ...ends, [9.6, throttled], [9.6, waiting]), 10)
    expect(left(13).secondsLeft).not.toBeNull()
    expect(left(12).secondsLeft).toBeNull()
  })

  test('of several syncs is one: the counts added, the longest time', () => {
    const one = { ...noFigures, phase: 'reading', scopes: 6, done: 3, rows: 9, secondsLeft: 5 } as const
    const two = { ...one, secondsLeft: 40, throttled: 1 }
    expect(addFigures([one, two])).toMatchObject({
      scopes: 12,
      done: 6,
      rows: 18,
      secondsLeft: 40,
      throttled: 1,
    })
    expect(addFigures([one, { ...two, secondsLeft: null }]).secondsLeft).toBeNull()
    expect(addFigures([one, { ...two, done: 6, secondsLeft: null }]).secondsLeft).toBe(5)
    expect(addFigures([noFigures, one]).phase).toBe('reading')
  })
})

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
