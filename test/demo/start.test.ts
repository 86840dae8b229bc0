import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromIni } from '@aws-sdk/credential-providers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import { type Demo, startDemo } from '../../src/demo/start.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

let demo: Demo
let home: string
beforeAll(async () => {
  demo = await startDemo()
  home = temporaryFolder()
  await writeFile(join(home, 'config'), demo.config)
  await writeFile(join(home, 'credentials'), demo.credentials)
})
afterAll(() => demo.close())

describe('the demo started in a thread', () => {
  test('every profile of its config signs in to the account of that name', async () => {
    for (const { name, id } of makeFleet().accounts) {
      const credentials = fromIni({
        profile: name,
        configFilepath: join(home, 'config'),
        filepath: join(home, 'credentials'),
        clientConfig: { endpoint: demo.url, region: 'us-east-1' },
      })
      const client = new STSClient({ endpoint: demo.url, region: 'us-east-1', credentials })
      expect((await client.send(new GetCallerIdentityCommand({}))).Account).toBe(id)
    }
  })

  test('its settings accept the fault of the one denied account', () => {
    const denied = makeFleet().accounts.find((account) => account.denied)
    expect(demo.settings).toEqual({
      regions: ['*'],
      accepted: [{ scope: `${denied?.name}/*`, fault: 'denied' }],
      fresh: '15m',
    })
  })

  test('it listens on 127.0.0.1 and says so when the port is taken', async () => {
    const { hostname, port } = new URL(demo.url)
    expect(hostname).toBe('127.0.0.1')
    await expect(startDemo({ port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('it can be closed, and is gone then', async () => {
    const other = await startDemo({ accounts: 1 })
    await fetch(other.url)
    await other.close()
    await expect(fetch(other.url)).rejects.toThrow('fetch failed')
  })
})
