import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { listKinds, listUncovered } from '../../src/kinds.ts'
import { formats } from '../../src/output/format-names.ts'
import { bodyOf, serve } from '../aws/wire.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { runInProcess } from './in-process.ts'

const secret = 'hunter2-of-the-tunnel'
const vpns = `<vpnConnectionSet><item><vpnConnectionId>vpn-1</vpnConnectionId><state>available</state>
  <customerGatewayConfiguration>${secret}</customerGatewayConfiguration>
  <tagSet><item><key>Name</key><value>office</value></item></tagSet></item></vpnConnectionSet>`
const identity = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>
  <Arn>arn:aws:iam::111122223333:user/me</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`

test('a kind made from the schema is synced, stored, queried and read live like any other', async () => {
  const { muster } = await machineWith({ DescribeIpamPools: pools(['ipam-pool-1', 'ipam-pool-2']) })
  const never = await muster('query', '--kind', 'ipam-pools', '--offline')
  expect(never.err).toContain('never synced')
  const synced = await muster('sync', '--kind', 'ipam-pools')
  expect(synced.code, synced.err).toBe(0)
  const ids = ['query', 'IpamPools[].IpamPoolId', '--kind', 'ipam-pools', '--output', 'text']
  expect(await muster(...ids, '--offline')).toMatchObject({ code: 0, out: 'ipam-pool-1\tipam-pool-2\n' })
  expect(await muster(...ids, '--live')).toMatchObject({ code: 0, out: 'ipam-pool-1\tipam-pool-2\n' })
  const table = await muster('query', '--kind', 'ipam-pools', '--offline', '--output', 'csv')
  expect(table.out).toMatch(/^Name,IpamPoolId,State,IpamScopeType,AccountName,Region,/)
})

test('what is sensitive is in no answer, no cache file and no log', async () => {
  const { muster, home, cache } = await machineWith({ DescribeVpnConnections: vpns })
  const log = join(home, 'debug.log')
  const texts: string[] = []
  for (const args of [
    ['sync', '--kind', 'vpn-connections'],
    ['query', '--kind', 'vpn-connections', '--offline', 'VpnConnections[]', '--output', 'json'],
    ['query', '--kind', 'vpn-connections', '--live', 'VpnConnections[]', '--output', 'json'],
  ]) {
    const { code, out, err } = await muster(...args)
    expect(code, err).toBe(0)
    texts.push(out, err)
    if (out.includes('CustomerGatewayConfiguration'))
      expect(JSON.parse(out)[0].CustomerGatewayConfiguration).toBe('(withheld: sensitive)')
  }
  expect(texts.filter((text) => text.includes('(withheld: sensitive)'))).toHaveLength(2)
  texts.push(readFileSync(cache, 'latin1'), readFileSync(`${cache}-wal`, { encoding: 'latin1', flag: 'a+' }))
  texts.push(readFileSync(log, 'utf8'))
  expect(texts.at(-1)).toContain('DescribeVpnConnections')
  for (const text of texts) expect(text).not.toContain(secret)
})

test('an operation that AWS refuses without input is named, and is no failed scope beside others', async () => {
  const refusal = `<Response><Errors><Error><Code>MissingParameter</Code>
    <Message>The request must contain the parameter poolId</Message></Error></Errors></Response>`
  const { muster } = await machineWith({ DescribeVpnConnections: vpns, DescribeIpamPools: refusal })
  const both = await muster('sync', '--kind', 'vpn-connections,ipam-pools')
  expect(both.err).toContain('1 of 1 scopes, 1 not covered')
  expect(both.err).toMatch(/not covered: .*needs input that muster does not give \(The request must contain/)
  expect(both.code).toBe(0)
  const alone = await muster('query', '--kind', 'ipam-pools')
  expect(alone.code).toBe(3)
  const live = await muster('query', '--kind', 'ipam-pools', '--live')
  expect(live.code).toBe(3)
  expect(live.err).toContain('not covered')
  expect(live.err).not.toMatch(/next token|more remains/)
})

test('resources of a parent are listed with its id, in columns and expressions, from the cache and live', async () => {
  const { muster } = await machineWith({
    DescribeFleets: '<fleetSet><item><fleetId>fleet-a</fleetId></item></fleetSet>',
    DescribeFleetInstances:
      '<activeInstanceSet><item><instanceId>i-1</instanceId></item></activeInstanceSet>',
  })
  expect((await muster('sync', '--kind', 'fleet-instances')).code).toBe(0)
  for (const how of ['--offline', '--live']) {
    const answer = await muster(
      ...['query', 'ActiveInstances[].[InstanceId, FleetId]', '--kind', 'fleet-instances'],
      ...['--output', 'text', how],
    )
    expect(answer).toMatchObject({ code: 0, out: 'i-1\tfleet-a\n' })
    expect(answer.err).not.toContain('hint')
  }
  const table = await muster('query', '--kind', 'fleet-instances', '--offline', '--columns', 'FleetId')
  expect(table.out).toContain('fleet-a')
})

test('a token of --live goes on in the middle of a parent, and with the next one', async () => {
  const instancesOf = (body: URLSearchParams) => {
    const ids = [1, 2, 3].map((n) => `<item><instanceId>i-${body.get('FleetId')}-${n}</instanceId></item>`)
    return `<activeInstanceSet>${ids.join('')}</activeInstanceSet>`
  }
  const { muster } = await machineWith({
    DescribeFleets: '<fleetSet><item><fleetId>a</fleetId></item><item><fleetId>b</fleetId></item></fleetSet>',
    DescribeFleetInstances: instancesOf,
  })
  const words = ['query', 'ActiveInstances[].InstanceId', '--kind', 'fleet-instances', '--output', 'json']
  const steps: string[][] = []
  let token: string | undefined
  do {
    const more = token === undefined ? [] : ['--starting-token', token]
    const { code, out, err } = await muster(...words, '--live', '--max-items', '2', ...more)
    expect(code, err).toBe(0)
    steps.push(JSON.parse(out))
    token = /^next token: (\S+)$/m.exec(err)?.[1]
  } while (token !== undefined && steps.length < 10)
  expect(steps).toEqual([
    ['i-a-1', 'i-a-2'],
    ['i-a-3', 'i-b-1'],
    ['i-b-2', 'i-b-3'],
  ])
})

test('equal items of two pages are both stored if the session is renewed between the pages', async () => {
  const tags = (token: string) =>
    `<tagSet><item><resourceId>i-1</resourceId><key>Env</key><value>prod</value></item></tagSet>${token}`
  const expired =
    '<Response><Errors><Error><Code>RequestExpired</Code><Message>old</Message></Error></Errors></Response>'
  const answers = [tags('<nextToken>more</nextToken>'), expired, tags('')]
  const answerNext = () => answers.shift() ?? ''
  const { muster, home, requests } = await machineWith({ DescribeTags: answerNext })
  const keys = (name: string) => JSON.stringify({ Version: 1, AccessKeyId: name, SecretAccessKey: 'x' })
  const script = `#!/bin/sh\ntest -f ${home}/used && echo '${keys('AKIASECOND')}' && exit\ntouch ${home}/used\necho '${keys('AKIAFIRST')}'\n`
  writeFileSync(join(home, 'keys.sh'), script, { mode: 0o700 })
  const config = join(home, '.aws/config')
  const [head = ''] = readFileSync(config, 'utf8').split('aws_access_key_id')
  writeFileSync(config, `${head}credential_process = ${home}/keys.sh\n`)
  const synced = await muster('sync', '--kind', 'tags')
  expect(synced.code, synced.err).toBe(0)
  expect(requests.filter((name) => name === 'DescribeTags')).toHaveLength(3)
  const stored = await muster('query', 'Tags[].Key', '--kind', 'tags', '--offline', '--output', 'text')
  expect(stored.out).toBe('Env\tEnv\n')
})

