import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readPages } from '../../src/aws/read-pages.ts'
import { instances } from '../../src/demo/ec2/instances.ts'
import { volumes } from '../../src/demo/ec2/volumes.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { withheldText } from '../../src/kinds/withheld.ts'
import { kinds } from '../../src/kinds.ts'
import type { JsonObject, Kind } from '../../src/model.ts'
import { type AwsCli, awsCli1, awsCli2, pyenvRoot } from '../helpers/aws-clis.ts'
import { runAws } from '../helpers/run-aws.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { resourceIds, resourcesOf } from './resources.ts'
import { accountAt, ec2, type Keys } from './sdk.ts'

interface Reservations {
  readonly NextToken?: string
  readonly Reservations: readonly { readonly Instances: readonly { readonly InstanceId: string }[] }[]
}

// Version 2 ignores AWS_ENDPOINT_URL (2.9) and would leave this machine: it is given --endpoint-url.
const first = awsCli1 as AwsCli
const v2 = awsCli2 as AwsCli

let endpoint: Endpoint
let home: string
beforeAll(async () => {
  endpoint = await startEndpoint()
  home = temporaryFolder()
  // Version 2 prints times like this unasked, and so does muster.
  mkdirSync(join(home, '.aws'))
  writeFileSync(join(home, '.aws', 'config'), '[default]\ncli_timestamp_format = iso8601\n')
})
afterAll(() => endpoint.close())

