import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { hash, hexId } from '../random.ts'
import { itemXml, type XmlMembers, xmlTime } from '../xml.ts'
import { stateMembers } from './instance-state.ts'
import { type DemoInstance, makeInstance } from './instances.ts'

export const instanceStatus: SimulatedKind<DemoInstanceStatus> = {
  operation: 'DescribeInstanceStatus',
  list: 'instanceStatusSet',
  idParameter: 'InstanceId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => cell.instances,
  itemAt: makeInstanceStatus,
  idOf: ({ instanceId }) => instanceId,
  xmlOf: instanceStatusXml,
  filters: {
    'attached-ebs-status.status': ({ ebs }) => ebs,
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'event.code': ({ event }) => event?.code ?? null,
    'event.description': ({ event }) => event?.description ?? null,
    'event.not-before': ({ event }) => (event ? xmlTime(event.notBefore) : null),
    'instance-state-name': ({ state }) => state,
    'instance-status.status': ({ own }) => own,
    'system-status.status': ({ system }) => system,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidInstanceID.NotFound', 'instance', ids),
  own: {
    names: ['IncludeAllInstances', 'IncludeManagedResources'],
    // EC2 leaves out instances that do not run even if they are named; here their ids are enough.
    makeTest: (params) => {
      const all = params.get('IncludeAllInstances') === 'true' || params.has('InstanceId.1')
      return ({ state }) => all || state === 'running'
    },
  },
}

export interface DemoInstanceStatus extends Pick<DemoInstance, 'instanceId' | 'availabilityZone' | 'state'> {
  readonly own: CheckResult
  readonly system: CheckResult
  /** Null for types whose volumes EC2 does not check. */
  readonly ebs: CheckResult | null
  /** Since when a check fails, in ms since 1970; null if none does. */
  readonly impairedSince: number | null
  readonly event: {
    readonly id: string
    readonly code: 'instance-retirement' | 'system-reboot'
    readonly description: string
    /** In ms since 1970. */
    readonly notBefore: number
  } | null
}

type CheckResult = 'ok' | 'impaired' | 'initializing' | 'not-applicable'

/** Of every instance. One in 24 that run fails a check, and for one in 30 something is scheduled. */
function makeInstanceStatus(cell: Cell, n: number): DemoInstanceStatus {
  const { instanceId, availabilityZone, state, instanceType, launchTime } = makeInstance(cell, n)
  const h = hash(cell.seed, n, 124)
  const usual = state === 'running' ? 'ok' : state === 'pending' ? 'initializing' : 'not-applicable'
  const fails = state === 'running' && h % 24 === 0
  const failing = fails ? (h >>> 5) % 3 : -1
  const checkAt = (place: number): CheckResult => (place === failing ? 'impaired' : usual)
  return {
    instanceId,
    availabilityZone,
    state,
    own: checkAt(0),
    system: checkAt(1),
    // Xen instances, as those of m4, have no such check.
    ebs: instanceType.startsWith('m4.') ? null : checkAt(2),
    impairedSince: fails ? Math.max(launchTime, cell.now - (1 + ((h >>> 8) % 200)) * 3_600_000) : null,
    event: state === 'running' && (h >>> 7) % 30 === 0 ? makeEvent(cell, n, h) : null,
  }
}

/** One in three is over. */
function makeEvent(cell: Cell, n: number, h: number): DemoInstanceStatus['event'] {
  const isOver = (h >>> 16) % 3 === 0
  const retires = (h >>> 13) % 2 === 0
  const what = retires
    ? 'The instance is running on degraded hardware'
    : 'The instance is scheduled for a reboot'
  return {
    id: `instance-event-${hexId(cell.seed, n, 125)}`,
    code: retires ? 'instance-retirement' : 'system-reboot',
    description: isOver ? `[Completed] ${what}` : what,
    notBefore: cell.now + (isOver ? -3 : 4 + ((h >>> 18) % 10)) * 86_400_000,
  }
}

function instanceStatusXml(status: DemoInstanceStatus): string {
  const { instanceId, availabilityZone, state, own, system, ebs, event } = status
  return itemXml({
    instanceId,
    availabilityZone,
    eventsSet: event
      ? [
          {
            instanceEventId: event.id,
            code: event.code,
            description: event.description,
            notBefore: xmlTime(event.notBefore),
          },
        ]
      : null,
    instanceState: stateMembers(state),
    systemStatus: checkMembers(system, status),
    instanceStatus: checkMembers(own, status),
    attachedEbsStatus: ebs === null ? null : checkMembers(ebs, status),
    operator: { managed: false },
  })
}

const results = { ok: 'passed', impaired: 'failed', initializing: 'initializing' } as const

/** EC2 has no details of a check that does not apply. */
function checkMembers(status: CheckResult, { impairedSince }: DemoInstanceStatus): XmlMembers {
  if (status === 'not-applicable') return { status }
  const since = status === 'impaired' && impairedSince !== null ? xmlTime(impairedSince) : null
  return { status, details: [{ name: 'reachability', status: results[status], impairedSince: since }] }
}
