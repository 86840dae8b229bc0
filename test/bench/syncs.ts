// The goals of a sync, each beside its yardstick in the same run: a yardstick that takes minutes runs between two syncs, and
// their mean is compared with it; short ones run in turn BENCH_RUNS times (default 3), and the medians are compared.
// BENCH_AWS: the AWS CLI to compare with (default: Debian's
// /usr/bin/aws and the first `aws` on the path, which may be another version). BENCH_MILLION=1 adds 1,000,000 instances, BENCH_WIDE=1 2,000 profiles in 17 regions.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { everything, muster } from './fleet.ts'
import { type MadeFleet, type MadeScope, serveMadePages } from './made-fleet.ts'

const folder = new URL('.', import.meta.url).pathname
const rounds = Number(process.env.BENCH_RUNS ?? 3)
const awsClis = process.env.BENCH_AWS ? [process.env.BENCH_AWS] : ['/usr/bin/aws', 'aws']

/** What a process took: `cpu` in ms, `peak` in MB. */
interface Taken {
  readonly ms: number
  readonly cpu: number
  readonly peak: number
}

/** Prints a row for each goal: what muster took, its yardstick, the ratio of the two, and what it is to be. */
export async function benchSyncs(instances: number): Promise<void> {
  console.log(`\nsyncs of ${instances} instances, 10 accounts × 5 regions, pages made beforehand\n`)
  const heads = ['muster', 'yardstick', 'ratio', 'goal', 'CPU s', 'peak MB']
  console.log('what'.padEnd(44), ...heads.map((head) => head.padStart(10)))
  const made = await serveMadePages({ accounts: 10, regions: 5, instances })
  await keepCompiled(made)
  const syncs: Taken[] = []
  /** The sync before a yardstick is the one after the last. */
  const compare = async (what: string, yardstick: () => Promise<number>, goal: string) => {
    if (syncs.length === 0) syncs.push(await sync(made))
    const ms = await yardstick()
    syncs.push(await sync(made))
    row(what, meanOf(syncs.slice(-2)), ms, goal)
  }
  try {
    await compare(
      'sync / bare SDK pagination loop',
      async () => (await runNode('bare-sdk.ts', made)).ms,
      '≤ 0.33',
    )
    for (const [version, program] of listAwsClis())
      await compare(`sync / ${version} per scope, xargs -P`, () => timeAws(made, program), '≤ 0.1')
    const [again, bytes] = await runInTurn([() => sync(made, false), () => runNode('byte-reader.ts', made)])
    if (again && bytes) row('the same again / reading the same bytes', again, bytes.ms, '≤ 2')
    const [early] = await runInTurn([timeFirstRows])
    if (early) row('first rows readable after their page', early, 100, '≤ 1')
  } finally {
    made.close()
  }
  if (process.env.BENCH_MILLION === '1') await benchMillion(instances / meanOf(syncs).ms)
  else console.log('1,000,000 instances: BENCH_MILLION=1')
  if (process.env.BENCH_WIDE === '1') await benchWide()
  else console.log('2,000 profiles in 17 regions: BENCH_WIDE=1')
}

/** The AWS CLIs at hand, one of each version: `aws-cli/2.9.19`. */
function listAwsClis(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const program of awsClis) {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    const [version] = /^aws-cli\/\S+/.exec(stdout ?? '') ?? []
    if (version && !found.has(version)) found.set(version, program)
  }
  if (found.size === 0)
    console.log(`sync / AWS CLI with xargs -P: skipped, there is no ${awsClis.join(' and no ')}`)
  return found
}

/** Times and memory, each the mean of those given. */
function meanOf(taken: readonly Taken[]): Taken {
  const mean = (field: keyof Taken) => taken.reduce((sum, one) => sum + one[field], 0) / taken.length
  return { ms: mean('ms'), cpu: mean('cpu'), peak: mean('peak') }
}

/** Runs each in turn, a few times: of each the run with the median time. */
async function runInTurn(programs: readonly (() => Promise<Taken>)[]): Promise<Taken[]> {
  const runs = programs.map((): Taken[] => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [place, program] of programs.entries()) runs[place]?.push(await program())
  return runs.flatMap((taken) => taken.sort((one, other) => one.ms - other.ms)[rounds >> 1] ?? [])
}

/** The ms that one process for each scope takes, 16 at once: a tenth of the scopes run, scaled to all of them. */
async function timeAws(made: MadeFleet, program: string): Promise<number> {
  const sample = made.scopes.filter((_, place) => place % 10 === 0)
  const lines = sample.map(({ profile, region }: MadeScope) => `${profile} ${region}`).join('\n')
  const call = `${program} ec2 describe-instances --output json --endpoint-url ${made.url} --profile $0 --region $1 >/dev/null`
  const taken = await run('xargs', ['-P', '16', '-L', '1', 'sh', '-c', call], made, lines)
  return (taken.ms * made.scopes.length) / sample.length
}

