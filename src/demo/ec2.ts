import { AwsRefusal, callerArn, type DemoRequest, type WireAnswer, xmlAnswer } from './answer.ts'
import { filtersOf, instancePasses, listOf, volumePasses } from './filters.ts'
import type { DemoInstance, DemoVolume, Fleet } from './fleet.ts'
import { instanceXml } from './instance-xml.ts'
import { pageOf } from './paging.ts'
import { volumeXml } from './volume-xml.ts'
import { element } from './xml.ts'

const operations: Readonly<Record<string, (fleet: Fleet, request: DemoRequest) => string>> = {
  DescribeInstances: describeInstances,
  DescribeVolumes: describeVolumes,
  DescribeRegions: describeRegions,
}

/** EC2's answer to a request (Query API of 2016-11-15). Throws AwsRefusal. */
export function answerEc2(fleet: Fleet, request: DemoRequest): WireAnswer {
  const region = fleet.regions.find(({ name }) => name === request.region)
  if (!region || region.optIn === 'not-opted-in') throw authFailure()
  const operation = operations[request.operation]
  if (!operation) {
    const message = `The action ${request.operation} is not valid for this web service.`
    throw new AwsRefusal(400, 'InvalidAction', message)
  }
  const account = fleet.accounts.find(({ id }) => id === request.caller.account)
  if (account?.denied && operation !== describeRegions) throw unauthorized(request)
  const name = `${request.operation}Response`
  const head = `<requestId>${request.requestId}</requestId>`
  const body = operation(fleet, request)
  return xmlAnswer(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${head}${body}</${name}>`,
  )
}

/** What EC2 says to unknown keys, and in a region that is not enabled: the same. */
export function authFailure(): AwsRefusal {
  return new AwsRefusal(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials')
}

/** What EC2 says when no policy of the account allows the call. */
export function unauthorized({ caller, operation }: DemoRequest): AwsRefusal {
  return new AwsRefusal(
    403,
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: ${callerArn(caller)} is not authorized to perform: ec2:${operation} because no identity-based policy allows the ec2:${operation} action`,
  )
}

function describeInstances(fleet: Fleet, request: DemoRequest): string {
  const { account } = request.caller
  const filters = filtersOf(request.params)
  const ids = new Set(listOf(request.params, 'InstanceId'))
  const { items, nextToken } = pageOf(
    request,
    { max: 1000, idName: 'InstanceId', groupOf: (instance: DemoInstance) => instance.reservationId },
    fleet.count(account, request.region),
    (n) => fleet.instance(account, request.region, n),
    (instance) => (ids.size === 0 || ids.has(instance.instanceId)) && instancePasses(instance, filters),
  )
  const found = new Set(items.map(({ instanceId }) => instanceId))
  if (filters.length === 0) refuseMissing(ids, found, 'InvalidInstanceID.NotFound', 'instance')
  return `<reservationSet>${reservationsXml(items)}</reservationSet>${element('nextToken', nextToken)}`
}

function reservationsXml(instances: readonly DemoInstance[]): string {
  let xml = ''
  let open: string | null = null
  for (const instance of instances) {
    if (instance.reservationId !== open) {
      if (open !== null) xml += '</instancesSet></item>'
      open = instance.reservationId
      xml += `<item><reservationId>${open}</reservationId><ownerId>${instance.ownerId}</ownerId><groupSet/><instancesSet>`
    }
    xml += instanceXml(instance)
  }
  return open === null ? '' : `${xml}</instancesSet></item>`
}

function describeVolumes(fleet: Fleet, request: DemoRequest): string {
  const { account } = request.caller
  const filters = filtersOf(request.params)
  const ids = new Set(listOf(request.params, 'VolumeId'))
  const { items, nextToken } = pageOf(
    request,
    { max: 500, idName: 'VolumeId', groupOf: (volume: DemoVolume) => volume.volumeId },
    fleet.volumeCount(account, request.region),
    (n) => fleet.volume(account, request.region, n),
    (volume) => (ids.size === 0 || ids.has(volume.volumeId)) && volumePasses(volume, filters),
  )
  const found = new Set(items.map(({ volumeId }) => volumeId))
  if (filters.length === 0) refuseMissing(ids, found, 'InvalidVolume.NotFound', 'volume')
  return `<volumeSet>${items.map(volumeXml).join('')}</volumeSet>${element('nextToken', nextToken)}`
}

function describeRegions(fleet: Fleet, { params }: DemoRequest): string {
  const names = new Set(listOf(params, 'RegionName'))
  const all = params.get('AllRegions') === 'true' || names.size > 0
  const items = fleet.regions
    .filter(({ name, optIn }) => (names.size === 0 || names.has(name)) && (all || optIn !== 'not-opted-in'))
    .map(
      ({ name, optIn }) =>
        `<item><regionName>${name}</regionName><regionEndpoint>ec2.${name}.amazonaws.com</regionEndpoint><optInStatus>${optIn}</optInStatus></item>`,
    )
  return `<regionInfo>${items.join('')}</regionInfo>`
}

function refuseMissing(
  asked: ReadonlySet<string>,
  found: ReadonlySet<string>,
  code: string,
  noun: string,
): void {
  const missing = [...asked].filter((id) => !found.has(id))
  if (missing.length === 0) return
  const words =
    missing.length === 1 ? `${noun} ID '${missing[0]}' does` : `${noun} IDs '${missing.join(', ')}' do`
  throw new AwsRefusal(400, code, `The ${words} not exist`)
}
