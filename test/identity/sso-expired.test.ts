import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { openSessions } from '../../src/identity/session.ts'
import type { Fault, JsonObject } from '../../src/model.ts'
import { never } from '../aws/wire.ts'
import { loginOf, type SsoMachine, seconds, ssoMachine, write } from '../commands/sso-machine.ts'

const past = seconds(Date.now() - 3_600_000)

describe('41 accounts behind one session that is no longer valid', () => {
  const slow: FaultRule = { operation: 'GetRoleCredentials', fault: 'latency', ms: 200 }
  const table: readonly [what: string, login: JsonObject, calls: number, message: string][] = [
    ['expired', { expiresAt: past, refreshToken: null }, 0, 'sso-session acme expired.'],
    [
      'not renewed',
      { expiresAt: past, refreshToken: 'aorOld' },
      0,
      'sso-session acme expired and is not renewed.',
    ],
    [
      'refused',
      { accessToken: 'aoa', refreshToken: null },
      20,
      'sso-session acme expired or was logged out.',
    ],
    [
      'refused and not renewed',
      { accessToken: 'aoa', refreshToken: 'aor' },
      20,
      'sso-session acme expired and is not renewed.',
    ],
  ]
  test.each(table)(
    '%s: none waits for another’s failure or tries again, and all fail for one reason',
    async (_, login, calls, message) => {
      const machine = await ssoMachine({ accounts: 41, faults: [slow] })
      await machine.signIn(login)
      const before = machine.endpoint.countRequests('CreateToken')
      const faults = await faultsOf(machine)
      expect(faults.map((fault) => fault?.message)).toEqual(Array(41).fill(message))
      expect(new Set(faults.map((fault) => fault?.next)).size).toBe(1)
      expect(machine.endpoint.countRequests('GetRoleCredentials')).toBeLessThanOrEqual(calls)
      expect(machine.endpoint.countRequests('CreateToken') - before).toBeLessThanOrEqual(1)
    },
  )

  test('are one line of a sync, and the accounts of another session are read meanwhile', async () => {
    const machine = await ssoMachine({ accounts: 44, instances: 100 })
    const config = readFileSync(machine.configFile, 'utf8').split(/(?=\n\[profile)/)
    const moved = config.map((text, index) => (index > 41 ? text.replace('= acme', '= other') : text))
    const other =
      '\n[sso-session other]\nsso_start_url = https://other.awsapps.com/start\nsso_region = us-east-1\n'
    write(machine.configFile, moved.join('') + other)
    await machine.signIn({ expiresAt: past, refreshToken: null })
    write(machine.loginFile('other'), JSON.stringify(await loginOf(machine.endpoint)))
    const { code, err } = await machine.muster('sync')
    const [first, line, next] = err.split('\n')
    expect(first).toMatch(/^3 of 44 scopes, 41 missing/)
    expect(line).toMatch(
      /^ {2}sso-session acme expired: 41 accounts \((sso-acme-[\w-]+\/us-east-1, ){3}sso-\S+ and 37 more\)$/,
    )
    expect(next).toBe('    -> Run muster login --sso-session acme.')
    expect(code).toBe(3)
  })
})

/** What each of the machine's profiles says when all sign in at once. */
async function faultsOf(machine: SsoMachine): Promise<(Fault | null)[]> {
  const io = { env: {}, home: machine.home, now: Date.now, signal: never }
  const config = readAwsConfig(io)
  const sessions = openSessions({ io, config })
  const faults = await Promise.all(
    config.profiles.map(async (profile) => {
      const regions = { type: 'named', names: ['us-east-1'] } as const
      const { name, account, network } = profile
      const session = sessions.open({
        name,
        source: 'profile',
        account,
        regions,
        profile,
        network,
        collapsed: [],
      })
      return session.identify(never).then(
        () => null,
        (error: unknown) => session.toFault(error, null),
      )
    }),
  )
  sessions.close()
  return faults
}
