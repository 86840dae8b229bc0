import Sqlite from 'better-sqlite3'
import { makeWordHasher } from '../../src/kinds/json-words.ts'
import { hashWord } from '../../src/kinds/word-forms.ts'
import { readPage } from '../../src/store/mention-pages.ts'
import { rowRangeOf, scopeIdOf } from '../../src/store/row-keys.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { findUnclean, findWrongInside, placeOf } from './judge.ts'
import { listTornPages, syncUntil } from './kill-at.ts'
import { type Part, type PartOptions, tally, wrongs } from './part.ts'
import { readHeld } from './passes.ts'
import { type Side, withSides } from './sides.ts'
import { makeWorld, pointAt, type World } from './world.ts'

/** So many kills of each sort must hit. */
const whole = 20

/**
 * What is killed while it writes what rows mention: a sync, and the opening of a cache of an older muster, which notes it
 * of all rows. Each page of a sync is one transaction with what its rows mention. A kill of a sync is counted if it has
 * written and some scopes are not read to their end, one of an opening if it has written and some scopes are not noted. After
 * each, every row must be found by every word in it: by what is stored of mentions, and by the program.
 */
export const mentions: Part = (options) =>
  withSides({ accounts: 3, regions: 3 }, [3000, 2000], async (sides) => {
    const counts = tally(...figures)
    const wrong = wrongs(options.report)
    const wanted = Math.ceil(whole * options.share)
    const world = makeWorld((sides[0] as Side).fleet, () => '')
    const dice = random(options.seed * 7)
    try {
      const isDone = () => [figures[0], figures[1]].every((name) => counts.of(name) >= wanted)
      for (let round = 0; !isDone() && performance.now() < options.deadline; round += 1)
        await killOnce(round, { ...options, world, sides, counts, wrong, dice })
      if (!isDone()) wrong.addLate(`${wanted} kills of each kind that hit`)
    } finally {
      world.close()
    }
    return { figures: counts.figures(), wrong: wrong.lines, late: wrong.late }
  })

const figures = [
  'SIGKILLs of a sync that writes mentions',
  'SIGKILLs of an opening that notes the mentions of an older cache',
  '… of both, within a transaction that has written into their table',
  'SIGKILLs that hit neither, not counted',
  'rows whose words were looked for in what is stored of mentions',
  'rows that muster find was asked for after a kill',
] as const

interface Ring extends PartOptions {
  readonly world: World
  readonly sides: readonly Side[]
  readonly counts: ReturnType<typeof tally>
  readonly wrong: ReturnType<typeof wrongs>
  readonly dice: () => number
}

async function killOnce(round: number, { world, sides, counts, wrong, dice, report }: Ring): Promise<void> {
  const note = (lines: readonly string[]) => wrong.add(...lines.map((line) => `round ${round}: ${line}`))
  const side = pickFrom(sides, dice)
  pointAt(world.home, side.fleet, () => side.url)
  if (round % 8 === 0) note(findUnclean(await world.start(['sync', '--page-size', '1000']).ended))
  const isOpening = round % 2 === 0
  if (isOpening) forgetMentions(world.cache)
  const words = isOpening
    ? ['find', 'i-00000000000000000', '--offline']
    : ['sync', '--page-size', pickFrom(['10', '25', '100'], dice)]
  const most = isOpening ? { ms: 40, writes: 60 } : { ms: 300, writes: 250 }
  const at = dice() < 0.5 ? { ms: dice() * most.ms } : { writes: 1 + Math.floor(dice() ** 2 * most.writes) }
  const { ended, wrote } = await syncUntil(world, words, at)
  const torn = listTornPages(`${world.cache}-wal`)
  const after = lookInside(world.cache)
  const isCut = isOpening ? after.open > 0 : after.running > 0
  const isHit = ended.signal === 'SIGKILL' && wrote > 0 && isCut
  counts.add(isHit ? figures[isOpening ? 1 : 0] : figures[3])
  if (torn.some((page) => after.pages.has(page))) counts.add(figures[2])
  report(
    `round ${round}: ${counts
      .figures()
      .map(([, count]) => count)
      .join(', ')}`,
  )
  note([...findWrongInside(world.cache), ...after.lost])
  counts.add(figures[4], after.rows)
  // It opens the cache, too, and does what was left.
  note(await compareFound(world, counts))
  const { open, lost } = lookInside(world.cache)
  note([...lost, ...(open > 0 ? [`the mentions of ${open} scopes are still not noted`] : [])])
}

