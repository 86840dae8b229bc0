import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { followLink } from '../demo/sso-browser.ts'
import { awsV1, hasAwsV1 } from '../helpers/aws-v1.ts'
import { browserAt } from './browser.ts'
import { launch, program } from './program.ts'
import { type SsoMachine, ssoMachine, startUrl, write } from './sso-machine.ts'

const again = 'muster login --sso-session acme'

describe('with a browser on this machine', () => {
  test('the code comes back to it, is proven with PKCE, and the login is the AWS CLI’s as well', async () => {
    const machine = await ssoMachine()
    const browser = browserAt(machine.home, 'Allow')
    const { code, out, err } = await run(machine, browser.env, 'login')
    expect([code, err]).toEqual([0, ''])
    const [address] = await browser.addresses()
    expect(out).toContain(`a browser is being opened on this machine at\n\n  ${address}\n`)
    expect(out).toMatch(/\nSigned in to sso-session acme: it renews by itself\.\n$/)
    const query = new URL(address ?? '').searchParams
    expect(query.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/)
    expect(query.get('code_challenge_method')).toBe('S256')
    const login = JSON.parse(readFileSync(machine.loginFile(), 'utf8')) as Record<string, string>
    expect(Object.keys(login)).toEqual([
      'startUrl',
      'region',
      'accessToken',
      'expiresAt',
      'clientId',
      'clientSecret',
      'registrationExpiresAt',
      'refreshToken',
    ])
    expect(login).toMatchObject({ startUrl, region: 'us-east-1' })
    expect(statSync(machine.loginFile()).mode & 0o777).toBe(0o600)
    expect((await machine.muster('whoami', '--profile', 'sso-acme-prod-web')).code).toBe(0)
    if (!hasAwsV1) {
      process.stderr.write('SKIPPED: no AWS CLI v1 to read the login.\n')
      return
    }
    const words = 'sts get-caller-identity --profile sso-acme-prod-web'
    expect(await awsV1(machine.home, machine.endpoint.url, words)).toHaveProperty('Account')
  })

  test('a page that calls the port with another state, or another path, changes nothing', async () => {
    const machine = await ssoMachine()
    const browser = browserAt(machine.home, null)
    const { child, ended } = start(machine, browser.env, 'login')
    const address = await addressOf(child)
    const callback = new URL(address).searchParams.get('redirect_uri') ?? ''
    expect((await fetch(`${callback}?state=guessed&code=evil`)).status).toBe(400)
    expect((await fetch(new URL('/other', callback))).status).toBe(404)
    expect((await fetch(`${callback}?state=guessed&error=access_denied`)).status).toBe(400)
    await followLink(address)
    expect((await ended).code).toBe(0)
    expect(await browser.addresses()).toEqual([address])
  })

  test('ctrl-c while it waits is exit code 130, and nothing is written', async () => {
    const machine = await ssoMachine()
    const browser = browserAt(machine.home, null)
    const { child, ended } = start(machine, browser.env, 'login')
    await browser.addresses()
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect(existsSync(machine.loginFile())).toBe(false)
  })

  test('a browser that cannot be started is reported, and the address can be opened by hand', async () => {
    const machine = await ssoMachine()
    const { child, ended } = start(machine, { BROWSER: '/nowhere/browser' }, 'login')
    await followLink(await addressOf(child))
    const { code, err } = await ended
    expect([code, err]).toEqual([0, 'No browser could be started; open the address yourself.\n'])
  })
})

