import type { IncomingMessage } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'
import { isListedAction } from '../../src/aws/listed-calls.ts'
import { type PageOptions, readPages } from '../../src/aws/read-pages.ts'
import { findKind, listKinds, listUncovered } from '../../src/kinds.ts'
import type { Kind, Resource } from '../../src/model.ts'
import { bodyOf, clientAt, connect, never, serve } from './wire.ts'

const fleets = findKind('fleet-instances')
const versions = findKind('launch-template-versions')
const vpns = findKind('vpn-connections')

describe('the resources of a parent', () => {
  test('are those of each parent in turn, over all pages of both, and say which', async () => {
    const { url, requests } = await ec2({
      'DescribeFleets 100 first': fleetsAnswer(['fleet-a', 'fleet-b'], 'parents-2'),
      'DescribeFleets 100 parents-2': fleetsAnswer(['fleet-c']),
      'DescribeFleetInstances fleet-a first': activeInstances(['i-1'], 'more'),
      'DescribeFleetInstances fleet-a more': activeInstances(['i-2']),
      'DescribeFleetInstances fleet-b first': activeInstances([]),
      'DescribeFleetInstances fleet-c first': activeInstances(['i-3']),
    })
    const found = await readAll(url, fleets)
    expect(found.map(({ body }) => body)).toEqual([
      { InstanceId: 'i-1', FleetId: 'fleet-a' },
      { InstanceId: 'i-2', FleetId: 'fleet-a' },
      { InstanceId: 'i-3', FleetId: 'fleet-c' },
    ])
    expect(requests).toHaveLength(6)
  })

  test('can be read on from any page, by its token alone', async () => {
    const { url } = await ec2({
      'DescribeFleets 100 first': fleetsAnswer(['fleet-a', 'fleet-b']),
      'DescribeFleetInstances fleet-a first': activeInstances(['i-1'], 'more'),
      'DescribeFleetInstances fleet-a more': activeInstances(['i-2']),
      'DescribeFleetInstances fleet-b first': activeInstances(['i-3']),
    })
    const ids: string[] = []
    let token: string | null = null
    do {
      const options: PageOptions = { pageSize: null, ...(token === null ? {} : { startingToken: token }) }
      const { value } = await readPages(clientAt(url), fleets, options, never).next()
      ids.push(...(value?.resources ?? []).map(({ id }: Resource) => id))
      token = value?.nextToken ?? null
    } while (token !== null)
    expect(ids).toEqual(['i-1', 'i-2', 'i-3'])
  })

  test('are left out if the parent has gone meanwhile, or if AWS cannot be asked about it', async () => {
    const { url, requests } = await ec2({
      'DescribeFleets 100 first': fleetsAnswer(['fleet-a', 'fleet-b'], '', '<type>maintain</type>').replace(
        '</fleetSet>',
        '<item><fleetId>fleet-now</fleetId><type>instant</type></item></fleetSet>',
      ),
      'DescribeFleetInstances fleet-a first': refusal('InvalidFleetId.NotFound', 'no such fleet'),
      'DescribeFleetInstances fleet-b first': activeInstances(['i-2']),
    })
    expect((await readAll(url, fleets)).map(({ id }) => id)).toEqual(['i-2'])
    expect(requests.join()).not.toContain('fleet-now')
  })

  test('may be none of three hundred', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `fleet-${index}`)
    const { url } = await ec2({ 'DescribeFleets 100 first': fleetsAnswer(ids) }, activeInstances([]))
    expect(await readAll(url, fleets)).toEqual([])
  })

  test('end in a fault if the pages of one parent go round in a circle', async () => {
    const { url } = await ec2({
      'DescribeFleets 100 first': fleetsAnswer(['fleet-a']),
      'DescribeFleetInstances fleet-a first': activeInstances(['i-1'], 'again'),
      'DescribeFleetInstances fleet-a again': activeInstances(['i-2'], 'again'),
    })
    expect(await faultOf(url, fleets)).toMatchObject({
      class: 'malformed',
      message: 'DescribeFleetInstances gave the same NextToken twice.',
    })
  })

  test('are denied as a whole if one parent is', async () => {
    const { url } = await ec2({
      'DescribeFleets 100 first': fleetsAnswer(['fleet-a']),
      'DescribeFleetInstances fleet-a first': refusal('UnauthorizedOperation', 'no'),
    })
    expect(await faultOf(url, fleets)).toMatchObject({ class: 'denied' })
  })
})