describe('the real AWS CLI, as a judge of the simulated endpoint', () => {
  if (!awsCli1) process.stderr.write('SKIPPED: no AWS CLI v1 on the PATH to judge the endpoint.\n')
  if (!awsCli2) process.stderr.write('SKIPPED: no /usr/bin/aws (AWS CLI v2) to judge the endpoint.\n')

  test.skipIf(!awsCli1)('pages through all instances', async () => {
    const text = await aws(first, ['ec2', 'describe-instances', '--page-size', '5'])
    expect(idsOf(JSON.parse(text))).toEqual(expectedIds())
  })

  test.skipIf(!awsCli1)('resumes where --max-items stopped', async () => {
    const command = ['ec2', 'describe-instances', '--page-size', '10', '--max-items', '7']
    const start = JSON.parse(await aws(first, command)) as Reservations
    const rest = await aws(first, [...command.slice(0, 4), '--starting-token', start.NextToken ?? ''])
    expect(start.Reservations).toHaveLength(7)
    expect([...idsOf(start), ...idsOf(JSON.parse(rest))]).toEqual(expectedIds())
  })

  test.skipIf(!awsCli1)('pages as the table of the page-by-page topic says', async () => {
    const command = ['ec2', 'describe-instances']
    const cut = JSON.parse(
      await aws(first, [...command, '--page-size', '20', '--max-items', '15']),
    ) as Reservations
    expect(cut.Reservations).toHaveLength(15)
    expect(idsOf(cut).length).toBeGreaterThan(15)
    const resumed = ['--page-size', '5', '--starting-token', cut.NextToken ?? '']
    const both = [...idsOf(cut), ...idsOf(JSON.parse(await aws(first, [...command, ...resumed])))]
    expect(both.length).toBeGreaterThan(new Set(both).size)
    const query = ['--query', 'Reservations[].ReservationId']
    expect(JSON.parse(await aws(first, [...command, '--max-items', '3', ...query]))).toHaveLength(3)
  })

  test.skipIf(!awsCli1)('queries and filters', async () => {
    const query = 'Reservations[].Instances[].[InstanceId]'
    const filter = ['--filters', 'Name=instance-state-name,Values=running']
    const args = ['ec2', 'describe-instances', '--query', query, '--output', 'text', ...filter]
    expect((await aws(first, args)).trim().split('\n')).toEqual(expectedIds('running'))
  })

  // Instances and volumes are judged above and below.
  const others = kinds.filter(
    ({ operation }) => ![instances, volumes].some((each) => each.operation === operation),
  )
  test.skipIf(!awsCli1).each(others.map((kind) => [kind.name, kind] as const))(
    'prints the same %s as muster reads, member by member',
    async (_, kind) => {
      const command = kind.operation.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()
      const input = ['--cli-input-json', JSON.stringify(kind.input)]
      const text = await aws(first, ['ec2', command, ...input, '--query', kind.list, '--output', 'json'])
      const client = ec2(endpoint, accountAt(endpoint, 1))
      const found: JsonObject[] = []
      const pages = readPages(client, kind, { pageSize: 5 }, new AbortController().signal)
      for await (const { resources } of pages) found.push(...resources.map(({ body }) => body))
      expect(comparable(JSON.stringify(found), kind)).toEqual(comparable(text, kind))
      expect(found.length).toBeGreaterThan(0)
    },
  )

  test.skipIf(!awsCli1)('describes volumes with the MaxResults of 1000 that it sends unasked', async () => {
    const sizes: (number | null)[] = []
    const large = await startEndpoint({
      instances: 8000,
      onRequest: ({ maxResults }) => sizes.push(maxResults),
    })
    onTestFinished(() => large.close())
    const account = accountAt(large, 1)
    const args = ['ec2', 'describe-volumes', '--query', 'Volumes[].VolumeId']
    const ids = resourceIds(volumes, large.fleet, account.id, 'us-east-1')
    expect(JSON.parse(await aws(first, args, account, large.url))).toEqual(ids)
    expect(ids.length).toBeGreaterThan(1000)
    expect(sizes).toEqual(Array.from({ length: Math.ceil(ids.length / 500) }, () => 1000))
  })

  test.skipIf(!awsCli1)('assumes a role and is then that role', async () => {
    const arn = `arn:aws:iam::${accountAt(endpoint, 2).id}:role/Inventory`
    const text = await aws(
      first,
      ['sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'judge'],
      accountAt(endpoint, 0),
    )
    const { Credentials: given } = JSON.parse(text) as { Credentials: Record<string, string> }
    const identity = await aws(first, ['sts', 'get-caller-identity'], {
      accessKeyId: given.AccessKeyId ?? '',
      secretAccessKey: given.SecretAccessKey ?? '',
      sessionToken: given.SessionToken ?? '',
    })
    expect(JSON.parse(identity)).toMatchObject({
      Arn: `arn:aws:sts::${accountAt(endpoint, 2).id}:assumed-role/Inventory/judge`,
    })
  })

  test.skipIf(!awsCli2)('version 2 finds the same instances and volumes', async () => {
    const page = ['--page-size', '20', '--endpoint-url', endpoint.url]
    const instances = await aws(v2, ['ec2', 'describe-instances', ...page])
    expect(idsOf(JSON.parse(instances))).toEqual(expectedIds())
    const query = ['--query', 'length(Volumes)']
    const count = await aws(v2, ['ec2', 'describe-volumes', ...page, ...query])
    expect(JSON.parse(count)).toBe(
      resourcesOf(volumes, endpoint.fleet, accountAt(endpoint, 1).id, 'us-east-1').length,
    )
  })
})

/**
 * A list of documents in the order of their ids. What AWS marks as sensitive, and the demo makes up, the AWS CLI prints,
 * and muster keeps to itself: it says so in its place.
 */
function comparable(text: string, { id }: Kind): readonly JsonObject[] {
  const list = JSON.parse(text, (_, value) =>
    typeof value === 'string' && value.includes('demo-secret-') ? withheldText : value,
  ) as JsonObject[]
  return list.toSorted((a, b) => (String(a[id]) < String(b[id]) ? -1 : 1))
}

async function aws(
  cli: AwsCli,
  args: readonly string[],
  keys: Keys = accountAt(endpoint, 1),
  url = endpoint.url,
) {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
    PYENV_ROOT: pyenvRoot,
  }
  const { code, out, err } = await runAws(cli, args, env)
  expect(code, err).toBe(0)
  return out
}

function idsOf({ Reservations: list }: Reservations): string[] {
  return list.flatMap(({ Instances }) => Instances.map(({ InstanceId }) => InstanceId))
}

function expectedIds(state?: string): string[] {
  return resourcesOf(instances, endpoint.fleet, accountAt(endpoint, 1).id, 'us-east-1')
    .filter((instance) => state === undefined || instance.state === state)
    .map(({ instanceId }) => instanceId)
}
