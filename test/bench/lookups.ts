// The goals of find and show: whole processes over a cache of BENCH_INSTANCES instances with their neighbours, some four
// resources beside each: 185,000 by default, which is about a million.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { makeWordHasher } from '../../src/kinds/json-words.ts'
import { everything, muster, servedFleet } from './fleet.ts'

const rounds = Number(process.env.BENCH_RUNS ?? 3)

/** The kinds that grow with the instances, and those that these mention. */
const kinds = [
  'instances',
  'instance-status',
  'volumes',
  'snapshots',
  'network-interfaces',
  'addresses',
  'spot-requests',
  'subnets',
  'vpcs',
  'security-groups',
  'images',
]

/** Prints a row for each goal: CPU and wall time of a process, and the peak of its memory. */
export async function benchLookups(instances: number): Promise<void> {
  const { home, env, close } = await servedFleet(instances)
  try {
    run(['sync', '--kind', kinds.join(','), ...everything], env)
    const db = new Sqlite(join(home, '.cache/muster/inventory.db'), { readonly: true })
    const [id, address, vpc, name] = db
      .prepare(
        'SELECT InstanceId, PrivateIpAddress, VpcId, Name FROM instances WHERE Name IS NOT NULL LIMIT 1 OFFSET ?',
      )
      .raw()
      .get(Math.floor(instances / 2)) as string[]
    const total = db.prepare('SELECT sum(rows) FROM scope').pluck().get() as number
    const bytes = db
      .prepare('SELECT sum(length(hashes) + length(places)) FROM mention_page')
      .pluck()
      .get() as number
    const { size, micros } = measureInstances(db)
    const hosts = db
      .prepare("SELECT document ->> '$.PrivateDnsName' AS name FROM instances WHERE name <> '' LIMIT 200")
      .pluck()
      .all() as string[]
    db.close()
    console.log(
      `\nlookups among ${total} resources, ${(bytes / total).toFixed(0)} bytes each for what they mention; ` +
        `an instance ${size.toFixed(0)} bytes and ${micros.toFixed(1)} µs\n`,
    )
    console.log(
      'what'.padEnd(44),
      ...['CPU ms', 'wall ms', 'goal', 'peak MB'].map((head) => head.padStart(9)),
    )
    const rows: readonly (readonly [what: string, words: readonly (string | undefined)[], goal: number])[] = [
      ['find of an id', ['find', id], 300],
      ['find of an address', ['find', address], 300],
      ['find of a word', ['find', name], 600],
      ['find of an id that is nowhere', ['find', 'i-00000000000000000'], 300],
      ['show of an instance', ['show', id], 300],
      ['show of a VPC', ['show', vpc], 300],
      ['find of all in a VPC', ['find', vpc], 600],
      ['find of a word that most resources have', ['find', 'prod'], 12_000],
      ['find of 200 names of hosts', ['find', ...hosts], 3000],
    ]
    for (const [what, words, goal] of rows) {
      const taken = Array.from({ length: rounds }, () => run(words.map(String), env))
      const { cpu, wall, peak } = taken.sort((a, b) => a.cpu - b.cpu)[Math.floor(rounds / 2)] as Taken
      const cells = [cpu.toFixed(0), wall.toFixed(0), `≤ ${goal}`, peak.toFixed(0)]
      console.log(what.padEnd(44), ...cells.map((cell) => cell.padStart(9)))
    }
  } finally {
    close()
  }
}

/** What it takes to note the mentions of an instance: bytes as they are stored, and CPU. */
function measureInstances(db: Sqlite.Database): { readonly size: number; readonly micros: number } {
  const bodies = db
    .prepare(
      'SELECT d.body FROM row_instances r JOIN document d ON d.resource_id = r._row ORDER BY r._row LIMIT 20000',
    )
    .pluck()
    .all() as Buffer[]
  const hashesOf = makeWordHasher()
  let [hashes, micros] = [0, 0]
  // The first round compiles it.
  for (const round of [1, 2]) {
    const before = process.cpuUsage()
    for (const body of bodies) hashes += hashesOf(body).length
    const { user, system } = process.cpuUsage(before)
    if (round === 2) micros = (user + system) / bodies.length
  }
  // Its own id, and its place in the page.
  return { size: 4 * (hashes / 2 / bodies.length + 1) + 8, micros }
}

interface Taken {
  readonly cpu: number
  readonly wall: number
  readonly peak: number
}

function run(words: readonly string[], env: Readonly<Record<string, string>>): Taken {
  const argv = ['-f', 'took %U %S %e %M', process.execPath, muster, ...words]
  const { stderr } = spawnSync('/usr/bin/time', argv, {
    env: { ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  const [, user, system, wall, peak] = /^took (\S+) (\S+) (\S+) (\S+)$/m.exec(stderr) ?? []
  if (peak === undefined) throw new Error(`${words.join(' ')}: ${stderr}`)
  return { cpu: 1000 * (Number(user) + Number(system)), wall: 1000 * Number(wall), peak: Number(peak) / 1024 }
}
