import { readFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { instances } from '../../src/demo/ec2/instances.ts'
import type { Fleet } from '../../src/demo/fleet.ts'
import { resourcesOf } from '../demo/resources.ts'
import type { Ended } from '../helpers/launch.ts'
import type { World } from './world.ts'

/** The rows of a scope by their ids: what is known of an instance, as one text. */
export type Rows = ReadonlyMap<string, string>

/** What muster says of a scope (--coverage), and the rows that it prints of it. */
export interface ReportedScope {
  readonly profile: string
  readonly account: string | null
  readonly region: string | null
  readonly state: string
  readonly syncedAt: number
  readonly rows: number
  readonly fault: { readonly class: string; readonly code: string; readonly message: string } | null
}

export interface Inventory {
  readonly reported: readonly ReportedScope[]
  readonly rows: ReadonlyMap<string, Rows>
  readonly ended: Ended
  readonly wrong: readonly string[]
}

/** Account and region as one text. */
export const placeOf = (account: string | null, region: string | null) => `${account ?? '?'}/${region ?? '?'}`

/** Every account and enabled region of a fleet (in an edition) with the rows that it serves there. */
export function fleetRows(fleet: Fleet, edition = 0): ReadonlyMap<string, Rows> {
  const places = fleet.accounts.flatMap(({ id }) =>
    fleet.regions
      .filter(({ optIn }) => optIn !== 'not-opted-in')
      .map(({ name }) => [placeOf(id, name), rowsOf(fleet, id, name, edition)] as const),
  )
  return new Map(places)
}

/** Of the same resources as `known` in the document's words. */
const known =
  "Reservations[].Instances[].[AccountId,Region,InstanceId,InstanceType,State.Name,PrivateIpAddress,LaunchTime,ImageId,Tags[?Key=='Name']|[0].Value]"

function rowsOf(fleet: Fleet, account: string, region: string, edition: number): Rows {
  return new Map(
    resourcesOf(instances, fleet, account, region, edition).map((each) => {
      const gone = each.state === 'terminated'
      const launched = `${new Date(each.launchTime).toISOString().slice(0, 19)}+00:00`
      const name = each.tags.find(([key]) => key === 'Name')?.[1] ?? null
      const { instanceId, instanceType, state, privateIp, imageId } = each
      const ip = gone ? null : privateIp
      return [
        instanceId,
        JSON.stringify([account, region, instanceId, instanceType, state, ip, launched, imageId, name]),
      ]
    }),
  )
}

/** Asks a cache offline for everything that it holds, and what it says of each scope. */
export async function ask(world: World, ...more: readonly string[]): Promise<Inventory> {
  const coverage = `${world.cache}.${serial++}.json`
  const words = ['query', '--query', known, '--offline', '--fresh', '1d', '--output', 'json', ...more]
  const ended = await world.start([...words, '--coverage', coverage]).ended
  const wrong = [...findUnclean(ended)]
  if (ended.code !== 0 && ended.code !== 3) wrong.push(`a query ended with ${ended.code}: ${ended.err}`)
  const reported = readReported(coverage)
  const rows = new Map<string, Map<string, string>>()
  for (const row of (ended.out === '' ? [] : JSON.parse(ended.out)) as string[][]) {
    const [account = '', region = '', id = ''] = row
    const place = placeOf(account, region)
    const scope = rows.get(place) ?? new Map<string, string>()
    rows.set(place, scope)
    if (scope.has(id)) wrong.push(`${id} stands twice in ${place}`)
    scope.set(id, JSON.stringify(row))
  }
  return { reported, rows, ended, wrong }
}

let serial = 0

/** What --coverage wrote; nothing if the command did not come so far. */
export function readReported(file: string): readonly ReportedScope[] {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return []
  }
  const { scopes } = JSON.parse(text) as {
    scopes: (Omit<ReportedScope, 'syncedAt'> & { syncedAt: string | null })[]
  }
  return scopes.map((scope) => ({ ...scope, syncedAt: scope.syncedAt ? Date.parse(scope.syncedAt) : -1 }))
}

/** What no run of muster may do, whatever was done to it. */
export function findUnclean({ signal, err }: Ended): readonly string[] {
  const wrong: string[] = []
  if (signal !== null) wrong.push(`ended by ${signal}: ${err.slice(-300)}`)
  if (/bug in muster|^\s+at .*:\d+:\d+/m.test(err)) wrong.push(`calls it a bug: ${err.slice(0, 600)}`)
  if (/\$response|hidden field|Please report/.test(err))
    wrong.push(`advises nothing useful: ${err.slice(0, 400)}`)
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(err)) wrong.push('says a control character as it came')
  return wrong
}

/** How the rows of a scope differ from what they must be; null if they do not. */
export function difference(given: Rows | undefined, expected: Rows | undefined): string | null {
  const lost = [...(expected ?? [])].filter(([id]) => !given?.has(id)).length
  const more = [...(given ?? [])].filter(([id]) => !expected?.has(id)).length
  const other = [...(given ?? [])].find(([id, row]) => expected?.has(id) && expected.get(id) !== row)
  if (lost + more === 0 && !other) return null
  const example = other ? `, such as ${other[1]} in place of ${expected?.get(other[0])}` : ''
  return `${lost} of ${expected?.size ?? 0} rows lost, ${more} too many${example}`
}

/** Looks inside the file: SQLite's own check, and whether its tables agree with one another. */
export function findWrongInside(file: string): readonly string[] {
  const db = new Sqlite(file, { readonly: true })
  try {
    const wrong: string[] = []
    const integrity = db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') wrong.push(`integrity_check: ${String(integrity)}`)
    if (db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'row_instances'").pluck().get() === 0)
      return wrong
    for (const [what, sql] of agreements) {
      const count = db.prepare(sql).pluck().get()
      if (count !== 0) wrong.push(`${String(count)} ${what}`)
    }
    return wrong
  } finally {
    db.close()
  }
}

const agreements: readonly (readonly [what: string, sql: string])[] = [
  ['resources stand twice', 'SELECT count(*) - count(DISTINCT _scope || _id) FROM row_instances'],
  [
    'rows have no scope',
    'SELECT count(*) FROM row_instances WHERE _scope NOT IN (SELECT scope_id FROM scope)',
  ],
  [
    'rows have no document',
    'SELECT count(*) FROM row_instances WHERE _row NOT IN (SELECT resource_id FROM document)',
  ],
  [
    'rows have no text to search',
    'SELECT count(*) FROM row_instances WHERE _row NOT IN (SELECT resource_id FROM search)',
  ],
  [
    'documents have no row',
    'SELECT count(*) FROM document WHERE resource_id NOT IN (SELECT _row FROM row_instances)',
  ],
  [
    'scopes miscount their rows',
    'SELECT count(*) FROM scope s WHERE rows <> (SELECT count(*) FROM row_instances r WHERE r._scope = s.scope_id)',
  ],
  [
    'documents are of another resource than their row',
    "SELECT count(*) FROM row_instances JOIN document ON resource_id = _row WHERE body ->> 'InstanceId' <> _id",
  ],
]
