// The saved queries that ship for instances. BENCH_JUDGES=1: beside jmespath.py and jq over the same documents in a file
// (each is left out if this machine lacks it), one run each. All print JSON. jmespath.py evaluates the expression alone,
// and does not sort as muster then does. BENCH_MILLION=1: over 1,000,000 instances beside 100,000,
// with the peak of memory, and when the first rows of a list come; BENCH_FILTER is a pattern for these rows and for judges.
// BENCH_PYTHON and BENCH_JQ name other programs.
import { spawn, spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { findQuery } from '../../src/query/saved.ts'
import { everything, muster, newHome } from './fleet.ts'
import { type MadeFleet, serveMadePages } from './made-fleet.ts'
import { measure, type Taken } from './measure.ts'

const folder = new URL('../../queries', import.meta.url).pathname
const python = process.env.BENCH_PYTHON ?? 'python3'
const jq = process.env.BENCH_JQ ?? 'jq'
const wanted = new RegExp(process.env.BENCH_FILTER ?? '')
const shipped = [
  'by-account',
  'by-image',
  'by-state',
  'by-type',
  'imdsv1',
  'no-name',
  'no-owner',
  'no-profile',
  'oldest',
  'public-ips',
  'running',
  'stopped-longest',
]
const judge = `import json, sys, jmespath
json.dump(jmespath.search(sys.argv[2], json.load(open(sys.argv[1]))), sys.stdout)`

/** What `running` asks, its order included. */
const runningInJq = `[.Reservations[].Instances[] | select(.State.Name == "running")
  | {Name: ([.Tags[]? | select(.Key == "Name").Value] | first), InstanceId, InstanceType, AccountName, Region,
     PrivateIpAddress, LaunchTime}] | sort_by(.LaunchTime) | reverse`

/** Prints a row for each query and judge: CPU times in ms, and how many times that of muster the judge took. */
export function benchJudges(made: MadeFleet): void {
  const file = join(made.home, 'documents.json')
  const env = { ...made.env, NODE_ENV: 'production' }
  const words = [muster, 'query', '@', '--output', 'json', '--offline', ...everything]
  spawnSync(process.execPath, words, { env, stdio: ['ignore', openSync(file, 'w'), 'inherit'] })
  console.log(`\n${'what'.padEnd(44)}    muster     judge     times      goal`)
  const compare = (what: string, ours: Taken, judgeWords: readonly string[]) => {
    const theirs = measure(judgeWords, made.env)
    const cells = [ours.cpu.toFixed(0), theirs.cpu.toFixed(0), (theirs.cpu / ours.cpu).toFixed(1), '≥ 20']
    console.log(what.padEnd(44), ...cells.map((cell) => cell.padStart(9)))
  }
  const hasPython = spawnSync(python, ['-c', 'import jmespath']).status === 0
  const hasJq = spawnSync(jq, ['--version']).status === 0
  for (const name of shipped.filter((each) => wanted.test(each))) {
    const ours = askShipped(name, env, 'json')
    const expression = findQuery(name, { shipped: folder, own: join(made.home, 'none') })?.expression ?? ''
    if (hasPython) compare(`jmespath.py / ${name}`, ours, [python, '-c', judge, file, expression])
    if (hasJq && name === 'running') compare('jq / running', ours, [jq, '-c', runningInJq, file])
  }
  if (!hasPython) console.log(`jmespath.py: ${python} does not have it`)
  if (!hasJq) console.log(`jq: there is no ${jq}`)
}

/** Prints a row for each query: its CPU time over 100,000 and 1,000,000 instances, the ratio, and the peak of the latter. */
export async function benchMillionQueries(): Promise<void> {
  const sizes = [100_000, 1_000_000]
  const fleets = await Promise.all(sizes.map(makeFleet))
  try {
    const envs = fleets.map(({ env }) => ({ ...env, NODE_ENV: 'production' }))
    compareFleets(envs)
    for (const [index, env] of envs.entries()) await reportFirstRows(sizes[index] ?? 0, env)
  } finally {
    for (const made of fleets) made.close()
  }
}

async function makeFleet(instances: number): Promise<MadeFleet> {
  const made = await serveMadePages({ accounts: 11, regions: 5, filled: 50, instances })
  measure([process.execPath, muster, 'sync', ...everything], made.env)
  return made
}

type Environment = Readonly<Record<string, string>>

/** The fleets have the last instance in common: the id of one that both hold is asked for. */
export function compareFleets([small = {}, large = {}]: readonly Environment[]): void {
  console.log(
    `\n${'queries of 1,000,000 instances'.padEnd(44)}   1000000    100000     ratio      goal   peak MB`,
  )
  const answer = spawnSync(
    process.execPath,
    [
      muster,
      'query',
      'max(Reservations[].Instances[].InstanceId)',
      '--output',
      'text',
      '--offline',
      ...everything,
    ],
    { env: small, encoding: 'utf8' },
  )
  const id = answer.stdout.trim()
  const nowhere = ['--profile', 'account-10', '--region', 'us-east-1']
  const place = newHome()
  const to = (format: string) => ['--to', join(place, `rows.${format}`)]
  const rows: readonly (readonly [what: string, words: readonly string[], goal: string])[] = [
    ['nothing in one scope', ['query', 'running', ...nowhere], '≤ 2'],
    ['one by id', ['query', `Reservations[].Instances[?InstanceId=='${id}'][]`, ...everything], '≤ 2'],
    ['Reservations[0]', ['query', 'Reservations[0]', '--output', 'json', ...everything], '≤ 2'],
    ['one by text', ['query', '--filter', id, ...everything], '≤ 2'],
    ...shipped.map((name) => [name, ['query', name, ...everything], '≤ 12'] as const),
    ['table of all', ['query', ...everything], '≤ 12'],
    ['CSV of all', ['query', '--output', 'csv', ...everything], '≤ 12'],
    ['NDJSON of all', ['query', '--output', 'ndjson', ...everything], '≤ 12'],
    ...(['csv', 'ndjson'] as const).map(
      (format) =>
        [
          `export of all to a ${format} file`,
          ['export', ...everything, ...to(format), '--force'],
          '≤ 12',
        ] as const,
    ),
  ]
  for (const [what, words, goal] of rows) {
    if (!wanted.test(what)) continue
    const [less, more] = [small, large].map((env) =>
      measure([process.execPath, muster, ...words, '--offline'], env),
    ) as [Taken, Taken]
    const ratio = (more.cpu / less.cpu).toFixed(2)
    const cells = [more.cpu.toFixed(0), less.cpu.toFixed(0), ratio, goal, more.peak.toFixed(0)]
    console.log(what.padEnd(44), ...cells.map((cell) => cell.padStart(9)))
  }
}

/**
 * Prints a row for each list that streams: when its first row comes, in ms after the start of the process, and the CPU time
 * that muster has used when somebody who wanted that row alone has left.
 */
export async function reportFirstRows(instances: number, env: Environment): Promise<void> {
  const title = `first row of ${instances.toLocaleString('en')} instances`
  console.log(`\n${title.padEnd(74)}   wall ms    CPU ms      goal   peak MB`)
  for (const words of [
    ['--output', 'csv'],
    ['--output', 'ndjson'],
    ['--output', 'json'],
    ['Reservations[].Instances[].InstanceId', '--output', 'ndjson'],
    ["Reservations[].Instances[?State.Name=='running'].InstanceId[]", '--output', 'ndjson'],
    ['@', '--output', 'json'],
    // Sorted: all rows are looked at before the first one comes.
    ['running', '--output', 'csv'],
  ]) {
    if (!wanted.test(words.join(' '))) continue
    const command = [muster, 'query', ...words, '--offline', ...everything]
    const ms = await timeFirstRow(command, env)
    const left = measure(['bash', '-c', '"$@" | head -c 1', 'bash', process.execPath, ...command], env)
    const cells = [
      ms.toFixed(0),
      left.cpu.toFixed(0),
      words[0] === 'running' ? '' : '≤ 400',
      left.peak.toFixed(0),
    ]
    console.log(words.join(' ').padEnd(74), ...cells.map((cell) => cell.padStart(9)))
  }
}

function timeFirstRow(words: readonly string[], env: Environment): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  return new Promise((resolve) => {
    child.stdout.once('data', () => {
      resolve(performance.now() - start)
      child.kill('SIGKILL')
    })
  })
}

function askShipped(name: string, env: Environment, format: string): Taken {
  const words = [muster, 'query', name, '--output', format, '--offline', ...everything]
  return measure([process.execPath, ...words], env)
}
