import { notFoundRefusal } from '../describe/describe-call.ts'
import type { FilterValues, SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import {
  dataVolumeIdOf,
  imageIdOf,
  instanceIdOf,
  keyPairNameOf,
  networkInterfaceIdOf,
  rootVolumeIdOf,
  securityGroupIdOf,
  subnetIdOf,
  vpcIdOf,
} from '../ids.ts'
import { hash, hexId, pick } from '../random.ts'
import { instanceTags, roleOf, type Tag } from '../tags.ts'
import { elementXml, tagSetXml, xmlTime } from '../xml.ts'
import { type InstancePlacement, placementOf, placementXml, reservationXml } from './instance-placement.ts'
import { type InstanceState, instanceState, lifecycleXml, stateOf, stateXml } from './instance-state.ts'

export const instances: SimulatedKind<DemoInstance> = {
  operation: 'DescribeInstances',
  list: 'reservationSet',
  idParameter: 'InstanceId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => cell.instances,
  itemAt: makeInstance,
  idOf: ({ instanceId }) => instanceId,
  xmlOf: instanceXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    architecture: ({ architecture }) => architecture,
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'block-device-mapping.volume-id': unlessTerminated(({ rootVolumeId, dataVolumeId }) =>
      dataVolumeId === null ? [rootVolumeId] : [rootVolumeId, dataVolumeId],
    ),
    'image-id': ({ imageId }) => imageId,
    'instance-id': ({ instanceId }) => instanceId,
    'instance-lifecycle': ({ spotRequestId }) => (spotRequestId === null ? null : 'spot'),
    'instance-state-name': ({ state }) => state,
    'instance-type': ({ instanceType }) => instanceType,
    'instance.group-id': unlessTerminated(({ securityGroupId }) => securityGroupId),
    'ip-address': ({ publicIp }) => publicIp,
    'key-name': ({ keyName }) => keyName,
    'launch-time': ({ launchTime }) => xmlTime(launchTime),
    'metadata-options.http-tokens': ({ httpTokens }) => httpTokens,
    'private-ip-address': unlessTerminated(({ privateIp }) => privateIp),
    'reservation-id': ({ reservationId }) => reservationId,
    'spot-instance-request-id': ({ spotRequestId }) => spotRequestId,
    'state-reason-code': ({ stateReason }) => stateReason,
    'subnet-id': unlessTerminated(({ subnetId }) => subnetId),
    'vpc-id': unlessTerminated(({ vpcId }) => vpcId),
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidInstanceID.NotFound', 'instance', ids),
  group: {
    idOf: ({ reservationId }) => reservationId,
    headOf: ({ reservationId, ownerId }) =>
      `<reservationId>${reservationId}</reservationId><ownerId>${ownerId}</ownerId><groupSet/>`,
    list: 'instancesSet',
  },
}

export interface DemoInstance extends InstanceState, InstancePlacement {
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
  /** In ms since 1970. */
  readonly launchTime: number
  readonly imageId: string
  readonly windows: boolean
  readonly vpcId: string
  readonly subnetId: string
  readonly securityGroupId: string
  readonly networkInterfaceId: string
  readonly privateIp: string
  readonly publicIp: string | null
  readonly keyName: string | null
  readonly profileName: string | null
  readonly httpTokens: 'required' | 'optional'
  readonly httpEndpoint: 'enabled' | 'disabled'
  readonly ipv6: string | null
  readonly role: string
  readonly rootVolumeId: string
  readonly dataVolumeId: string | null
  readonly tags: readonly Tag[]
}

const fourCores = /\.(xlarge|2xlarge|4xlarge)$/
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
export function makeInstance(cell: Cell, n: number): DemoInstance {
  const { seed, accountIndex: a, regionIndex: r } = cell
  const h = hash(seed, n, 31)
  const k = hash(seed, n, 32)
  const leader = reservationLeader(n)
  const state = stateOf(h)
  const instanceType = pick(types, hash(seed, leader, 33))
  const zone = h % 3
  const role = roleOf(cell, n)
  const launchTime = cell.now - ageOf(hash(seed, leader, 34), state)
  const how = instanceState(cell, n, state, launchTime)
  const windows = (k >>> 3) % 12 === 0 && !/^\w+\dg\./.test(instanceType)
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
    ...how,
    ...placementOf(cell, n, { ...how, instanceType, zone, windows, role }),
    launchTime,
    imageId: imageIdOf(cell, instanceType.length, (h >>> 5) % 4),
    windows,
    vpcId: vpcIdOf(cell),
    subnetId: subnetIdOf(cell, zone),
    securityGroupId: securityGroupIdOf(cell, role),
    networkInterfaceId: networkInterfaceIdOf(cell, n),
    privateIp: `10.${a % 256}.${(r * 16 + zone * 4 + (n >>> 8)) % 256}.${n % 256}`,
    publicIp: state === 'running' && (k >>> 8) % 5 === 0 ? `203.0.113.${k % 256}` : null,
    keyName: (k >>> 10) % 3 === 0 ? null : keyPairNameOf(cell),
    profileName: (k >>> 12) % 4 === 0 ? null : `${cell.account.team}-${role}`,
    httpTokens: (k >>> 14) % 5 === 0 ? 'optional' : 'required',
    httpEndpoint: (k >>> 17) % 6 === 0 ? 'disabled' : 'enabled',
    ipv6: (k >>> 19) % 9 === 0 ? `2001:db8:${a + 1}:${r + 1}::${(n + 1).toString(16)}` : null,
    role,
    rootVolumeId: rootVolumeIdOf(cell, n),
    dataVolumeId: dataVolumeIdOf(cell, n),
    tags: instanceTags(cell, n, role),
  }
}

