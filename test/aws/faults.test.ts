import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ec2Client, stsClient } from '../../src/aws/clients.ts'
import { FaultError, faultFrom, isWrongClock } from '../../src/aws/faults.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { sendRestCall } from '../../src/aws/rest.ts'
import { isSessionOver } from '../../src/identity/identity-faults.ts'
import { findKind } from '../../src/kinds.ts'
import type { Fault, Resource } from '../../src/model.ts'
import { bodyOf, clientAt, connect, never, serve } from './wire.ts'

interface WireAnswer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const context = { profile: 'p', region: 'us-east-1', operation: 'DescribeVolumes', kind: 'volumes' }
const login =
  '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Sign in &amp; go</title></head><body><img src=x>a & b<br></body></html>'
const xhtml =
  '<?xml version="1.0"?>\n<!-- proxy -->\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html><head/><body><nextToken>a</nextToken></body></html>'

function ec2(code: string, message: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`
}

function volumes(ids: readonly string[], token = ''): string {
  const items = ids.map((id) => `<item><volumeId>${id}</volumeId></item>`).join('')
  return `<DescribeVolumesResponse><volumeSet>${items}</volumeSet>${token && `<nextToken>${token}</nextToken>`}</DescribeVolumesResponse>`
}

async function wireOf(answers: readonly WireAnswer[]) {
  let requests = 0
  const wire = await serve((_, response) => {
    const { status, body, headers } = answers[Math.min(requests, answers.length - 1)] as WireAnswer
    requests += 1
    response.writeHead(status, headers).end(body)
  })
  onTestFinished(() => wire.close())
  return { url: wire.url, requests: () => requests }
}

async function errorOf(...answers: readonly WireAnswer[]): Promise<unknown> {
  const { url } = await wireOf(answers)
  const all = async () => {
    for await (const _ of readPages(clientAt(url), findKind('volumes'), { pageSize: null }, never));
    throw new Error('the pages were read to their end')
  }
  return all().catch((reason: unknown) => reason)
}

async function faultOf(...answers: readonly WireAnswer[]): Promise<Fault> {
  return faultFrom(await errorOf(...answers), context)
}

describe('an answer that is not one of AWS', () => {
  const proxy = /a proxy or an endpoint_url that answers in place of AWS, then sync again\.$/
  test.each<[string, number, string, Fault['class'], RegExp, RegExp]>([
    [
      'a login page',
      200,
      login,
      'malformed',
      /is an HTML page, "Sign in &amp; go" \(HTTP status 200\)/,
      proxy,
    ],
    [
      'a login page',
      403,
      login,
      'malformed',
      /is an HTML page, .*status 403/,
      /sign in there with a browser/,
    ],
    ['a well-formed page', 200, xhtml, 'malformed', /is an HTML page \(HTTP status 200\)/, proxy],
    [
      'a page of a gateway',
      502,
      login,
      'network',
      /is an HTML page, .*status 502/,
      /^Check the network, the proxy/,
    ],
    ['a page', 429, login, 'throttled', /is an HTML page/, /with fewer calls at once/],
    [
      'a page that asks for a name',
      407,
      login,
      'configuration',
      /status 407/,
      /^Give the proxy its name and pass/,
    ],
    ['JSON', 200, '{"Volumes":[]}', 'malformed', /is JSON \(HTTP status 200\)/, proxy],
    ['JSON', 403, '{"message":"Forbidden"}', 'malformed', /is JSON \(HTTP status 403\)/, proxy],
    ['plain text', 200, 'try later', 'malformed', /is not XML/, proxy],
    ['nothing', 200, '', 'malformed', /is empty \(HTTP status 200\)/, proxy],
    ['nothing', 403, '', 'malformed', /is empty \(HTTP status 403\)/, proxy],
    ['nothing', 500, '', 'network', /is empty \(HTTP status 500\)/, /^Check the network, the proxy/],
    ['half an answer', 200, volumes(['vol-1']).slice(0, 60), 'malformed', /is cut off, or not XML/, proxy],
    ['half a refusal', 400, ec2('Blocked', 'x').slice(0, 40), 'malformed', /is cut off, or not XML/, proxy],
    ['another service’s XML', 200, '<Foo><bar/></Foo>', 'malformed', /holds no Volumes/, proxy],
  ])('%s with status %i says what came, and where to look', async (_, status, body, kind, message, next) => {
    const fault = await faultOf({ status, body })
    expect(fault).toMatchObject({ class: kind, code: 'MalformedAnswer' })
    expect(fault.message).toMatch(message)
    expect(fault.next).toMatch(next)
    expect(JSON.stringify(fault)).not.toMatch(/hidden field|\$response|aws-sdk|Deserialization/)
  })

  test('a page of HTML on the second page of a list is named as one, not as a token that came twice', async () => {
    const fault = await faultOf(
      { status: 200, body: volumes(['vol-1'], 'more') },
      { status: 200, body: login },
    )
    expect(fault.message).toMatch(/^The answer to DescribeVolumes is an HTML page/)
  })

  test('a page of a gateway is tried again, as any 5xx', async () => {
    const { url, requests } = await wireOf([
      { status: 502, body: login },
      { status: 200, body: volumes(['vol-1']) },
    ])
    const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' })
    const client = ec2Client({ region: 'us-east-1', endpoint: url, credentials, connection: connect() })
    const { value } = await readPages(client, findKind('volumes'), { pageSize: null }, never).next()
    expect(value?.resources.map((each: Resource) => each.id)).toEqual(['vol-1'])
    expect(requests()).toBe(2)
  })

  test.each([200, 403])('STS and the SSO portal name a login page with status %i', async (status) => {
    const { url } = await wireOf([{ status, body: login }])
    const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' })
    const sts = stsClient({ region: 'us-east-1', endpoint: url, credentials, connection: connect() })
    const portal = {
      operation: 'ListAccounts',
      method: 'GET',
      endpoint: url,
      path: '/assignment/accounts',
    } as const
    for (const call of [
      () => sts.send(new GetCallerIdentityCommand({})),
      () => sendRestCall(connect(), portal, never),
    ]) {
      const error: unknown = await call().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(FaultError)
      expect(faultFrom(error, context)).toMatchObject({
        class: 'malformed',
        message: expect.stringMatching(/^The answer to (GetCallerIdentity|ListAccounts) is an HTML page/),
      })
    }
  })
})

describe('what AWS refuses', () => {
  const forget = /^Sync again: the reading starts at its beginning/
  const right = /set this machine's clock right, then sync again\.$/
  const renew = /^Renew the credentials of profile p; aws sts get-caller-identity --profile p tests them\.$/
  test.each<[code: string, status: number, message: string, Fault['class'], RegExp]>([
    ['InvalidNextToken', 400, 'The token is not valid', 'malformed', forget],
    ['InvalidPaginationToken', 400, 'not valid or is expired', 'malformed', forget],
    ['InvalidParameterValue', 400, 'Unable to parse pagination token', 'malformed', forget],
    ['RequestTimeTooSkewed', 403, 'The difference between the request time and now', 'clock', right],
    ['RequestInTheFuture', 400, 'no', 'clock', right],
    ['RequestExpired', 400, 'Request has expired. Timestamp date is 2026-01-01', 'clock', right],
    [
      'SignatureDoesNotMatch',
      403,
      'Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z (20260101T011500Z - 15 min.)',
      'clock',
      right,
    ],
    [
      'SignatureDoesNotMatch',
      403,
      'Signature not yet current: 20260101T000000Z is still later than 20250101T010000Z',
      'clock',
      right,
    ],
    ['AuthFailure', 401, 'The clock of the caller is wrong', 'clock', right],
    ['RequestExpired', 400, 'Request has expired.', 'credentials', renew],
    ['AuthFailure', 401, 'AWS was not able to validate the access credentials', 'credentials', renew],
    ['InvalidClientTokenId', 403, 'The security token is invalid', 'credentials', renew],
    [
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match',
      'credentials',
      /^Check that the secret key of profile p belongs to its access key/,
    ],
    [
      'InvalidIdentityToken',
      400,
      'no',
      'credentials',
      /^Get a new token from the provider for web_identity_token_file/,
    ],
    ['IDPCommunicationError', 400, 'no', 'network', /AWS could not reach the identity provider\.$/],
    ['OptInRequired', 401, 'You are not subscribed', 'denied', /^Enable the region in the account/],
    ['PendingVerification', 400, 'being verified', 'denied', /^Ask AWS Support about this account/],
    ['Blocked', 400, 'blocked', 'denied', /^Ask AWS Support about this account/],
    [
      'UnauthorizedOperation',
      403,
      'no',
      'denied',
      /^Run muster policy --kind volumes and ask for what it prints/,
    ],
    ['BandwidthLimitExceeded', 503, 'no', 'throttled', /^Sync again later, with fewer calls/],
    ['InternalError', 500, 'no', 'network', /^AWS failed by itself/],
    ['ServiceUnavailable', 503, 'no', 'network', /^AWS failed by itself/],
    [
      'InvalidParameterValue',
      400,
      'Value (x) for MaxResults is invalid',
      'configuration',
      /please report this\.$/,
    ],
    [
      'InvalidAction',
      400,
      'no such action',
      'configuration',
      /^The service that answers does not accept DescribeVolumes/,
    ],
    ['ValidationError', 400, 'roleArn failed', 'configuration', /^Correct profile p in ~\/\.aws\.$/],
  ])('%s with status %i (%s) is a fault of class %s with its own next step', async (...row) => {
    const [code, status, message, kind, next] = row
    const fault = await faultOf({ status, body: ec2(code, message) })
    expect(fault).toMatchObject({ class: kind, code })
    expect(fault.next).toMatch(next)
  })
})

describe('what IAM does not allow', () => {
  const refuse = (why: string, action = 'ec2:DescribeVolumes') =>
    ec2(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/p is not authorized to perform: ${action} ${why}`,
    )
  const noPolicy = 'because no identity-based policy allows the action'

  test.each<[what: string, body: string, action: string | undefined, next: string]>([
    [
      'the action of the kind, if AWS does not name one',
      ec2('UnauthorizedOperation', 'You are not authorized to perform this operation.'),
      'ec2:DescribeVolumes',
      'Run muster policy --kind volumes and ask for what it prints (ec2:DescribeVolumes), or choose a profile that has it.',
    ],
    [
      'the action that AWS names, which may be another than that of the kind',
      refuse(noPolicy, 'ec2:DescribeFleets'),
      'ec2:DescribeFleets',
      'Run muster policy --kind volumes and ask for what it prints (ec2:DescribeFleets), or choose a profile that has it.',
    ],
    [
      'an explicit deny, against which no permission helps',
      refuse('with an explicit deny in an identity-based policy'),
      'ec2:DescribeVolumes',
      'Ask whoever wrote the policy that denies ec2:DescribeVolumes: a permission does not help against it. Or choose another profile.',
    ],
    [
      'a service control policy, which has its own next step',
      refuse('with an explicit deny in a service control policy'),
      undefined,
      'Ask whoever runs the organisation, or leave this account or region out.',
    ],
    [
      'a region that nobody may use, which is not about an action',
      ec2('OptInRequired', 'You are not subscribed to this service.'),
      undefined,
      "Enable the region in the account, or end the account's registration with AWS, or leave it out.",
    ],
  ])('names %s', async (_, body, action, next) => {
    const fault = await faultOf({ status: 403, body })
    expect({ action: fault.action, next: fault.next }).toEqual({ action, next })
  })

  test('names the list of regions as what it is: any policy has it, and regions that are named do not need it', async () => {
    const error = await errorOf({ status: 403, body: refuse(noPolicy, 'ec2:DescribeRegions') })
    expect(faultFrom(error, { profile: 'p', region: null })).toMatchObject({
      class: 'denied',
      action: 'ec2:DescribeRegions',
      next: 'Run muster policy and ask for what it prints (ec2:DescribeRegions), name regions with --region, or choose a profile that has it.',
    })
  })
})