describe('with a code to enter anywhere', () => {
  test('--no-browser shows address and code, opens nothing, and signs in when it is allowed', async () => {
    const machine = await ssoMachine()
    const browser = browserAt(machine.home, 'Allow')
    const { child, ended } = start(machine, browser.env, 'login', '--sso-session', 'acme', '--no-browser')
    const address = await addressOf(child)
    await followLink(address)
    const { code, out } = await ended
    expect(code).toBe(0)
    expect(out).toContain(
      `the code ${new URL(address).searchParams.get('user_code')}, or enter it at ${machine.endpoint.url}/device\n`,
    )
    expect(out).toContain('Signed in to sso-session acme: it renews by itself.\n')
    expect(existsSync(`${browser.env.BROWSER}.log`)).toBe(false)
  })

  test('a profile of the older form has no other way, and its login ends', async () => {
    const machine = await ssoMachine()
    appendFileSync(machine.configFile, olderProfile(machine))
    const browser = browserAt(machine.home, 'Allow')
    const { code, out } = await run(machine, browser.env, 'login', '--profile', 'older')
    expect(code).toBe(0)
    expect((await browser.addresses())[0]).toContain('/device?user_code=')
    expect(out).toMatch(
      /Signed in to SSO start URL https:\/\/acme\.awsapps\.com\/start: for 7h59m, until 2\S+Z\.\n$/,
    )
    expect((await machine.muster('whoami', '--profile', 'older')).code).toBe(0)
  })

  test('muster asks more slowly if AWS says so, and again if the service fails for a moment', async () => {
    const nth = (n: number, fault: FaultRule['fault']): FaultRule => ({
      operation: 'CreateToken',
      nth: n,
      fault,
    })
    const machine = await ssoMachine({ faults: [nth(1, 'server-error'), nth(2, 'throttled')] })
    const from = performance.now()
    const { child, ended } = start(machine, {}, 'login', '--no-browser')
    await followLink(await addressOf(child))
    expect((await ended).code).toBe(0)
    expect(performance.now() - from).toBeGreaterThan(7900)
    expect(machine.endpoint.countRequests('CreateToken')).toBe(3)
  })
})

describe('one sentence says why a sign-in did not succeed', () => {
  const refusals: readonly [
    what: string,
    words: string[],
    word: 'Allow' | 'Refuse',
    sso: object,
    faults: FaultRule[],
    text: string,
  ][] = [
    [
      'refused in the browser',
      [],
      'Refuse',
      {},
      [],
      `The sign-in of sso-session acme was refused in the browser; run ${again} again and allow it.`,
    ],
    [
      'refused with a device code',
      ['--no-browser'],
      'Refuse',
      {},
      [],
      `The sign-in of sso-session acme was refused in the browser; run ${again} again and allow it.`,
    ],
    [
      'a device code that ran out',
      ['--no-browser'],
      'Allow',
      { deviceSeconds: 0 },
      [],
      `Nobody answered the sign-in of sso-session acme in time; run ${again} again.`,
    ],
    [
      'a client that is refused',
      [],
      'Allow',
      {},
      [{ operation: 'RegisterClient', fault: 'invalid-request' }],
      'AWS refuses to sign in to sso-session acme (InvalidRequestException); check sso_start_url, sso_region and sso_registration_scopes in ~/.aws/config.',
    ],
    [
      'a service that fails',
      [],
      'Allow',
      {},
      [{ operation: 'RegisterClient', fault: 'server-error' }],
      `AWS did not sign in to sso-session acme (InternalServerException); run ${again} again in a moment.`,
    ],
    [
      'a connection that breaks',
      [],
      'Allow',
      {},
      [{ operation: 'RegisterClient', fault: 'reset' }],
      `sso-session acme could not be signed in to (ECONNRESET). Check the network, the proxy and the endpoint, then run ${again} again.`,
    ],
    [
      'a page in place of an answer',
      [],
      'Allow',
      {},
      [{ operation: 'CreateToken', fault: 'html' }],
      `The answer to CreateToken is an HTML page, "Sign in" (HTTP status 200), which AWS does not send. If this network has a login page, sign in there with a browser; else look for a proxy or an endpoint_url that answers in place of AWS, then run ${again} again.`,
    ],
  ]
  test.each(refusals)('%s', async (_, words, word, sso, faults, text) => {
    const machine = await ssoMachine({ sso, faults })
    // Those that fail before the page, and device codes, start no browser.
    const { child, ended } = start(machine, browserAt(machine.home, word).env, 'login', ...words)
    if (words.length > 0) await followLink(await addressOf(child), word)
    const { code, err } = await ended
    expect([code, err]).toEqual([4, `muster: ${text}\n`])
    expect(existsSync(machine.loginFile())).toBe(false)
  })

  const other =
    '\n[sso-session other]\nsso_start_url = https://other.awsapps.com/start\nsso_region = us-east-1\n'
  test.each([
    [[], other, /^muster: Which SSO session\? Give --sso-session NAME\. There are: acme, other\.\n$/],
    [
      ['--sso-session', 'acne'],
      '',
      /^muster: There is no usable \[sso-session acne\] in .*\. There are: acme\.\n$/,
    ],
    [['--profile', 'nobody'], '', /^muster: There is no profile 'nobody'; muster profiles lists them\.\n$/],
    [
      ['--profile', 'keys'],
      '\n[profile keys]\naws_access_key_id = a\naws_secret_access_key = b\n',
      /^muster: Profile 'keys' signs in without SSO/,
    ],
    [
      ['--profile', 'keys', '--sso-session', 'acme'],
      '',
      /^muster: Give --sso-session or --profile, not both\.\n$/,
    ],
  ])('%j is a usage error', async (words, config, text) => {
    const machine = await ssoMachine()
    appendFileSync(machine.configFile, config)
    const { code, err } = await machine.muster('login', ...words)
    expect(err).toMatch(text)
    expect(code).toBe(2)
  })

  test('a role’s profile is signed in to at the end of its chain', async () => {
    const machine = await ssoMachine()
    const role =
      '\n[profile deep]\nrole_arn = arn:aws:iam::111111111111:role/R\nsource_profile = sso-acme-prod-web\n'
    appendFileSync(machine.configFile, role)
    const browser = browserAt(machine.home, 'Allow')
    expect((await run(machine, browser.env, 'login', '--profile', 'deep')).code).toBe(0)
  })
})