/** Of 17 instances, three were launched by one call: the number of the first of them, else n itself. */
function reservationLeader(n: number): number {
  const place = n % 17
  return place === 14 ? n - 1 : place === 15 ? n - 2 : n
}

/** A terminated instance has lost its network and its volumes. */
function unlessTerminated(values: FilterValues<DemoInstance>): FilterValues<DemoInstance> {
  return (instance) => (instance.state === 'terminated' ? null : values(instance))
}

/** Most are younger than a year, one in eight up to six years old, the pending ones seconds. */
function ageOf(h: number, state: InstanceState['state']): number {
  if (state === 'pending') return (h % 60) * 1000 + 1000
  const days = h % 8 === 0 ? 365 + ((h >>> 3) % 1800) : 1 + ((h >>> 3) % 360)
  return days * day + ((h >>> 12) % 86_400) * 1000
}

/** `<item>` of a reservation's instancesSet, with the members that EC2 sends. */
function instanceXml(instance: DemoInstance): string {
  const gone = instance.state === 'terminated'
  return `<item><instanceId>${instance.instanceId}</instanceId><imageId>${instance.imageId}</imageId>${stateXml(instance)}<dnsName>${publicName(instance)}</dnsName><reason>${instance.stateTransitionReason}</reason>${elementXml('keyName', instance.keyName)}<amiLaunchIndex>${instance.launchIndex}</amiLaunchIndex><productCodes/><instanceType>${instance.instanceType}</instanceType><launchTime>${xmlTime(instance.launchTime)}</launchTime>${placementXml(instance)}${instance.windows ? '<platform>windows</platform>' : ''}<monitoring><state>${instance.n % 3 === 0 ? 'enabled' : 'disabled'}</state></monitoring>${gone ? '<privateDnsName/>' : networkXml(instance)}<architecture>${instance.architecture}</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>${gone ? '<blockDeviceMapping/>' : devicesXml(instance)}<virtualizationType>hvm</virtualizationType><clientToken>${clientToken(instance)}</clientToken>${tagSetXml(instance.tags)}${lifecycleXml(instance)}<hypervisor>xen</hypervisor>${profileXml(instance)}<ebsOptimized>${!instance.instanceType.startsWith('t')}</ebsOptimized><enaSupport>true</enaSupport>${machineXml(instance)}</item>`
}

