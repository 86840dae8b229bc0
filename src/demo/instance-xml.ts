import type { DemoInstance } from './instance.ts'
import { element, tagSet, xmlTime } from './xml.ts'

const stateCodes = { pending: 0, running: 16, terminated: 48, stopped: 80 } as const
const fourCores = /\.(xlarge|2xlarge|4xlarge)$/

/** `<item>` of a reservation's instancesSet, with the members that EC2 sends. */
export function instanceXml(instance: DemoInstance): string {
  const gone = instance.state === 'terminated'
  return `<item><instanceId>${instance.instanceId}</instanceId><imageId>${instance.imageId}</imageId>${stateXml(instance)}<dnsName>${publicName(instance)}</dnsName><reason>${instance.stateTransitionReason}</reason>${element('keyName', instance.keyName)}<amiLaunchIndex>${instance.launchIndex}</amiLaunchIndex><productCodes/><instanceType>${instance.instanceType}</instanceType><launchTime>${xmlTime(instance.launchTime)}</launchTime><placement><availabilityZone>${instance.availabilityZone}</availabilityZone><groupName/><tenancy>default</tenancy></placement>${instance.windows ? '<platform>windows</platform>' : ''}<monitoring><state>${instance.n % 3 === 0 ? 'enabled' : 'disabled'}</state></monitoring>${gone ? '<privateDnsName/>' : networkXml(instance)}<architecture>${instance.architecture}</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>${gone ? '<blockDeviceMapping/>' : devicesXml(instance)}<virtualizationType>hvm</virtualizationType><clientToken>${clientToken(instance)}</clientToken>${tagSet(instance.tags)}<hypervisor>xen</hypervisor>${profileXml(instance)}<ebsOptimized>${!instance.instanceType.startsWith('t')}</ebsOptimized><enaSupport>true</enaSupport>${machineXml(instance)}</item>`
}

function stateXml({ state }: DemoInstance): string {
  const reason =
    state === 'stopped' || state === 'terminated'
      ? '<stateReason><code>Client.UserInitiatedShutdown</code><message>Client.UserInitiatedShutdown: User initiated shutdown</message></stateReason>'
      : ''
  return `<instanceState><code>${stateCodes[state]}</code><name>${state}</name></instanceState>${reason}`
}

function networkXml(instance: DemoInstance): string {
  const { privateIp, publicIp, vpcId, subnetId, ownerId } = instance
  const privateName = `ip-${privateIp.replaceAll('.', '-')}.${instance.region}.compute.internal`
  const group = `<groupSet><item><groupId>${groupId(instance)}</groupId><groupName>${instance.role}-sg</groupName></item></groupSet>`
  const association =
    publicIp === null
      ? ''
      : `<association><publicIp>${publicIp}</publicIp><publicDnsName>${publicName(instance)}</publicDnsName><ipOwnerId>amazon</ipOwnerId></association>`
  const tail = instance.instanceId.slice(3)
  const attached = xmlTime(instance.launchTime)
  return `<privateDnsName>${privateName}</privateDnsName><subnetId>${subnetId}</subnetId><vpcId>${vpcId}</vpcId><privateIpAddress>${privateIp}</privateIpAddress>${element('ipAddress', publicIp)}<sourceDestCheck>true</sourceDestCheck>${group}<networkInterfaceSet><item><networkInterfaceId>eni-0${tail}</networkInterfaceId><subnetId>${subnetId}</subnetId><vpcId>${vpcId}</vpcId><description>Primary network interface</description><ownerId>${ownerId}</ownerId><status>in-use</status><macAddress>0a:${tail.slice(0, 10).replace(/..(?=.)/g, '$&:')}</macAddress><privateIpAddress>${privateIp}</privateIpAddress><privateDnsName>${privateName}</privateDnsName><sourceDestCheck>true</sourceDestCheck>${group}<attachment><attachmentId>eni-attach-0${tail}</attachmentId><deviceIndex>0</deviceIndex><status>attached</status><attachTime>${attached}</attachTime><deleteOnTermination>true</deleteOnTermination><networkCardIndex>0</networkCardIndex></attachment>${association}<privateIpAddressesSet><item><privateIpAddress>${privateIp}</privateIpAddress><privateDnsName>${privateName}</privateDnsName><primary>true</primary>${association}</item></privateIpAddressesSet><ipv6AddressesSet/><interfaceType>interface</interfaceType><operator><managed>false</managed></operator></item></networkInterfaceSet>`
}

function devicesXml(instance: DemoInstance): string {
  const attached = xmlTime(instance.launchTime)
  const device = (name: string, volumeId: string, deleted: boolean): string =>
    `<item><deviceName>${name}</deviceName><ebs><volumeId>${volumeId}</volumeId><status>attached</status><attachTime>${attached}</attachTime><deleteOnTermination>${deleted}</deleteOnTermination><operator><managed>false</managed></operator></ebs></item>`
  const data = instance.dataVolumeId ? device('/dev/sdf', instance.dataVolumeId, false) : ''
  return `<blockDeviceMapping>${device('/dev/xvda', instance.rootVolumeId, true)}${data}</blockDeviceMapping>`
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
  return `<cpuOptions><coreCount>${cores}</coreCount><threadsPerCore>${threads}</threadsPerCore></cpuOptions><capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference></capacityReservationSpecification><hibernationOptions><configured>false</configured></hibernationOptions><enclaveOptions><enabled>false</enabled></enclaveOptions><metadataOptions><state>applied</state><httpTokens>${instance.httpTokens}</httpTokens><httpPutResponseHopLimit>${instance.httpTokens === 'required' ? 2 : 1}</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint><httpProtocolIpv6>disabled</httpProtocolIpv6><instanceMetadataTags>disabled</instanceMetadataTags></metadataOptions><platformDetails>${platform}</platformDetails><usageOperation>${usage}</usageOperation><usageOperationUpdateTime>${xmlTime(instance.launchTime)}</usageOperationUpdateTime><privateDnsNameOptions><hostnameType>ip-name</hostnameType><enableResourceNameDnsARecord>false</enableResourceNameDnsARecord><enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord></privateDnsNameOptions><maintenanceOptions><autoRecovery>default</autoRecovery><rebootMigration>default</rebootMigration></maintenanceOptions><currentInstanceBootMode>${instance.architecture === 'arm64' ? 'uefi' : 'legacy-bios'}</currentInstanceBootMode><networkPerformanceOptions><bandwidthWeighting>default</bandwidthWeighting></networkPerformanceOptions><operator><managed>false</managed></operator>`
}

function publicName({ publicIp, region }: DemoInstance): string {
  return publicIp === null ? '' : `ec2-${publicIp.replaceAll('.', '-')}.${region}.compute.amazonaws.com`
}

function groupId({ vpcId, role }: DemoInstance): string {
  return `sg-0${vpcId.slice(5, 19)}${(role.length * 7 + role.charCodeAt(0)).toString(16).padStart(2, '0').slice(-2)}`
}

function clientToken({ reservationId }: DemoInstance): string {
  const id = reservationId.slice(2).padEnd(32, '0')
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20)}`
}
