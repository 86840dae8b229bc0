import { DescribeVolumesCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { expect, onTestFinished, test } from 'vitest'
import { badItemsError, findBadItems } from '../../src/aws/bad-items.ts'
import { ec2Client } from '../../src/aws/clients.ts'
import { faultFrom } from '../../src/aws/faults.ts'
import { listRegions } from '../../src/aws/list-regions.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { findKind } from '../../src/kinds.ts'
import type { Kind } from '../../src/model.ts'
import type { Page } from '../../src/pages.ts'
import { clientAt, connect, never, serve } from './wire.ts'

const volumes = findKind('volumes')
const instances = findKind('instances')

test('a resource with a bad value is left out and named, and the others are read, with all fields', async () => {
  const list =
    '<item><volumeId>vol-1</volumeId><size>8</size><createTime>2026-02-28T00:00:00.000Z</createTime></item>' +
    '<item><volumeId>vol-2</volumeId><createTime>2026-02-30T00:00:00.000Z</createTime></item>' +
    '<item><volumeId>vol-3</volumeId><attachmentSet><item><deleteOnTermination>perhaps</deleteOnTermination></item></attachmentSet></item>' +
    '<item><volumeId>&nope;</volumeId></item>'
  const { resources, bad } = await readOne(volumes, `<volumeSet>${list}</volumeSet>`)
  expect(resources).toEqual([
    {
      id: 'vol-1',
      group: null,
      body: { VolumeId: 'vol-1', Size: 8, CreateTime: '2026-02-28T00:00:00+00:00' },
    },
  ])
  expect(bad).toEqual([
    { id: 'vol-2', member: 'CreateTime', what: '"2026-02-30T00:00:00.000Z"' },
    { id: 'vol-3', member: 'Attachments[].DeleteOnTermination', what: '"perhaps"' },
    { id: 'an item without VolumeId', member: 'VolumeId', what: '"&nope;"' },
  ])
})

test('a bad value of one instance leaves out that one, and one of a reservation all of its instances', async () => {
  const reservation = (id: string, owner: string, ids: readonly string[], count = '1') =>
    `<item><reservationId>${id}</reservationId><ownerId>${owner}</ownerId><instancesSet>${ids
      .map((each) => `<item><instanceId>${each}</instanceId><amiLaunchIndex>${count}</amiLaunchIndex></item>`)
      .join('')}</instancesSet></item>`
  const list =
    reservation('r-1', '1', ['i-1']) +
    reservation('r-2', '&nope;', ['i-2', 'i-3']) +
    reservation('r-3', '1', ['i-4', 'i-5'], 'x') +
    reservation('&nope;', '1', ['i-6'])
  const { resources, bad } = await readOne(instances, `<reservationSet>${list}</reservationSet>`)
  expect(resources.map(({ id }) => id)).toEqual(['i-1'])
  expect(bad.map(({ id, member }) => `${id} ${member}`)).toEqual([
    'i-2 OwnerId',
    'i-3 OwnerId',
    'i-4 AmiLaunchIndex',
    'i-5 AmiLaunchIndex',
    'i-6 ReservationId',
  ])
})

test.each([
  ['NextToken', '<volumeSet/><nextToken>&nope;</nextToken>'],
  ['Volumes', '<volumeSet/><volumeSet/>'],
])('a bad value in %s is a fault of the whole page', async (member, inside) => {
  const error: unknown = await readOne(volumes, inside).catch((reason: unknown) => reason)
  expect(faultFrom(error, { profile: 'p', region: null })).toMatchObject({
    class: 'malformed',
    code: 'MalformedAnswer',
    message: expect.stringMatching(`^The answer to DescribeVolumes has a bad value in ${member}: `),
  })
})

test('a bad value in a list that holds no resources is a fault of the whole page as well', () => {
  const values = [{ member: 'Others[].Size', what: '"x"', within: [{}, {}] }]
  expect(() => findBadItems(values, volumes)).toThrow('has a bad value in Others[].Size: "x".')
})

test('a region with a bad value is a fault, for a region that is missing would be one that is not read', async () => {
  const client = await clientFor('<regionInfo><item><regionName>&nope;</regionName></item></regionInfo>')
  await expect(listRegions(client, never)).rejects.toThrow('holds a region that cannot be read')
})

test('the fault names three of the resources, and no secret', () => {
  const bad = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
    id,
    member: 'M',
    what: '"AKIAIOSFODNN7EXAMPLE\u001b"',
  }))
  const { message } = badItemsError('DescribeX', bad)
  expect(message).toMatch(
    /^The answer to DescribeX holds 5 items that cannot be read\. They are left out: a \(M: /,
  )
  expect(message).toMatch(/ and 2 more\.$/)
  expect(message).not.toMatch(/IOSFODNN|\u001b/)
})

test('an answer of a form of schema that is not known is read by the SDK, and the debug log says so', async () => {
  const lines: string[] = []
  const write = (_: string, line: string) => void lines.push(line)
  const client = await clientFor('<nextToken>12</nextToken>', { write, handle: null })
  // 17: an integer of any size.
  const output = [3, 'com.amazonaws.ec2', 'Odd', 0, ['NextToken'], [[17, { xmlName: 'nextToken' }]]]
  client.middlewareStack.add(
    (next, context) => (args) => {
      const known = context.__smithy_context as { operationSchema: readonly unknown[] }
      known.operationSchema = [...known.operationSchema.slice(0, 5), output]
      return next(args)
    },
    { step: 'initialize' },
  )
  const answer = await client.send(new DescribeVolumesCommand({}))
  expect(answer).toMatchObject({ NextToken: 12n })
  expect(lines).toContain('the SDK reads the answer to DescribeVolumes: its schema has a simple type 17')
})

async function readOne(kind: Kind, inside: string): Promise<Page> {
  const { value } = await readPages(await clientFor(inside), kind, { pageSize: null }, never).next()
  if (!value) throw new Error('no page')
  return value
}

/** A client of an EC2 that always gives this answer. */
async function clientFor(
  inside: string,
  debug?: Parameters<typeof ec2Client>[0]['debug'],
): Promise<EC2Client> {
  const wire = await serve((_, response) => void response.end(`<Response>${inside}</Response>`))
  onTestFinished(() => wire.close())
  if (!debug) return clientAt(wire.url)
  const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' })
  return ec2Client({ region: 'us-east-1', endpoint: wire.url, credentials, connection: connect(), debug })
}
