import { pickFrom, random } from '../helpers/random.ts'
import { ask, difference, findUnclean, findWrongInside, fleetRows, type Rows } from './judge.ts'
import { syncUntil } from './kill-at.ts'
import { type Part, type PartOptions, tally, wrongs } from './part.ts'
import { type Held, readHeld } from './passes.ts'
import { type Asked, type WatchedEndpoint, watchEndpoint } from './watched-endpoint.ts'
import { makeWorld, type World } from './world.ts'

/** So many kills must hit a write of a scope that is then gone on with. */
const whole = 120

/**
 * Syncs in small pages that are killed again and again in the middle of their scopes. Between two of them the fleet
 * changes now and then, and now and then the endpoint is started again, so that its page tokens are dead. The endpoint's
 * own requests decide whether the next sync goes on where the last one stopped: its first request for a scope must be
 * for the last page that was asked for before, which may not have been stored, or for the one after it. Where the token
 * is dead the scope, and no other, begins anew.
 */
export const continuations: Part = async (options) => {
  const wanted = Math.ceil(whole * options.share)
  const shared: Shared = {
    ...options,
    counts: tally(...figures),
    wrong: wrongs(options.report),
    left: wanted,
  }
  await Promise.all([0, 1].map((killer) => runContinuations(killer, shared)))
  const hits = shared.counts.of(figures[0])
  if (hits < wanted) shared.wrong.addLate(`${wanted - hits} of ${wanted} kills that hit a write`)
  return { figures: shared.counts.figures(), wrong: shared.wrong.lines, late: shared.wrong.late }
}

const figures = [
  'SIGKILLs that hit a write',
  'scopes that the next sync went on with, at their token',
  '… the page after the last one asked for',
  '… the last one asked for, once more',
  'scopes whose token was dead, read anew',
  'scopes read anew, as their pages have another size now',
  'complete passes compared row by row, with tombstones',
  '… of several syncs',
  '… whose figures of new and gone resources were compared',
  'passes of a fleet that changed meanwhile',
] as const

interface Shared extends PartOptions {
  readonly counts: ReturnType<typeof tally>
  readonly wrong: ReturnType<typeof wrongs>
  left: number
}

/** What is known of a scope from outside. */
interface Course {
  /** The last request of a pass that has not come to its end; null if there is none. */
  last: Asked | null
  /** Whether a sync with pages of another size may have begun it anew, and was killed before it asked. */
  mayBeAnew: boolean
  /** Editions that the pass has seen, and syncs that took part in it. */
  readonly editions: Set<number>
  syncs: number
  /** What the last complete pass left, if it saw one edition only. */
  base: Rows | null
  /** Every id that was seen in the cache: ever, up to the last complete pass, and since then. */
  readonly everStored: Set<string>
  storedBefore: ReadonlySet<string>
  readonly storedSince: Set<string>
}

async function runContinuations(killer: number, shared: Shared): Promise<void> {
  const dice = random(shared.seed * 20 + killer)
  const faults = [{ fault: 'latency', ms: 3, operation: 'DescribeInstances' }] as const
  const endpoint = await watchEndpoint({ accounts: 2, regions: 2, instances: 600, faults })
  const world = makeWorld(endpoint.fleet, () => endpoint.urls[0] ?? '')
  const courses = new Map<string, Course>()
  for (const place of fleetRows(endpoint.fleet).keys()) courses.set(place, newCourse())
  let edition = 0
  let size = '8'
  try {
    for (let round = 1; shared.left > 0 && performance.now() < shared.deadline; round += 1) {
      const note = (lines: readonly string[]) =>
        shared.wrong.add(...lines.map((line) => `killer ${killer}, round ${round}: ${line}`))
      if (dice() < 0.3) {
        edition = Math.floor(dice() * 5)
        endpoint.setEdition(edition)
      }
      if (dice() < 0.15) await endpoint.restart()
      endpoint.forget()
      const began = Date.now()
      const isWhole = round % 10 === 0
      if (dice() < 0.1) size = pickFrom(['5', '8', '20'], dice)
      const at = { writes: 2 + Math.floor(dice() * 60) }
      const { ended } = await syncUntil(world, ['sync', '--page-size', size], isWhole ? null : at)
      if (isWhole && ended.code !== 0) note([`a sync ended with ${ended.code}: ${ended.err.slice(-300)}`])
      note(findUncleanUnlessKilled(ended))
      const held = readHeld(world.cache)
      note(judgeRequests(endpoint, courses, Number(size), shared.counts))
      note(judgePasses(endpoint, courses, held, began, shared.counts))
      note(await judgeAnswer(world, endpoint))
      const isOpen = [...courses.values()].some(({ last }) => last !== null)
      if (ended.signal !== 'SIGKILL' || !isOpen || endpoint.requests.length === 0) continue
      shared.left -= 1
      shared.counts.add(figures[0])
      const hits = shared.counts.of(figures[0])
      if (hits % 20 === 0) shared.report(`${hits} kills hit a write`)
    }
  } finally {
    world.close()
    await endpoint.close()
  }
}

function newCourse(): Course {
  return {
    last: null,
    mayBeAnew: false,
    editions: new Set(),
    syncs: 0,
    base: null,
    everStored: new Set(),
    storedBefore: new Set(),
    storedSince: new Set(),
  }
}

const findUncleanUnlessKilled = (ended: Parameters<typeof findUnclean>[0]) =>
  ended.signal === 'SIGKILL' ? [] : findUnclean(ended)