test('a name that no kind covers is refused before anything is asked, with the reason', async () => {
  const { muster } = await machineWith({})
  const refused = await muster('query', '--kind', 'fleet-history')
  expect(refused.code).toBe(2)
  expect(refused.err).toContain(
    'fleet-history (DescribeFleetHistory) is not covered: needs FleetId and StartTime',
  )
})

test('muster kinds keeps to the columns that a narrow terminal has room for', async () => {
  const { env, home } = await machineWith({})
  for (const columns of [100, 400]) {
    const { out, err } = await runInProcess({ env, home, columns }, 'kinds')
    const [head = '', ...rows] = out.trimEnd().split('\n')
    expect(head.includes('Operation')).toBe(columns > 320)
    expect(Math.max(...[head, ...rows].map((line) => line.length))).toBeLessThanOrEqual(columns)
    expect(rows.some((line) => line.startsWith('security-group-rules '))).toBe(true)
    expect(err).toEqual(columns > 320 ? '' : expect.stringContaining('--output csv'))
  }
})

test('muster kinds lists every kind with what the cache holds, and what is not covered with the reason', async () => {
  const { muster, cache } = await machineWith({ DescribeIpamPools: pools(['ipam-pool-1', 'ipam-pool-2']) })
  const list = async (...args: string[]) => {
    const { code, out, err } = await muster('kinds', '--output', 'json', ...args)
    expect(code, err).toBe(0)
    return JSON.parse(out) as Record<string, unknown>[]
  }
  const before = await list()
  expect(existsSync(cache)).toBe(false)
  expect(before).toHaveLength(listKinds().length + listUncovered().length)
  expect(before[0]).toMatchObject({
    Name: 'instances',
    Made: 'by hand',
    Id: 'InstanceId',
    Rows: null,
    Why: null,
  })
  expect(before.find(({ Name }) => Name === 'fleet-history')).toMatchObject({
    Operation: 'DescribeFleetHistory',
    Made: 'not covered',
    Why: 'needs FleetId and StartTime',
  })
  await muster('sync', '--kind', 'ipam-pools')
  expect(await list('--kind', 'ipam-pools,launch-template-v*,vpn-connections')).toEqual([
    {
      Name: 'ipam-pools',
      Operation: 'DescribeIpamPools',
      Id: 'IpamPoolId',
      Made: 'from the schema',
      Area: 'network',
      Rows: 2,
      Oldest: expect.stringMatching(/^\d+s$/),
      Newest: expect.stringMatching(/^\d+s$/),
      Follows: null,
      Withheld: null,
      Why: null,
    },
    expect.objectContaining({
      Name: 'launch-template-versions',
      Id: 'LaunchTemplateId and the whole item',
      Follows: 'launch-templates',
      Withheld: 'LaunchTemplateData.UserData',
      Rows: null,
      Oldest: null,
    }),
    expect.objectContaining({
      Name: 'vpn-connections',
      Withheld: 'CustomerGatewayConfiguration, Options.TunnelOptions[].PreSharedKey',
    }),
  ])
})

