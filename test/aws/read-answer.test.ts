import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { NotXml } from '../../src/aws/answer-text.ts'
import { storedForm } from '../../src/aws/answer-values.ts'
import { ec2Client } from '../../src/aws/clients.ts'
import { faultFrom } from '../../src/aws/faults.ts'
import { toPlain } from '../../src/aws/plain.ts'
import { readAnswer } from '../../src/aws/read-answer.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { startEndpoint } from '../../src/demo/server.ts'
import { listKinds } from '../../src/kinds.ts'
import { hasBotocore, writePlain } from '../demo/botocore.ts'
import { accountAt } from '../demo/sdk.ts'
import { type Document, planFor, readWithBotocore, readWithSdk, sdkForm } from './answer-judges.ts'
import { makeAnswer, makeChance, makeTime } from './made-answers.ts'
import { connect, never } from './wire.ts'

const operations = [...new Set(listKinds().map(({ operation }) => operation))]

test('every answer of the demo is read as the SDK and botocore read it', async () => {
  const { documents, refused } = await catchDemoAnswers()
  expect(new Set([...documents.map(([operation]) => operation), ...refused])).toEqual(new Set(operations))
  expect(refused.length).toBeLessThan(10)
  for (const document of documents) await expectAsSdk(document)
  await expectAsBotocore(documents)
})

describe('answers made from the schema', () => {
  const madeOf = (operation: string, seed: number): Document => [
    operation,
    makeAnswer(operation, makeChance(seed), [10, 8, 5, 2][seed % 4] as number),
  ]

  test.each(operations)('of %s are read as the SDK reads them', async (operation) => {
    for (let seed = 0; seed < 12; seed += 1) await expectAsSdk(madeOf(operation, seed))
  })

  test('are read as botocore reads them', async () => {
    const documents = operations.flatMap((operation): readonly Document[] =>
      [0, 1].map((seed) => [operation, makeAnswer(operation, makeChance(seed), 8, true)]),
    )
    await expectAsBotocore(documents)
  })
})

test('any time is stored as the AWS CLI prints it', async () => {
  const chance = makeChance(7)
  for (let n = 0; n < 2000; n += 1) {
    const time = makeTime(chance)
    const answer = { At: new Date(time) }
    expect(toPlain(answer)).toEqual({ At: storedForm.time(time) })
  }
  expect(storedForm.time('2026-01-01T00:00:00.123456789Z')).toBe('2026-01-01T00:00:00.123456+00:00')
  expect(storedForm.time('2024-02-29t23:59:59z')).toBe('2024-02-29T23:59:59+00:00')
  expect(storedForm.time('2026-01-01T00:30:00+01:00')).toBe('2025-12-31T23:30:00+00:00')
})

const volumes = 'DescribeVolumes'
const answerOf = (inside: string) => `<DescribeVolumesResponse>${inside}</DescribeVolumesResponse>`
const volume = (inside: string) => answerOf(`<volumeSet><item>${inside}</item></volumeSet>`)