test('a code and a message hold no control character, whatever AWS sends', async () => {
  const harmful = '&#27;]0;x&#7;&#155;31m&#13;'
  const fault = await faultOf({ status: 400, body: ec2(`Odd${harmful}`, `No${harmful}`) })
  expect(fault).toMatchObject({ code: 'Odd ]0;x 31m', message: 'No ]0;x 31m' })
})

describe('a wrong clock', () => {
  const anHourAgo = () => new Date(Date.now() - 3_600_000).toUTCString()

  test('is named where AWS gives another time and no words for it', async () => {
    const answer = { status: 401, body: ec2('AuthFailure', 'AWS was not able to validate the credentials') }
    const error = await errorOf({ ...answer, headers: { date: anHourAgo() } })
    expect(faultFrom(error, context)).toMatchObject({ class: 'clock' })
    expect(faultFrom(await errorOf(answer), context)).toMatchObject({ class: 'credentials' })
  })

  test('is put right for the next attempt, so that keys that are bad besides are called that', async () => {
    const wire = await serve(async (request, response) => {
      await bodyOf(request)
      const body = ec2('AuthFailure', 'AWS was not able to validate the credentials')
      response.writeHead(401, { date: anHourAgo() }).end(body)
    })
    onTestFinished(() => wire.close())
    const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' })
    const options = { region: 'us-east-1', endpoint: wire.url, credentials, connection: connect() }
    const client = ec2Client({ ...options, maxAttempts: 2 })
    const error: unknown = await readPages(client, findKind('volumes'), { pageSize: null }, never)
      .next()
      .catch((reason: unknown) => reason)
    expect(faultFrom(error, context)).toMatchObject({ class: 'credentials' })
  })

  test('ends no session: new credentials would be refused as well', async () => {
    const late = await errorOf({ status: 400, body: ec2('RequestExpired', 'Timestamp date is in the past') })
    const over = await errorOf({ status: 400, body: ec2('RequestExpired', 'Request has expired.') })
    expect([isWrongClock(late), isSessionOver(late, 'k', new Set(['k']))]).toEqual([true, false])
    expect([isWrongClock(over), isSessionOver(over, 'k', new Set())]).toEqual([false, true])
  })
})

describe('what the network refuses', () => {
  test.each<[code: string, Fault['class'], RegExp]>([
    ['ENOTFOUND', 'network', /^Check the network/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'network', /^Set AWS_CA_BUNDLE/],
    ['CERT_HAS_EXPIRED', 'network', /^Check this machine's clock; if it is right/],
    ['CERT_NOT_YET_VALID', 'clock', /set the clock right, then sync again\.$/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network', /the certificate of another host\.$/],
  ])('%s is a fault of class %s with its own next step', (code, kind, next) => {
    const fault = faultFrom(Object.assign(new Error('no'), { code }), context)
    expect(fault).toMatchObject({ class: kind, code })
    expect(fault.next).toMatch(next)
  })
})
