import type { Cell } from './fleet.ts'
import { hash, hexId, pick } from './random.ts'
import { instanceTags, roleOf, type Tag } from './tags.ts'

export interface DemoInstance {
  readonly n: number
  readonly instanceId: string
  readonly reservationId: string
  /** Its place among the instances of its reservation. */
  readonly launchIndex: number
  readonly ownerId: string
  readonly region: string
  readonly availabilityZone: string
  readonly instanceType: string
  readonly architecture: 'x86_64' | 'arm64'
  readonly state: 'running' | 'stopped' | 'terminated' | 'pending'
  /** As `User initiated (2026-09-12 10:11:12 GMT)`; empty while running. */
  readonly stateTransitionReason: string
  /** In ms since 1970. */
  readonly launchTime: number
  readonly imageId: string
  readonly windows: boolean
  readonly vpcId: string
  readonly subnetId: string
  readonly privateIp: string
  readonly publicIp: string | null
  readonly keyName: string | null
  readonly profileName: string | null
  readonly httpTokens: 'required' | 'optional'
  readonly role: string
  readonly rootVolumeId: string
  readonly dataVolumeId: string | null
  readonly tags: readonly Tag[]
}

const day = 86_400_000
const types = [
  't3.micro',
  't3.medium',
  't3.large',
  't4g.small',
  'm5.large',
  'm6i.xlarge',
  'm7g.large',
  'c6i.2xlarge',
  'c7g.xlarge',
  'r6i.large',
  'r5.4xlarge',
  'g5.xlarge',
  'm4.large',
]

/** The nth instance of an account and region. */
export function demoInstance(cell: Cell, n: number): DemoInstance {
  const { seed, accountIndex: a, regionIndex: r } = cell
  const h = hash(seed, n, 31)
  const k = hash(seed, n, 32)
  const leader = reservationLeader(n)
  const state = stateOf(h)
  const instanceType = pick(types, hash(seed, leader, 33))
  const zone = h % 3
  const role = roleOf(cell, n)
  const launchTime = cell.now - ageOf(hash(seed, leader, 34), state)
  return {
    n,
    instanceId: instanceIdOf(cell, n),
    reservationId: `r-${hexId(seed, leader, 36)}`,
    launchIndex: n - leader,
    ownerId: cell.account.id,
    region: cell.region,
    availabilityZone: `${cell.region}${'abc'[zone]}`,
    instanceType,
    architecture: /^\w+\dg\./.test(instanceType) ? 'arm64' : 'x86_64',
    state,
    stateTransitionReason: transitionReason(state, launchTime, cell.now, k),
    launchTime,
    imageId: `ami-${hexId(seed, instanceType.length, (h >>> 5) % 4, 37)}`,
    windows: (k >>> 3) % 12 === 0 && !/^\w+\dg\./.test(instanceType),
    vpcId: `vpc-${hexId(seed, 38)}`,
    subnetId: `subnet-${hexId(seed, zone, 39)}`,
    privateIp: `10.${a % 256}.${(r * 16 + zone * 4 + (n >>> 8)) % 256}.${n % 256}`,
    publicIp: state === 'running' && (k >>> 8) % 5 === 0 ? `203.0.113.${k % 256}` : null,
    keyName: (k >>> 10) % 3 === 0 ? null : `acme-${cell.account.team}`,
    profileName: (k >>> 12) % 4 === 0 ? null : `${cell.account.team}-${role}`,
    httpTokens: (k >>> 14) % 5 === 0 ? 'optional' : 'required',
    role,
    rootVolumeId: `vol-${hexId(seed, n, 40)}`,
    dataVolumeId: n % 2 === 0 ? `vol-${hexId(seed, n, 41)}` : null,
    tags: instanceTags(cell, n, role),
  }
}

/** Only the id of the nth instance: cheap, for looking one up. */
export function instanceIdOf(cell: Cell, n: number): string {
  return `i-${hexId(cell.seed, n, 35)}`
}

/** Of 17 instances, three were launched by one call: the number of the first of them, else n itself. */
export function reservationLeader(n: number): number {
  const place = n % 17
  return place === 14 ? n - 1 : place === 15 ? n - 2 : n
}

function stateOf(h: number): DemoInstance['state'] {
  const percent = (h >>> 10) % 100
  if (percent < 82) return 'running'
  if (percent < 96) return 'stopped'
  return percent < 98 ? 'terminated' : 'pending'
}

/** Most are younger than a year, one in eight up to six years old, the pending ones seconds. */
function ageOf(h: number, state: DemoInstance['state']): number {
  if (state === 'pending') return (h % 60) * 1000 + 1000
  const days = h % 8 === 0 ? 365 + ((h >>> 3) % 1800) : 1 + ((h >>> 3) % 360)
  return days * day + ((h >>> 12) % 86_400) * 1000
}

function transitionReason(state: DemoInstance['state'], launchTime: number, now: number, k: number): string {
  if (state !== 'stopped' && state !== 'terminated') return ''
  const latest = state === 'terminated' ? Math.max(launchTime, now - 3_600_000) : launchTime
  const at = new Date(latest + ((k % 1000) / 1000) * (now - latest))
  return `User initiated (${at.toISOString().slice(0, 19).replace('T', ' ')} GMT)`
}
