import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { demoConfig } from '../../../src/demo/demo-config.ts'
import { browserAt } from '../../commands/browser.ts'
import { keptCode, program } from '../../commands/program.ts'
import { seconds, ssoMachine, startUrl, write } from '../../commands/sso-machine.ts'
import { followLink } from '../../demo/sso-browser.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { open, openWith, sizes, type TerminalRun } from '../terminal.ts'
import { idIn, options, shows, untilSynced } from './story.ts'

/** The last text that was put into the clipboard. */
function copiedText(run: TerminalRun): string {
  const last = [...run.raw().matchAll(/\u001b\]52;c;([^\u0007]*)\u0007/g)].at(-1)?.[1] ?? ''
  return Buffer.from(last, 'base64').toString()
}

describe.each(sizes)('at $name', ({ size }) => {
  test('an expired session is one line; L signs in without leaving the screen, and its accounts are read then', async () => {
    const on = await ssoMachine(options)
    await on.signIn({ expiresAt: seconds(Date.now() - 3_600_000), refreshToken: null })
    // One account has access without that session, and its rows are there while the others fail.
    const keys = demoConfig(on.endpoint.fleet, on.endpoint.url)
    appendFileSync(on.configFile, `\n${keys.config.split('\n\n')[0]}\n`)
    write(on.env.AWS_SHARED_CREDENTIALS_FILE ?? '', keys.credentials)
    const run = open(on, size, '--profile', 'sso-acme-prod-*,acme-management')
    await shows(run, 'sso-session acme expired: 2 accounts; press L')
    await run.until((lines) => lines.some((line) => idIn(line) !== ''), 'the rows of the other account')
    await run.press('!')
    await shows(run, /next +Press L and choose acme\./)
    // There is one session: nothing is to be chosen.
    await run.press('L')
    await shows(run, 'Sign in to sso-session acme')
    await shows(run, /\/device\?user_code=/)
    await run.until(() => copiedText(run).includes('/device?user_code='), 'the address in the clipboard')
    const address = copiedText(run)
    await shows(run, new URL(address).searchParams.get('user_code') ?? 'no code')
    await followLink(address)
    await shows(run, 'Signed in to sso-session acme: it renews by itself.')
    const after = await untilSynced(run, 3)
    expect(after[0]).toContain('3 accounts')
    expect(after.at(-2)).not.toContain('missing')
    await run.press('L')
    await shows(run, /acme\s+renews by itself/)
    await run.press('esc', 'q', 'y')
    expect((await run.ended).code).toBe(0)
  })

  test('esc leaves a sign-in; o opens its page in a browser of this machine', async () => {
    const on = await ssoMachine(options)
    const browser = browserAt(on.home, 'Allow')
    const run = openWith(on, size, browser.env, process.execPath, [program, '--profile', 'sso-acme-prod-web'])
    await shows(run, 'sso-session acme is not logged in: 1 account; press L')
    run.type(':login\r')
    await shows(run, /\/device\?user_code=/)
    await run.press('esc')
    await shows(run, 'Instances(')
    expect(existsSync(on.loginFile())).toBe(false)
    await run.press('L')
    await shows(run, /\/device\?user_code=/)
    await run.press('o')
    await browser.addresses()
    await shows(run, 'Signed in to sso-session acme')
    await untilSynced(run, 1)
    expect(existsSync(on.loginFile())).toBe(true)
  })

  test('a sign-in that AWS refuses is reported, and the screen goes on', async () => {
    const on = await ssoMachine({ ...options, faults: [{ operation: 'RegisterClient', fault: 'denied' }] })
    const expiresAt = seconds(Date.now() - 3_600_000)
    write(on.loginFile(), JSON.stringify({ startUrl, region: 'us-east-1', accessToken: 'old', expiresAt }))
    appendFileSync(
      on.configFile,
      `\n[sso-session other]\nsso_start_url = ${on.endpoint.url}/other\nsso_region = us-east-1\n`,
    )
    const run = open(on, size, '--profile', 'sso-acme-prod-web')
    await shows(run, 'press L')
    // Of several sessions one is chosen.
    await run.press('L')
    await shows(run, 'SSO sessions[2]')
    await shows(run, /acme\s+expired .* ago/)
    await shows(run, /other\s+not logged in/)
    await run.press('enter')
    await shows(run, /did not sign in|refused|not allow/)
    await run.press('esc')
    await shows(run, 'Instances(')
  })

  test('without any session in ~/.aws/config L says so', async () => {
    const on = await ssoMachine(options)
    const keys = demoConfig(on.endpoint.fleet, on.endpoint.url)
    write(on.configFile, keys.config)
    write(join(on.home, '.aws/credentials'), keys.credentials)
    const run = open(on, size, '--profile', 'acme-management')
    await untilSynced(run, 1)
    await run.press('L')
    await shows(run, 'No SSO session is in')
  })
})

test('the demo has an SSO session to sign in to, which needs no browser and leaves nothing in ~/.aws', async () => {
  const home = temporaryFolder()
  const env = { HOME: home, PATH: process.env.PATH ?? '', ...keptCode() }
  const run = openWith({ env, home }, [80, 24], {}, process.execPath, [program, '--demo'])
  await shows(run, 'Instances(')
  await run.press('L')
  await shows(run, /^ {4}http:\/\/127\.0\.0\.1:\d+\/device\?user_code=/)
  await shows(run, 'In the demo it is allowed by itself')
  await shows(run, 'Signed in to sso-session acme')
  await run.press('L')
  await shows(run, /acme\s+renews by itself/)
  expect(existsSync(join(home, '.aws'))).toBe(false)
})
