import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { everything, muster } from './fleet.ts'

/** The engine over all documents of the cache in that home folder, beside others, in a process of its own. */
export function benchEngine(instances: number, home: string, env: Readonly<Record<string, string>>): void {
  const file = join(home, 'reservations.ndjson')
  const words = ['query', 'Reservations[]', '--no-origin', '--output', 'ndjson', '--offline', ...everything]
  spawnSync(process.execPath, [muster, ...words], { env, stdio: ['ignore', openSync(file, 'w'), 'ignore'] })
  console.log(`\nJMESPath over ${instances} instances in memory`)
  const engines = new URL('engines.ts', import.meta.url).pathname
  const { status } = spawnSync(process.execPath, ['--expose-gc', engines], {
    stdio: [openSync(file, 'r'), 'inherit', 'inherit'],
  })
  process.exitCode = status ?? 1
}
