import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import type { Ended } from '../helpers/launch.ts'
import { random } from '../helpers/random.ts'
import { findUnclean } from './judge.ts'
import { eachOf, type Part, tally, wrongs } from './part.ts'
import { makeWorld, serveFleet, type World } from './world.ts'

/** So many files are damaged. */
const whole = 160

/**
 * Caches of a fleet that are damaged, each in one way: half of them one file, half a file whose rows are all still in
 * its -wal. Fifteen questions each: how many instances, those in a state as a query and by a filter, counts by state, the
 * first of an order, those with a word that many have and one that one has, that one by its id, in all kinds and by SQL, and
 * those with a member, an entry of a list or a tag. An answer has the rows of the cache before, or the damage is named: in a
 * sentence, and by an exit code that is not 0.
 */
export const damage: Part = async ({ seed, share, deadline, report }) => {
  const { fleet, demo } = await serveFleet({ accounts: 4, regions: 3, instances: 400 })
  const worlds = [makeWorld(fleet, () => demo.url), makeWorld(fleet, () => demo.url)]
  const [plain, logged] = worlds as [World, World]
  const counts = tally(...figures)
  const wrong = wrongs(report)
  try {
    await syncInto(plain)
    const release = holdLog(logged)
    await syncInto(logged)
    const one = await nameOne(plain)
    const queries = questionsAbout(one)
    const before = await Promise.all(queries.map((words) => plain.start(words).ended))
    const files = Array.from({ length: Math.ceil(whole * share) }, (_, n) => n)
    await eachOf(files, 2, async (n) => {
      if (performance.now() > deadline) return wrong.addLate(`file ${n}`)
      const way = ways[n % ways.length] as Way
      const isLogged = way.end === '-wal' || Math.floor(n / ways.length) % 2 === 1
      const from = isLogged ? logged : plain
      const world = makeWorld(fleet, () => demo.url)
      try {
        for (const end of ['', '-wal'])
          if (existsSync(from.cache + end)) copyFileSync(from.cache + end, world.cache + end)
        change(world.cache + way.end, (bytes, dice) => way.spoil(bytes, dice), random(seed * 1000 + n))
        counts.add(figures[0])
        for (const [at, words] of queries.entries()) {
          const { how, line } = verdictOf(await world.start(words).ended, before[at] as Ended)
          counts.add(how)
          if (line)
            wrong.add(
              `file ${n}, ${way.name}${isLogged ? ', rows in the -wal' : ''}, ${words.slice(0, 3).join(' ')}: ${line}`,
            )
        }
        if (counts.of(figures[0]) % 40 === 0) report(`${counts.of(figures[0])} files`)
      } finally {
        world.close()
      }
    })
    release()
    return { figures: counts.figures(), wrong: wrong.lines, late: wrong.late }
  } finally {
    for (const world of worlds) world.close()
    await demo.close()
  }
}

const figures = [
  'damaged files, fifteen questions each',
  '… answered as before the damage',
  '… damage or missing scopes named',
  '… refused in another sentence',
  'calls it a bug, hangs or crashes',
  'another number of rows, in silence',
  // What the reference (src/help/cache-file.md) says is found by `muster cache check` alone: not wrong.
  '… answered with another value in a row, in silence',
] as const

/** A resource that is asked for. */
interface Named {
  readonly InstanceId: string
  readonly Name: string
}

/** The one in the middle of the fleet. */
async function nameOne(world: World): Promise<Named> {
  const { out } = await world.start(['query', '--columns', 'InstanceId,Name', ...ends]).ended
  const all = JSON.parse(out) as readonly Named[]
  const one = all[all.length >> 1]
  if (!one) throw new Error('the cache has no instances')
  return one
}

const ends = ['--offline', '--fresh', '1d', '--output', 'json']

function questionsAbout({ InstanceId, Name }: Named): readonly (readonly string[])[] {
  return [
    ['query', 'length(Reservations[].Instances[])', ...ends],
    ['query', 'running', ...ends],
    ['query', '--filter', 'state=running', ...ends],
    ['query', 'oldest', '--count-by', 'State', ...ends],
    ['query', '--sort', 'LaunchTime', '--limit', '7', '--columns', 'InstanceId', ...ends],
    ['query', '--filter', 'prod', '--columns', 'InstanceId', ...ends],
    ['query', '--filter', Name, '--columns', 'InstanceId', ...ends],
    ['query', `Reservations[].Instances[?InstanceId=='${InstanceId}'][].InstanceId`, ...ends],
    ['query', "length(Reservations[].Instances[?MetadataOptions.HttpTokens=='required'][])", ...ends],
    ['query', "Reservations[].Instances[?Tags[?Key=='Owner']][].InstanceId", ...ends],
    ['query', '--count-by', 'tag:Owner', ...ends],
    ['query', `Reservations[].Instances[?InstanceId=='${InstanceId}'][].[PrivateIpAddress]`, ...ends],
    ['sql', "SELECT InstanceId FROM instances WHERE document ->> '$.EbsOptimized'", '--output', 'json'],
    ['find', Name, ...ends.filter((word) => word !== '--fresh' && word !== '1d')],
    ['sql', `SELECT InstanceId FROM instances WHERE Name = '${Name}'`, '--output', 'json'],
  ]
}