describe('an answer', () => {
  test.each([
    '<DescribeVolumesResponse/>',
    answerOf(''),
    answerOf('<volumeSet/>'),
    answerOf('<volumeSet></volumeSet><nextToken></nextToken>'),
    answerOf('<volumeSet>\n</volumeSet><nextToken>\n</nextToken>'),
    answerOf('<volumeSet>text</volumeSet>'),
    answerOf('<volumeSet><item/><item></item><item>text</item><other>1</other></volumeSet>'),
    answerOf('<volumeSet a="1"/><nextToken>a</nextToken>'),
    volume('<tagSet><item><key>a</key><value/></item></tagSet>'),
    volume('<tagSet>text</tagSet><attachmentSet/>'),
    volume("<volumeId a = '>' b=\"'\">vol-1</volumeId  ><size>\n8\n</size>"),
    volume('<volumeId> vol\r\n1\r </volumeId><status>  </status><kmsKeyId>\r\n</kmsKeyId>'),
    volume('<volumeId><![CDATA[a]]>b<!-- </volumeId> --><?c d?><![CDATA[&amp;]]></volumeId>'),
    volume('<volumeId a="1">x<!-- -->\n<![CDATA[y]]></volumeId>'),
    volume(
      '<volumeId>\u00e9</volumeId><kmsKeyId>plain</kmsKeyId><status>in-\u{1f600}</status><volumeType>\u4e2d</volumeType><size>8</size>',
    ),
    volume('<\u00e0\u00e0 >x</\u00e0\u00e0 ><volumeId>vol-1</volumeId ><kmsKeyId>\u00a0</kmsKeyId>'),
    volume('<volumeId>vol-1</volumeId><kmsKeyId>a\r\u00e9</kmsKeyId>'),
    volume('<volumeId>&#x1b;[2J&#x9b;&#xffff;</volumeId>'),
    volume('<!-- <size>1</size> --><size>2</size><?x <size>3</size>?>'),
    volume(`${'<a>'.repeat(2000)}<size>1</size>${'</a>'.repeat(2000)}<size>2</size>`),
    `<!DOCTYPE x [<!ENTITY a "<b>">]>\n<!-- a --><?b?>${volume('<size>1</size>')}\n<!-- end -->`,
  ])('of an unusual form is read as the SDK reads it: %s', async (body) => {
    await expectAsSdk([volumes, body])
  })

  test.each([
    ['a byte order mark', `\ufeff${volume('<size>1</size>')}`, { Size: 1 }],
    ['space between tags', volume(' <size>1</size> <volumeId>a</volumeId> '), { Size: 1, VolumeId: 'a' }],
    ['text between tags', volume('x<size>1</size>y'), { Size: 1 }],
    [
      'an attribute named as a member',
      volume('<tagSet><item key="a"><key>b</key></item></tagSet>'),
      tags('b'),
    ],
    ['nothing with an attribute', volume('<volumeId a="1"></volumeId><kmsKeyId a="1"/>'), idAndKey('', '')],
    ['nil', volume(nil('volumeId', 'encrypted', 'tagSet')), { VolumeId: '', Encrypted: false, Tags: [] }],
    ['nil for a number or a time', volume(nil('size', 'createTime')), {}],
    ['characters above 16 bits', volume('<volumeId>&#128512;&#x1F600;</volumeId>'), { VolumeId: '😀😀' }],
    ['long references', volume('<volumeId>&#x00000041;</volumeId>'), { VolumeId: 'A' }],
    [
      'deep unknown elements',
      volume(`${'<a>'.repeat(500_000)}${'</a>'.repeat(500_000)}<size>1</size>`),
      { Size: 1 },
    ],
  ])('with %s is read as boto3 reads it, where the SDK fails or changes a value', async (_, body, item) => {
    const { answer, bad } = readAnswer(planFor(volumes), Buffer.from(body))
    expect(answer).toEqual({ Volumes: [item] })
    expect(bad).toEqual([])
    const [judged] = hasBotocore ? await readWithBotocore([[volumes, body]]) : []
    // It makes neither a number nor a time of nil.
    if (judged?.answer) expect(judged.answer).toEqual({ Volumes: [item] })
  })
})

