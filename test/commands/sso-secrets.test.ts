import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { followLink } from '../demo/sso-browser.ts'
import { browserAt } from './browser.ts'
import { debugLines } from './debug-lines.ts'
import { launch, program } from './program.ts'
import { type SsoMachine, seconds, ssoMachine } from './sso-machine.ts'

const formats = ['json', 'ndjson', 'csv', 'table', 'text', 'yaml', 'aws-table']

test('no secret and no token of a sign-in is in cache, exports, output, errors, debug log or a program’s arguments', async () => {
  const faults: FaultRule[] = [
    { operation: 'GetRoleCredentials', nth: { from: 30, to: 40 }, fault: 'truncated' },
    { operation: 'GetRoleCredentials', nth: { from: 41, to: 50 }, fault: 'denied' },
  ]
  const machine = await ssoMachine({ faults, sso: { interval: 1 } })
  const outputs: string[] = []
  const seen = new Set<string>()
  const browser = browserAt(machine.home, 'Allow')
  const muster = async (...words: string[]) => {
    const { child, ended } = launch(process.execPath, [program, ...words, '--debug'], {
      ...machine.env,
      ...browser.env,
    })
    const watch = setInterval(() => noteArguments(child.pid ?? 0, seen), 5)
    if (words.includes('--no-browser')) {
      let text = ''
      child.stdout?.on('data', (more: string) => {
        text += more
        const address = /\n {2}(http\S+)\n/.exec(text)?.[1]
        if (address) followLink(address).catch(() => undefined)
      })
    }
    const { out, err, code } = await ended
    clearInterval(watch)
    outputs.push(out, err)
    return code
  }

  expect(await muster('login')).toBe(0)
  expect(await muster('sync')).toBe(0)
  for (const format of formats) {
    const file = join(machine.home, `export.${format}`)
    expect(await muster('export', '--offline', '--to', file, '--output', format)).toBe(0)
    expect(await muster('whoami', '--profile', '*', '--output', format)).toBe(0)
  }
  expect(await muster('discover', '--write')).toBe(0)
  expect(await muster('profiles')).toBe(0)
  while (machine.endpoint.countRequests('GetRoleCredentials') <= 50)
    await muster('sync', '--profile', 'sso-*')
  await renewAndRefuse(machine, muster)
  expect(await muster('login', '--no-browser')).toBe(0)
  expect(await muster('logout')).toBe(0)

  const log = debugLines(outputs.join('\n')).join('\n')
  for (const call of ['POST /token', 'POST /client/register', 'GET /federation/credentials', 'POST /logout'])
    expect(log).toMatch(new RegExp(`answered ${call} at .*: HTTP 200`))

  const secrets = machine.endpoint.listIssued().map(String)
  expect(secrets.length).toBeGreaterThan(60)
  const places = { output: outputs.join('\n'), arguments: [...seen].join('\n'), ...filesOf(machine) }
  expect(places.arguments).toContain('whoami')
  expect(Object.keys(places)).toContain('.cache/muster/inventory.db')
  for (const [place, text] of Object.entries(places)) {
    expect(
      secrets.filter((secret) => text.includes(secret)),
      place,
    ).toEqual([])
  }
})

/** A login that must be renewed, one whose renewal is refused, and one that AWS refuses. */
async function renewAndRefuse(machine: SsoMachine, muster: (...words: string[]) => Promise<number | null>) {
  const login = JSON.parse(readFileSync(machine.loginFile(), 'utf8')) as Record<string, string>
  const keep = (more: object) => writeFileSync(machine.loginFile(), JSON.stringify({ ...login, ...more }))
  keep({ expiresAt: seconds(0) })
  expect(await muster('whoami', '--profile', 'sso-*')).toBe(0)
  keep({ expiresAt: seconds(0) })
  expect(await muster('sync')).toBe(4)
  keep({ accessToken: `${login.accessToken}x`, refreshToken: `${login.refreshToken}x` })
  expect(await muster('sync')).toBe(4)
}

/** The arguments of a program, and of those that it started. */
function noteArguments(pid: number, seen: Set<string>): void {
  try {
    seen.add(readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '))
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    for (const child of children.split(' ').filter(Boolean)) noteArguments(Number(child), seen)
  } catch {
    // It has ended.
  }
}

/** Every file under the home folder as text, but for those in which the AWS CLI and muster keep logins. */
function filesOf({ home }: SsoMachine): Record<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' })
  const files = names.filter(
    (name) => !name.startsWith('.aws/sso/cache') && statSync(join(home, name)).isFile(),
  )
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(home, name), 'latin1')]))
}