describe('a page size that AWS does not accept', () => {
  const kind = findKind('fleets')
  const tooLarge = (words: string) => refusal('InvalidParameterValue', words)

  test.each([
    ['Value ( 1000 ) for parameter maxResults is invalid. Expecting a value between 5 and 200.', '200'],
    ['Value (1000) for parameter MaxResults is invalid. It must be less than or equal to 300.', '300'],
  ])('is corrected by its own words, once in a run: %s', async (words, size) => {
    const sizes: (string | null)[] = []
    const { url } = await ec2({}, (body) => {
      sizes.push(body.get('MaxResults'))
      return Number(body.get('MaxResults')) > Number(size) ? tooLarge(words) : fleetsAnswer(['fleet-a'])
    })
    const connection = connect()
    for (const _ of [1, 2]) {
      const pages = readPages(clientAt(url, connection), kind, { pageSize: null }, never)
      expect((await pages.next()).value?.resources).toHaveLength(1)
    }
    expect(sizes).toEqual(['1000', size, size])
    await readPages(clientAt(url), kind, { pageSize: null }, never).next()
    expect(sizes).toEqual(['1000', size, size, '1000', size])
  })

  test.each([
    'Value ( 1000 ) for parameter maxResults is invalid.',
    'Value ( 1000 ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.',
    'The parameter fleetIds must be between 1 and 10.',
  ])('is a fault if the words do not say what it may be: %s', async (words) => {
    const { url, requests } = await ec2({}, tooLarge(words))
    expect(await faultOf(url, kind)).toMatchObject({ code: 'InvalidParameterValue' })
    expect(requests).toHaveLength(1)
  })
})

describe('an operation that AWS refuses as the schema has it', () => {
  const kind = findKind('ipam-pools')

  test.each([
    ['MissingParameter', 'The request must contain the parameter ipamPoolId', 'needs input'],
    ['InvalidParameterCombination', 'You must specify either a pool or an allocation', 'needs input'],
    ['InvalidAction', 'The action is not valid for this web service.', 'is not offered here'],
    ['UnsupportedOperation', 'Not available in this region.', 'is not offered here'],
  ])('is not covered, and says why: %s', async (code, words, reason) => {
    const { url } = await ec2({}, refusal(code, words))
    expect(await faultOf(url, kind)).toMatchObject({
      class: 'not-covered',
      code,
      message: expect.stringMatching(`^ipam-pools is not covered: DescribeIpamPools ${reason}.*${words}`),
    })
  })

  test('is a fault like any other if it is that of a kind made by hand', async () => {
    const { url } = await ec2({}, refusal('MissingParameter', 'no'))
    expect(await faultOf(url, findKind('instances'))).toMatchObject({ class: 'configuration' })
  })

  test('is no reason to hide another refusal', async () => {
    const { url } = await ec2({}, refusal('UnauthorizedOperation', 'a policy is required'))
    expect(await faultOf(url, kind)).toMatchObject({ class: 'denied' })
  })
})

