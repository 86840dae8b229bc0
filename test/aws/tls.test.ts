import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { findKind } from '../../src/kinds.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { clientAt, connect, never } from './wire.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test.skipIf(!hasOpenssl)('AWS_CA_BUNDLE makes a private authority trusted, through a proxy too', async () => {
  const folder = temporaryFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', key, '-out', cert]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  )
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    response.end('<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>')
  })
  const tunnels: string[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '')
    const target = connectTcp((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('error', () => target.destroy())
  })
  for (const each of [server, proxy]) await new Promise<void>((done) => each.listen(0, '127.0.0.1', done))
  const portOf = (each: { address: () => unknown }) => (each.address() as AddressInfo).port
  const read = async (env: Record<string, string>) => {
    const client = clientAt(`https://localhost:${portOf(server)}`, connect(env, 2000))
    return readPages(client, findKind('volumes'), { pageSize: null }, never).next()
  }

  const error: unknown = await read({}).catch((reason: unknown) => reason)
  expect(faultFrom(error, { profile: 'p', region: null })).toMatchObject({
    class: 'network',
    next: expect.stringContaining('AWS_CA_BUNDLE'),
  })
  expect((await read({ AWS_CA_BUNDLE: cert })).value?.resources).toEqual([])
  expect(tunnels).toEqual([])
  const https_proxy = `http://127.0.0.1:${portOf(proxy)}`
  expect((await read({ AWS_CA_BUNDLE: cert, https_proxy })).value?.resources).toEqual([])
  expect(tunnels).toHaveLength(1)
  server.closeAllConnections()
  server.close()
  proxy.close()
})

test.each([
  ['does not exist', () => '/nowhere/ca.pem'],
  ['is a folder', temporaryFolder],
  ['holds no certificate', () => new URL('wire.ts', import.meta.url).pathname],
  ['cannot be read', () => `/${'n'.repeat(5000)}`],
])('a CA bundle that %s is one sentence that names the setting, where TLS is used', async (what, path) => {
  const bundle = path()
  const read = (url: string) =>
    readPages(
      clientAt(url, connect({ AWS_CA_BUNDLE: bundle })),
      findKind('volumes'),
      { pageSize: null },
      never,
    )
      .next()
      .catch((reason: unknown) => faultFrom(reason, { profile: 'p', region: null }))
  expect(await read('https://127.0.0.1:9')).toEqual({
    class: 'configuration',
    code: 'CaBundle',
    message: `The CA bundle ${bundle} of AWS_CA_BUNDLE ${what}.`,
    next: 'Correct AWS_CA_BUNDLE: it must name a PEM file.',
  })
  expect(await read('http://127.0.0.1:9')).toMatchObject({ code: 'ECONNREFUSED' })
})
