import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { pickFrom, random } from '../helpers/random.ts'
import { ask, difference, findUnclean, findWrongInside, fleetRows } from './judge.ts'
import { eachOf, type Part, type PartOptions, tally, wrongs } from './part.ts'
import { type Asked, type WatchedEndpoint, watchEndpoint } from './watched-endpoint.ts'
import { makeWorld, type Started, type World } from './world.ts'

/** Rounds in which one of the syncs is killed, and as many in which none is; a third as many with one that is stopped. */
const whole = 30
/** A sync that is silent for so long is taken for dead, in ms (src/store/syncs.ts). */
const silence = 30_000
/** What a busy machine may add, in ms. */
const slack = 15_000
const mostSyncs = 3
const instances = 500

/**
 * Two or three syncs at once on one cache, each with an address of its own of the endpoint. In some rounds one of them
 * is killed, in others one is stopped for longer than a lease lasts, and goes on afterwards. The endpoint judges: no scope
 * is read by two living syncs at a time, none is read again that another sync has read meanwhile, what a dead sync was
 * reading is taken over in time and gone on with, and everything is complete in the end.
 */
export const leases: Part = async (options) => {
  const shared: Shared = { ...options, counts: tally(...figures), wrong: wrongs(options.report) }
  const many = Math.ceil(whole * options.share)
  const stops = Array.from({ length: Math.ceil(many / 3) }, (_, n) => n)
  await Promise.all([
    runRounds('kill', many, 1, shared),
    runRounds('none', many, 2, shared),
    // They mostly wait: each on a machine of its own.
    eachOf(stops, 5, (n) => runRounds('stop', 1, 100 + n, shared)),
  ])
  return { figures: shared.counts.figures(), wrong: shared.wrong.lines, late: shared.wrong.late }
}

const figures = [
  'rounds of two or three syncs at once, all of which live on',
  'rounds with one that is killed',
  'rounds with one that is stopped for longer than its leases last, and goes on',
  'scopes, each read by one living sync at a time',
  'scopes taken over from a sync that was killed or stopped',
  '… the longest time until then, in ms',
  'scopes compared row by row after a round',
] as const

interface Shared extends PartOptions {
  readonly counts: ReturnType<typeof tally>
  readonly wrong: ReturnType<typeof wrongs>
}

type Misfortune = 'kill' | 'none' | 'stop'

/** A sync of a round. Times are in ms of `performance.now()`. */
interface Sync {
  /** When it was killed or stopped, and went on. */
  readonly deadFrom: number | null
  readonly deadUntil: number
}

async function runRounds(misfortune: Misfortune, many: number, salt: number, shared: Shared): Promise<void> {
  const dice = random(shared.seed * 1000 + salt)
  const faults = [{ fault: 'latency', ms: 15, operation: 'DescribeInstances' }] as const
  const endpoint = await watchEndpoint({ accounts: 3, regions: 2, instances, faults }, mostSyncs)
  const world = worldAt(endpoint)
  try {
    for (let round = 1; round <= many; round += 1) {
      if (performance.now() > shared.deadline)
        return shared.wrong.addLate(`${misfortune} ${salt}, from round ${round} to ${many}`)
      const note = (lines: readonly string[]) =>
        shared.wrong.add(...lines.map((line) => `${misfortune} ${salt}, round ${round}: ${line}`))
      if (round % 3 === 0) for (const end of ['', '-wal', '-shm']) rmSync(world.cache + end, { force: true })
      endpoint.setEdition(Math.floor(dice() * 5))
      note(await runRound(misfortune, { endpoint, world, dice }, shared.counts))
      shared.counts.add({ none: figures[0], kill: figures[1], stop: figures[2] }[misfortune])
    }
  } finally {
    world.close()
    await endpoint.close()
  }
}

/** A world whose commands have the first address of the endpoint, unless they are given another. */
function worldAt({ fleet, urls: [first = ''] }: WatchedEndpoint): World {
  const world = makeWorld(fleet, () => null)
  return { ...world, start: (args, env) => world.start(args, { AWS_ENDPOINT_URL: first, ...env }) }
}

interface Scene {
  readonly endpoint: WatchedEndpoint
  readonly world: World
  readonly dice: () => number
}

