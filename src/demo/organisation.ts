import { hash, keyLetters } from './random.ts'

export interface DemoAccount {
  /** 12 digits. */
  readonly id: string
  readonly name: string
  /** The role that the management account may assume there. */
  readonly roleName: string
  /** The static key of the account's own user `inventory`. */
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly environment: string
  readonly team: string
  readonly costCentre: string
  /** What AssumeRole must carry; null if the trust asks for none. */
  readonly externalId: string | null
  /** Whether the account's policies refuse to list resources of any kind. */
  readonly denied: boolean
  /** How many instances it has, compared with the others; 0 for an empty account. */
  readonly weight: number
}

export interface DemoRegion {
  readonly name: string
  readonly optIn: 'opt-in-not-required' | 'opted-in' | 'not-opted-in'
}

type AccountTemplate = readonly [name: string, environment: string, team: string, weight: number]

const accountTemplates: readonly AccountTemplate[] = [
  ['acme-management', 'prod', 'platform', 1],
  ['acme-prod-payments', 'prod', 'payments', 14],
  ['acme-prod-web', 'prod', 'web', 12],
  ['acme-staging-web', 'staging', 'web', 6],
  ['acme-staging-payments', 'staging', 'payments', 5],
  ['acme-dev', 'dev', 'platform', 7],
  ['acme-sandbox', 'sandbox', 'research', 4],
  ['acme-legacy', 'prod', 'legacy', 6],
  ['acme-security', 'prod', 'security', 0],
  ['acme-data-platform', 'prod', 'data', 10],
  ['acme-shared-services', 'prod', 'platform', 4],
  ['acme-archive', 'archive', 'legacy', 0],
]

const regionNames = [
  'us-east-1',
  'eu-west-1',
  'eu-central-1',
  'ap-southeast-2',
  'me-south-1',
  'us-west-2',
  'us-east-2',
  'eu-west-2',
  'ap-northeast-1',
  'ap-south-1',
  'sa-east-1',
  'ca-central-1',
  'eu-north-1',
  'eu-south-1',
  'ap-southeast-1',
  'ap-northeast-2',
  'eu-west-3',
  'us-west-1',
  'ap-northeast-3',
  'af-south-1',
]

const optedIn = new Set(['eu-south-1', 'af-south-1'])
const teams = ['web', 'payments', 'data', 'search', 'mobile', 'platform']
const environments = ['prod', 'staging', 'dev']

/** Accounts of the organisation "acme"; the first is the management account. The ninth is denied. */
export function demoAccounts(count: number, seed: number): readonly DemoAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const [name, environment, team, weight] = accountTemplates[index] ?? furtherAccount(index)
    return {
      id: String(100_000_000_000 + ((hash(seed, index, 11) * 209 + index * 7919) % 899_999_999_999)),
      name,
      roleName: 'Inventory',
      accessKeyId: `AKIA${keyLetters(16, seed, index, 12)}`,
      secretAccessKey: `demo/${keyLetters(35, seed, index, 13)}`,
      environment,
      team,
      costCentre: `CC-${1000 + (hash(team.length, team.charCodeAt(0), team.charCodeAt(2)) % 90) * 100}`,
      externalId: name === 'acme-data-platform' ? 'acme-inventory' : null,
      denied: name === 'acme-security',
      weight,
    }
  })
}

/** Regions, at most 20; the fifth, me-south-1, is not enabled in any account. */
export function demoRegions(count: number): readonly DemoRegion[] {
  return regionNames.slice(0, count).map((name) => ({ name, optIn: optInStatus(name) }))
}

function optInStatus(region: string): DemoRegion['optIn'] {
  if (region === 'me-south-1') return 'not-opted-in'
  return optedIn.has(region) ? 'opted-in' : 'opt-in-not-required'
}

function furtherAccount(index: number): AccountTemplate {
  const further = index - accountTemplates.length
  const team = teams[further % teams.length] ?? 'web'
  const environment = environments[Math.floor(further / teams.length) % environments.length] ?? 'prod'
  const cell = Math.floor(further / (teams.length * environments.length)) + 1
  return [`acme-${environment}-${team}-${cell}`, environment, team, further % 10 === 9 ? 0 : 8]
}
