import { readdirSync, readFileSync } from 'node:fs'
import * as sdk from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SimulatedKind } from '../../src/demo/describe/simulated-kind.ts'
import { capacityReservations } from '../../src/demo/ec2/capacity-reservations.ts'
import { hosts } from '../../src/demo/ec2/hosts.ts'
import { instanceStatus } from '../../src/demo/ec2/instance-status.ts'
import { instances } from '../../src/demo/ec2/instances.ts'
import { placementGroups } from '../../src/demo/ec2/placement-groups.ts'
import { spotRequests } from '../../src/demo/ec2/spot-requests.ts'

import { subnets } from '../../src/demo/ec2/subnets.ts'
import { transitGatewayAttachments } from '../../src/demo/ec2/transit-gateway-attachments.ts'

import { volumes } from '../../src/demo/ec2/volumes.ts'
import { vpcPeeringConnections } from '../../src/demo/ec2/vpc-peering-connections.ts'
import { simulatedKinds } from '../../src/demo/ec2-kinds.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { kinds } from '../../src/kinds.ts'
import { resourceIds, resourcesOf } from './resources.ts'
import { accountAt, ec2 } from './sdk.ts'

/** Accounts by their place in the fleet. The large one has more instances, volumes and interfaces than a page holds. */
const [small, large, denied, empty] = [0, 1, 8, 11]

let endpoint: Endpoint
let uneven: Endpoint
beforeAll(async () => {
  endpoint = await startEndpoint({ instances: 13_500 })
  uneven = await startEndpoint({ instances: 2000, unevenPages: true })
})
afterAll(() => Promise.all([endpoint.close(), uneven.close()]))

const named = (kinds: readonly SimulatedKind[]) => kinds.map((kind) => [kind.operation, kind] as const)
const paged = simulatedKinds.flatMap((kind) => (kind.pages ? [{ kind, limits: kind.pages }] : []))
const namedPaged = paged.map((each) => [each.kind.operation, each] as const)

test('every kind has an operation of its own, and EC2 has it', () => {
  const operations = simulatedKinds.map(({ operation }) => operation)
  expect(new Set(operations).size).toBe(operations.length)
  for (const operation of operations) expect(sdk).toHaveProperty(`${operation}Command`)
})

test('every kind that has a file is in the table', () => {
  const folder = new URL('../../src/demo/ec2/', import.meta.url)
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const found = texts.flatMap((text) => text.match(/^export const \w+: SimulatedKind</gm) ?? [])
  expect(simulatedKinds).toHaveLength(found.length)
})

test('the volumes of an instance exist, and say that they are attached to it', () => {
  const { id } = accountAt(endpoint, large)
  const volumeOf = new Map(
    resourcesOf(volumes, endpoint.fleet, id, 'us-east-1').map((each) => [each.volumeId, each]),
  )
  for (const instance of resourcesOf(instances, endpoint.fleet, id, 'us-east-1')) {
    const attachedTo = instance.state === 'terminated' ? undefined : instance.instanceId
    for (const volumeId of [instance.rootVolumeId, instance.dataVolumeId ?? instance.rootVolumeId]) {
      expect(volumeOf.get(volumeId)).toMatchObject({ volumeId })
      expect(volumeOf.get(volumeId)?.attachment?.instanceId).toBe(attachedTo)
    }
  }
})

test('hosts, placement groups and capacity reservations hold the instances that name them', () => {
  const { id } = accountAt(endpoint, large)
  const all = resourcesOf(instances, endpoint.fleet, id, 'us-east-1')
  const idsWith = (member: keyof (typeof all)[number], value: string) =>
    all.filter((each) => each[member] === value).map(({ instanceId }) => instanceId)
  const onHosts = resourcesOf(hosts, endpoint.fleet, id, 'us-east-1')
  for (const { hostId, instanceIds } of onHosts) expect(idsWith('hostId', hostId)).toEqual(instanceIds)
  expect(onHosts.map(({ instanceIds }) => instanceIds.length > 0)).toEqual([true, false, false])
  const reserved = resourcesOf(capacityReservations, endpoint.fleet, id, 'us-east-1')
  for (const { capacityReservationId, total, available, availabilityZone, instanceType } of reserved) {
    const inIt = all.filter((each) => each.capacityReservationId === capacityReservationId)
    if (available > 0) expect(inIt).toHaveLength(total - available)
    for (const each of inIt) expect(each).toMatchObject({ availabilityZone, instanceType })
  }
  expect(reserved[0]?.total).toBeGreaterThan(reserved[0]?.available ?? 0)
  const groups = resourcesOf(placementGroups, endpoint.fleet, id, 'us-east-1')
  const namedGroups = new Set(
    all.flatMap(({ groupId, groupName }) => (groupId ? [`${groupId} ${groupName}`] : [])),
  )
  expect([...namedGroups]).toEqual(groups.slice(0, 1).map(({ groupId, name }) => `${groupId} ${name}`))
})

