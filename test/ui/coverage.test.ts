import { expect, test } from 'vitest'
import { coverageText } from '../../src/ui/draw/footer.ts'
import { faultsText } from '../../src/ui/faults-text.ts'
import type { FaultLines } from '../../src/ui/protocol.ts'
import { coverage, now } from './state.ts'

const denied: FaultLines = {
  line: 'prod/eu-west-1 UnauthorizedOperation: no',
  next: 'Ask.',
  failed: true,
  scopes: ['prod/eu-west-1'],
}
const unread: FaultLines = {
  line: 'dev/eu-west-1: never synced',
  next: 'Sync.',
  failed: false,
  scopes: ['dev/eu-west-1'],
}

test.each([
  [{}, false, '6 of 6 scopes · oldest 0s'],
  [{ oldest: null, covered: 0 }, false, '0 of 6 scopes'],
  [
    { missing: 2, failed: 1, covered: 4, worst: 'why' },
    false,
    '4 of 6 scopes · oldest 0s · 2 missing, press !: why',
  ],
  [
    { missing: 2, failed: 1, covered: 4, worst: 'why' },
    true,
    '4 of 6 scopes · oldest 0s · 1 failed, press !: why',
  ],
  [{ missing: 2, covered: 4 }, true, '4 of 6 scopes · oldest 0s'],
  [
    { stale: 3, accepted: 1, skipped: 2 },
    false,
    '6 of 6 scopes · 3 stale · 1 failed as accepted · 2 skipped · oldest 0s',
  ],
])('%j, syncing %j, is told as %j', (change, syncing, text) => {
  expect(coverageText({ ...coverage, ...change }, now, syncing)).toBe(text)
})

test('what misses for good and what is on its way are told apart while a sync runs', () => {
  const report = { missing: [denied, unread], accepted: [], skipped: 0 }
  expect(faultsText(report, true)).toBe(
    'prod/eu-west-1 UnauthorizedOperation: no\n  -> Ask.\n\n1 being read now: dev/eu-west-1',
  )
  expect(faultsText(report, false)).toContain('dev/eu-west-1: never synced\n  -> Sync.')
})

test('nothing missing is said in a sentence', () => {
  expect(faultsText({ missing: [], accepted: [], skipped: 0 }, false)).toBe(
    'Everything that is selected could be read.',
  )
})
