import type { Cell } from '../fleet.ts'
import { hash, hexId } from '../random.ts'
import type { XmlMembers } from '../xml.ts'

/** What state an instance is in, how it came there, and whether it is a spot instance. */
export interface InstanceState {
  readonly state: 'running' | 'stopped' | 'terminated' | 'pending'
  /** `Client.UserInitiatedShutdown` and the like; null while nothing ended it. */
  readonly stateReason: string | null
  /** As `User initiated (2026-09-12 10:11:12 GMT)`; empty while it runs, and when EC2 does not say. */
  readonly stateTransitionReason: string
  /** Null for an instance that is not a spot instance. */
  readonly spotRequestId: string | null
}

/** EC2's words behind the code of a StateReason (EC2 API reference, StateReason). */
const words: Readonly<Record<string, string>> = {
  'Client.UserInitiatedShutdown': 'User initiated shutdown',
  'Client.InstanceInitiatedShutdown': 'Instance initiated shutdown',
  'Server.ScheduledStop': 'Stopped due to scheduled retirement',
  'Server.SpotInstanceShutdown': 'Spot instance shutdown',
  'Server.SpotInstanceTermination': 'Spot instance termination',
}

const stateCodes = { pending: 0, running: 16, terminated: 48, stopped: 80 } as const

/** `h` and `k` are hashes of the instance's own. */
export function stateOf(h: number): InstanceState['state'] {
  const percent = (h >>> 10) % 100
  if (percent < 82) return 'running'
  if (percent < 96) return 'stopped'
  return percent < 98 ? 'terminated' : 'pending'
}

/** How the nth instance of a cell came to its state. */
export function instanceState(
  cell: Cell,
  n: number,
  state: InstanceState['state'],
  launchTime: number,
): InstanceState {
  const { seed, now } = cell
  const k = hash(seed, n, 32)
  const own = hash(seed, n, 37)
  const spot = isSpotInstance(cell, n)
  const reason = reasonOf(state, spot && (state === 'terminated' || (own >>> 4) % 2 === 0), k)
  return {
    state,
    stateReason: reason,
    stateTransitionReason: transitionReason(reason, state, launchTime, now, k),
    spotRequestId: spot ? `sir-${hexId(seed, n, 38).slice(0, 8)}` : null,
  }
}

/** Whether the nth instance of a cell is a spot instance: one in five is. */
export function isSpotInstance({ seed }: Cell, n: number): boolean {
  return hash(seed, n, 37) % 5 === 0
}

/** What a state is made of. */
export function stateMembers(state: InstanceState['state']): XmlMembers {
  return { code: stateCodes[state], name: state }
}

/** `<instanceState>` and, if something ended it, `<stateReason>`. */
export function stateXml({ state, stateReason }: InstanceState): string {
  const reason =
    stateReason === null
      ? ''
      : `<stateReason><code>${stateReason}</code><message>${stateReason}: ${words[stateReason]}</message></stateReason>`
  return `<instanceState><code>${stateCodes[state]}</code><name>${state}</name></instanceState>${reason}`
}

/** `<instanceLifecycle>` of a spot instance; EC2 leaves it out of others. */
export function lifecycleXml({ spotRequestId }: InstanceState): string {
  if (spotRequestId === null) return ''
  return `<instanceLifecycle>spot</instanceLifecycle><spotInstanceRequestId>${spotRequestId}</spotInstanceRequestId>`
}

/** AWS itself stopped some, and took spot instances back. */
function reasonOf(state: InstanceState['state'], isInterrupted: boolean, k: number): string | null {
  if (state !== 'stopped' && state !== 'terminated') return null
  if (isInterrupted)
    return state === 'stopped' ? 'Server.SpotInstanceShutdown' : 'Server.SpotInstanceTermination'
  if (state === 'terminated' || k % 7 !== 0) return 'Client.UserInitiatedShutdown'
  return k % 2 === 0 ? 'Client.InstanceInitiatedShutdown' : 'Server.ScheduledStop'
}

/** EC2 says when, if a user stopped it by a call; else the code alone, and nothing if it shut itself down. */
function transitionReason(
  reason: string | null,
  state: InstanceState['state'],
  launchTime: number,
  now: number,
  k: number,
): string {
  if (reason === null || reason === 'Client.InstanceInitiatedShutdown') return ''
  if (reason.startsWith('Server.')) return reason
  const latest = state === 'terminated' ? Math.max(launchTime, now - 3_600_000) : launchTime
  const at = new Date(latest + ((k % 1000) / 1000) * (now - latest))
  return `User initiated (${at.toISOString().slice(0, 19).replace('T', ' ')} GMT)`
}