test('a spot instance names the request that made it, and every request with an instance names that one', () => {
  const { id } = accountAt(endpoint, large)
  const spot = resourcesOf(instances, endpoint.fleet, id, 'us-east-1').flatMap(
    ({ spotRequestId, instanceId }) => (spotRequestId === null ? [] : [`${spotRequestId} ${instanceId}`]),
  )
  const requests = resourcesOf(spotRequests, endpoint.fleet, id, 'us-east-1')
  const fulfilled = requests.filter(({ instanceId }) => instanceId !== null)
  expect(fulfilled.map(({ requestId, instanceId }) => `${requestId} ${instanceId}`)).toEqual(spot)
  expect(requests.length).toBeGreaterThan(fulfilled.length)
  expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(requests.length)
})

test('the status of an instance is there for every instance, with its state and zone', async () => {
  const { id } = accountAt(endpoint, small)
  const all = resourcesOf(instances, endpoint.fleet, id, 'us-east-1')
  const input = { MaxResults: 1000, IncludeAllInstances: true }
  const statuses = itemsOf(instanceStatus, await ask(instanceStatus, small, input)) as unknown as {
    readonly InstanceId: string
    readonly InstanceState: { readonly Name: string }
    readonly AvailabilityZone: string
  }[]
  expect(statuses.map((each) => [each.InstanceId, each.InstanceState.Name, each.AvailabilityZone])).toEqual(
    all.map((each) => [each.instanceId, each.state, each.availabilityZone]),
  )
  const running = all.filter(({ state }) => state === 'running').map(({ instanceId }) => instanceId)
  expect(idsOf(instanceStatus, await ask(instanceStatus, small, {}))).toEqual(running)
  expect(running.length).toBeLessThan(all.length)
})

test('every zone that a resource names is one in which there are subnets', () => {
  for (const account of [small, large].map((index) => accountAt(uneven, index).id)) {
    for (const { name: region } of uneven.fleet.regions) {
      const zones = resourcesOf(subnets, uneven.fleet, account, region).map((each) => each.availabilityZone)
      for (const kind of simulatedKinds) {
        const xml = resourcesOf(kind, uneven.fleet, account, region)
          .map((each) => kind.xmlOf(each))
          .join('')
        const named = Array.from(xml.matchAll(/vailabilityZone>([^<]+)</g), ([, zone]) => zone)
        expect(
          named.filter((zone) => !zones.includes(zone ?? '')),
          kind.operation,
        ).toEqual([])
      }
    }
  }
})

test('every resource that a resource names is there, in its account and region or where a connection leads', () => {
  const cells = uneven.fleet.accounts.flatMap(({ id }) =>
    uneven.fleet.regions.map(({ name: region }) => ({
      place: `${id} ${region}`,
      all: simulatedKinds.map((kind) => {
        const resources = resourcesOf(kind, uneven.fleet, id, region)
        return { kind, resources, ids: resources.map((each) => kind.idOf(each)) }
      }),
    })),
  )
  const everywhere = new Set(cells.flatMap(({ all }) => all.flatMap(({ ids }) => ids)))
  const prefixes = new Set([...everywhere].flatMap((id) => /^[a-z-]+-(?=0[0-9a-f]{16}$)/.exec(id) ?? []))
  expect(prefixes.size).toBeGreaterThan(15)
  const pattern = new RegExp(`(?<![\\w-])(?:${[...prefixes].join('|')})[0-9a-f]{17}(?![\\w-])`, 'g')
  for (const { place, all } of cells) {
    const own = new Set(all.flatMap(({ ids }) => ids))
    for (const { kind, resources } of all) {
      const known = mayLeadAway(kind) ? everywhere : own
      const named = resources.flatMap((each) => kind.xmlOf(each).match(pattern) ?? [])
      expect(
        named.filter((id) => !known.has(id) && !mayBeGone(kind, id)),
        `${kind.operation} of ${place}`,
      ).toEqual([])
    }
  }
})

