import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CallLimiter } from '../../src/aws/call-limiter.ts'
import { type ConnectionOptions, makeConnection } from '../../src/aws/connection.ts'
import { type AwsConfig, readAwsConfig } from '../../src/config/aws-config.ts'
import { type SelectedProfile, selectProfiles } from '../../src/config/selection.ts'
import { parseSettings } from '../../src/config/settings.ts'
import { simulatedKinds } from '../../src/demo/ec2-kinds.ts'
import { type DemoOptions, type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { openSessions } from '../../src/identity/session.ts'
import { findKind } from '../../src/kinds.ts'
import type { Scope, Selection } from '../../src/model.ts'
import { openStore } from '../../src/store/open-store.ts'
import { sync } from '../../src/sync/fan-out.ts'
import { planScopes } from '../../src/sync/plan.ts'
import { type LiveReading, type LiveRequest, readLive } from '../../src/sync/read-live.ts'
import { beginWriting } from '../../src/sync/writing.ts'
import { resourceIds } from '../demo/resources.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

export interface AccountMachine {
  readonly endpoint: Endpoint
  /** The profiles that a selection chooses; all of them where it says nothing. */
  readonly choose: (selection: Partial<Selection>) => readonly SelectedProfile[]
  /** One live reading by sessions of its own, as a process of its own would do it; calls are tried once. */
  readonly read: (
    request: Partial<LiveRequest> & Pick<LiveRequest, 'chosen'>,
    mayCall?: CallLimiter,
  ) => Promise<LiveReading>
  /** Reads the same into a new cache, as `muster sync` does; gives the ids that are in it then, as `idsOf`. */
  readonly sync: (
    chosen: readonly SelectedProfile[],
    pageSize: number,
    mayCall?: CallLimiter,
    concurrency?: number,
    kinds?: readonly string[],
  ) => Promise<readonly string[]>
}

export interface ProfileOfMachine {
  readonly name: string
  /** The account's place in the fleet. */
  readonly account: number
  readonly region?: string
}

/** A demo endpoint, and profiles of static keys, which declare no account. */
export async function accountMachine(
  options: DemoOptions,
  profiles: readonly ProfileOfMachine[],
  requestTimeout = 2000,
  maxAttempts = 1,
): Promise<AccountMachine> {
  const connect = (given: ConnectionOptions) => makeConnection({ ...given, progressTimeout: requestTimeout })
  const endpoint = await startEndpoint(options)
  onTestFinished(() => endpoint.close())
  const config = configOf(endpoint, profiles)
  const settings = parseSettings({ profiles: ['*'] }, 'test')
  const io = { env: {}, home: '/nowhere', now: Date.now, signal: new AbortController().signal }
  const signIn = { io, config, maxAttempts, requestTimeout, connect }
  return {
    endpoint,
    choose(selection) {
      const whole = { profiles: [], accounts: [], regions: [], ...selection }
      return selectProfiles({ selection: whole, config, settings, env: {}, allowInstance: false })
    },
    async sync(chosen, pageSize, mayCall, concurrency = 16, kinds = ['instances']) {
      const sessions = openSessions({ ...signIn, ...(mayCall ? { mayCall } : {}) })
      const store = openStore(join(temporaryFolder(), 'cache.db'))
      const planned = planScopes(chosen, kinds, [], store, {}, false)
      const gone = { keep: 0, bytes: 0 }
      const request = {
        planned,
        kinds,
        accounts: [],
        lines: new Map(),
        beganAt: Date.now(),
        isDue: () => true,
        concurrency,
        pageSize,
      }
      const begun = beginWriting(store, { gone, selection: 'all' }, io.signal, () => {})
      try {
        await sync(request, { sessions, store, io, emit: () => {}, begun }).finally(() => begun.end(io.now()))
        const rows = store.db.prepare('SELECT AccountId, Region, InstanceId FROM instances').raw().all()
        return rows.map((row) => (row as string[]).join('/')).sort()
      } finally {
        store.close()
        sessions.close()
      }
    },
    async read(request, mayCall) {
      const sessions = openSessions({ ...signIn, ...(mayCall ? { mayCall } : {}) })
      const defaults = { kind: 'instances', accounts: [], pageSize: null, maxItems: null, from: null }
      const accepted = () => false
      try {
        return await readLive({ ...defaults, accepted, ...request }, { sessions, io, emit: () => {} })
      } finally {
        sessions.close()
      }
    },
  }
}

/** `account/region/id` of all that was read, in order. */
export function idsOf({ read }: LiveReading): string[] {
  return read.flatMap(({ scope, resources }) => resources.map(({ id }) => placed(scope, id)))
}

/** The same of everything that a fleet holds of a kind, sorted. */
export function idsInFleet({ fleet }: Endpoint, kind: string): string[] {
  const { operation } = findKind(kind)
  const simulated = simulatedKinds.find((each) => each.operation === operation)
  if (!simulated) throw new Error(`the simulated EC2 has no ${operation}`)
  const ids = fleet.accounts.flatMap(({ id: account }) =>
    fleet.regions.flatMap(({ name: region }) =>
      resourceIds(simulated, fleet, account, region).map((id) => placed({ account, region }, id)),
    ),
  )
  return ids.sort()
}

function placed({ account, region }: Pick<Scope, 'account' | 'region'>, id: string): string {
  return `${account}/${region}/${id}`
}

function configOf({ url, fleet }: Endpoint, profiles: readonly ProfileOfMachine[]): AwsConfig {
  const file = join(temporaryFolder(), 'config')
  const sections = profiles.map(({ name, account, region }) => {
    const { accessKeyId, secretAccessKey } = fleet.accounts[account] ?? {}
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}`
    return `[profile ${name}]\nendpoint_url = ${url}\n${keys}\n${region ? `region = ${region}\n` : ''}`
  })
  writeFileSync(file, sections.join('\n'))
  const env = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: '/nowhere' }
  return readAwsConfig({ env, home: '/nowhere' })
}