/** Whether each unfinished scope was gone on with; notes what the pass of each scope has seen. */
function judgeRequests(
  { requests }: WatchedEndpoint,
  courses: ReadonlyMap<string, Course>,
  size: number,
  counts: Shared['counts'],
): readonly string[] {
  const wrong: string[] = []
  for (const [place, course] of courses) {
    const mine = requests.filter((each) => each.place === place)
    const [first] = mine
    if (first && course.last) wrong.push(...judgeFirst(place, course, mine, counts))
    course.mayBeAnew = !first && (course.mayBeAnew || course.last?.size !== size)
    // A sync that never asked took no part.
    if (first) course.syncs += 1
    for (const request of mine) {
      if (request.from === null) {
        course.editions.clear()
        course.syncs = 1
      }
      course.editions.add(request.edition)
      course.last = request
    }
  }
  return wrong
}

/** Whether the first request for a scope goes on with the pass that was cut off. */
function judgeFirst(
  place: string,
  { last, mayBeAnew }: Course,
  [first, second]: readonly Asked[],
  counts: Shared['counts'],
): readonly string[] {
  if (!last) return []
  const before = last.from ?? 0
  const isNext = first?.from === before + last.size
  // Nothing of the pass was stored if its first page was not.
  const isSame = first?.from === last.from
  const words = `${place} was cut off at ${last.from} (pages of ${last.size}) and then asked for at ${first?.from}`
  if (first?.from === null) {
    // A token is good for the size of page that it was given for, as far as EC2's documentation says.
    if (first.size !== last.size) counts.add(figures[5])
    return isSame || last.isRefused || mayBeAnew || first.size !== last.size ? [] : [words]
  }
  if (!isNext && !isSame) return [words]
  if (first?.isRefused) {
    counts.add(figures[4])
    return second && second.from !== null ? [`${words}: its token was refused, and it went on`] : []
  }
  counts.add(figures[1])
  counts.add(isNext ? figures[2] : figures[3])
  return second?.from === null ? [`${words}, and then from its beginning`] : []
}

/** Compares each scope that came to its end in this round with the fleet that its pass has seen. */
function judgePasses(
  { fleet }: WatchedEndpoint,
  courses: ReadonlyMap<string, Course>,
  held: ReadonlyMap<string, Held>,
  began: number,
  counts: Shared['counts'],
): readonly string[] {
  const wrong: string[] = []
  for (const [place, course] of courses) {
    const found = held.get(place)
    if (!found) continue
    if (found.pass.finishedAt >= began) {
      const [edition, ...others] = course.editions
      const now = others.length === 0 ? (fleetRows(fleet, edition).get(place) ?? null) : null
      if (now) {
        counts.add(figures[6])
        if (course.syncs > 1) counts.add(figures[7])
        wrong.push(...judgeComplete(place, course, found, now))
        if (course.base) counts.add(figures[8])
      } else counts.add(figures[9])
      course.base = now
      course.last = null
      course.editions.clear()
      course.syncs = 0
      course.storedBefore = new Set([...course.everStored, ...found.stored])
      course.storedSince.clear()
    }
    for (const id of found.stored) {
      course.everStored.add(id)
      course.storedSince.add(id)
    }
  }
  return wrong
}

function judgeComplete(place: string, course: Course, found: Held, now: Rows): readonly string[] {
  const { stored, tombstones, pass } = found
  const wrong: string[] = []
  const lacks = [...now.keys()].filter((id) => !stored.has(id))
  const extra = [...stored].filter((id) => !now.has(id))
  if (lacks.length + extra.length > 0)
    wrong.push(`${place} is complete, lacks ${lacks.length} rows and has ${extra.length} too many`)
  const unburied = [...course.everStored].filter((id) => !now.has(id) && !tombstones.has(id))
  if (unburied.length > 0) wrong.push(`${place} has ${unburied.length} resources without a tombstone`)
  const living = [...tombstones].filter((id) => now.has(id))
  if (living.length > 0) wrong.push(`${place} has a tombstone of ${living.length} resources that are there`)
  if (!course.base) return wrong
  const { base } = course
  // A pass that was given up may have seen what came and went again between two complete ones: it has a tombstone.
  const brief = [...course.storedSince].filter((id) => !base.has(id) && !now.has(id)).length
  const come = [...now.keys()].filter((id) => !base.has(id))
  // What was gone and is back is no new resource.
  const back = come.filter((id) => course.storedBefore.has(id)).length
  const gone = [...base.keys()].filter((id) => !now.has(id)).length + brief
  const says = [pass.added, pass.changed, pass.gone].join()
  const was = [come.length - back, back, gone].join()
  if (says !== was) wrong.push(`${place} says ${says} new, changed and gone, and it was ${was}`)
  return wrong
}

/** An answer holds nothing that the endpoint never gave, and names each unfinished scope. */
async function judgeAnswer(world: World, { fleet }: WatchedEndpoint): Promise<readonly string[]> {
  const found = await ask(world)
  const wrong = [...found.wrong, ...findWrongInside(world.cache)]
  for (const [place, rows] of fleetRows(fleet)) {
    const given = found.rows.get(place)
    const foreign = [...(given ?? [])].filter(([id, row]) => rows.get(id) !== row)
    if (foreign.length > 0) wrong.push(`${place} differs from the fleet: ${difference(given, rows)}`)
  }
  const isOpen = found.reported.some(({ state }) => state !== 'fresh')
  if (isOpen !== (found.ended.code === 3))
    wrong.push(`unfinished scopes: ${isOpen}, and the answer ended with ${found.ended.code}`)
  return wrong
}