test('both accounts of a peering connection see it, each with tags of its own', () => {
  const seen = uneven.fleet.accounts.flatMap(({ id }) =>
    resourcesOf(vpcPeeringConnections, uneven.fleet, id, 'us-east-1').map((each) => ({
      ...each,
      seenBy: id,
    })),
  )
  expect(seen).not.toEqual([])
  for (const [, views] of Map.groupBy(seen, ({ peeringId }) => peeringId)) {
    const [{ requester, accepter, status } = {}] = views
    expect(views.map(({ seenBy }) => seenBy).toSorted()).toEqual(
      [requester?.ownerId, accepter?.ownerId].toSorted(),
    )
    for (const view of views) expect(view).toMatchObject({ requester, accepter, status })
    const [one, other] = views.map(({ tags }) => tags)
    if (status !== 'deleted') expect(one).not.toEqual(other)
  }
})

test('an attachment is seen by the account of its VPC and by that of the transit gateway, each with tags of its own', () => {
  const seen = uneven.fleet.accounts.flatMap(({ id }) =>
    resourcesOf(transitGatewayAttachments, uneven.fleet, id, 'us-east-1').map((each) => ({
      ...each,
      seenBy: id,
    })),
  )
  const shared = seen.filter(({ gatewayOwnerId, resourceOwnerId }) => gatewayOwnerId !== resourceOwnerId)
  expect(shared).not.toEqual([])
  for (const [, views] of Map.groupBy(seen, ({ attachmentId }) => attachmentId)) {
    const [one, other] = views
    expect(views.map(({ seenBy }) => seenBy).toSorted()).toEqual(
      [...new Set([one?.gatewayOwnerId, one?.resourceOwnerId])].toSorted(),
    )
    if (!other) continue
    expect(other.tags).not.toEqual(one?.tags)
    expect({ ...other, tags: null, seenBy: null }).toEqual({ ...one, tags: null, seenBy: null })
  }
})

describe.each(namedPaged)('%s in pages', (_, { kind, limits }) => {
  test('brings every resource once, whatever the size of a page', async () => {
    const expected = listed(kind, large)
    for (const size of new Set([Math.min(137, limits.gives), limits.gives, limits.accepts])) {
      const pages = await pagesOf(kind, large, { MaxResults: size })
      const full = Math.min(size, limits.gives)
      expect(pages.flat()).toEqual(expected)
      expect(pages).toHaveLength(Math.max(1, Math.ceil(expected.length / full)))
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(full)
    }
    for (const account of [small, empty]) {
      const pages = await pagesOf(kind, account, { MaxResults: limits.min })
      expect(pages.flat()).toEqual(listed(kind, account))
    }
  })

  test('brings every resource once in uneven pages, and in another order', async () => {
    const expected = listed(kind, large, uneven)
    const pages = await pagesOf(kind, large, { MaxResults: 20 }, uneven)
    expect(pages.flat().toSorted()).toEqual(expected.toSorted())
    if (expected.length < 100) return
    expect(pages.flat()).not.toEqual(expected)
    expect(Math.min(...pages.map(({ length }) => length))).toBe(0)
  })

  test('refuses a MaxResults that EC2 does not accept', async () => {
    for (const size of [limits.min - 1, limits.accepts + 1]) {
      const message = `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${limits.min} and ${limits.accepts}.`
      const refusal = { name: 'InvalidParameterValue', message }
      await expect(ask(kind, small, { MaxResults: size })).rejects.toMatchObject(refusal)
    }
    const both = { MaxResults: limits.min, [`${kind.idParameter}s`]: listed(kind, small).slice(0, 1) }
    await expect(ask(kind, small, both)).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  })

  test('refuses the token of another operation, region or account, and what is no token', async () => {
    const refusal = { name: 'InvalidNextToken' }
    const others = [instances, volumes].filter(({ operation }) => operation !== kind.operation)
    for (const other of others) {
      const { NextToken } = await ask(other, large, { MaxResults: 5 })
      expect(NextToken).toBeTruthy()
      await expect(ask(kind, large, { NextToken })).rejects.toMatchObject(refusal)
    }
    await expect(ask(kind, large, { NextToken: 'nonsense' })).rejects.toMatchObject(refusal)
    if (listed(kind, large).length <= limits.min) return
    const { NextToken } = await ask(kind, large, { MaxResults: limits.min })
    await expect(ask(kind, large, { NextToken })).resolves.toBeTruthy()
    await expect(ask(kind, small, { NextToken })).rejects.toMatchObject(refusal)
    await expect(ask(kind, large, { NextToken }, endpoint, 'eu-west-1')).rejects.toMatchObject(refusal)
  })
})

