// The goals of a query: whole processes over a cache of BENCH_INSTANCES instances (default 100000), each in turn with a
// small program that reads as much from a flat SQLite file and prints it. Ratios are those of CPU time, which other work
// on the machine changes least. BENCH_RUNS sets the rounds of the long ones, BENCH_FILTER a pattern for the rows to measure.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { everything, muster } from './fleet.ts'
import { serveMadePages } from './made-fleet.ts'
import { measure, type Taken } from './measure.ts'
import { benchJudges } from './shipped.ts'

const flatReader = new URL('flat-reader.mjs', import.meta.url).pathname
const rounds = Number(process.env.BENCH_RUNS ?? 3)
const wanted = new RegExp(process.env.BENCH_FILTER ?? '')

/** Prints a row for each goal: the CPU time and wall time of muster and of its yardstick, and the ratio of the CPU times. */
export async function benchQueries(instances: number): Promise<void> {
  console.log(`\nqueries of ${instances} instances in 10 accounts × 5 regions, medians\n`)
  const heads = ['CPU ms', 'yardstick', 'ratio', 'goal', 'wall ms', 'yardstick', 'peak MB']
  console.log('what'.padEnd(44), ...heads.map((head) => head.padStart(9)))
  // The last account has nothing in any region.
  const made = await serveMadePages({ accounts: 11, regions: 5, filled: 50, instances })
  const flat = join(made.home, 'flat.db')
  const env = { ...made.env, NODE_ENV: 'production' }
  const run = (words: readonly string[]) => measure([process.execPath, ...words], env)
  try {
    run([muster, 'sync', '--profile', '*', '--region', '*'])
    const id = spawnSync(
      process.execPath,
      [flatReader, flat, 'make', join(made.home, '.cache/muster/inventory.db')],
      {
        encoding: 'utf8',
      },
    ).stdout.trim()
    const query = (...words: string[]) => [muster, 'query', ...words, '--offline', ...everything]
    const nothing = [
      muster,
      'query',
      'running',
      '--offline',
      '--profile',
      'account-10',
      '--region',
      'us-east-1',
    ]
    const reader = (...words: string[]) => [flatReader, flat, ...words]
    const oneRow = reader('row', id)
    const rows: readonly (readonly [
      what: string,
      ours: string[],
      theirs: string[],
      goal: string,
      count: number,
    ])[] = [
      ['muster --help / bare Node', [muster, '--help'], ['-e', '0'], '', 5 * rounds],
      ['nothing in one scope / one row', nothing, oneRow, '≤ 2', 5 * rounds],
      ['table of all / the same, flat', query(), reader('table'), '≤ 2', rounds],
      ['CSV of all / the same, flat', query('--output', 'csv'), reader('csv'), '≤ 2', rounds],
      ['NDJSON of all / CSV, flat', query('--output', 'ndjson'), reader('csv'), '', rounds],
      ['running as JSON / the table', query('running', '--output', 'json'), query(), '≤ 3', rounds],
      [
        '@ as JSON / json_pretty of all',
        query('@', '--output', 'json'),
        reader('documents'),
        '≤ 1.2',
        rounds,
      ],
      ['by-state / one row', query('by-state'), oneRow, '≤ 3', rounds],
      ['length(…) / one row', query('length(Reservations[].Instances[])'), oneRow, '≤ 3', rounds],
      [
        'one by id / one row',
        query(`Reservations[].Instances[?InstanceId=='${id}'][]`),
        oneRow,
        '≤ 3',
        rounds,
      ],
      ['Reservations[0] / one row', query('Reservations[0]', '--output', 'json'), oneRow, '≤ 3', rounds],
      ['one by text / one row', query('--filter', id), oneRow, '≤ 5', rounds],
      ['one by text / LIKE over the text', query('--filter', id), reader('text', id), '≤ 1.5', rounds],
    ]
    for (const [what, ours, theirs, goal, count] of rows) {
      if (!wanted.test(what)) continue
      const taken: (readonly [Taken, Taken])[] = []
      for (let round = 0; round < count; round += 1) taken.push([run(ours), run(theirs)])
      row(what, medianOf(taken.map(([first]) => first)), medianOf(taken.map(([, second]) => second)), goal)
    }
    if (process.env.BENCH_JUDGES === '1') benchJudges(made)
    else console.log('beside jmespath.py and jq: BENCH_JUDGES=1')
  } finally {
    made.close()
  }
}

function medianOf(all: readonly Taken[]): Taken {
  const middle = (read: (taken: Taken) => number) =>
    all.map(read).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  return {
    ms: middle(({ ms }) => ms),
    cpu: middle(({ cpu }) => cpu),
    peak: middle(({ peak }) => peak),
  }
}

function row(what: string, ours: Taken, yardstick: Taken, goal: string): void {
  const cells = [
    ours.cpu.toFixed(0),
    yardstick.cpu.toFixed(0),
    (ours.cpu / yardstick.cpu).toFixed(2),
    goal,
    ours.ms.toFixed(0),
    yardstick.ms.toFixed(0),
    ours.peak.toFixed(0),
  ]
  console.log(what.padEnd(44), ...cells.map((cell) => cell.padStart(9)))
}