async function runRound(
  misfortune: Misfortune,
  { endpoint, world, dice }: Scene,
  counts: Shared['counts'],
): Promise<readonly string[]> {
  endpoint.forget()
  const many = 2 + Math.floor(dice() * (mostSyncs - 1))
  const size = pickFrom(['5', '10', '20'], dice)
  const started = Array.from({ length: many }, (_, n) => {
    const env = { AWS_ENDPOINT_URL: endpoint.urls[n] ?? '' }
    return world.start(['sync', '--page-size', size], env)
  })
  const syncs: Sync[] = started.map(() => ({ deadFrom: null, deadUntil: Infinity }))
  let victim = -1
  if (misfortune !== 'none') {
    victim = await findReader(endpoint, 1 + Math.floor((dice() * instances) / Number(size) / 2))
    await wait(dice() * 20)
    const unlucky = started[victim] as Started
    if (misfortune === 'kill') unlucky.kill('SIGKILL')
    else await stopOutsideWrite(world, unlucky)
    const deadFrom = performance.now()
    let deadUntil = Infinity
    if (misfortune === 'stop') {
      await Promise.all(started.flatMap((each) => (each === unlucky ? [] : [each.ended])))
      // Also when the others had nothing to wait for.
      await wait(Math.max(0, deadFrom + silence + 2000 - performance.now()))
      deadUntil = performance.now()
      unlucky.kill('SIGCONT')
    }
    syncs[victim] = { deadFrom, deadUntil }
  }
  const ended = await Promise.all(started.map((each) => each.ended))
  const wrong = ended.flatMap((each, n) => {
    if (misfortune === 'kill' && n === victim) return []
    const failed = each.code === 0 ? [] : [`sync ${n} ended with ${each.code}: ${each.err.slice(-300)}`]
    return [...findUnclean(each), ...failed]
  })
  const edition = endpoint.requests[0]?.edition ?? 0
  for (const [place, rows] of fleetRows(endpoint.fleet)) {
    const mine = endpoint.requests.filter((each) => each.place === place)
    const count = fleetRows(endpoint.fleet, edition).get(place)?.size ?? 0
    wrong.push(...judgeTurns(place, mine, { syncs, size: Number(size), count, endpoint }, counts))
    if (rows.size > 0 && mine.length === 0) wrong.push(`${place} was not read`)
  }
  const found = await ask(world)
  wrong.push(...found.wrong, ...findWrongInside(world.cache))
  for (const [place, rows] of fleetRows(endpoint.fleet, edition)) {
    const different = difference(found.rows.get(place) ?? new Map(), rows)
    if (different) wrong.push(`${place}: ${different}`)
    counts.add(figures[6])
  }
  if (found.ended.code !== 0) wrong.push(`the answer ended with ${found.ended.code}: ${found.ended.err}`)
  return wrong
}

/**
 * Stops a process, but not while it writes: SQLite's lock is the kernel's, and nobody can take it from a process that
 * stands still with it (the others end with a sentence about the lock then).
 */
async function stopOutsideWrite({ cache }: World, unlucky: Started): Promise<void> {
  for (;;) {
    unlucky.kill('SIGSTOP')
    // A thread that the system interrupted in a call takes a lock yet, before it sees the signal.
    while (!standsStill(unlucky)) await wait(1)
    if (canWrite(cache)) return
    unlucky.kill('SIGCONT')
    await wait(5)
  }
}

/** Whether all threads of a process are stopped, or it has ended. Where the system cannot be asked, they are taken to be. */
function standsStill({ pid }: Started): boolean {
  const folder = `/proc/${pid}/task`
  if (!existsSync(folder)) return true
  return readdirSync(folder).every((thread) => {
    try {
      return /\) [TXZ] /.test(readFileSync(`${folder}/${thread}/stat`, 'latin1'))
    } catch {
      // The thread has ended meanwhile.
      return true
    }
  })
}

function canWrite(file: string): boolean {
  const db = new Sqlite(file, { timeout: 1000 })
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    db.close()
  }
}

/** Waits until so many pages were asked for, by whichever sync; gives the one that asked last. */
async function findReader({ requests }: WatchedEndpoint, many: number): Promise<number> {
  const until = performance.now() + 20_000
  while (performance.now() < until && requests.length < many) await wait(2)
  return requests.at(-1)?.door ?? 0
}

interface Around {
  readonly syncs: readonly Sync[]
  readonly size: number
  /** How many instances the scope has. */
  readonly count: number
  readonly endpoint: WatchedEndpoint
}

/** Whether the requests for a scope are those of one living sync after the other, each going on where the last one was. */
function judgeTurns(
  place: string,
  requests: readonly Asked[],
  { syncs, size, count, endpoint }: Around,
  counts: Shared['counts'],
): readonly string[] {
  counts.add(figures[3])
  const wrong: string[] = []
  const turns = splitTurns(requests)
  for (const [index, turn] of turns.entries()) {
    const before = turns[index - 1]
    if (!before) continue
    const [first, last] = [turn[0], before.at(-1)] as [Asked, Asked]
    const holder = syncs[last.door]
    const words = `${place}: sync ${last.door} was at ${last.from}, then sync ${first.door} asked for ${first.from}`
    // The page that a stopped sync was about to ask for goes out before it can see that its lease is over.
    const isBack = syncs[first.door]?.deadUntil !== Infinity && turn.length === 1
    if (isBack) continue
    const isDone = (last.from ?? 0) + size >= count
    const wasTaken = holder?.deadFrom != null && last.at <= holder.deadUntil && first.at > holder.deadFrom
    if (wasTaken) {
      const after = Math.round(first.at - holder.deadFrom)
      counts.add(figures[4])
      counts.add(figures[5], Math.max(0, after - counts.of(figures[5])))
      if (after > silence + slack) wrong.push(`${words}, ${after} ms after it was dead`)
      const next = isDone ? null : (last.from ?? 0) + size
      if (first.from !== last.from && first.from !== next) wrong.push(`${words}: not where it goes on`)
      continue
    }
    // Whoever begins after a scope was read to its end reads it again.
    if (isDone && first.from === null && last.at < (endpoint.firstAt[first.door] ?? 0)) continue
    const all = requests.map(({ door, from, at }) => `${door}:${from}@${Math.round(at)}`).join(' ')
    wrong.push(isDone ? `${words} again` : `${words}, though it lives: ${all}`)
  }
  return wrong
}

/** Runs of requests by one sync. */
function splitTurns(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const turns: Asked[][] = []
  for (const each of asked) {
    const turn = turns.at(-1)
    if (turn?.[0]?.door === each.door) turn.push(each)
    else turns.push([each])
  }
  return turns
}
