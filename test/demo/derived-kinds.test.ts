import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as sdk from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DescribeOperation, singularOf } from '../../src/demo/derived/describe-operations.ts'
import {
  derivedOperations,
  findIdSource,
  findItemId,
  parentOf,
  requiredOf,
} from '../../src/demo/derived/item-ids.ts'
import type { Shape } from '../../src/demo/derived/schema-shapes.ts'
import { simulatedKinds } from '../../src/demo/ec2-kinds.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { ask, cellAt, inputFor, kindOf, madeItems, namedOperations } from './derived.ts'
import { resourcesOf } from './resources.ts'

let endpoint: Endpoint
beforeAll(async () => {
  endpoint = await startEndpoint()
})
afterAll(() => endpoint.close())

const find = (operation: string): DescribeOperation => {
  const found = derivedOperations.find((each) => each.operation === operation)
  if (!found) throw new Error(`${operation} is not derived`)
  return found
}
const listed = (described: DescribeOperation, answer: Readonly<Record<string, unknown>>) =>
  answer[described.list.name] as readonly Readonly<Record<string, unknown>>[]

test('every Describe operation of the SDK whose answer has one list is answered, once', async () => {
  const all = Object.keys(sdk).flatMap((name) => /^(Describe\w+)Command$/.exec(name)?.[1] ?? [])
  const answered = [...simulatedKinds, ...derivedOperations].map(({ operation }) => operation)
  expect(new Set(answered).size).toBe(answered.length)
  expect(all).toEqual(expect.arrayContaining(answered))
  const others = all.filter((operation) => !answered.includes(operation))
  expect(others.sort()).toEqual([
    'DescribeAccountVpcEncryptionControl',
    'DescribeApplicationStatus',
    'DescribeApplicationStatusCheckAssociations',
    'DescribeFpgaImageAttribute',
    'DescribeImageAttribute',
    'DescribeInstanceAttribute',
    'DescribeInstanceEventNotificationAttributes',
    'DescribeSnapshotAttribute',
    'DescribeSpotDatafeedSubscription',
    'DescribeVpcAttribute',
    'DescribeVpcBlockPublicAccessOptions',
    'DescribeVpcEndpointServices',
  ])
  const refusal = { name: 'InvalidAction' }
  await expect(ask('DescribeVpcEndpointServices', {}, endpoint)).rejects.toMatchObject(refusal)
})