test('an item that cannot be read is left out and named, the others are stored, and what was read before stays', async () => {
  const answers = { DescribeIpamPools: pools(['p-1', 'p-2', 'p-3']) }
  const { muster } = await machineWith(answers)
  const words = ['--kind', 'ipam-pools'] as const
  expect((await muster('sync', ...words)).code).toBe(0)
  answers.DescribeIpamPools = pools(['p-1', 'p-2', 'p-4']).replace(
    '<ipamPoolId>p-2</ipamPoolId>',
    '<ipamPoolId>p-2</ipamPoolId><allocationMinNetmaskLength>few</allocationMinNetmaskLength>',
  )
  const { code, err } = await muster('sync', ...words)
  expect(code).toBe(3)
  expect(err).toContain(
    'MalformedAnswer: The answer to DescribeIpamPools holds one item that cannot be read. It is left out: p-2 (AllocationMinNetmaskLength: "few").',
  )
  const list = [
    'query',
    ...words,
    '--offline',
    '--query',
    'IpamPools[].IpamPoolId',
    '--output',
    'json',
  ] as const
  const { out } = await muster(...list)
  expect((JSON.parse(out) as readonly string[]).toSorted()).toEqual(['p-1', 'p-2', 'p-3', 'p-4'])
})

test.each(formats)('muster kinds prints %s, without a call', async (format) => {
  const { muster, requests } = await machineWith({})
  const { code, out, err } = await muster('kinds', '--output', format)
  expect([code, err]).toEqual([0, ''])
  for (const word of ['ipam-pools', 'DescribeInstanceTypes', 'a catalogue of what AWS offers'])
    expect(out).toContain(word)
  expect(requests).toEqual([])
})

function pools(ids: readonly string[]): string {
  const items = ids.map((id) => `<item><ipamPoolId>${id}</ipamPoolId><state>create-complete</state></item>`)
  return `<ipamPoolSet>${items.join('')}</ipamPoolSet>`
}

/** A home with one profile, whose EC2 answers these operations with these lists. */
async function machineWith(answers: Readonly<Record<string, string | ((body: URLSearchParams) => string)>>) {
  const requests: string[] = []
  const wire = await serve(async (request, response) => {
    const body = await bodyOf(request)
    const action = body.get('Action') ?? ''
    requests.push(action)
    const answer = answers[action] ?? ''
    const list = typeof answer === 'string' ? answer : answer(body)
    const status = list.includes('<Errors>') ? 400 : 200
    const text = action === 'GetCallerIdentity' ? identity : `<${action}Response>${list}</${action}Response>`
    response.writeHead(status).end(status === 400 ? list : text)
  })
  onTestFinished(() => wire.close())
  const home = temporaryFolder()
  mkdirSync(join(home, '.aws'))
  writeFileSync(
    join(home, '.aws/config'),
    `[profile one]\nregion = eu-west-1\nendpoint_url = ${wire.url}\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n`,
  )
  const cache = join(home, 'inventory.db')
  const env = { MUSTER_DEBUG: join(home, 'debug.log') }
  const muster = (...args: string[]) =>
    runInProcess(
      { env, home },
      ...args,
      ...(args[0] === 'kinds' ? [] : ['--profile', 'one']),
      '--cache',
      cache,
    )
  return { muster, home, env, cache, requests }
}
