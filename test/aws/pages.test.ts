import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { expect, onTestFinished, test } from 'vitest'
import { faultFrom, redact } from '../../src/aws/faults.ts'
import { toPlain } from '../../src/aws/plain.ts'
import { proxyFor } from '../../src/aws/proxy.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { findKind } from '../../src/kinds.ts'
import { bodyOf, clientAt, connect, never, serve } from './wire.ts'

const volumes = findKind('volumes')

function refusal(code: string, message: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`
}

function answer(ids: readonly string[], token = ''): string {
  const items = ids.map((id) => `<item><volumeId>${id}</volumeId></item>`).join('')
  return `<DescribeVolumesResponse><volumeSet>${items}</volumeSet>${token && `<nextToken>${token}</nextToken>`}</DescribeVolumesResponse>`
}

async function faultOf(status: number, body: string) {
  const wire = await serve((_, response) => void response.writeHead(status).end(body))
  try {
    const error = await readPages(clientAt(wire.url), volumes, { pageSize: null }, never)
      .next()
      .then(
        () => null,
        (reason: unknown) => reason,
      )
    return error === null
      ? null
      : faultFrom(error, { profile: 'p', region: 'us-east-1', operation: 'DescribeVolumes' })
  } finally {
    wire.close()
  }
}

test.each([
  [403, refusal('UnauthorizedOperation', 'no'), 'denied'],
  [
    403,
    refusal('UnauthorizedOperation', 'with an explicit deny in a service control policy'),
    'denied-by-policy',
  ],
  [401, refusal('AuthFailure', 'bad keys'), 'credentials'],
  [400, refusal('RequestExpired', 'late'), 'credentials'],
  [503, refusal('RequestLimitExceeded', 'slow'), 'throttled'],
  [500, refusal('InternalError', 'oops'), 'network'],
  [502, '<html>bad gateway</html>', 'network'],
  [200, '<html><body>sign in to the proxy</body></html>', 'malformed'],
  [200, '', 'malformed'],
  [200, '<DescribeVolumesResponse><volumeSet><item>', 'malformed'],
])('an answer %i %s is a fault of its own class', async (status, body, expected) => {
  expect((await faultOf(status, body))?.class).toBe(expected)
})

test('an empty list is an empty account, and no fault', async () => {
  expect(await faultOf(200, answer([]))).toBe(null)
})

test('a server that hangs, resets or is not there is a network fault', async () => {
  const hanging = await serve(() => undefined)
  const resetting = await serve((request) => void request.socket.destroy())
  for (const url of [hanging.url, resetting.url, 'http://127.0.0.1:1']) {
    const error: unknown = await readPages(clientAt(url), volumes, { pageSize: null }, never)
      .next()
      .catch((e) => e)
    expect(faultFrom(error, { profile: 'p', region: null }).class).toBe('network')
  }
  hanging.close()
  resetting.close()
})

test('pages are followed to the end, and always ask for a size', async () => {
  const sent: (string | null)[] = []
  const wire = await serve(async (request, response) => {
    const body = await bodyOf(request)
    sent.push(`${body.get('MaxResults')} ${body.get('NextToken')}`)
    response.end(body.get('NextToken') ? answer(['vol-2']) : answer(['vol-1'], 'more'))
  })
  const ids: string[] = []
  for await (const page of readPages(clientAt(wire.url), volumes, { pageSize: null }, never)) {
    ids.push(...page.resources.map(({ id }) => id))
  }
  wire.close()
  expect(ids).toEqual(['vol-1', 'vol-2'])
  expect(sent).toEqual(['500 null', '500 more'])
})

test.each([1, 2, 3, 7])(
  'tokens that go round in a circle of %i end in a fault when the first comes back',
  async (length) => {
    let requests = 0
    const wire = await serve((_, response) => {
      requests += 1
      response.end(answer([`vol-${requests}`], `token-${requests % length}`))
    })
    onTestFinished(() => wire.close())
    const ids: string[] = []
    const all = async () => {
      for await (const page of readPages(clientAt(wire.url), volumes, { pageSize: 5 }, never)) {
        ids.push(...page.resources.map(({ id }) => id))
        if (requests > 20) return
      }
    }
    const error: unknown = await all().catch((reason: unknown) => reason)
    expect(faultFrom(error, { profile: 'p', region: null })).toMatchObject({
      class: 'malformed',
      message: 'DescribeVolumes gave the same NextToken twice.',
    })
    expect(requests).toBe(length + 1)
    expect(ids).toHaveLength(length + 1)
  },
)

test('a call that changes something is refused before it is sent', async () => {
  let requests = 0
  const wire = await serve((_, response) => {
    requests++
    response.end()
  })
  const call = clientAt(wire.url).send(new TerminateInstancesCommand({ InstanceIds: ['i-1'] }))
  await expect(call).rejects.toThrow('does not send TerminateInstances')
  wire.close()
  expect(requests).toBe(0)
})

test('calls go through HTTP_PROXY, except to what NO_PROXY names', async () => {
  const seen: string[] = []
  const direct = await serve((_, response) => void response.end(answer(['vol-direct'])))
  const proxy = await serve((request, response) => {
    seen.push(request.url ?? '')
    response.end(answer(['vol-proxied']))
  })
  const idThrough = async (env: Record<string, string>) => {
    const client = clientAt(direct.url, connect(env))
    const { value } = await readPages(client, volumes, { pageSize: null }, never).next()
    return value?.resources[0]?.id
  }
  expect(await idThrough({ HTTP_PROXY: proxy.url })).toBe('vol-proxied')
  expect(await idThrough({ HTTP_PROXY: proxy.url, no_proxy: '127.0.0.1' })).toBe('vol-direct')
  expect(seen).toHaveLength(1)
  direct.close()
  proxy.close()
})

test('NO_PROXY takes domains and ports', () => {
  const target = { protocol: 'https:', hostname: 'ec2.eu-west-1.amazonaws.com' }
  const https_proxy = 'proxy:3128'
  expect(proxyFor(target, { https_proxy })).toBe('http://proxy:3128')
  expect(proxyFor(target, { https_proxy, NO_PROXY: '.amazonaws.com' })).toBe(null)
  expect(proxyFor(target, { https_proxy, NO_PROXY: 'amazonaws.com:8443,azonaws.com' })).toBe(
    'http://proxy:3128',
  )
})

test.each(['http://', 'http://h:99999', 'socks5://h:1', 'http://user:hush@h:99999', 'not a host'])(
  'HTTPS_PROXY that is %s is one sentence that names it',
  (proxy) => {
    const act = () => proxyFor({ protocol: 'https:', hostname: 'h' }, { HTTPS_PROXY: proxy })
    expect(act).toThrow(/^HTTPS_PROXY is '.*', which is not the address of an HTTP proxy\.$/)
    expect(act).not.toThrow('hush')
  },
)

test('times are printed as the AWS CLI v2 prints them', () => {
  const at = (text: string) => toPlain({ at: new Date(text), gone: undefined })
  expect(at('2026-01-01T00:00:00Z')).toEqual({ at: '2026-01-01T00:00:00+00:00' })
  expect(at('2026-01-01T00:00:00.123Z')).toEqual({ at: '2026-01-01T00:00:00.123000+00:00' })
})

test('no message shows a secret', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const text = redact(
    `AKIAIOSFODNN7EXAMPLE aws_secret_access_key=${secret} <SessionToken>abc</SessionToken> ${secret}`,
  )
  expect(text).not.toMatch(/IOSFODNN|wJalr|abc/)
  const arn = 'arn:aws:iam::123456789012:role/OrganizationAccountAccessRole'
  expect(redact(`User: ${arn} may not`)).toContain(arn)
})
