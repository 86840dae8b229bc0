import { copyFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DemoAccount, Fleet } from '../../src/demo/fleet.ts'
import { serve } from '../aws/wire.ts'
import type { Exchange, Hostile } from './hostile.ts'
import {
  ask,
  difference,
  findUnclean,
  findWrongInside,
  fleetRows,
  type Inventory,
  placeOf,
  type ReportedScope,
  readReported,
} from './judge.ts'
import { eachOf, type Part, tally, wrongs } from './part.ts'
import { wireAnswers } from './wire-answers.ts'
import { makeWorld, pointAt, serveFleet, type World } from './world.ts'
import { xmlAnswers } from './xml-answers.ts'

const region = 'us-east-1'

/**
 * A sync against a server that answers one account with something hostile, in one region, and passes everything else on
 * to the demo. The cache was complete before. The sync must end in time; the scope is complete and right, or failed with
 * the right class of fault and with its older rows; every other scope is complete and right; the exit code says so.
 */
export const answers: Part = async ({ report, share, deadline }) => {
  const { fleet, demo } = await serveFleet({ accounts: 3, regions: 2, instances: 90 })
  const template = makeWorld(fleet, () => demo.url)
  const counts = tally(...figures)
  const wrong = wrongs(report)
  try {
    const { code, err } = await template.start(['sync']).ended
    if (code !== 0) throw new Error(`the sync before all failed: ${err}`)
    const stage: Stage = { fleet, url: demo.url, template, ...(await fetchGenuine(fleet, demo.url)) }
    const all = [...wireAnswers, ...xmlAnswers]
    const some = all.filter((_, at) => share >= 1 || at % Math.round(1 / share) === 0)
    const judge = async (each: Hostile) => {
      if (performance.now() > deadline) return wrong.addLate(each.name)
      const { how, lines } = await judgeAnswer(each, stage)
      counts.add(figures[0])
      counts.add(how)
      wrong.add(...lines.map((line) => `${each.name}: ${line}`))
      if (counts.of(figures[0]) % 40 === 0) report(`${counts.of(figures[0])} of ${some.length} answers`)
    }
    // Those that only wait take no place of the others.
    await Promise.all([
      eachOf(some.filter(isSlow), 8, judge),
      eachOf(
        some.filter((each) => !isSlow(each)),
        3,
        judge,
      ),
    ])
    return { figures: counts.figures(), wrong: wrong.lines, late: wrong.late }
  } finally {
    template.close()
    await demo.close()
  }
}

const figures = [
  'hostile answers',
  '… taken, the scope complete and right',
  '… a named fault, the older rows kept',
] as const

const isSlow = ({ attempts }: Hostile) => attempts === 1

interface Stage {
  readonly fleet: Fleet
  readonly url: string
  readonly template: World
  /** The genuine answer to DescribeInstances, whole and in pages. */
  readonly good: string
  readonly pages: readonly string[]
}

async function judgeAnswer(hostile: Hostile, stage: Stage) {
  const { fleet, url, template } = stage
  const victim = victimOf(fleet)
  const server = await hostileServer(hostile, stage)
  const world = makeWorld(fleet, () => url)
  try {
    pointAt(world.home, fleet, (account) => (account === victim.id ? server.url : url))
    copyFileSync(template.cache, world.cache)
    const began = Date.now()
    const coverage = `${world.cache}.json`
    const sync = world.start(['sync', '--coverage', coverage], {
      AWS_MAX_ATTEMPTS: String(hostile.attempts ?? 2),
    })
    const within = hostile.within ?? 120
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      sync.kill('SIGKILL')
    }, within * 1000)
    const ended = await sync.ended
    clearTimeout(timer)
    if (isLate) return { how: figures[2], lines: [`the sync had not ended after ${within} s`] }
    const found = await ask(world)
    const lines = [...findUnclean(ended), ...found.wrong, ...findWrongInside(world.cache)]
    const reported = readReported(coverage)
    lines.push(...othersWrong(found, hostile, stage, began))
    const { isWhole, wrong } = victimWrong(reported, found, hostile, stage, began)
    lines.push(...wrong)
    const code = isWhole ? 0 : 3
    if (ended.code !== code)
      lines.push(`exit code ${ended.code} in place of ${code}: ${ended.err.slice(0, 400)}`)
    return { how: isWhole ? figures[1] : figures[2], lines }
  } finally {
    server.close()
    world.close()
  }
}

/** Scopes that the hostile answer does not concern: complete, and what the fleet holds. */
function othersWrong(found: Inventory, hostile: Hostile, { fleet }: Stage, began: number): readonly string[] {
  return [...fleetRows(fleet)]
    .filter(([place]) => !isConcerned(place, hostile, fleet))
    .flatMap(([place, rows]) => {
      const reported = found.reported.find((each) => placeOf(each.account, each.region) === place)
      const isRead = reported?.state === 'fresh' && reported.syncedAt >= began
      const different = difference(found.rows.get(place), rows)
      return [isRead ? null : `${place} was not read: ${reported?.state}`, different].filter(
        (line) => line !== null,
      )
    })
}