describe.each(named(simulatedKinds))('%s', (_, kind) => {
  test('finds single resources by their ids, and refuses ids that EC2 does not have', async () => {
    const ids = resourceIds(kind, endpoint.fleet, accountAt(endpoint, small).id, 'us-east-1')
    const parameter = `${kind.idParameter}s`
    const wanted = ids.filter((_, n) => n === 0 || n === ids.length - 1)
    expect(wanted).not.toEqual([])
    expect(idsOf(kind, await ask(kind, small, { [parameter]: wanted }))).toEqual(wanted)
    const { code, message } = kind.unknownRefusal(['no-such-id'])
    expect(message).toContain('no-such-id')
    for (const choice of [['no-such-id'], [...wanted, 'no-such-id']]) {
      const refusal = { name: code, message, $metadata: { httpStatusCode: 400 } }
      await expect(ask(kind, small, { [parameter]: choice })).rejects.toMatchObject(refusal)
    }
  })

  test.each([...Object.keys(kind.filters), ...(kind.tagsOf ? ['tag:', 'tag-key', 'tag-value'] : [])])(
    'narrows by the filter %s to what has the value and shows it',
    async (name) => {
      const all = listedResources(kind, small)
      const choice = all
        .map((each) => valuesOf(kind, each, name))
        .find((values) => values.length > 0)
        ?.at(-1)
      expect(choice, 'a resource with a value').toBeTruthy()
      const { filter, value } = choice ?? { filter: '', value: '' }
      const hasValue = (each: unknown) =>
        valuesOf(kind, each, name).some((own) => own.filter === filter && own.value === value)
      const expected = all.filter(hasValue).map((each) => kind.idOf(each))
      const Filters = [{ Name: filter, Values: ['no such value', literal(value)] }]
      const answer = await ask(kind, small, { Filters })
      expect(idsOf(kind, answer)).toEqual(expected)
      for (const item of itemsOf(kind, answer)) expect(JSON.stringify(item)).toContain(escaped(value))
      const begins = [
        { Name: filter, Values: [`${literal(value.slice(0, -1))}?`] },
        { Name: filter, Values: ['*'] },
      ]
      expect(idsOf(kind, await ask(kind, small, { Filters: begins }))).toEqual(
        expect.arrayContaining(expected),
      )
      const none = [...Filters, { Name: filter, Values: ['no such value'] }]
      expect(idsOf(kind, await ask(kind, small, { Filters: none }))).toEqual([])
    },
  )

  test('refuses filters and parameters that EC2 does not know, even if there is nothing to list', async () => {
    for (const account of [small, empty]) {
      const Filters = [{ Name: 'colour', Values: ['red'] }]
      const refusal = { name: 'InvalidParameterValue', message: "The filter 'colour' is invalid" }
      await expect(ask(kind, account, { Filters })).rejects.toMatchObject(refusal)
      const ofPages = kind.pages ? [] : ['MaxResults', 'NextToken']
      for (const name of ['Colour', 'Colour.1', ...ofPages]) {
        const { status, body } = await post(account, { Action: kind.operation, [name]: '5' })
        expect(status).toBe(400)
        expect(body).toContain('<Code>UnknownParameter</Code>')
        expect(body).toContain(`<Message>The parameter ${name} is not recognized</Message>`)
      }
    }
  })

  test('is refused to an account without permissions, unless EC2 allows it to all', async () => {
    const call = ask(kind, denied, {})
    if (kind.allowedToAll) expect(idsOf(kind, await call)).not.toEqual([])
    else await expect(call).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
  })
})

describe.each(
  kinds
    .filter(({ input }) => 'Owners' in input || 'OwnerIds' in input)
    .map((each) => [each.name, each] as const),
)('the kind %s', (_, { operation, input }) => {
  test('as muster asks for it holds all that is the account’s own, and nothing else', async () => {
    const simulated = simulatedKinds.find((each) => each.operation === operation)
    if (!simulated) throw new Error(`${operation} is not simulated`)
    const { id } = accountAt(endpoint, small)
    const isOwn = (each: unknown) => (each as { ownerId: string }).ownerId === id
    const all = resourcesOf(simulated, endpoint.fleet, id, 'us-east-1')
    const own = all.filter(isOwn).map((each) => simulated.idOf(each))
    expect(own.length).toBeLessThan(all.length)
    const found = await ask(simulated, small, { ...input, MaxResults: 1000 })
    expect(idsOf(simulated, found)).toEqual(own)
  })
})

/** Whether its resources connect accounts and regions. */
function mayLeadAway({ operation }: SimulatedKind): boolean {
  return /^Describe(VpcPeeringConnections|TransitGatewayAttachments)$/.test(operation)
}

