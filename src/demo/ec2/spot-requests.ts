import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'
import { isSpotInstance } from './instance-state.ts'
import { type DemoInstance, makeInstance } from './instances.ts'

export const spotRequests: SimulatedKind<DemoSpotRequest> = {
  operation: 'DescribeSpotInstanceRequests',
  list: 'spotInstanceRequestSet',
  idParameter: 'SpotInstanceRequestId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: spotRequestCount,
  itemAt: makeSpotRequest,
  idOf: ({ requestId }) => requestId,
  xmlOf: spotRequestXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'create-time': ({ createTime }) => xmlTime(createTime),
    'instance-id': ({ instanceId }) => instanceId,
    'launch.group-id': ({ model }) => model.securityGroupId,
    'launch.image-id': ({ model }) => model.imageId,
    'launch.instance-type': ({ model }) => model.instanceType,
    'launch.key-name': ({ model }) => model.keyName,
    'launched-availability-zone': ({ instanceId, model }) =>
      instanceId === null ? null : model.availabilityZone,
    'product-description': () => 'Linux/UNIX',
    'spot-instance-request-id': ({ requestId }) => requestId,
    'spot-price': () => price,
    state: ({ state }) => state,
    'status-code': ({ statusCode }) => statusCode,
    type: ({ type }) => type,
  },
  unknownRefusal: (ids) =>
    notFoundRefusal('InvalidSpotInstanceRequestID.NotFound', 'spot instance request', ids),
}

export interface DemoSpotRequest {
  readonly requestId: string
  readonly state: 'open' | 'active' | 'closed' | 'disabled'
  readonly statusCode: string
  readonly type: 'one-time' | 'persistent'
  /** Null while it waits for capacity. */
  readonly instanceId: string | null
  /** The instance that it asked for, or for one that waits an instance like that. */
  readonly model: DemoInstance
  /** In ms since 1970. */
  readonly createTime: number
  readonly tags: readonly Tag[]
}

const price = '0.192000'

/** The numbers of the cells' spot instances, found once: they are one in five, by a hash of each. */
const found = new WeakMap<Cell, readonly number[]>()

function spotNumbersOf(cell: Cell): readonly number[] {
  const known = found.get(cell)
  if (known) return known
  const numbers: number[] = []
  for (let n = 0; n < cell.instances; n++) if (isSpotInstance(cell, n)) numbers.push(n)
  found.set(cell, numbers)
  return numbers
}

/** One for each spot instance, and one or two that wait for capacity. */
function spotRequestCount(cell: Cell): number {
  return cell.instances === 0 ? 0 : spotNumbersOf(cell).length + 1 + (hash(cell.seed, 121) % 2)
}

function makeSpotRequest(cell: Cell, k: number): DemoSpotRequest {
  const n = spotNumbersOf(cell)[k]
  const instance = n === undefined ? null : makeInstance(cell, n)
  if (!instance) return makeOpenRequest(cell, k)
  const stopped = instance.state === 'stopped'
  return {
    requestId: instance.spotRequestId ?? '',
    ...stateOf(instance),
    type: stopped || k % 3 === 0 ? 'persistent' : 'one-time',
    instanceId: instance.instanceId,
    model: instance,
    createTime: instance.launchTime - 20_000,
    tags: k % 2 === 0 ? cellTags(cell, `${cell.account.team}-spot`) : [],
  }
}

function makeOpenRequest(cell: Cell, k: number): DemoSpotRequest {
  const h = hash(cell.seed, k, 122)
  return {
    requestId: `sir-${hexId(cell.seed, k, 123).slice(0, 8)}`,
    state: 'open',
    statusCode: h % 2 === 0 ? 'capacity-not-available' : 'price-too-low',
    type: 'persistent',
    instanceId: null,
    model: makeInstance(cell, h % cell.instances),
    createTime: cell.now - (1 + (h % 90)) * 3_600_000,
    tags: [],
  }
}

/** EC2 User Guide, "Spot Instance request status" and "Spot Instance request states". */
function stateOf({ state, stateReason }: DemoInstance): Pick<DemoSpotRequest, 'state' | 'statusCode'> {
  switch (state) {
    case 'running':
    case 'pending':
      return { state: 'active', statusCode: 'fulfilled' }
    case 'stopped':
      return stateReason === 'Server.SpotInstanceShutdown'
        ? { state: 'open', statusCode: 'instance-stopped-no-capacity' }
        : { state: 'disabled', statusCode: 'instance-stopped-by-user' }
    case 'terminated':
      return stateReason === 'Server.SpotInstanceTermination'
        ? { state: 'closed', statusCode: 'instance-terminated-no-capacity' }
        : { state: 'closed', statusCode: 'instance-terminated-by-user' }
  }
}

/** User data may hold secrets: what is sent here must turn up nowhere. */
function spotRequestXml(request: DemoSpotRequest): string {
  const { requestId, statusCode, instanceId, model, createTime } = request
  const { availabilityZone } = model
  return itemXml({
    spotInstanceRequestId: requestId,
    spotPrice: price,
    type: request.type,
    state: request.state,
    status: {
      code: statusCode,
      updateTime: xmlTime(createTime + 10_000),
      message: `Your Spot request is now ${statusCode}.`,
    },
    launchSpecification: {
      imageId: model.imageId,
      keyName: model.keyName,
      groupSet: [{ groupId: model.securityGroupId, groupName: `${model.role}-sg` }],
      userData: `demo-secret-user-data-${requestId}`,
      instanceType: model.instanceType,
      placement: { availabilityZone },
      blockDeviceMapping: [],
      subnetId: model.subnetId,
      monitoring: { enabled: false },
    },
    instanceId,
    createTime: xmlTime(createTime),
    productDescription: 'Linux/UNIX',
    tagSet: tagMembers(request.tags),
    launchedAvailabilityZone: instanceId === null ? null : availabilityZone,
    instanceInterruptionBehavior: request.type === 'persistent' ? 'stop' : 'terminate',
  })
}
