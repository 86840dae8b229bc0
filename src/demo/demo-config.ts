import type { JsonObject } from '../model.ts'
import type { DemoAccount, Fleet } from './fleet.ts'

export interface DemoConfig {
  /** Text for `~/.aws/config`. */
  readonly config: string
  /** Text for `~/.aws/credentials`. */
  readonly credentials: string
  /** muster's settings for the fleet. */
  readonly settings: JsonObject
}

const managementProfile = 'acme-management'

/**
 * Config files for a fleet behind `url`: the management account's static keys, a role profile per account
 * that is assumed with them, and static keys for every fifth account. Profiles are named as accounts.
 */
export function demoConfig(fleet: Fleet, url: string): DemoConfig {
  const region = fleet.regions[0]?.name ?? 'us-east-1'
  const profiles = fleet.accounts.map((account, index) => {
    const lines = [`[profile ${account.name}]`, `region = ${region}`, `endpoint_url = ${url}`]
    return hasKeys(index) ? lines : [...lines, ...roleLines(account)]
  })
  const keys = fleet.accounts
    .filter((_, index) => hasKeys(index))
    .map(({ name, accessKeyId, secretAccessKey }) => [
      `[${name}]`,
      `aws_access_key_id = ${accessKeyId}`,
      `aws_secret_access_key = ${secretAccessKey}`,
    ])
  return {
    config: joinSections(profiles),
    credentials: joinSections(keys),
    settings: { regions: ['*'], accepted: acceptedFaults(fleet), fresh: '15m' },
  }
}

function hasKeys(index: number): boolean {
  return index % 5 === 0
}

function roleLines(account: DemoAccount): readonly string[] {
  const lines = [
    `role_arn = arn:aws:iam::${account.id}:role/${account.roleName}`,
    `source_profile = ${managementProfile}`,
  ]
  return account.externalId === null ? lines : [...lines, `external_id = ${account.externalId}`]
}

function acceptedFaults({ accounts }: Fleet): readonly JsonObject[] {
  return accounts.filter(({ denied }) => denied).map(({ name }) => ({ scope: `${name}/*`, fault: 'denied' }))
}

function joinSections(list: readonly (readonly string[])[]): string {
  return list.map((lines) => `${lines.join('\n')}\n`).join('\n')
}
