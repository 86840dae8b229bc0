import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { keptCode, launch, machine, program } from './program.ts'

test('without any profile the container’s credentials are used, and their account is answered for', async () => {
  const { endpoint, home, env } = await machine()
  const [account] = endpoint.fleet.accounts
  const metadata = createServer((_, response) => {
    const keys = { AccessKeyId: account?.accessKeyId, SecretAccessKey: account?.secretAccessKey, Token: '' }
    response.end(JSON.stringify({ ...keys, Expiration: '2099-01-01T00:00:00Z' }))
  })
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void metadata.close())
  const { port } = metadata.address() as AddressInfo
  const alone = {
    PATH: env.PATH ?? '',
    HOME: home,
    ...keptCode(),
    XDG_CONFIG_HOME: `${home}/none`,
    AWS_CONFIG_FILE: `${home}/none`,
    AWS_SHARED_CREDENTIALS_FILE: `${home}/none`,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: endpoint.fleet.regions[0]?.name ?? '',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const words = ['query', 'Reservations[].Instances[].AccountId | [0]', '--output', 'json']
  for (const more of [[], ['--offline']]) {
    const { code, out, err } = await launch(process.execPath, [program, ...words, ...more], alone).ended
    expect(err).toMatch(/^1 of 1 scopes; oldest data /)
    expect([code, out]).toEqual([0, `"${account?.id}"\n`])
  }
})
