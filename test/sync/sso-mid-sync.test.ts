import { describe, expect, test } from 'vitest'
import { instances } from '../../src/demo/ec2/instances.ts'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { ssoMachine } from '../commands/sso-machine.ts'
import { resourceIds } from '../demo/resources.ts'
import { logPages } from './page-log.ts'

/** The keys of the role expire at the fourth page, and the session gives no others until somebody signs in. */
const expired: FaultRule = {
  operation: 'DescribeInstances',
  nth: 4,
  fault: 'expired-token',
}
const ended: FaultRule = { operation: 'GetRoleCredentials', nth: { from: 2, to: 3 }, fault: 'auth-failure' }
const sync = ['sync', '--kind', 'instances', '--page-size', '5'] as const

describe('a session of IAM Identity Center that ends in the middle of a sync', () => {
  test('keeps what was read; after signing in the next sync goes on at the page that was refused', async () => {
    const log = logPages()
    const options = { accounts: 1, regions: 1, instances: 60, onRequest: log.onRequest } as const
    const machine = await ssoMachine({ ...options, faults: [expired, ended] })
    await machine.signIn({ refreshToken: null })
    const first = await machine.muster(...sync)
    expect(first.err).toContain('Run muster login --sso-session acme.')
    expect(first.code).toBe(4)
    expect(await machine.cachedIds()).toHaveLength(15)
    const read = log.tokens().slice(0, 3)
    log.forget()

    await machine.signIn()
    const second = await machine.muster(...sync)
    expect([second.code, second.err]).toEqual([0, expect.stringMatching(/^1 of 1 scopes/m)])
    const tokens = [...read, ...log.tokens()]
    expect(tokens).toHaveLength(12)
    expect(new Set(tokens).size).toBe(12)
    const { fleet } = machine.endpoint
    const [account = '', region = ''] = [fleet.accounts[0]?.id, fleet.regions[0]?.name]
    expect(await machine.cachedIds()).toEqual(resourceIds(instances, fleet, account, region, 0).toSorted())
  })
})
