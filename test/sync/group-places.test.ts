import { expect, test } from 'vitest'
import { makeGroupPlaces } from '../../src/sync/group-places.ts'

const forms = [
  (n: number) => `r-${n.toString(16).padStart(17, '0')}`,
  (n: number) => `r-${n.toString(16)}`,
  (n: number) => `r-${n.toString(16).padStart(8, 'f')}`,
  (n: number) => `r-${n.toString(16)}0000000000000`.slice(0, 19),
  (n: number) => `r-${n.toString(16).toUpperCase().padStart(8, '0')}`,
  (n: number) => `group ${n}`,
  (n: number) => `r-${n}00000000000000000000`,
]

test('groups of any id have the places that a map of texts gives them', () => {
  const expected = new Map<string, { readonly place: number; members: number }>()
  const groups = makeGroupPlaces()
  groups.set('r-5', 70_000, 3)
  expected.set('r-5', { place: 70_000, members: 3 })
  for (let n = 0; n < 60_000; n += 1) {
    // Each id comes about twice, somewhere.
    const seed = (Math.imul(n, 2_654_435_761) >>> 0) % 4000
    const id = (forms[n % forms.length] as (typeof forms)[0])(seed)
    const known = expected.get(id) ?? { place: n, members: 0 }
    expect(groups.add(id, n)).toEqual([known.place, known.members])
    expected.set(id, { ...known, members: known.members + 1 })
  }
  expect(expected.size).toBeGreaterThan(20_000)
})

test('ids that differ in leading zeros alone are different groups', () => {
  const groups = makeGroupPlaces()
  const ids = Array.from({ length: 18 }, (_, zeros) => `r-${'0'.repeat(zeros)}`)
  ids.forEach((id, place) => {
    expect(groups.add(id, place)).toEqual([place, 0])
  })
})