describe('the identity of a resource', () => {
  test('is the whole item where no member identifies it, and equal ones have numbers', async () => {
    const templates =
      '<launchTemplates><item><launchTemplateId>lt-1</launchTemplateId></item></launchTemplates>'
    const { url } = await ec2({
      'DescribeLaunchTemplates 100 first': describeAnswer('DescribeLaunchTemplates', templates),
      'DescribeLaunchTemplateVersions lt-1 first': versionsAnswer([1, 2], 'more'),
      'DescribeLaunchTemplateVersions lt-1 more': versionsAnswer([2, 3]),
    })
    const found = await readAll(url, versions)
    expect(found.map(({ body }) => body.VersionNumber)).toEqual([1, 2, 2, 3])
    expect(new Set(found.map(({ id }) => id)).size).toBe(4)
    expect(found[2]?.id).toBe(`${found[1]?.id}/2`)
    for (const { id } of found) expect(id).toMatch(/^lt-1\//)
  })

  test('that two different resources of one page have is a fault, which names it', async () => {
    const vpn = (state: string) =>
      `<item><vpnConnectionId>vpn-1</vpnConnectionId><state>${state}</state></item>`
    const answer = (items: string) =>
      describeAnswer('DescribeVpnConnections', `<vpnConnectionSet>${items}</vpnConnectionSet>`)
    const twins = await ec2({}, answer(vpn('available') + vpn('deleted')))
    expect(await faultOf(twins.url, vpns)).toMatchObject({
      class: 'malformed',
      message: expect.stringContaining('two different items with the VpnConnectionId vpn-1'),
    })
    const same = await ec2({}, answer(vpn('available') + vpn('available')))
    expect(await readAll(same.url, vpns)).toHaveLength(2)
  })
})

test('what the schema marks as sensitive is withheld on the way in', async () => {
  const { url } = await ec2(
    {},
    describeAnswer(
      'DescribeVpnConnections',
      `<vpnConnectionSet><item><vpnConnectionId>vpn-1</vpnConnectionId>
       <customerGatewayConfiguration>psk: hunter2</customerGatewayConfiguration>
       <options><tunnelOptionSet><item><outsideIpAddress>192.0.2.1</outsideIpAddress>
       <preSharedKey>hunter2</preSharedKey></item></tunnelOptionSet></options></item></vpnConnectionSet>`,
    ),
  )
  const [vpn] = await readAll(url, vpns)
  expect(vpn?.body).toEqual({
    VpnConnectionId: 'vpn-1',
    CustomerGatewayConfiguration: '(withheld: sensitive)',
    Options: {
      TunnelOptions: [{ OutsideIpAddress: '192.0.2.1', PreSharedKey: '(withheld: sensitive)' }],
    },
  })
})

test('exactly the operations of kinds are sent', () => {
  for (const { operation } of listKinds()) expect(isListedAction(operation)).toBe(true)
  for (const { operation } of listUncovered())
    expect(isListedAction(operation), operation).toBe(operation === 'DescribeRegions')
  for (const action of [
    'TerminateInstances',
    'DescribeNothing',
    'DescribeFleets ',
    'constructor',
    '__proto__',
  ])
    expect(isListedAction(action), action).toBe(false)
})

type Answers = Readonly<Record<string, string>>

/** EC2 that answers by operation, parent or page size, and token; else as `otherwise` says. */
async function ec2(answers: Answers, otherwise: string | ((body: URLSearchParams) => string) = '') {
  const requests: string[] = []
  const wire = await serve(async (request: IncomingMessage, response) => {
    const body = await bodyOf(request)
    const parent = body.get('FleetId') ?? body.get('LaunchTemplateId') ?? body.get('MaxResults')
    const key = `${body.get('Action')} ${parent} ${body.get('NextToken') ?? 'first'}`
    requests.push(key)
    const text = answers[key] ?? (typeof otherwise === 'string' ? otherwise : otherwise(body))
    response.writeHead(text.includes('<Errors>') ? 400 : 200).end(text)
  })
  onTestFinished(() => wire.close())
  return { url: wire.url, requests }
}

function describeAnswer(operation: string, list: string, token = ''): string {
  const next = token && `<nextToken>${token}</nextToken>`
  return `<${operation}Response>${list}${next}</${operation}Response>`
}

function fleetsAnswer(ids: readonly string[], token = '', more = ''): string {
  const items = ids.map((id) => `<item><fleetId>${id}</fleetId>${more}</item>`).join('')
  return describeAnswer('DescribeFleets', `<fleetSet>${items}</fleetSet>`, token)
}

function activeInstances(ids: readonly string[], token = ''): string {
  const items = ids.map((id) => `<item><instanceId>${id}</instanceId></item>`).join('')
  return describeAnswer('DescribeFleetInstances', `<activeInstanceSet>${items}</activeInstanceSet>`, token)
}

function versionsAnswer(numbers: readonly number[], token = ''): string {
  const items = numbers.map(
    (number) =>
      `<item><launchTemplateId>lt-1</launchTemplateId><versionNumber>${number}</versionNumber></item>`,
  )
  const list = `<launchTemplateVersionSet>${items.join('')}</launchTemplateVersionSet>`
  return describeAnswer('DescribeLaunchTemplateVersions', list, token)
}

function refusal(code: string, message: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`
}

async function readAll(url: string, kind: Kind): Promise<readonly Resource[]> {
  const found: Resource[] = []
  for await (const page of readPages(clientAt(url), kind, { pageSize: null }, never))
    found.push(...page.resources)
  return found
}

async function faultOf(url: string, kind: Kind) {
  const error: unknown = await readAll(url, kind).catch((reason: unknown) => reason)
  return error instanceof Error
    ? faultFrom(error, { profile: 'p', region: 'eu-west-1', operation: kind.operation })
    : null
}