/** A backup outlives its volume. */
function mayBeGone({ operation }: SimulatedKind, id: string): boolean {
  return operation === 'DescribeSnapshots' && id.startsWith('vol-')
}

type Input = Readonly<Record<string, unknown>>
type Answer = Readonly<Record<string, unknown>>

/** One call by the SDK, which knows how every operation writes its parameters and reads its answer. */
function ask(kind: SimulatedKind, account: number, input: Input, at = endpoint, region = 'us-east-1') {
  const commands = sdk as unknown as Record<string, new (input: Input) => unknown>
  const Command = commands[`${kind.operation}Command`]
  if (!Command) throw new Error(`the SDK has no ${kind.operation}`)
  const client = ec2(at, accountAt(at, account), region)
  const send = client.send.bind(client) as unknown as (command: unknown) => Promise<Answer>
  const { Filters, ...others } = input
  const named = Filters === undefined ? input : { ...others, [filtersOf(kind)]: Filters }
  return send(new Command(named))
}

/** The SDK's name for the filters of an operation: a few are in the singular. */
function filtersOf({ operation }: SimulatedKind): string {
  const schema = (sdk as unknown as Record<string, readonly unknown[]>)[`${operation}Request$`]
  const members = schema?.[4] as readonly string[] | undefined
  return members?.find((name) => /^Filters?$/.test(name)) ?? 'Filters'
}

/** Ids, page by page. */
async function pagesOf(
  kind: SimulatedKind,
  account: number,
  input: Input,
  at = endpoint,
): Promise<string[][]> {
  const pages: string[][] = []
  let token: unknown
  do {
    const answer = await ask(kind, account, token ? { ...input, NextToken: token } : input, at)
    pages.push(idsOf(kind, answer))
    token = answer.NextToken
  } while (token)
  return pages
}

function idsOf(kind: SimulatedKind, answer: Answer): string[] {
  return itemsOf(kind, answer).map((item) => String(item[kind.idParameter]))
}

/** The objects of the answer's one list; if that holds groups, those of their lists, with what the group says. */
function itemsOf({ operation, idParameter }: SimulatedKind, answer: Answer): Answer[] {
  const [list] = listsIn(answer)
  if (!list) throw new Error(`the answer to ${operation} holds no list`)
  return list.flatMap((each) => {
    if (idParameter in each) return [each]
    const members = listsIn(each).flatMap((inner) => inner.filter((item) => idParameter in item))
    const own = Object.entries(each).filter(([, value]) => !Array.isArray(value))
    return members.map((item) => ({ ...Object.fromEntries(own), ...item }))
  })
}

function listsIn(holder: Answer): Answer[][] {
  return Object.values(holder).filter((each) => Array.isArray(each))
}

/** What the kind computes, and lists to a call without parameters. */
function listedResources(kind: SimulatedKind, account: number, at = endpoint): unknown[] {
  const { id } = accountAt(at, account)
  const cell = at.fleet.findCell(id, 'us-east-1')
  const passes = cell && kind.own?.makeTest(new URLSearchParams(), cell)
  const all = resourcesOf(kind, at.fleet, id, 'us-east-1')
  return passes ? all.filter(passes) : all
}

function listed(kind: SimulatedKind, account: number, at = endpoint): string[] {
  return listedResources(kind, account, at).map((each) => kind.idOf(each))
}

/** Filters by which the resource is found: one for each value that it has, each tag of its own name for `tag:`. */
function valuesOf(kind: SimulatedKind, item: unknown, name: string): { filter: string; value: string }[] {
  const tags = kind.tagsOf?.(item) ?? []
  if (name === 'tag:') return tags.map(([key, value]) => ({ filter: `tag:${key}`, value }))
  if (name === 'tag-key') return tags.map(([value]) => ({ filter: name, value }))
  if (name === 'tag-value') return tags.map(([, value]) => ({ filter: name, value }))
  const values = kind.filters[name]?.(item) ?? []
  return (typeof values === 'string' ? [values] : values).map((value) => ({ filter: name, value }))
}

function literal(value: string): string {
  return value.replace(/[*?\\]/g, '\\$&')
}

function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}

async function post(account: number, params: Readonly<Record<string, string>>) {
  const { accessKeyId } = accountAt(endpoint, account)
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261124/us-east-1/ec2/aws4_request`
  const body = new URLSearchParams(params)
  const response = await fetch(endpoint.url, { method: 'POST', headers: { authorization }, body })
  return { status: response.status, body: await response.text() }
}
