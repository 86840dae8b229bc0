import { expect, test } from 'vitest'
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