test('the SDK is loaded only for the first request that needs its schemas', () => {
  const root = new URL('../../src/', import.meta.url).pathname
  const reached = new Set<string>()
  const walk = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    const text = readFileSync(file, 'utf8')
    expect(text, file).not.toMatch(/^import (?!type )[^']*'@aws-sdk/m)
    const targets = [...text.matchAll(/^(?:import|export) (?!type )[^']*?'(\.[^']+)'/gm)]
    for (const [, target = ''] of targets) walk(join(dirname(file), target))
  }
  walk(join(root, 'demo/demo-thread.ts'))
  expect(reached).toContain(join(root, 'demo/ec2.ts'))
  expect(existsSync(join(root, 'demo/derived/derived-kinds.ts'))).toBe(true)
  expect(reached).not.toContain(join(root, 'demo/derived/derived-kinds.ts'))
})

describe.each(namedOperations)('%s', (operation, described) => {
  test('is read by the SDK as it was made, at once and in pages', async () => {
    const cell = cellAt(endpoint)
    const input = inputFor(described, cell)
    const kind = kindOf(described, cell, input)
    const made = madeItems(described, cell, input).map(({ members }) => members)
    expect(made.length).toBeGreaterThan(0)
    expect(made.length).toBeLessThanOrEqual(4)
    if (input.MaxResults === undefined && kind.pages?.unasked === undefined) {
      expect(listed(described, await ask(operation, input, endpoint))).toEqual(made)
    }
    if (!kind.pages) return
    const pages: unknown[][] = []
    let token: unknown
    do {
      const page = { ...input, MaxResults: kind.pages.accepts, ...(token ? { NextToken: token } : {}) }
      const answer = await ask(operation, page, endpoint)
      pages.push([...listed(described, answer)])
      token = answer.NextToken
    } while (token)
    expect(pages.flat()).toEqual(made)
  })

  test('gives each item an id of its own, except where EC2 lists several of one resource', () => {
    for (const account of [0, 1]) {
      const cell = cellAt(endpoint, account)
      const itemId = findItemId(described)
      if (!itemId) return
      const made = madeItems(described, cell, inputFor(described, cell))
      const ids = made.map(({ members }) => members[itemId.member])
      expect(new Set(ids).size).toBe(Math.ceil(ids.length / itemId.repeats))
      expect(new Set(made.map(({ members }) => JSON.stringify(members))).size).toBe(made.length)
      for (const id of ids) expect(id).toMatch(/^[a-z0-9-]+-(0[0-9a-f]{16}|[0-9a-f]{8})$/)
    }
  })

  test('gives every item that has tags a name, and a value that other programs broke on', () => {
    const cell = cellAt(endpoint)
    const input = inputFor(described, cell)
    const { tagsOf } = kindOf(described, cell, input)
    if (!tagsOf) return
    for (const [n, item] of madeItems(described, cell, input).entries()) {
      const tags = new Map(tagsOf(item))
      expect(tags.get('Name')).toMatch(new RegExp(`-${n + 1}$`))
      expect(tags.get('Note')).toMatch(/^(?=.*&)(?=.*<)(?=.*>)(?=.*")(?=.*')(?=.*🚀)/u)
    }
  })

  test('gives every sensitive member a text that can be looked for', () => {
    const cell = cellAt(endpoint)
    const [item] = madeItems(described, cell, inputFor(described, cell))
    for (const path of sensitivePaths(described.item, [])) {
      const values = path.reduce<unknown[]>(
        (all, name) => all.flatMap((each) => (each as Record<string, unknown>)[name] ?? []).flat(),
        [item?.members],
      )
      expect(values.length, path.join('.')).toBeGreaterThan(0)
      for (const value of values) expect(Buffer.from(value as string).toString()).toMatch(/^demo-secret-/)
    }
  })
})

test('the sensitive members are those that AWS marks', () => {
  const operations = derivedOperations.filter(({ item }) => sensitivePaths(item, []).length > 0)
  expect(operations.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(
      [
        'DescribeBundleTasks',
        'DescribeConversionTasks',
        'DescribeLaunchTemplateVersions',
        'DescribeSpotFleetRequests',
        'DescribeSpotInstanceRequests',
        'DescribeVerifiedAccessTrustProviders',
        'DescribeVpnConnections',
      ].filter((name) => derivedOperations.some(({ operation }) => operation === name)),
    ),
  )
})

test('every resource that an item names is there, in its account and region', () => {
  for (const account of [0, 1, 11]) {
    const cell = cellAt(endpoint, account)
    const handMade = simulatedKinds.flatMap((kind) =>
      resourcesOf(kind, endpoint.fleet, cell.account.id, cell.region).map((each) => kind.idOf(each)),
    )
    const derived = derivedOperations.map((described) => {
      const isThere = requiredOf(described).every(
        ({ name }) => findIdSource(name.replace(/s$/, ''))?.countIds(cell) !== 0,
      )
      return { described, items: isThere ? madeItems(described, cell, inputFor(described, cell)) : [] }
    })
    const tagged = derived.find(({ described }) => described.operation === 'DescribeTags')?.items ?? []
    for (const { members } of tagged) expect(handMade).toContain(members.ResourceId)
    const idsOf = (each: (typeof derived)[number]) => each.items.map(({ id }) => id)
    const ids = new Set([...handMade, ...derived.flatMap(idsOf)])
    // Of the parts of something, those of the first alone were made.
    const whole = derived.filter(({ described }) => requiredOf(described).length === 0)
    const prefixes = new Set(
      [...handMade, ...whole.flatMap(idsOf)].flatMap((id) => /^[a-z0-9-]+-(?=0)/.exec(id) ?? []),
    )
    const pattern = new RegExp(`(?<![\\w-])(?:${[...prefixes].join('|')})0[0-9a-f]{16}(?![\\w-])`, 'g')
    for (const { described, items } of derived) {
      const named = items.flatMap(({ members }) => JSON.stringify(members).match(pattern) ?? [])
      expect(
        named.filter((id) => !ids.has(id)),
        described.operation,
      ).toEqual([])
    }
  }
})

describe('a request for items that are made from a schema', () => {
  test('finds most cells empty, and the home of the organisation full', () => {
    const counts = { empty: 0, full: 0 }
    for (const account of endpoint.fleet.accounts.slice(2)) {
      for (const region of ['us-east-1', 'eu-west-1', 'eu-central-1']) {
        const cell = endpoint.fleet.findCell(account.id, region)
        if (!cell) throw new Error(`no ${region}`)
        const found = madeItems(find('DescribeIpamPools'), cell, {}).length
        if (found === 0) counts.empty += 1
        else counts.full += 1
      }
    }
    expect(counts.full).toBeGreaterThan(0)
    expect(counts.empty).toBeGreaterThan(counts.full)
  })

  test('is refused without what EC2 requires, though the schema leaves it open', async () => {
    const required = { DescribeClientVpnRoutes: 'ClientVpnEndpointId', DescribeByoipCidrs: 'MaxResults' }
    const unwritten = { DescribeVpcClassicLinkDnsSupport: 'VpcIds' }
    for (const [operation, parameter] of Object.entries({ ...required, ...unwritten })) {
      const message = `The request must contain the parameter ${parameter}`
      const body = await post(operation, {})
      expect(body).toContain('<Code>MissingParameter</Code>')
      expect(body).toContain(`<Message>${message}</Message>`)
    }
    const VpcIds = [findIdSource('VpcId')?.idAt(cellAt(endpoint), 0)]
    const answer = await ask('DescribeVpcClassicLinkDnsSupport', { VpcIds }, endpoint)
    expect(answer.Vpcs).toMatchObject([{ VpcId: VpcIds[0] }])
  })

  test.each(derivedOperations.flatMap((each) => (parentOf(each) ? [[each.operation, each] as const] : [])))(
    '%s finds other parts for each resource, and refuses one that is not there',
    async (operation, described) => {
      const parent = parentOf(described)?.name ?? ''
      const source = findIdSource(parent)
      if (!source) throw new Error(`nothing has a ${parent}`)
      const itemId = findItemId(described)
      let most = 0
      for (const [account] of endpoint.fleet.accounts.entries()) {
        const cell = cellAt(endpoint, account)
        const parents = Array.from({ length: Math.min(source.countIds(cell), 3) }, (_, n) =>
          source.idAt(cell, n),
        )
        const parts = parents.flatMap((id) =>
          madeItems(described, cell, { ...inputFor(described, cell), [parent]: id }),
        )
        most = Math.max(most, parts.length)
        if (!itemId?.shared) expect(parts.length).toBeGreaterThanOrEqual(parents.length)
        const distinct =
          itemId && !itemId.shared ? parts.map(({ id }) => id) : parts.map((part) => JSON.stringify(part))
        expect(new Set(distinct).size).toBe(parts.length)
      }
      expect(most).toBeGreaterThan(0)
      const given = inputFor(described, cellAt(endpoint))
      const unknown = ask(operation, { ...given, [parent]: 'x-0123456789abcdef0' }, endpoint)
      const message = expect.stringContaining("'x-0123456789abcdef0' does not exist")
      await expect(unknown).rejects.toMatchObject({ name: `Invalid${parent}.NotFound`, message })
    },
  )

  test('is filtered by tags and by what its items hold, and refused for a filter that nobody knows', async () => {
    const all = madeItems(find('DescribeIpamPools'), cellAt(endpoint), {})
    const [first] = all
    const idsFor = async (Name: string, value: string) => {
      const answer = await ask('DescribeIpamPools', { Filters: [{ Name, Values: [value] }] }, endpoint)
      return listed(find('DescribeIpamPools'), answer).map(({ IpamPoolId }) => IpamPoolId)
    }
    expect(await idsFor('ipam-pool-id', first?.id ?? '')).toEqual([first?.id])
    expect(await idsFor('tag:Name', '*-ipam-pool-1')).toEqual([first?.id])
    expect(await idsFor('tag:Name', 'nothing')).toEqual([])
    await expect(idsFor('colour', 'red')).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    })
    // The one filter parameter in EC2 that is in the plural on the wire.
    const Filters = [{ Name: 'colour', Values: ['red'] }]
    const refused = ask('DescribeImportImageTasks', { Filters }, endpoint)
    await expect(refused).rejects.toMatchObject({ message: "The filter 'colour' is invalid" })
  })

  test('comes in pages where nobody is asked for their size', async () => {
    const operation = 'DescribeReservedInstancesModifications'
    const sizes = new Set<number>()
    for (const [account] of endpoint.fleet.accounts.entries()) {
      if (cellAt(endpoint, account).account.denied) continue
      const made = madeItems(find(operation), cellAt(endpoint, account), {})
      const first = await ask(operation, {}, endpoint, account)
      const { NextToken } = first
      const rest = NextToken
        ? listed(find(operation), await ask(operation, { NextToken }, endpoint, account))
        : []
      expect([...listed(find(operation), first), ...rest]).toEqual(made.map(({ members }) => members))
      expect(NextToken !== undefined).toBe(made.length > 2)
      sizes.add(made.length)
    }
    expect(Math.max(...sizes)).toBeGreaterThan(2)
  })

  test('finds single items by their ids, and refuses ids that are not there', async () => {
    const [first] = madeItems(find('DescribeIpamPools'), cellAt(endpoint), {})
    const answer = await ask('DescribeIpamPools', { IpamPoolIds: [first?.id] }, endpoint)
    expect(answer.IpamPools).toEqual([first?.members])
    const unknown = ask('DescribeIpamPools', { IpamPoolIds: ['ipam-pool-0123456789abcdef0'] }, endpoint)
    await expect(unknown).rejects.toMatchObject({ name: 'InvalidIpamPoolId.NotFound' })
  })

  test('for own images leaves out those of others', async () => {
    const cell = cellAt(endpoint, 1)
    const owners = async (input: Readonly<Record<string, unknown>>) => {
      const answer = await ask('DescribeFpgaImages', input, endpoint, 1)
      return new Set(listed(find('DescribeFpgaImages'), answer).map(({ OwnerId }) => OwnerId))
    }
    expect((await owners({})).size).toBe(2)
    expect(await owners({ Owners: ['self'] })).toEqual(new Set([cell.account.id]))
  })

  test('is refused with the limits of its operation, for too many and for too few', async () => {
    const cases: readonly (readonly [string, number, string])[] = [
      ['DescribeIpamPools', 1001, 'between 5 and 1000'],
      ['DescribeNetworkInsightsPaths', 1000, 'between 1 and 100'],
      ['DescribeInstanceTypes', 1000, 'between 5 and 100'],
      ['DescribePublicIpv4Pools', 100, 'between 1 and 10'],
      ['DescribeIpamPoolAllocations', 100, 'between 1000 and 100000'],
    ]
    for (const [operation, MaxResults, limits] of cases) {
      const message = `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value ${limits}.`
      const refusal = { name: 'InvalidParameterValue', message }
      await expect(ask(operation, { MaxResults }, endpoint)).rejects.toMatchObject(refusal)
    }
  })

  test('is refused for a parameter that EC2 does not know, and to an account without permissions', async () => {
    const body = await post('DescribeIpamPools', { Colour: 'red' })
    expect(body).toContain('<Message>The parameter Colour is not recognized</Message>')
    const denied = ask('DescribeIpamPools', {}, endpoint, 8)
    await expect(denied).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
  })
})

test.each([
  ['Policies', 'Policy'],
  ['Addresses', 'Address'],
  ['NetworkInsightsAnalyses', 'NetworkInsightsAnalysis'],
  ['InstanceStatus', 'InstanceStatus'],
  ['ElasticGpus', 'ElasticGpu'],
  ['IpamPools', 'IpamPool'],
])('one of %s is called %s', (plural, singular) => {
  expect(singularOf(plural)).toBe(singular)
})

/** The paths to members that hold a secret, from an item; shapes that hold themselves are followed once. */
function sensitivePaths(shape: Shape, within: readonly string[]): readonly (readonly string[])[] {
  if (shape.type === 'list') return sensitivePaths(shape.readEntry(), within)
  if (shape.type !== 'structure') return shape.sensitive ? [[]] : []
  if (within.includes(shape.name)) return []
  return shape.members.flatMap(({ name, readShape }) =>
    sensitivePaths(readShape(), [...within, shape.name]).map((path) => [name, ...path]),
  )
}

async function post(Action: string, params: Readonly<Record<string, string>>): Promise<string> {
  const scope = `${cellAt(endpoint).account.accessKeyId}/20261124/us-east-1/ec2/aws4_request`
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}` },
    body: new URLSearchParams({ Action, Version: '2016-11-15', ...params }),
  })
  return response.text()
}
