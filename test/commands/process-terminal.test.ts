import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWith } from '../ui/terminal.ts'
import { machine, program } from './program.ts'

const ask = 'printf "code: " > /dev/tty || exit 9; read code < /dev/tty || exit 9'

/** A machine whose profile `p` has a command that asks on the terminal, and gives keys for the code 123. */
async function askingMachine() {
  const on = await machine()
  const [owner] = on.endpoint.fleet.accounts
  const keys = { Version: 1, AccessKeyId: owner?.accessKeyId, SecretAccessKey: owner?.secretAccessKey }
  const script = join(on.home, 'ask')
  const lines = [
    '#!/bin/sh',
    ask,
    '[ "$code" = 123 ] || { echo "that code is wrong" >&2; exit 4; }',
    `echo '${JSON.stringify(keys)}'`,
  ]
  writeFileSync(script, `${lines.join('\n')}\n`, { mode: 0o700 })
  const settings = `region = us-east-1\nendpoint_url = ${on.endpoint.url}\n`
  writeFileSync(on.configFile, `[profile p]\n${settings}credential_process = ${script}\n`)
  return { on, account: owner?.id ?? '' }
}

test.each([
  ['whoami', '--profile', 'p'],
  ['query', '--profile', 'p', '--columns', 'InstanceId,AccountId'],
])('a credential_process may ask on the terminal of muster %s', async (...args) => {
  const { on, account } = await askingMachine()
  const terminal = openWith(on, [200, 40], {}, process.execPath, [program, ...args])
  await terminal.until((lines) => lines.some((line) => line.includes('code:')), 'the question')
  terminal.type('123\n')
  await terminal.until((lines) => lines.some((line) => line.includes(account)), 'the account')
})

test('what the command prints after a wrong answer is shown', async () => {
  const { on } = await askingMachine()
  const args = [program, 'whoami', '--profile', 'p', '--output', 'json']
  const terminal = openWith(on, [200, 40], {}, process.execPath, args)
  await terminal.until((lines) => lines.some((line) => line.includes('code:')), 'the question')
  terminal.type('9\n')
  const lines = await terminal.until(
    (each) => each.some((line) => line.includes('could not sign in')),
    'the end',
  )
  expect(lines.join('\n')).toContain('ended with exit code 4: that code is wrong.')
})

test('without a terminal the error gives the reason', async () => {
  const { on } = await askingMachine()
  const { out, code } = await on.muster('whoami', '--profile', 'p', '--output', 'json')
  expect(code).toBe(4)
  const [row] = JSON.parse(out) as { Fault: string; Next: string }[]
  expect(row?.Fault).toMatch(/ended with exit code 9: .*\/dev\/tty/)
  expect(row?.Next).toContain('It had no terminal to ask on.')
})