function verdictOf(ended: Ended, before: Ended): { readonly how: string; readonly line: string | null } {
  const { code, out, err } = ended
  const [unsound] = findUnclean(ended)
  if (unsound) return { how: figures[4], line: unsound }
  if (code !== 0) {
    if (/damage|missing/i.test(err)) return { how: figures[2], line: null }
    return /^muster: /m.test(err) && out === ''
      ? { how: figures[3], line: null }
      : { how: figures[4], line: `ended with ${code}: ${err.slice(-300)}` }
  }
  if (out === before.out) return { how: figures[1], line: null }
  const [now, then] = [out, before.out].map(rowsIn)
  if (now !== then) return { how: figures[5], line: `${now} rows in place of ${then}, exit code 0: ${err}` }
  return { how: figures[6], line: null }
}

/** How many rows an answer has, or the number that it is. */
function rowsIn(json: string): number {
  const value: unknown = JSON.parse(json)
  return Array.isArray(value) ? value.length : Number(value)
}

async function syncInto(world: World): Promise<void> {
  const { code, err } = await world.start(['sync']).ended
  if (code !== 0) throw new Error(`the sync before all failed: ${err}`)
}

/** Lets everything that is written stay in the -wal file, as while another program reads. */
function holdLog(world: World): () => void {
  const db = new Sqlite(world.cache)
  db.pragma('journal_mode = WAL')
  db.exec('BEGIN')
  db.prepare('SELECT count(*) FROM sqlite_master').get()
  return () => db.close()
}

type Dice = () => number

interface Way {
  readonly name: string
  readonly end: '' | '-wal'
  readonly spoil: (bytes: Buffer, dice: Dice) => Buffer
}

const pageSize = 16_384
const sector = 512

const spoilers: readonly (readonly [name: string, spoil: Way['spoil']])[] = [
  ['a flipped bit', (bytes, dice) => flip(bytes, dice, 1)],
  ['8 flipped bits', (bytes, dice) => flip(bytes, dice, 8)],
  ['64 flipped bits', (bytes, dice) => flip(bytes, dice, 64)],
  ['a sector of zeros', (bytes, dice) => over(bytes, below(bytes, sector, dice), Buffer.alloc(sector))],
  ['a page of zeros', (bytes, dice) => over(bytes, below(bytes, pageSize, dice), Buffer.alloc(pageSize))],
  [
    'four pages of zeros',
    (bytes, dice) => over(bytes, below(bytes, pageSize, dice), Buffer.alloc(4 * pageSize)),
  ],
  [
    'a page of another place',
    (bytes, dice) => over(bytes, below(bytes, pageSize, dice), pageAt(bytes, dice)),
  ],
  ['two pages in each other’s place', swap],
  ['an end that is cut off', (bytes, dice) => bytes.subarray(0, Math.floor(dice() * bytes.length))],
  ['an end that is cut off after a page', (bytes, dice) => bytes.subarray(0, below(bytes, pageSize, dice))],
  ['a stretch of other bytes', (bytes, dice) => over(bytes, below(bytes, 1, dice), noise(dice))],
]

const ways: readonly Way[] = [
  ...spoilers.map(([name, spoil]) => ({ name, end: '' as const, spoil })),
  ...spoilers
    .filter(([name]) => !/four|each other/.test(name))
    .map(([name, spoil]) => ({ name: `${name} in the -wal`, end: '-wal' as const, spoil })),
]

function change(file: string, spoil: Way['spoil'], dice: Dice): void {
  const mode = statSync(file).mode
  writeFileSync(file, spoil(readFileSync(file), dice), { mode })
}

function flip(bytes: Buffer, dice: Dice, count: number): Buffer {
  for (let left = count; left > 0; left -= 1) {
    const at = below(bytes, 1, dice)
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(dice() * 8)), at)
  }
  return bytes
}

/** A place in a file that begins a unit of so many bytes. */
function below(bytes: Buffer, unit: number, dice: Dice): number {
  return Math.floor((dice() * bytes.length) / unit) * unit
}

function over(bytes: Buffer, at: number, other: Buffer): Buffer {
  other.copy(bytes, at)
  return bytes
}

function pageAt(bytes: Buffer, dice: Dice): Buffer {
  const at = below(bytes, pageSize, dice)
  return Buffer.from(bytes.subarray(at, at + pageSize))
}

function swap(bytes: Buffer, dice: Dice): Buffer {
  const [one, other] = [below(bytes, pageSize, dice), below(bytes, pageSize, dice)]
  const copy = Buffer.from(bytes.subarray(one, one + pageSize))
  over(bytes, one, Buffer.from(bytes.subarray(other, other + pageSize)))
  return over(bytes, other, copy)
}

function noise(dice: Dice): Buffer {
  return Buffer.from(Array.from({ length: 40 + Math.floor(dice() * 400) }, () => Math.floor(dice() * 256)))
}