/** Makes a cache one of a muster that noted no mentions. */
function forgetMentions(file: string): void {
  const db = new Sqlite(file)
  db.exec('DELETE FROM mention_page; UPDATE scope SET unmentioned = 0 WHERE rows > 0')
  db.close()
}

/** What is stored of mentions in a cache: the pages of its table, how many scopes are noted, and what is missing of them. */
function lookInside(file: string) {
  const db = new Sqlite(file, { readonly: true })
  try {
    const pages = new Set(
      db.prepare("SELECT pageno FROM dbstat WHERE name = 'mention_page'").pluck().all() as number[],
    )
    const unmentioned = new Set(
      db.prepare('SELECT scope_id FROM scope WHERE unmentioned IS NOT NULL').pluck().all() as number[],
    )
    const running = db.prepare("SELECT count(*) FROM scope WHERE state = 'running'").pluck().get() as number
    const stored = readMentions(db)
    const hashesOf = makeWordHasher()
    const documents = db
      .prepare(
        `SELECT r._row, r._id, json(d.body), d.group_fields FROM row_instances r JOIN document d ON d.resource_id = r._row`,
      )
      .raw()
      .all() as [number, string, string, string | null][]
    const lost = documents.flatMap(([row, id, body, fields]) => {
      if (unmentioned.has(scopeIdOf(row))) return []
      const words = [hashWord(id), ...hashesOf(body), ...(fields === null ? [] : hashesOf(fields))]
      const missing = words.filter((hash) => !stored.get(row)?.has(hash)).length
      return missing === 0 ? [] : [`${missing} of ${words.length} words of ${id} are not noted`]
    })
    return { pages, open: unmentioned.size, running, rows: documents.length, lost }
  } finally {
    db.close()
  }
}

/** The hashes that are stored of each row, also of those that have gone. */
function readMentions(db: Sqlite.Database): ReadonlyMap<number, ReadonlySet<number>> {
  const stored = new Map<number, Set<number>>()
  const held = db.prepare('SELECT page, places, hashes, checksum FROM mention_page').raw().all()
  for (const [number, ...cells] of held as [number, ...unknown[]][]) {
    const page = readPage(cells)
    if (!page) throw new Error(`page ${number} of mentions is damaged`)
    const [first] = rowRangeOf(scopeIdOf(number))
    for (let at = 0, begin = 0; at < page.places.length; at += 2) {
      const row = first + (page.places[at] ?? 0)
      const end = page.places[at + 1] ?? 0
      const known = stored.get(row) ?? new Set()
      for (const hash of page.hashes.subarray(begin, end)) known.add(hash)
      stored.set(row, known)
      begin = end
    }
  }
  return stored
}

/** Asks the program for every instance that the cache holds: each must be found where it is, and nowhere else. */
async function compareFound(world: World, counts: Ring['counts']): Promise<readonly string[]> {
  const wanted = new Set(
    [...readHeld(world.cache)].flatMap(([place, { stored }]) => [...stored].map((id) => `${place} ${id}`)),
  )
  if (wanted.size === 0) return []
  const ids = [...new Set([...wanted].map((each) => each.split(' ')[1] ?? ''))]
  const ended = await world.start(['find', ...ids, '--offline', '--output', 'json']).ended
  if (ended.code !== 0) return [...findUnclean(ended), `find ended with ${ended.code}: ${ended.err}`]
  const rows = JSON.parse(ended.out) as { Id: string; AccountId: string; Region: string; Where: string }[]
  const found = new Set(
    rows
      .filter(({ Where }) => Where === 'id')
      .map(({ Id, AccountId, Region }) => `${placeOf(AccountId, Region)} ${Id}`),
  )
  counts.add(figures[5], wanted.size)
  const lost = [...wanted].filter((each) => !found.has(each)).length
  const more = [...found].filter((each) => !wanted.has(each)).length
  return lost + more === 0
    ? findUnclean(ended)
    : [`find lost ${lost} of ${wanted.size} rows, ${more} too many`]
}