describe('a bad value', () => {
  test.each([
    ['createTime', '2026-02-30T00:00:00.000Z'],
    ['createTime', '2025-02-29T00:00:00Z'],
    ['createTime', '2026-13-01T00:00:00Z'],
    ['createTime', '2026-01-01T24:00:00Z'],
    ['createTime', '2026-01-01T00:00:60Z'],
    ['createTime', '0000-01-01T00:00:00Z'],
    ['createTime', '9999-12-31T23:59:59-01:00'],
    ['createTime', '20000-01-01T00:00:00Z'],
    ['createTime', 'yesterday'],
    ['createTime', ''],
    ['size', 'four'],
    ['size', ''],
    ['size', '1e400'],
    ['size', 'NaN'],
    ['size', 'Infinity'],
    ['size', '0x10'],
    ['size', '9007199254740993'],
    ['encrypted', 'maybe'],
    ['encrypted', '1'],
    ['volumeId', '&nope;'],
    ['volumeId', 'a & b'],
    ['volumeId', '&amp'],
    ['volumeId', '&#0;'],
    ['volumeId', '&#xD800;'],
    ['volumeId', '&#x110000;'],
  ])('is left out and named, not changed into another: %s %s', (tag, value) => {
    const body = volume(`<iops>7</iops><${tag}>${value}</${tag}><status>x</status>`)
    const { answer, bad } = readAnswer(planFor(volumes), Buffer.from(body))
    expect(answer).toEqual({ Volumes: [{ Iops: 7, State: 'x' }] })
    expect(bad).toEqual([
      {
        member: `Volumes[].${`${tag[0]?.toUpperCase()}${tag.slice(1)}`}`,
        what: `"${value}"`,
        within: [(answer.Volumes as readonly object[])[0], answer],
      },
    ])
  })

  test('is any text of bytes that are not UTF-8', () => {
    const bytes = Buffer.from(volume('<volumeId>\u00ff</volumeId><status>x</status>'), 'latin1')
    const { answer, bad } = readAnswer(planFor(volumes), bytes)
    expect(answer).toEqual({ Volumes: [{ State: 'x' }] })
    expect(bad.map(({ member }) => member)).toEqual(['Volumes[].VolumeId'])
  })

  test('is a member that comes twice, or has elements where text belongs', () => {
    const body = volume('<size>1</size><size>2</size><tagSet/><tagSet/><volumeId>a<b/>c</volumeId>')
    const { bad } = readAnswer(planFor(volumes), Buffer.from(body))
    expect(bad.map(({ member, what }) => `${member}: ${what}`)).toEqual([
      'Volumes[].Size: given twice',
      'Volumes[].Tags: given twice',
      'Volumes[].VolumeId: elements in place of text',
    ])
  })

  test('deep inside names every structure that holds it', () => {
    const attachments = '<item><attachTime>x</attachTime></item><item><device>d</device></item>'
    const body = volume(`<attachmentSet>${attachments}</attachmentSet>`)
    const { answer, bad } = readAnswer(planFor(volumes), Buffer.from(body))
    const [item] = answer.Volumes as readonly { readonly Attachments: readonly object[] }[]
    expect(item).toEqual({ Attachments: [{}, { Device: 'd' }] })
    expect(bad[0]?.member).toBe('Volumes[].Attachments[].AttachTime')
    expect(bad[0]?.within.map((each) => each)).toEqual([item?.Attachments[0], item, answer])
  })

  test('that is sensitive is not shown', () => {
    const secret = '<item><options><tunnelOptionSet><item><preSharedKey>hunter2 &x;</preSharedKey></item>'
    const list = `<vpnConnectionSet>${secret}</tunnelOptionSet></options></item></vpnConnectionSet>`
    const body = `<DescribeVpnConnectionsResponse>${list}</DescribeVpnConnectionsResponse>`
    const { bad } = readAnswer(planFor('DescribeVpnConnections'), Buffer.from(body))
    expect(bad.map(({ what }) => what)).toEqual(['a sensitive value'])
  })
})

describe('what is not XML', () => {
  test.each([
    '',
    ' ',
    '\ufeff',
    'text',
    '<?xml version="1.0"?>',
    '<!DOCTYPE x [',
    answerOf('</volumeSet>'),
    answerOf('<volumeSet><item></volumeSet></item>'),
    answerOf('<volumeSet><item><a><b></a></b></item></volumeSet>'),
    answerOf('<volumeSet><item><volumeId>a</volumeid></item></volumeSet>'),
    answerOf('<a b></a>'),
    answerOf('<a b=c></a>'),
    answerOf('<a b="c></a>'),
    answerOf('<a/b>'),
    answerOf('< a></ a>'),
    answerOf('<![CDATA['),
    answerOf('<!-- a'),
    answerOf('<!-->'),
    answerOf('<?>'),
    answerOf('<? a?>'),
    answerOf('<!ELEMENT a>'),
    `${answerOf('')}<b/>`,
    `${answerOf('')}text`,
    '<a',
    '<a>',
    '<',
  ])('is no answer: %s', (body) => {
    expect(() => readAnswer(planFor(volumes), Buffer.from(body))).toThrow(NotXml)
  })

  test('is a document that ends anywhere before its end', async () => {
    for (const operation of ['DescribeInstances', 'DescribeVpnConnections', 'DescribeFleets']) {
      const body = makeAnswer(operation, makeChance(4), 8).trimEnd()
      const bytes = Buffer.from(body)
      const step = Math.max(1, Math.floor(bytes.length / 1500))
      for (let length = 0; length < bytes.length; length += step)
        expect(() => readAnswer(planFor(operation), bytes.subarray(0, length))).toThrow(NotXml)
    }
  })
})

