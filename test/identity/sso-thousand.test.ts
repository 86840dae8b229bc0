import { expect, test } from 'vitest'
import { ssoMachine } from '../commands/sso-machine.ts'

// In a file of its own: it waits for a minute, as AWS's limit has it, and does little meanwhile.
test('1,000 accounts behind one session sign in without an error', async () => {
  const machine = await ssoMachine({ accounts: 1000, instances: 0 })
  await machine.signIn()
  const { code, out, err } = await machine.muster('whoami', '--profile', '*', '--output', 'ndjson')
  expect([code, err, out.trim().split('\n').length]).toEqual([0, '', 1000])
  expect(out).not.toContain('"Fault": "')
})