/** From when the first page had left the endpoint to when its rows can be read by another process. */
async function timeFirstRows(): Promise<Taken> {
  // An endpoint of its own knows of one first page only.
  const other = await serveMadePages({ accounts: 1, regions: 1, instances: 4000 })
  try {
    const { taken, readableAt } = await syncUntilRows(other)
    const { firstSentAt } = await other.count()
    return { ...taken, ms: readableAt - firstSentAt }
  } finally {
    other.close()
  }
}

/** A first sync, and when another process can read a row of it, in ms since 1970; 0 if that comes only with its end. */
async function syncUntilRows(made: MadeFleet): Promise<{ taken: Taken; readableAt: number }> {
  const cache = join(made.home, '.cache/muster/inventory.db')
  const ended = sync(made)
  let readableAt = 0
  let isOver = false
  void ended.finally(() => {
    isOver = true
  })
  while (readableAt === 0 && !isOver) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    if (hasRows(cache)) readableAt = Date.now()
  }
  return { taken: await ended, readableAt }
}

async function benchMillion(rate: number): Promise<void> {
  const made = await serveMadePages({ accounts: 10, regions: 5, instances: 1_000_000, distinct: 100 })
  try {
    row('1,000,000 instances / at the same rate', await sync(made), 1_000_000 / rate, '≤ 1.2')
  } finally {
    made.close()
  }
}

/** Each call waits 150 ms: two for each profile, and one for each region of it, 64 at once. */
async function benchWide(): Promise<void> {
  const [accounts, regions, latency, concurrency] = [2000, 17, 150, 64]
  const made = await serveMadePages({ accounts, regions, latency, instances: 20_000, filled: 20 })
  try {
    const bound = (accounts * (regions + 2) * latency) / concurrency
    const began = Date.now()
    const { taken, readableAt } = await syncUntilRows(made)
    row('2,000 profiles × 17 regions / the bound', taken, bound, '≤ 1.25')
    row('first rows of 2,000 profiles / 2 s', { ...taken, ms: readableAt - began }, 2000, '≤ 1')
  } finally {
    made.close()
  }
}

/** What Node compiled of muster when it last ran, as the byte code of the AWS CLI is there, too. */
const compiled = join(tmpdir(), `muster-bench-compiled-${process.pid}`)
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }))

/** Reads one scope, and keeps what was compiled for it. */
async function keepCompiled(made: MadeFleet): Promise<void> {
  const [first] = made.scopes
  if (!first) throw new Error('no scope')
  await run(process.execPath, [muster, 'sync', '--profile', first.profile, '--region', first.region], made)
  cpSync(join(made.home, '.cache/muster/compiled'), compiled, { recursive: true })
}

/** `isFirst`: into a new cache. */
function sync(made: MadeFleet, isFirst = true): Promise<Taken> {
  const cache = join(made.home, '.cache/muster')
  if (isFirst) {
    rmSync(cache, { recursive: true, force: true })
    mkdirSync(cache, { recursive: true, mode: 0o700 })
    cpSync(compiled, join(cache, 'compiled'), { recursive: true })
  }
  return run(process.execPath, [muster, 'sync', ...everything], made)
}

function runNode(file: string, made: MadeFleet): Promise<Taken> {
  return run(process.execPath, [join(folder, file), made.url, JSON.stringify(made.scopes), '16'], made)
}

/** GNU time says what a process and its children took. */
function run(program: string, words: readonly string[], made: MadeFleet, input = ''): Promise<Taken> {
  const began = performance.now()
  const child = spawn('/usr/bin/time', ['-f', 'took %U %S %M', program, ...words], {
    env: made.env,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.end(input)
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => {
    text = (text + chunk).slice(-5000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => {
      const ms = performance.now() - began
      const [, user, system, peak] = /took (\S+) (\S+) (\S+)\s*$/.exec(text) ?? []
      if (status !== 0 || peak === undefined)
        return reject(new Error(`${program} ended with ${status}: ${text}`))
      resolve({ ms, cpu: (Number(user) + Number(system)) * 1000, peak: Number(peak) / 1024 })
    })
  })
}

function hasRows(cache: string): boolean {
  if (!existsSync(cache)) return false
  try {
    const db = new Sqlite(cache, { readonly: true })
    try {
      return db.prepare('SELECT 1 FROM row_instances LIMIT 1').get() !== undefined
    } finally {
      db.close()
    }
  } catch {
    // Its tables are being made.
    return false
  }
}

function row(what: string, ours: Taken, yardstick: number, goal: string): void {
  const cells = [
    `${Math.round(ours.ms)} ms`,
    `${Math.round(yardstick)} ms`,
    (ours.ms / yardstick).toFixed(2),
    goal,
    (ours.cpu / 1000).toFixed(1),
    ours.peak.toFixed(0),
  ]
  console.log(what.padEnd(44), ...cells.map((cell) => cell.padStart(10)))
}