test('a damaged byte ends in a fault, a bad value, or what the SDK reads as well', async () => {
  const chance = makeChance(11)
  const counts = { fault: 0, bad: 0, same: 0 }
  for (let n = 0; n < 3000; n += 1) {
    const operation = operations[n % operations.length] as string
    // Without what is known to differ: space and text between tags.
    const body = Buffer.from(makeAnswer(operation, makeChance(n), 3).replace(/\s*\r?\n\s*/g, ''))
    for (let hits = 1 + chance(2); hits > 0; hits -= 1) body[chance(body.length)] = chance(256)
    const read = tryToRead(operation, body)
    if (read === null || read.bad.length > 0) {
      counts[read === null ? 'fault' : 'bad'] += 1
      continue
    }
    const sdk = await readWithSdk(operation, body).catch(() => null)
    // What the SDK refuses, or empties for a text between tags, is not compared.
    if (sdk === null || countLeaves(sdk) < countLeaves(read.answer)) continue
    expect(read.answer, body.toString('latin1')).toEqual(sdk)
    counts.same += 1
  }
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(50)
})

function tryToRead(operation: string, body: Buffer) {
  try {
    return readAnswer(planFor(operation), body, sdkForm)
  } catch (error) {
    if (error instanceof NotXml) return null
    throw error
  }
}

function countLeaves(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Date) return 1
  return Object.values(value).reduce<number>((sum, each) => sum + countLeaves(each), 0)
}

async function expectAsSdk([operation, body]: Document) {
  const { answer, bad } = readAnswer(planFor(operation), Buffer.from(body), sdkForm)
  expect(bad, operation).toEqual([])
  const expected = await readWithSdk(operation, Buffer.from(body))
  expect(answer, operation).toEqual(expected)
  // The order of members, too.
  expect(JSON.stringify(answer), operation).toBe(JSON.stringify(expected))
  const stored = readAnswer(planFor(operation), Buffer.from(body))
  expect(stored.answer, operation).toEqual(toPlain(expected))
}

async function expectAsBotocore(documents: readonly Document[]) {
  if (!hasBotocore) return void process.stderr.write('SKIPPED: no botocore in python3 to judge answers.\n')
  const readings = await readWithBotocore(documents)
  let judged = 0
  for (const [index, [operation, body]] of documents.entries()) {
    const reading = readings[index]
    if (!reading) continue
    const { answer } = readAnswer(planFor(operation), Buffer.from(body), sdkForm)
    expect(reading.answer, operation).toEqual(writePlain(answer, new Set(reading.known)))
    judged += 1
  }
  expect(judged).toBeGreaterThan(documents.length * 0.8)
}

/** The bodies of all answers that a reading of every kind gets from the demo, and operations that it does not have. */
async function catchDemoAnswers() {
  const endpoint = await startEndpoint({ accounts: 2, regions: 2, instances: 60 })
  const documents: Document[] = []
  const refused: string[] = []
  const connection = connect({}, 10_000)
  const handle: typeof connection.handler.handle = async (request, options) => {
    const { response } = await connection.handler.handle(request, options)
    const body = await text(response.body)
    if (response.statusCode === 200)
      documents.push([new URLSearchParams(request.body).get('Action') ?? '', body])
    response.body = Readable.from([Buffer.from(body)])
    return { response }
  }
  const client = ec2Client({
    region: 'us-east-1',
    endpoint: endpoint.url,
    credentials: async () => accountAt(endpoint, 1),
    connection: { ...connection, handler: { ...connection.handler, handle } },
  })
  try {
    for (const kind of listKinds())
      try {
        for await (const _ of readPages(client, kind, { pageSize: null }, never));
      } catch (error) {
        if (faultFrom(error, { profile: 'p', region: null }).class !== 'not-covered') throw error
        refused.push(kind.operation)
      }
    return { documents, refused }
  } finally {
    connection.destroy()
    await endpoint.close()
  }
}

function nil(...tagNames: readonly string[]): string {
  return tagNames.map((tag) => `<${tag} xsi:nil="true"/>`).join('')
}

function tags(key: string) {
  return { Tags: [{ Key: key }] }
}

function idAndKey(VolumeId: string, KmsKeyId: string) {
  return { VolumeId, KmsKeyId }
}
