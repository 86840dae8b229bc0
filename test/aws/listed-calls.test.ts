import { describe, expect, test } from 'vitest'
import { listedCalls } from '../../src/aws/listed-calls.ts'
import { bodyOf, connect, never, serve } from './wire.ts'

type Request = Parameters<ReturnType<typeof connect>['signInHandler']['handle']>[0]

test.each([
  ['GET', '/federation/credentials', '', true],
  ['GET', '/assignment/accounts', '', true],
  ['GET', '/assignment/roles', '', true],
  ['POST', '/logout', '', true],
  ['POST', '/client/register', '{}', true],
  ['POST', '/device_authorization', '{}', true],
  ['POST', '/token', '{}', true],
  ['POST', '/v1/token', '{}', true],
  ['POST', '/behind/a/path/token', '{}', true],
  ['POST', '/', 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15', true],
  ['POST', '/', 'Action=TerminateInstances', false],
  ['POST', '/federation/credentials', '', false],
  ['DELETE', '/token', '', false],
  ['GET', '/', '', false],
  ['POST', '/application', '{}', false],
])('sign-in may send %s %s %s: %s', async (method, path, body, may) => {
  let seen = 0
  const wire = await serve(async (request, response) => {
    seen += 1
    await bodyOf(request)
    response.end(body.startsWith('Action=') ? '<Response/>' : '{}')
  })
  const { hostname, port } = new URL(wire.url)
  const request = {
    method,
    path,
    body,
    hostname,
    port: Number(port),
    protocol: 'http:',
    query: {},
    headers: {},
  }
  const sent = connect().signInHandler.handle(request as unknown as Request, { abortSignal: never })
  if (may) await sent
  else await expect(sent).rejects.toThrow(/^muster does not send /)
  expect(seen).toBe(may ? 1 : 0)
  wire.close()
})

describe('the list of calls', () => {
  const calls = listedCalls.filter(({ name }) => /^(ec2|sts):/.test(name)).map(({ name }) => name)

  test.each(calls)('has %s, which is sent', async (name) => {
    const wire = await serve(async (request, response) => {
      const action = (await bodyOf(request)).get('Action')
      response.end(`<Response>${action}</Response>`)
    })
    const { hostname, port } = new URL(wire.url)
    const [, action = ''] = name.split(':')
    const request = { method: 'POST', path: '/', hostname, port: Number(port), protocol: 'http:' }
    const body = new URLSearchParams({ Action: action }).toString()
    const sent = { ...request, query: {}, headers: {}, body } as unknown as Request
    const { response } = await connect().handler.handle(sent, { abortSignal: never })
    wire.close()
    expect(response.statusCode).toBe(200)
  })

  test('names each once, reads alone of EC2, and only those in the policy', () => {
    const names = listedCalls.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const inPolicy = listedCalls.filter(({ needs }) => needs === 'policy').map(({ name }) => name)
    expect(inPolicy).toEqual(names.filter((name) => name.startsWith('ec2:')))
    for (const name of inPolicy) expect(name).toMatch(/^ec2:Describe[A-Z]/)
  })
})
