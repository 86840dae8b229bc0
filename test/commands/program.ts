import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { demoConfig } from '../../src/demo/demo-config.ts'
import { instances } from '../../src/demo/ec2/instances.ts'
import type { Fleet } from '../../src/demo/fleet.ts'
import { type DemoOptions, type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import type { JsonObject } from '../../src/model.ts'
import { resourceIds } from '../demo/resources.ts'
import { type Ended, keptCode, launch, program, writeSettings } from '../helpers/launch.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

export { type Ended, keptCode, launch, program, writeSettings } from '../helpers/launch.ts'

/** A user's machine: a home folder whose profiles lead to a demo endpoint. */
export interface Machine {
  readonly endpoint: Endpoint
  readonly home: string
  readonly cache: string
  readonly configFile: string
  readonly env: Readonly<Record<string, string>>
  /** Runs the built program to its end. */
  readonly muster: (...args: string[]) => Promise<Ended>
  /** Starts it; `ended` resolves when it has ended, however it did. */
  readonly start: (...args: string[]) => { readonly child: ChildProcess; readonly ended: Promise<Ended> }
  /** Ids of a kind in the cache, sorted. */
  readonly cachedIds: () => Promise<string[]>
}

/** Makes a machine for one test; it is gone when the test ends. */
export async function machine(options: DemoOptions = {}, settings: JsonObject = {}): Promise<Machine> {
  const { close, ...opened } = await openMachine(options, settings)
  onTestFinished(close)
  return opened
}

/** Makes a machine for several tests, which exists until it is closed. */
export async function openMachine(
  options: DemoOptions = {},
  settings: JsonObject = {},
): Promise<Machine & { readonly close: () => Promise<void> }> {
  const endpoint = await startEndpoint({ accounts: 3, regions: 2, instances: 60, ...options })
  const home = temporaryFolder()
  const close = () => endpoint.close()
  const demo = demoConfig(endpoint.fleet, endpoint.url)
  for (const folder of ['.aws', '.config/muster']) mkdirSync(join(home, folder), { recursive: true })
  const configFile = join(home, '.aws/config')
  const credentialsFile = join(home, '.aws/credentials')
  writeFileSync(configFile, demo.config)
  writeFileSync(credentialsFile, demo.credentials)
  writeSettings(home, { profiles: ['*'], ...demo.settings, ...settings })
  const cache = join(home, '.cache/muster/inventory.db')
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    AWS_CONFIG_FILE: configFile,
    AWS_SHARED_CREDENTIALS_FILE: credentialsFile,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '2',
    ...keptCode(),
  }
  const start = (...args: string[]) => launch(process.execPath, [program, ...args], env)
  const muster = (...args: string[]) => start(...args).ended
  const cachedIds = () => readCachedIds(muster)
  return { endpoint, home, cache, configFile, env, muster, start, cachedIds, close }
}

/** Every instance id that a machine's cache holds, sorted. */
export async function readCachedIds(muster: Machine['muster']): Promise<string[]> {
  const expression = 'Reservations[].Instances[].InstanceId'
  const { out } = await muster('query', expression, '--offline', '--output', 'json')
  return (JSON.parse(out) as string[]).sort()
}

/** The exit code as a shell gives it: for a signal, 128 and its number. */
export function shellCode({ code, signal }: Pick<Ended, 'code' | 'signal'>): number | null {
  return signal === null ? code : 128 + constants.signals[signal as NodeJS.Signals]
}

/** Every instance id of the fleet, sorted; only those of `wanted` scopes where it is given. */
export function fleetIds(fleet: Fleet, wanted: (account: string, region: string) => boolean = () => true) {
  return fleet.accounts
    .flatMap(({ id, name }) => fleet.regions.map((region) => ({ id, name, region: region.name })))
    .filter(({ name, region }) => wanted(name, region))
    .flatMap(({ id, region }) => resourceIds(instances, fleet, id, region))
    .sort()
}

/** Rules name accounts by their ids; a fleet's ids are the same for the same seed. */
export function accountId(fleet: Fleet, name: string): string {
  return fleet.accounts.find((account) => account.name === name)?.id ?? ''
}
