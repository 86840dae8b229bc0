import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fleet, type FleetOptions, makeFleet } from '../../src/demo/fleet.ts'
import { type Demo, type StartOptions, startDemo } from '../../src/demo/start.ts'
import { type Ended, launch, program, writeSettings } from '../helpers/launch.ts'

/** A home folder whose profiles have static keys of a fleet's accounts. */
export interface World {
  readonly home: string
  readonly cache: string
  readonly env: Readonly<Record<string, string>>
  /** Starts the built program. */
  readonly start: (args: readonly string[], env?: Readonly<Record<string, string>>) => Started
  readonly close: () => void
}

export interface Started {
  readonly pid: number | undefined
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
}

/** Makes a world. `endpointOf`: the address that an account's profile is given; null if none is. */
export function makeWorld(fleet: Fleet, endpointOf: (account: string) => string | null): World {
  const home = mkdtempSync(join(tmpdir(), 'muster-torture-'))
  for (const folder of ['.aws', '.config/muster', '.cache/muster'])
    mkdirSync(join(home, folder), { recursive: true, mode: 0o700 })
  pointAt(home, fleet, endpointOf)
  const keys = fleet.accounts.map(
    ({ name, accessKeyId, secretAccessKey }) =>
      `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  )
  writeFileSync(join(home, '.aws/credentials'), keys.join('\n'), { mode: 0o600 })
  writeSettings(home, { profiles: ['*'], regions: ['*'] })
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '2',
  }
  return {
    home,
    cache: join(home, '.cache/muster/inventory.db'),
    env,
    start(args, more = {}) {
      const { child, ended } = launch(process.execPath, [program, ...args], { ...env, ...more })
      return { pid: child.pid, kill: (signal) => void child.kill(signal), ended }
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  }
}

/** Lets the profiles of a home lead to other addresses. */
export function pointAt(home: string, fleet: Fleet, endpointOf: (account: string) => string | null): void {
  const profiles = fleet.accounts.map(({ id, name }) => {
    const endpoint = endpointOf(id)
    const line = endpoint === null ? '' : `endpoint_url = ${endpoint}\n`
    return `[profile ${name}]\nregion = us-east-1\n${line}`
  })
  writeFileSync(join(home, '.aws/config'), profiles.join('\n'))
}

/** A fleet, and the endpoint that serves it in a thread of its own for as long as the part runs. */
export async function serveFleet(
  options: FleetOptions & Pick<StartOptions, 'faults' | 'tokenSecret'>,
): Promise<{ readonly fleet: Fleet; readonly demo: Demo }> {
  return { fleet: makeFleet(options), demo: await startDemo(options) }
}
