// Every format that an export writes, of BENCH_INSTANCES instances (default 100000) in 50 scopes, or in BENCH_SCOPES=1: the table of 15 columns
// as a file, beside CSV, and a tree of --partition, which holds every column and the whole resource. CPU and wall time in
// seconds, peak of memory and size in MB. BENCH_FILTER is a pattern for formats.
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lakeFormats } from '../../src/commands/lake/lake-paths.ts'
import { endingOf, fileFormats } from '../../src/output/format-names.ts'
import { everything, muster } from './fleet.ts'
import { serveMadePages } from './made-fleet.ts'
import { measure } from './measure.ts'

const wanted = new RegExp(process.env.BENCH_FILTER ?? '')
const columns = [
  ...['AccountId', 'AccountName', 'Region', 'Profile', 'InstanceId', 'Name', 'InstanceType', 'State'],
  ...[
    'PrivateIpAddress',
    'PublicIpAddress',
    'AvailabilityZone',
    'LaunchTime',
    'VpcId',
    'SubnetId',
    'ImageId',
  ],
]

/** Prints a row for each format. */
export async function benchExports(instances: number): Promise<void> {
  console.log(`\nexports of ${instances} instances × ${columns.length} columns\n`)
  console.log(
    'format'.padEnd(12),
    ...['MB', 'CPU s', 'wall s', 'peak MB', 'CPU/CSV'].map((head) => head.padStart(9)),
  )
  const scopes = process.env.BENCH_SCOPES === '1' ? { accounts: 1, regions: 1 } : { accounts: 10, regions: 5 }
  const made = await serveMadePages({ ...scopes, instances })
  const env = { ...made.env, NODE_ENV: 'production' }
  try {
    measure([process.execPath, muster, 'sync', '--profile', '*', '--region', '*'], env)
    let csv: number | null = null
    const bench = (name: string, words: readonly string[], to: string) => {
      const place = join(made.home, to)
      const { cpu, ms, peak } = measure(
        [process.execPath, muster, 'export', '--offline', ...everything, ...words, '--to', place],
        env,
      )
      csv ??= cpu
      const cells = [sizeOf(place) / 1e6, cpu / 1000, ms / 1000].map((cell) => cell.toFixed(1))
      const rest = [peak.toFixed(0), (cpu / csv).toFixed(1)]
      console.log(name.padEnd(12), ...[...cells, ...rest].map((cell) => cell.padStart(9)))
      rmSync(place, { recursive: true })
    }
    for (const format of [
      'csv' as const,
      ...fileFormats.filter((each) => each !== 'csv' && wanted.test(each)),
    ])
      bench(format, ['--columns', columns.join()], `rows.${endingOf(format)}`)
    for (const format of lakeFormats.filter((each) => wanted.test(`tree ${each}`)))
      bench(`tree ${format}`, ['--partition', 'date,account,region', '--output', format], 'tree')
  } finally {
    made.close()
  }
}

function sizeOf(place: string): number {
  if (!statSync(place).isDirectory()) return statSync(place).size
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' })
  return names
    .map((name) => statSync(join(place, name)))
    .reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0)
}