/** What is wrong with the scopes that it does concern, and whether they were read. */
function victimWrong(
  reported: readonly ReportedScope[],
  found: Inventory,
  hostile: Hostile,
  { fleet }: Stage,
  began: number,
) {
  const wrong: string[] = []
  let isWhole = true
  for (const [place, rows] of fleetRows(fleet)) {
    if (!isConcerned(place, hostile, fleet)) continue
    const given = found.rows.get(place)
    const scope =
      reported.find((each) => placeOf(each.account, each.region) === place) ?? unresolved(reported, fleet)
    if (scope?.state === 'fresh' && scope.syncedAt >= began) {
      const ids = hostile.verdict === 'whole' ? hostile.gives : hostile.orGives
      const expected = ids && JSON.stringify([...ids].sort())
      const found = JSON.stringify([...(given?.keys() ?? [])].sort())
      const different = expected === undefined ? difference(given, rows) : found === expected ? null : found
      if (hostile.verdict !== 'whole' && !ids) wrong.push(`taken for complete, with ${given?.size ?? 0} rows`)
      else if (different) wrong.push(`complete and wrong: ${different.slice(0, 300)}`)
      continue
    }
    isWhole = false
    const fault = scope?.fault
    const named = `${fault?.class} (${fault?.code}: ${fault?.message.slice(0, 200)})`
    if (hostile.verdict === 'whole') wrong.push(`not taken: ${named}`)
    else if (!fault || !hostile.verdict.some((each) => each === fault.class))
      wrong.push(`named ${named} in place of ${hostile.verdict.join(' or ')}`)
    const lost = [...rows].filter(([id, row]) => given?.get(id) !== row).length
    if (lost > 0) wrong.push(`${lost} of ${rows.size} older rows of ${place} are lost`)
  }
  return { isWhole, wrong }
}

/** The line that stands for all scopes of a profile that could not be resolved. */
function unresolved(reported: readonly ReportedScope[], fleet: Fleet): ReportedScope | undefined {
  return reported.find(({ profile, region: known }) => profile === victimOf(fleet).name && known === null)
}

function isConcerned(place: string, { operation }: Hostile, fleet: Fleet): boolean {
  const { id } = victimOf(fleet)
  return operation === undefined ? place === placeOf(id, region) : place.startsWith(id)
}

/** The account that gets hostile answers. */
function victimOf({ accounts }: Fleet): DemoAccount {
  return accounts[1] as DemoAccount
}

function hostileServer(hostile: Hostile, stage: Stage) {
  const operation = hostile.operation ?? 'DescribeInstances'
  let n = 0
  return serve(async (request, response) => {
    const body = await bodyOf(request)
    const params = new URLSearchParams(body)
    const signed = /\/([^/]+)\/(ec2|sts)\//.exec(request.headers.authorization ?? '')?.[1]
    const isVictim =
      params.get('Action') === operation && (hostile.operation !== undefined || signed === region)
    if (!isVictim) return passOn(request, body, response, stage.url)
    n += 1
    const { good, pages } = stage
    const token = params.get('NextToken')
    hostile.answer({ response, socket: request.socket, n, token, good, pages } satisfies Exchange)
  }, true)
}

async function passOn(request: IncomingMessage, body: string, response: ServerResponse, url: string) {
  const { authorization = '', 'x-amz-security-token': token } = request.headers
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { authorization, ...(typeof token === 'string' ? { 'x-amz-security-token': token } : {}) },
  })
  const text = await answer.text()
  response.writeHead(answer.status, { 'content-type': 'text/xml;charset=UTF-8' }).end(text)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** The genuine answer, requested as any client would, once whole and once in pages. */
async function fetchGenuine(fleet: Fleet, url: string): Promise<Pick<Stage, 'good' | 'pages'>> {
  const { accessKeyId } = victimOf(fleet)
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261124/${region}/ec2/aws4_request`
  const request = async (more: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ Action: 'DescribeInstances', Version: '2016-11-15', ...more })
    return (await fetch(url, { method: 'POST', body, headers: { authorization } })).text()
  }
  const pages: string[] = []
  let token: string | undefined
  do {
    const page = await request({ MaxResults: '5', ...(token === undefined ? {} : { NextToken: token }) })
    token = /<nextToken>(.+?)<\/nextToken>/.exec(page)?.[1]
    pages.push(page.replace(/<nextToken>.*?<\/nextToken>|<nextToken\/>/, ''))
  } while (token !== undefined)
  return { good: await request({}), pages }
}
