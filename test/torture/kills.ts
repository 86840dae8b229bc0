import { rmSync } from 'node:fs'
import { pickFrom, random } from '../helpers/random.ts'
import { ask, difference, findUnclean, findWrongInside, type Inventory, placeOf, type Rows } from './judge.ts'
import { endsTorn, syncUntil } from './kill-at.ts'
import { type Part, type PartOptions, tally, wrongs } from './part.ts'
import { readHeld } from './passes.ts'
import { type Side, withSides } from './sides.ts'
import { makeWorld, pointAt } from './world.ts'

/** So many kills must hit a write; with those of continuations.ts, more than 300. */
const whole = 190

/**
 * Syncs that are killed. There are two fleets of the same accounts, a larger and a smaller one, so that a reading both
 * adds and removes rows; each round syncs one of them and ends with SIGKILL, after a random time or at one of the
 * events in which the -wal file is written. The page tokens of one fleet are refused by the other, so that a scope which
 * was cut off is gone on with, or begins anew.
 *
 * A kill is counted if it hit a write, which is decided from outside: before it the -wal file was written since this
 * process started (its first write), and after it the cache names at least one scope that this process did not read to
 * its end (its last write was still to come). Those that came too early or too late are made again.
 */
export const kills: Part = (options) =>
  withSides({ accounts: 3, regions: 3 }, [900, 600], async (sides) => {
    const wanted = Math.ceil(whole * options.share)
    const shared: Shared = {
      ...options,
      sides,
      counts: tally(...figures),
      wrong: wrongs(options.report),
      left: wanted,
    }
    await Promise.all([0, 1].map((killer) => runKills(killer, shared)))
    const hits = shared.counts.of(figures[0])
    if (hits < wanted) shared.wrong.addLate(`${wanted - hits} of ${wanted} kills that hit a write`)
    return { figures: shared.counts.figures(), wrong: shared.wrong.lines, late: shared.wrong.late }
  })

const figures = [
  'SIGKILLs that hit a write',
  '… of them between the first and the last frame of a transaction',
  'SIGKILLs that came too early or too late, not counted',
  'complete scopes compared row by row after a kill',
  'unfinished scopes after a kill, each named',
  'full syncs afterwards, every scope compared row by row',
] as const

interface Shared extends PartOptions {
  readonly sides: readonly Side[]
  readonly counts: ReturnType<typeof tally>
  readonly wrong: ReturnType<typeof wrongs>
  /** How many kills must still hit. */
  left: number
}

/** What a scope may hold: the rows of its last complete reading, and of those that were begun since. */
interface Expected {
  readonly base: Rows | null
  readonly begun: readonly Rows[]
}

async function runKills(killer: number, shared: Shared): Promise<void> {
  const { sides, counts } = shared
  const dice = random(shared.seed * 2 + killer)
  const world = makeWorld((sides[0] as Side).fleet, () => '')
  const expected = new Map<string, Expected>()
  /** How long a sync writes, in ms. */
  let lasts = 300
  let size = '10'
  try {
    for (let round = 1; shared.left > 0 && performance.now() < shared.deadline; round += 1) {
      const side = pickFrom(sides, dice)
      pointAt(world.home, side.fleet, () => side.url)
      const note = (lines: readonly string[]) =>
        shared.wrong.add(...lines.map((line) => `killer ${killer}, round ${round}: ${line}`))
      if (round % 25 === 0) {
        for (const end of ['', '-wal', '-shm']) rmSync(world.cache + end, { force: true })
        expected.clear()
      }
      const isWhole = round % 12 === 0
      // What was cut off is gone on with first; only a sync that begins after that reads everything.
      if (isWhole) note(findUnclean(await world.start(['sync']).ended))
      const began = Date.now()
      // A scope that was cut off is gone on with in pages of the same size.
      if (dice() < 0.5) size = pickFrom(['10', '25', '100', '1000'], dice)
      const at = dice() < 0.5 ? { ms: dice() * lasts } : { writes: 1 + Math.floor(dice() ** 2 * 250) }
      const words = ['sync', '--page-size', isWhole ? '1000' : size]
      const sync = await syncUntil(world, words, isWhole ? null : at)
      const isTorn = endsTorn(`${world.cache}-wal`)
      const found = await ask(world)
      note([...found.wrong, ...findWrongInside(world.cache)])
      const held = readHeld(world.cache)
      const isRead = (place: string) => (held.get(place)?.pass.finishedAt ?? -1) >= began
      const open = compare(found, side, expected, isRead, note, counts)
      if (isWhole) {
        lasts = (lasts + sync.wrote) / 2
        counts.add(figures[5])
        if (open > 0 || sync.ended.code !== 0)
          note([...findUnclean(sync.ended), `a full sync left ${open} scopes`])
      } else if (sync.ended.signal !== 'SIGKILL' || open === 0) counts.add(figures[2])
      else {
        shared.left -= 1
        counts.add(figures[0])
        if (isTorn) counts.add(figures[1])
        if (counts.of(figures[0]) % 40 === 0) shared.report(`${counts.of(figures[0])} kills hit a write`)
      }
    }
  } finally {
    world.close()
  }
}

/** Compares the answer with what each scope may hold now; gives how many this sync did not read to their end. */
function compare(
  found: Inventory,
  { fleet, rows }: Side,
  expected: Map<string, Expected>,
  isReadNow: (place: string) => boolean,
  note: (lines: readonly string[]) => void,
  counts: Shared['counts'],
): number {
  let open = 0
  for (const [place, now] of rows) {
    const { base, begun } = expected.get(place) ?? { base: null, begun: [] }
    const given = found.rows.get(place)
    const reported = found.reported.find(({ account, region }) => placeOf(account, region) === place)
    const isRead = reported?.state === 'fresh' && isReadNow(place)
    if (!isRead) open += 1
    if (reported?.state === 'fresh') {
      const different = difference(given, isRead ? now : (base ?? undefined))
      if (different) note([`${place} is called complete: ${different}`])
      if (!isRead && begun.length > 0) note([`${place} was cut off and is called complete`])
      if (reported.rows !== (given?.size ?? 0))
        note([`${place} says ${reported.rows} rows and gives ${given?.size}`])
      if (isRead) expected.set(place, { base: now, begun: [] })
      counts.add(figures[3])
      continue
    }
    counts.add(figures[4])
    const account = fleet.accounts.find(({ id }) => place.startsWith(id))
    const isNamed =
      reported ?? found.reported.find((each) => each.region === null && each.profile === account?.name)
    if (!isNamed || found.ended.code !== 3) note([`${place} is unfinished and not named: ${found.ended.err}`])
    const may = [...begun.filter((each) => each !== now), now]
    expected.set(place, { base, begun: may })
    const lost = [...(base ?? [])].filter(([id]) => !given?.has(id))
    if (lost.length > 0) note([`${place} was cut off and lost ${lost.length} of its ${base?.size} rows`])
    const foreign = [...(given ?? [])].filter(
      ([id, row]) => ![base, ...may].some((known) => known?.get(id) === row),
    )
    if (foreign.length > 0) note([`${place} holds what no reading gave: ${foreign[0]?.[1]}`])
  }
  return open
}
