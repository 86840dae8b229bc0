import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { AwsRefusal } from '../http-answer.ts'
import { hash, hexId, pick } from '../random.ts'
import { itemXml, xmlTime } from '../xml.ts'

export const reservedInstances: SimulatedKind<DemoReservedInstances> = {
  operation: 'DescribeReservedInstances',
  list: 'reservedInstancesSet',
  idParameter: 'ReservedInstancesId',
  pages: null,
  countItems: (cell) => (cell.instances === 0 ? 0 : purchases),
  itemAt: makeReservedInstances,
  idOf: ({ reservedInstancesId }) => reservedInstancesId,
  xmlOf: reservedInstancesXml,
  filters: {
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    duration: ({ duration }) => String(duration),
    end: ({ end }) => xmlTime(end),
    'instance-type': ({ instanceType }) => instanceType,
    'product-description': () => 'Linux/UNIX',
    'reserved-instances-id': ({ reservedInstancesId }) => reservedInstancesId,
    scope: ({ availabilityZone }) => (availabilityZone === null ? 'Region' : 'Availability Zone'),
    start: ({ start }) => xmlTime(start),
    state: ({ state }) => state,
  },
  unknownRefusal: (ids) => {
    const message = `The reserved instance ID '${ids.join("', '")}' does not exist`
    return new AwsRefusal(400, 'InvalidReservedInstancesId', message)
  },
  own: { names: ['OfferingClass', 'OfferingType'], makeTest: () => () => true },
}

export interface DemoReservedInstances {
  readonly reservedInstancesId: string
  readonly instanceType: string
  readonly count: number
  readonly state: 'active' | 'retired' | 'queued'
  /** In ms since 1970. */
  readonly start: number
  readonly end: number
  /** Seconds. */
  readonly duration: number
  /** Null if they are for the whole region. */
  readonly availabilityZone: string | null
}

/** One that ends soon, one that ends late, one that has ended, and one that begins in a month. */
const purchases = 4
const day = 86_400_000
const year = 365 * day

function makeReservedInstances(cell: Cell, n: number): DemoReservedInstances {
  const h = hash(cell.seed, n, 117)
  const length = n === 1 ? 3 * year : year
  const ends = [3 + (h % 60), 200 + (h % 800), -(1 + (h % 300)), 395]
  const end = cell.now + (ends[n] ?? 0) * day
  const id = `${hexId(cell.seed, n, 118)}${hexId(cell.seed, n, 119)}`
  return {
    reservedInstancesId: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(18, 21)}-${id.slice(21, 33)}`,
    instanceType: pick(['m5.large', 'm6i.xlarge', 'r6i.large', 'c6i.2xlarge'], h >>> 5),
    count: 1 + ((h >>> 8) % 12),
    state: n === 2 ? 'retired' : n === 3 ? 'queued' : 'active',
    start: end - length,
    end,
    duration: length / 1000,
    availabilityZone: n === 1 ? `${cell.region}a` : null,
  }
}

function reservedInstancesXml(reserved: DemoReservedInstances): string {
  const { start, end, availabilityZone, duration } = reserved
  return itemXml({
    reservedInstancesId: reserved.reservedInstancesId,
    instanceType: reserved.instanceType,
    availabilityZone,
    start: xmlTime(start),
    end: xmlTime(end),
    duration,
    fixedPrice: 0,
    usagePrice: 0,
    instanceCount: reserved.count,
    productDescription: 'Linux/UNIX',
    state: reserved.state,
    instanceTenancy: 'default',
    currencyCode: 'USD',
    offeringClass: duration * 1000 > year ? 'convertible' : 'standard',
    offeringType: 'No Upfront',
    recurringCharges: [{ frequency: 'Hourly', amount: 0.0605 }],
    scope: availabilityZone === null ? 'Region' : 'Availability Zone',
  })
}