describe('logout', () => {
  test('asks AWS to end the session, removes the login and the AWS CLI’s credentials of its roles, and nothing else', async () => {
    const machine = await ssoMachine()
    const login = await machine.signIn()
    await machine.signIn({}, 'other')
    const [own, foreign] = [roleFile(machine, 'Inventory'), roleFile(machine, 'Other')]
    for (const file of [own, foreign]) write(file, '{"ProviderType": "sso", "Credentials": {}}')
    const { code, out } = await machine.muster('logout')
    expect([code, out]).toEqual([
      0,
      "sso-session acme: logged out, and the AWS CLI's credentials of 1 role\n",
    ])
    expect([existsSync(own), existsSync(foreign)]).toEqual([false, true])
    expect(existsSync(machine.loginFile())).toBe(false)
    expect(existsSync(machine.loginFile('other'))).toBe(true)
    const headers = { 'x-amz-sso_bearer_token': String(login.accessToken) }
    expect((await fetch(`${machine.endpoint.url}/assignment/accounts`, { headers })).status).toBe(401)
    const second = await machine.muster('logout', '--sso-session', 'acme')
    expect([second.code, second.out]).toEqual([0, 'sso-session acme: was not logged in\n'])
  })

  test('removes the login even if AWS cannot be asked to end it, and says so', async () => {
    const machine = await ssoMachine({ faults: [{ operation: 'Logout', fault: 'reset' }] })
    await machine.signIn()
    const { code, err } = await machine.muster('logout')
    expect(err).toBe(
      'AWS could not be asked to end the session of sso-session acme (ECONNRESET): there it lasts to its end.\n',
    )
    expect(code).toBe(3)
    expect(existsSync(machine.loginFile())).toBe(false)
  })
})

/** Where the AWS CLI v2 keeps a role of the second account. */
function roleFile({ endpoint, home }: SsoMachine, role: string): string {
  const key = `{"accountId":"${endpoint.fleet.accounts[1]?.id}","roleName":"${role}","sessionName":"acme"}`
  return join(home, '.aws/cli/cache', `${createHash('sha1').update(key).digest('hex')}.json`)
}

function olderProfile({ endpoint }: SsoMachine): string {
  const account = endpoint.fleet.accounts[1]?.id
  return `\n[profile older]\nsso_start_url = ${startUrl}\nsso_region = us-east-1\nsso_account_id = ${account}\nsso_role_name = Inventory\nregion = us-east-1\nendpoint_url = ${endpoint.url}\n`
}

function start(machine: SsoMachine, env: Record<string, string>, ...words: string[]) {
  return launch(process.execPath, [program, ...words], { ...machine.env, ...env })
}

function run(machine: SsoMachine, env: Record<string, string>, ...words: string[]) {
  return start(machine, env, ...words).ended
}

/** The first address that the program prints. */
function addressOf(child: ReturnType<typeof launch>['child']): Promise<string> {
  let text = ''
  return new Promise((resolve) => {
    child.stdout?.on('data', (more: string) => {
      text += more
      const address = /\n {2}(http\S+)\n/.exec(text)?.[1]
      if (address) resolve(address)
    })
  })
}
