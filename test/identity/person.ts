import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoOptions } from '../../src/demo/server.ts'
import { mfaCode, mfaSerial } from '../../src/demo/sts/mfa-devices.ts'
import { runInProcess } from '../commands/in-process.ts'
import { type Ended, launch, type Machine, machine, program, writeSettings } from '../commands/program.ts'

/** A machine whose ~/.aws is the test's own, every call of which goes to the endpoint. */
export interface Person extends Pick<Machine, 'endpoint' | 'home' | 'env'> {
  /** 12 digits, by the account's place in the fleet. */
  readonly account: (index: number) => string
  /** The MFA device of the management account's user, and its codes. */
  readonly serial: string
  readonly code: (n: number) => string
  /** Runs a command line in this process. */
  readonly muster: RunMuster
  /** Runs the built program: the AWS SDK reads some variables of its own process. */
  readonly program: RunMuster
}

type RunMuster = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>

type Config = (person: Pick<Person, 'account' | 'serial'> & { readonly url: string }) => string

/** The user's keys in the management account, as profile `base`. */
export const base = `[profile base]
region = us-east-1
`

/** Makes it; the keys of the management account stand in the credentials file. */
export async function person(config: Config, options: DemoOptions = {}): Promise<Person> {
  const { endpoint, home, env: own, configFile } = await machine({ accounts: 4, ...options })
  const account = (index: number) => endpoint.fleet.accounts[index]?.id ?? ''
  const serial = mfaSerial(account(0))
  const [owner] = endpoint.fleet.accounts
  writeFileSync(configFile, config({ account, serial, url: endpoint.url }))
  writeFileSync(
    join(home, '.aws/credentials'),
    `[base]\naws_access_key_id = ${owner?.accessKeyId}\naws_secret_access_key = ${owner?.secretAccessKey}\n`,
  )
  writeSettings(home, {})
  const env = { ...own, AWS_ENDPOINT_URL: endpoint.url }
  return {
    endpoint,
    home,
    env,
    account,
    serial,
    code: (n) => mfaCode(serial, n),
    muster: (args, more = {}) => runInProcess({ env: { ...env, ...more }, home }, ...args),
    program: (args, more = {}) => launch(process.execPath, [program, ...args], { ...env, ...more }).ended,
  }
}

/** A role profile. */
export function role(
  name: string,
  account: string,
  source: string,
  more = '',
  roleName = 'Inventory',
): string {
  return `[profile ${name}]\nrole_arn = arn:aws:iam::${account}:role/${roleName}\nsource_profile = ${source}\nregion = us-east-1\n${more}\n`
}

/** What `muster whoami --output json` printed, by profile. */
export function identities({
  out,
}: Ended): Readonly<Record<string, Readonly<Record<string, string | null>>>> {
  const rows = JSON.parse(out) as Record<string, string | null>[]
  return Object.fromEntries(rows.map((row) => [row.Profile ?? '', row]))
}
