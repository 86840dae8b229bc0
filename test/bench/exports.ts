// Every format that an export writes, of BENCH_INSTANCES instances (default 100000) in 50 scopes: the table of 15 columns
// as a file, beside CSV. CPU and wall time in seconds, peak of memory and size in MB. BENCH_FILTER is a pattern for formats.
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
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
  const made = await serveMadePages({ accounts: 10, regions: 5, instances })
  const env = { ...made.env, NODE_ENV: 'production' }
  try {
    measure([process.execPath, muster, 'sync', '--profile', '*', '--region', '*'], env)
    let csv: number | null = null
    for (const format of [
      'csv' as const,
      ...fileFormats.filter((each) => each !== 'csv' && wanted.test(each)),
    ]) {
      const file = join(made.home, `rows.${endingOf(format)}`)
      const words = ['export', '--offline', ...everything, '--columns', columns.join(), '--to', file]
      const { cpu, ms, peak } = measure([process.execPath, muster, ...words], env)
      csv ??= cpu
      const cells = [statSync(file).size / 1e6, cpu / 1000, ms / 1000]
      const rest = [peak.toFixed(0), (cpu / csv).toFixed(1)]
      console.log(
        format.padEnd(12),
        ...[...cells.map((cell) => cell.toFixed(1)), ...rest].map((cell) => cell.padStart(9)),
      )
      rmSync(file)
    }
  } finally {
    made.close()
  }
}
