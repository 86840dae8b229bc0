// An endpoint in a process of its own that sends pages made beforehand, so that it is not what is measured. Every account
// has every region, and every scope that holds something holds equally many instances. Takes its options as JSON, and
// prints its address when it is ready.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { answerEc2 } from '../../src/demo/ec2.ts'
import { makeFleet } from '../../src/demo/fleet.ts'
import { requestIdOf } from '../../src/demo/xml.ts'
import { accountOf, type MadeOptions, perPage, regionName } from './made-fleet.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as MadeOptions
const { accounts, regions, instances, filled = accounts * regions, latency = 0 } = options
const pagesPerScope = Math.ceil(instances / perPage / filled)
const pages = await makePages(Math.max(pagesPerScope, Math.min(options.distinct ?? 100, instances / perPage)))
const counts = { requests: 0, bytes: 0, firstSentAt: 0 }

const server = createServer(async (incoming, response) => {
  if (incoming.url === '/counts') return response.end(JSON.stringify(counts))
  let body = ''
  for await (const chunk of incoming) body += chunk
  counts.requests += 1
  const [, key = '', region = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? []
  const account = Number(key.slice(4))
  const params = new URLSearchParams(body)
  const pieces = answer(params, account, Number(/\d+$/.exec(region)?.[0] ?? 1) - 1)
  if (latency > 0) await pause(latency)
  send(response, pieces, params.get('Action') === 'DescribeInstances')
})
// Clients that wait for what they do in between must not meet a socket that is closing.
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))

function answer(params: URLSearchParams, account: number, region: number): readonly Buffer[] {
  const operation = params.get('Action') ?? ''
  const requestId = requestIdOf(counts.requests)
  if (operation === 'GetCallerIdentity') {
    const result = `<Arn>arn:aws:iam::${accountOf(account)}:user/inventory</Arn><UserId>AIDA</UserId><Account>${accountOf(account)}</Account>`
    return [
      Buffer.from(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
      ),
    ]
  }
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${requestId}</requestId>`
  const tail = `</${operation}Response>`
  if (operation === 'DescribeRegions') {
    const names = Array.from({ length: regions }, (_, index) => regionName(index))
    const items = names.map(
      (name) =>
        `<item><regionName>${name}</regionName><regionEndpoint>ec2.${name}.amazonaws.com</regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>`,
    )
    return [Buffer.from(`${head}<regionInfo>${items.join('')}</regionInfo>${tail}`)]
  }
  // Scopes that hold something are spread evenly over all of them.
  const every = Math.max(1, Math.floor((accounts * regions) / filled))
  const scope = account * regions + region
  if (scope % every !== 0 || scope / every >= filled) return [Buffer.from(`${head}<reservationSet/>${tail}`)]
  const at = Number(params.get('NextToken')?.split('-').at(-1) ?? 0)
  const next = at + 1 < pagesPerScope ? `<nextToken>page-${at + 1}</nextToken>` : ''
  const page = pages[((scope / every) * pagesPerScope + at) % pages.length] as Buffer
  return [Buffer.from(head), page, Buffer.from(`${next}${tail}`)]
}

function send(response: ServerResponse, pieces: readonly Buffer[], isPage: boolean): void {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  counts.bytes += length
  response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8', 'content-length': length })
  for (const piece of pieces) response.write(piece)
  response.end(() => {
    if (isPage && pieces.length > 1 && counts.firstSentAt === 0) counts.firstSentAt = Date.now()
  })
}

/** The reservations of so many pages of the demo's instances, as text. */
async function makePages(count: number): Promise<readonly Buffer[]> {
  const fleet = makeFleet({ accounts: 1, regions: 1, instances: count * perPage })
  const [account] = fleet.accounts
  const caller = { account: account?.id ?? '', path: 'user/inventory', session: false }
  const made: Buffer[] = []
  let token: string | null = null
  for (let at = 0; at < count; at += 1) {
    const params = new URLSearchParams({ Action: 'DescribeInstances', MaxResults: String(perPage) })
    if (token !== null) params.set('NextToken', token)
    const { body } = await answerEc2(fleet, {
      service: 'ec2',
      operation: 'DescribeInstances',
      region: fleet.regions[0]?.name ?? '',
      caller,
      params,
      requestId: requestIdOf(0),
      uneven: null,
      key: '',
      edition: 0,
      tokens: { isPlain: true, life: undefined, strict: false, secret: undefined, now: Date.now },
    })
    token = /<nextToken>([^<]*)<\/nextToken>/.exec(body.slice(-1000))?.[1] ?? null
    made.push(
      Buffer.from(body.slice(body.indexOf('<reservationSet>'), body.indexOf('</reservationSet>') + 17)),
    )
  }
  return made
}