function networkXml(instance: DemoInstance): string {
  const { privateIp, publicIp, vpcId, subnetId, ownerId, ipv6 } = instance
  const privateName = `ip-${privateIp.replaceAll('.', '-')}.${instance.region}.compute.internal`
  const group = `<groupSet><item><groupId>${instance.securityGroupId}</groupId><groupName>${instance.role}-sg</groupName></item></groupSet>`
  const association =
    publicIp === null
      ? ''
      : `<association><publicIp>${publicIp}</publicIp><publicDnsName>${publicName(instance)}</publicDnsName><ipOwnerId>amazon</ipOwnerId></association>`
  const tail = instance.instanceId.slice(3)
  const attached = xmlTime(instance.launchTime)
  return `<privateDnsName>${privateName}</privateDnsName><subnetId>${subnetId}</subnetId><vpcId>${vpcId}</vpcId><privateIpAddress>${privateIp}</privateIpAddress>${elementXml('ipAddress', publicIp)}${elementXml('ipv6Address', ipv6)}<sourceDestCheck>true</sourceDestCheck>${group}<networkInterfaceSet><item><networkInterfaceId>${instance.networkInterfaceId}</networkInterfaceId><subnetId>${subnetId}</subnetId><vpcId>${vpcId}</vpcId><description>Primary network interface</description><ownerId>${ownerId}</ownerId><status>in-use</status><macAddress>0a:${tail.slice(0, 10).replace(/..(?=.)/g, '$&:')}</macAddress><privateIpAddress>${privateIp}</privateIpAddress><privateDnsName>${privateName}</privateDnsName><sourceDestCheck>true</sourceDestCheck>${group}<attachment><attachmentId>eni-attach-0${tail}</attachmentId><deviceIndex>0</deviceIndex><status>attached</status><attachTime>${attached}</attachTime><deleteOnTermination>true</deleteOnTermination><networkCardIndex>0</networkCardIndex></attachment>${association}<privateIpAddressesSet><item><privateIpAddress>${privateIp}</privateIpAddress><privateDnsName>${privateName}</privateDnsName><primary>true</primary>${association}</item></privateIpAddressesSet><ipv6AddressesSet>${ipv6 === null ? '' : `<item>${elementXml('ipv6Address', ipv6)}</item>`}</ipv6AddressesSet><interfaceType>interface</interfaceType><operator><managed>false</managed></operator></item></networkInterfaceSet>`
}

function devicesXml(instance: DemoInstance): string {
  const attached = xmlTime(instance.launchTime)
  const deviceXml = (name: string, volumeId: string, deleted: boolean): string =>
    `<item><deviceName>${name}</deviceName><ebs><volumeId>${volumeId}</volumeId><status>attached</status><attachTime>${attached}</attachTime><deleteOnTermination>${deleted}</deleteOnTermination><operator><managed>false</managed></operator></ebs></item>`
  const data = instance.dataVolumeId ? deviceXml('/dev/sdf', instance.dataVolumeId, false) : ''
  return `<blockDeviceMapping>${deviceXml('/dev/xvda', instance.rootVolumeId, true)}${data}</blockDeviceMapping>`
}

function profileXml(instance: DemoInstance): string {
  if (instance.profileName === null || instance.state === 'terminated') return ''
  const arn = `arn:aws:iam::${instance.ownerId}:instance-profile/${instance.profileName}`
  return `<iamInstanceProfile><arn>${arn}</arn><id>AIPA${instance.rootVolumeId.slice(5, 21).toUpperCase()}</id></iamInstanceProfile>`
}

function machineXml(instance: DemoInstance): string {
  const [platform, usage] = instance.windows
    ? ['Windows', 'RunInstances:0002']
    : ['Linux/UNIX', 'RunInstances']
  const cores = fourCores.test(instance.instanceType) ? 4 : 1
  const threads = instance.architecture === 'arm64' ? 1 : 2
  return `<cpuOptions><coreCount>${cores}</coreCount><threadsPerCore>${threads}</threadsPerCore></cpuOptions>${reservationXml(instance)}<hibernationOptions><configured>false</configured></hibernationOptions><enclaveOptions><enabled>false</enabled></enclaveOptions><metadataOptions><state>applied</state><httpTokens>${instance.httpTokens}</httpTokens><httpPutResponseHopLimit>${instance.httpTokens === 'required' ? 2 : 1}</httpPutResponseHopLimit><httpEndpoint>${instance.httpEndpoint}</httpEndpoint><httpProtocolIpv6>disabled</httpProtocolIpv6><instanceMetadataTags>disabled</instanceMetadataTags></metadataOptions><platformDetails>${platform}</platformDetails><usageOperation>${usage}</usageOperation><usageOperationUpdateTime>${xmlTime(instance.launchTime)}</usageOperationUpdateTime><privateDnsNameOptions><hostnameType>ip-name</hostnameType><enableResourceNameDnsARecord>false</enableResourceNameDnsARecord><enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord></privateDnsNameOptions><maintenanceOptions><autoRecovery>default</autoRecovery><rebootMigration>default</rebootMigration></maintenanceOptions><currentInstanceBootMode>${instance.architecture === 'arm64' ? 'uefi' : 'legacy-bios'}</currentInstanceBootMode><networkPerformanceOptions><bandwidthWeighting>default</bandwidthWeighting></networkPerformanceOptions><operator><managed>false</managed></operator>`
}

function publicName({ publicIp, region }: DemoInstance): string {
  return publicIp === null ? '' : `ec2-${publicIp.replaceAll('.', '-')}.${region}.compute.amazonaws.com`
}

function clientToken({ reservationId }: DemoInstance): string {
  const id = reservationId.slice(2).padEnd(32, '0')
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20)}`
}
