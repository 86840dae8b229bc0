import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { keptCode, launch, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** A cache that the first released version wrote, and what that version answered from it. */
const released = new URL('released', import.meta.url).pathname

interface Recorded {
  readonly args: readonly string[]
  readonly exit: number
  readonly stdout: string
}

const answers = JSON.parse(
  gunzipSync(readFileSync(join(released, 'answers.json.gz'))).toString(),
) as readonly Recorded[]

test('a cache of the first released version gives the same answers', async () => {
  const { home, cache } = machineOfRelease()
  for (const { args, exit, stdout } of answers) {
    const { code, out } = await muster(home, cache, args)
    expect(args[0] === 'status' ? withoutAges(out) : out, args.join(' ')).toBe(stdout)
    expect(code, args.join(' ')).toBe(exit)
  }
  const db = new Sqlite(cache, { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'resource%'").all()).toEqual([])
  const [count] = answers.filter(({ args }) => args.includes('length(Reservations[].Instances[])'))
  expect(db.prepare('SELECT count(*) FROM instances').pluck().get()).toBe(Number(count?.stdout))
})

function machineOfRelease() {
  const home = temporaryFolder()
  mkdirSync(join(home, '.aws'))
  for (const file of ['config', 'credentials']) copyFileSync(join(released, file), join(home, '.aws', file))
  const cache = join(home, 'inventory.db')
  writeFileSync(cache, gunzipSync(readFileSync(join(released, 'inventory.db.gz'))), { mode: 0o600 })
  return { home, cache }
}

function muster(home: string, cache: string, args: readonly string[], main = program) {
  const env = { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...keptCode() }
  return launch(process.execPath, [main, ...args, '--cache', cache], env).ended
}

/** What the released version did not say of a scope. */
const newColumns = ['Pages', 'Changes', 'Attempts', 'Throttles', 'Started', 'Finished', 'Complete']

/** Ages go on, what was fresh is stale, and there are columns that the released version did not have. */
function withoutAges(text: string): string {
  const lines = JSON.parse(text) as { Age: string; State: string }[]
  const comparable = lines.map(({ Age: _, State, ...line }) => ({
    ...Object.fromEntries(Object.entries(line).filter(([name]) => !newColumns.includes(name))),
    State: State.replace('stale', 'fresh'),
  }))
  return `${JSON.stringify(comparable, null, 4)}\n`
}
