import { rmSync } from 'node:fs'
import { pickFrom, random } from '../helpers/random.ts'
import { ask, difference, findUnclean, findWrongInside, type Inventory, placeOf, type Rows } from './judge.ts'
import { type Part, tally, wrongs } from './part.ts'
import { type Side, withSides } from './sides.ts'
import { makeWorld, pointAt, type World } from './world.ts'

/** Rounds with two processes, and as many with four. */
const whole = 12

/**
 * Two or four syncs at once on one cache, of selections that overlap, in pages of different sizes, of a fleet that has
 * lost and kept instances since the last time; meanwhile queries read. Every scope that somebody synced must be right in
 * the end, row by row, and every answer in between may hold only what the fleet had before or has now.
 */
export const processes: Part = ({ seed, share, deadline, report }) =>
  withSides({ accounts: 4, regions: 3 }, [900, 500], async (sides) => {
    const counts = tally(...figures)
    const wrong = wrongs(report)
    for (const many of [2, 4]) {
      const dice = random(seed * 10 + many)
      const world = makeWorld((sides[0] as Side).fleet, () => '')
      const held = new Map<string, Rows>()
      try {
        for (let round = 0; round < Math.ceil(whole * share); round += 1) {
          if (performance.now() > deadline) wrong.addLate(`${many} processes, round ${round}`)
          else await runTogether(many, round, { world, sides, held, counts, wrong, dice })
        }
      } finally {
        world.close()
      }
      report(`rounds of ${many} processes are done`)
    }
    return { figures: counts.figures(), wrong: wrong.lines, late: wrong.late }
  })

const figures = [
  'rounds of two syncs at once on one cache',
  'rounds of four syncs at once on one cache',
  'scopes compared row by row after a round',
  'queries meanwhile, each answer compared',
] as const

interface Ring {
  readonly world: World
  readonly sides: readonly Side[]
  /** What the last complete reading of each scope gave. */
  readonly held: Map<string, Rows>
  readonly counts: ReturnType<typeof tally>
  readonly wrong: ReturnType<typeof wrongs>
  readonly dice: () => number
}

async function runTogether(many: number, round: number, ring: Ring): Promise<void> {
  const { world, sides, held, counts, wrong, dice } = ring
  const note = (lines: readonly string[]) =>
    wrong.add(...lines.map((line) => `${many} processes, round ${round}: ${line}`))
  // Now and then on a cache that does not exist yet.
  if (round % 4 === 3) {
    for (const end of ['', '-wal', '-shm']) rmSync(world.cache + end, { force: true })
    held.clear()
  }
  const side = sides[round % 2] as Side
  pointAt(world.home, side.fleet, () => side.url)
  const names = side.fleet.accounts.map(({ name }) => name)
  const began = Date.now()
  const selections = Array.from({ length: many }, (_, n) =>
    n === 0 ? names : names.filter(() => dice() < 0.7),
  ).filter((list) => list.length > 0)
  const syncs = selections.map((list) => {
    const words = ['sync', '--profile', list.join(','), '--page-size', pickFrom(['10', '40', '1000'], dice)]
    return world.start(words).ended
  })
  let isOver = false
  const queries = async () => {
    while (!isOver) {
      note(findWrongMeanwhile(await ask(world), side, held, began))
      counts.add(figures[3])
    }
  }
  const [ended] = await Promise.all([
    Promise.all(syncs).finally(() => {
      isOver = true
    }),
    queries(),
  ])
  for (const each of ended) {
    note(findUnclean(each))
    if (each.code !== 0) note([`a sync ended with ${each.code}: ${each.err.slice(-300)}`])
  }
  const found = await ask(world)
  note([...found.wrong, ...findWrongInside(world.cache)])
  for (const [place, rows] of side.rows) {
    const reported = found.reported.find(({ account, region }) => placeOf(account, region) === place)
    const different = difference(found.rows.get(place), rows)
    if (reported?.state !== 'fresh' || reported.syncedAt < began)
      note([`${place} was not read: ${reported?.state}`])
    if (different) note([`${place}: ${different}`])
    held.set(place, rows)
    counts.add(figures[2])
  }
  counts.add(many === 2 ? figures[0] : figures[1])
}

/** What is wrong with an answer that was given while the scopes were being read. */
function findWrongMeanwhile(
  found: Inventory,
  side: Side,
  held: Ring['held'],
  began: number,
): readonly string[] {
  const wrong = [...found.wrong]
  for (const [place, now] of side.rows) {
    const before = held.get(place)
    const given = found.rows.get(place) ?? new Map<string, string>()
    const foreign = [...given].filter(([id, row]) => now.get(id) !== row && before?.get(id) !== row)
    if (foreign.length > 0) wrong.push(`a query gave what no reading gave: ${foreign[0]?.[1]}`)
    const reported = found.reported.find(({ account, region }) => placeOf(account, region) === place)
    const isRead = reported?.state === 'fresh' && reported.syncedAt >= began
    // While one process reads a scope again, another may have read it to its end before.
    const isThere = (rows: Rows | undefined) => [...(rows ?? [])].every(([id]) => given.has(id))
    if (isRead ? !isThere(now) : !isThere(before) && !isThere(now))
      wrong.push(
        `a query lost rows of ${place} (${reported?.state}): ${difference(given, isRead ? now : before)}`,
      )
  }
  return wrong
}
