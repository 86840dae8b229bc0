// npm run bench: muster beside a yardstick in the same run, as ratios of medians. The endpoint is a process of its
// own. BENCH_INSTANCES (default 100000) sets the fleet, BENCH_RUNS (default 3) the runs of the short ones. BENCH_ONLY=syncs
// runs only what syncs.ts measures, BENCH_ONLY=queries what queries.ts does, BENCH_ONLY=lookups what lookups.ts does,
// BENCH_ONLY=exports what exports.ts does, BENCH_ONLY=screen what screen.ts does, of caches of BENCH_ROWS rows (default 20000,1000000).
// BENCH_MILLION=1 and BENCH_JUDGES=1 add what shipped.ts measures.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFleet } from '../../src/demo/fleet.ts'
import { benchEngine } from './engine.ts'
import { benchExports } from './exports.ts'
import { everything, muster, servedFleet } from './fleet.ts'
import { benchLookups } from './lookups.ts'
import { benchProfiles } from './profiles.ts'
import { benchQueries } from './queries.ts'
import { benchScreen } from './screen.ts'
import { benchMillionQueries } from './shipped.ts'
import { benchSyncs } from './syncs.ts'

const instances = Number(process.env.BENCH_INSTANCES ?? 100_000)
const runs = Number(process.env.BENCH_RUNS ?? 3)
const root = new URL('../..', import.meta.url).pathname
const only = process.env.BENCH_ONLY
const rows = (process.env.BENCH_ROWS ?? '20000,1000000').split(',').map(Number)
const isWanted = (part: string) => only === undefined || only === part
if (isWanted('syncs')) await benchSyncs(instances)
if (isWanted('queries')) await benchQueries(instances)
if (isWanted('queries') && process.env.BENCH_MILLION === '1') await benchMillionQueries()
if (isWanted('lookups')) await benchLookups(Number(process.env.BENCH_INSTANCES ?? 185_000))
if (isWanted('exports')) await benchExports(instances)
if (only === 'screen') await benchScreen(rows)
if (only !== undefined) process.exit()
const { home, env, url, close } = await servedFleet(instances)

try {
  console.log(`${instances} instances, median of ${runs} (sync: one run), Node ${process.version}\n`)
  console.log(
    'what'.padEnd(44),
    'muster'.padStart(10),
    'yardstick'.padStart(10),
    'ratio'.padStart(7),
    'peak MB'.padStart(8),
  )
  const bare = median(() => measureRun(['-e', '0']))
  row(
    'start: --help / bare Node',
    median(() => measureRun([muster, '--help'])),
    bare,
  )
  const fleet = makeFleet({ instances })
  const scopes = fleet.accounts
    .filter(({ denied }) => !denied)
    .flatMap(({ accessKeyId, secretAccessKey }) =>
      fleet.regions
        .filter(({ optIn }) => optIn !== 'not-opted-in')
        .map(({ name }) => ({ region: name, accessKeyId, secretAccessKey })),
    )
  const loop = measureRun([join(root, 'test/bench/bare-sdk.ts'), url, JSON.stringify(scopes)])
  row('sync / bare SDK pagination loop', measureRun([muster, 'sync', ...everything]), loop)
  for (const words of [
    ['query'],
    ['query', '--output', 'json'],
    ['query', 'running', '--output', 'json'],
    ['query', 'Reservations[].Instances[].InstanceId', '--output', 'text'],
    ['query', 'length(Reservations[].Instances[])'],
    ['query', '--filter', 'payments', '--sort', 'Name'],
  ]) {
    const line = `${words.join(' ').slice(0, 32)} / bare Node`
    row(
      line,
      median(() => measureRun([muster, ...words, '--offline', ...everything])),
      bare,
    )
  }
  benchEngine(instances, home, env)
} finally {
  close()
}
await benchScreen(rows)
await benchProfiles([1000, 4000])

interface Run {
  readonly ms: number
  readonly peak: number
}

/** One run of a Node program as a process: wall time, and its peak memory as it reports it on its way out. */
function measureRun(argv: readonly string[]): Run {
  const peakFile = join(home, 'peak')
  const report = `data:text/javascript,import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${encodeURIComponent(JSON.stringify(peakFile))},String(process.resourceUsage().maxRSS)))`
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ['--import', report, ...argv], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  const ms = performance.now() - start
  if (status === null || ![0, 2, 3].includes(status))
    throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  return { ms, peak: Number(readFileSync(peakFile, 'utf8')) / 1024 }
}

function median(run: () => Run): Run {
  const all = Array.from({ length: runs }, run).sort((a, b) => a.ms - b.ms)
  return all[Math.floor(all.length / 2)] ?? { ms: 0, peak: 0 }
}

function row(what: string, ours: Run, theirs: Run): void {
  const ms = (run: Run) => `${run.ms.toFixed(0)} ms`.padStart(10)
  const ratio = (ours.ms / theirs.ms).toFixed(2).padStart(7)
  console.log(what.padEnd(44), ms(ours), ms(theirs), ratio, ours.peak.toFixed(0).padStart(8))
}
