import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds } from '../../src/kinds.ts'
import { formats } from '../../src/output/format-names.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { bodyOf, serve, type Wire } from '../aws/wire.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { openWith } from '../ui/terminal.ts'
import { keptCode, launch, program } from './program.ts'

/** Gives the window a title, rings, clears, goes to the line's beginning, and begins a sequence in one byte. */
const harmful = '\u001b]0;owned\u0007\u001b[2J\r\u009b31m\u007f'
const inXml = [...harmful].map((each) => `&#${each.codePointAt(0)};`).join('')
const key = `k${harmful}`
const value = `v${harmful}`
const account = '111122223333'

/** What stands in place of AWS: every text that it may choose is harmful. */
function answerTo(action: string, region: string): readonly [status: number, body: string] {
  const refusal = `<Response><Errors><Error><Code>Odd${inXml}</Code><Message>No${inXml}</Message></Error></Errors></Response>`
  const tag = `<item><key>k${inXml}</key><value>v${inXml}</value></item><item><key>Name</key><value>n${inXml}</value></item>`
  if (action === 'GetCallerIdentity') {
    const arn = `arn:aws:iam::${account}:user/u${inXml}`
    return [
      200,
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>U${inXml}</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    ]
  }
  if (region === 'us-east-1') return [403, refusal]
  if (region === 'us-east-2') return [200, `<!DOCTYPE html><html><title>Page${harmful}</title></html>`]
  if (region === 'us-west-2') return [200, harmful]
  return [
    200,
    `<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId><instancesSet><item><instanceId>i-1</instanceId><instanceType>t${inXml}</instanceType><instanceState><code>16</code><name>running</name></instanceState><keyName>key${inXml}</keyName><tagSet>${tag}</tagSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
  ]
}

let aws: Wire
let on: { readonly home: string; readonly env: Readonly<Record<string, string>> }
const regions = ['eu-west-1', 'us-east-1', 'us-east-2', 'us-west-2']

beforeAll(async () => {
  aws = await serve(async (request, response) => {
    const region = /Credential=[^/]+\/\d+\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const [status, body] = answerTo((await bodyOf(request)).get('Action') ?? '', region)
    response.writeHead(status).end(body)
  })
  const home = temporaryFolder()
  for (const each of ['.aws', '.config/muster/queries', '.cache/muster'])
    mkdirSync(join(home, each), { recursive: true })
  writeFileSync(
    join(home, '.aws/config'),
    `[profile good]\nregion = eu-west-1\nendpoint_url = ${aws.url}\naws_access_key_id = AKIAX\naws_secret_access_key = s\n` +
      `[profile p${harmful.replace('\r', '')}]\nregion = eu-west-1\nendpoint_url = ${aws.url}\naws_access_key_id = AKIAY\naws_secret_access_key = s\n`,
  )
  writeFileSync(
    join(home, '.config/muster/queries/own.jmespath'),
    `# Title ${harmful}\nReservations[].Instances[].Tags[].Value\n`,
  )
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    ...keptCode(),
    AWS_CONFIG_FILE: join(home, '.aws/config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  }
  on = { home, env }
  // The name of an account, as the organisation or an alias gives it.
  const store = openStore(join(home, '.cache/muster/inventory.db'), kinds)
  makeWriter(store).nameAccounts([[account, `alias${harmful}`]])
  store.close()
  await run('sync', '--profile', 'good', '--region', regions.join(','))
})
afterAll(() => {
  aws.close()
})

const run = (...words: string[]) => launch(process.execPath, [program, ...words], on.env).ended
const good = ['--profile', 'good', '--region', 'eu-west-1']
const tags = 'Reservations[].Instances[].Tags[].[Key,Value]'

describe('no control character that AWS chooses reaches a terminal', () => {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['the cache', ['--offline']],
    ['--live', ['--live']],
  ]
  const everyFormat = ways.flatMap(([from, words]) =>
    formats.flatMap((format): [string, string[]][] => [
      [`tags from ${from} as ${format}`, ['query', tags, ...words, ...good, '--output', format]],
      [`whole instances from ${from} as ${format}`, ['query', '*', ...words, ...good, '--output', format]],
    ]),
  )
  test.each<[string, string[]]>([
    ...everyFormat,
    [
      'the table of the kind',
      ['query', '--offline', ...good, '--columns', 'InstanceId,AccountName,KeyName,InstanceType'],
    ],
    ['faults of a sync', ['sync', '--profile', 'good', '--region', regions.join(',')]],
    ['faults of a live reading', ['query', '--live', '--profile', 'good', '--region', regions.join(',')]],
    ['the names of profiles', ['profiles']],
    ['a profile by a pattern', ['query', '--profile', 'p*', '--region', 'eu-west-1', '--sync']],
    ['the status of scopes', ['status']],
    ['the status as JSON', ['status', '--output', 'json']],
    ['who one is', ['whoami', '--profile', 'good']],
    ['the title of a saved query', ['queries']],
    ['a filter', ['query', '--offline', ...good, '--filter', value.toLowerCase()]],
    [
      'a name of a column',
      [
        'query',
        `Reservations[].Instances[].{"${JSON.stringify(key).slice(1, -1)}": KeyName}`,
        '--offline',
        ...good,
      ],
    ],
  ])('%s', async (_, words) => {
    const terminal = openWith(on, [200, 40], {}, process.execPath, [program, ...words])
    expect([0, 3]).toContain((await terminal.ended).code)
    // What muster itself draws: bold headers, and the end of a line that it clears.
    const written = terminal.raw().replaceAll(/\u001b\[(?:1m|22m|K)|[\r\n]/g, '')
    expect(written).not.toBe('')
    expect(written).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
  })

  test('through the screen: its tables, a whole resource, what failed', async () => {
    const words = ['--profile', 'good', '--region', regions.join(','), '--offline']
    const screen = openWith(on, [160, 40], {}, process.execPath, [program, ...words])
    const shows = (text: string) => (lines: readonly string[]) => lines.join('\n').includes(text)
    await screen.until(shows('i-1'), 'the table')
    await screen.press('enter')
    await screen.until(shows('v␛]0;owned'), 'the tags of the instance')
    await screen.press('esc')
    screen.type(':faults\r')
    await screen.until(shows('Page'), 'what failed')
    screen.type('\u0003')
    await screen.ended
    expect(screen.titles.join()).not.toContain('owned')
    expect(screen.raw()).not.toMatch(/\u001b\]0;owned|\u0007|\u009b|\u007f/)
  })
})

describe('into a pipe', () => {
  test.each<[string, string]>([
    ['text', `${key}\t${value}\nName\tn${harmful}\n`],
    [
      'json',
      `${JSON.stringify(
        [
          [key, value],
          ['Name', `n${harmful}`],
        ],
        null,
        4,
      )}\n`,
    ],
  ])('%s keeps the bytes that the AWS CLI writes, from the cache and live', async (format, out) => {
    for (const way of ['--offline', '--live'])
      expect(await run('query', tags, way, ...good, '--output', format)).toMatchObject({ out, code: 0 })
  })

  test('aws-table keeps them, too', async () => {
    const { out } = await run('query', tags, '--offline', ...good, '--output', 'aws-table')
    expect(out).toContain(`|  ${key}`)
    expect(out).toContain(value)
  })

  test('standard error beside an answer holds none', async () => {
    const { err } = await run('sync', '--profile', 'good', '--region', regions.join(','))
    expect(err).toContain('is an HTML page, "Page')
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})
