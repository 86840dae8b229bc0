import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DemoOptions, Endpoint } from '../../src/demo/server.ts'
import { ssoDemoConfig } from '../../src/demo/sso/sso-config.ts'
import type { JsonObject } from '../../src/model.ts'
import { followLink } from '../demo/sso-browser.ts'
import { machine } from './in-process.ts'
import type { Machine } from './program.ts'

export const startUrl = 'https://acme.awsapps.com/start'

export interface SsoMachine extends Machine {
  /** The file of the login of a session's name or a start URL. */
  readonly loginFile: (key?: string) => string
  /** Signs in as the AWS CLI does, and writes the login in its format, with the given changes. */
  readonly signIn: (more?: JsonObject, key?: string) => Promise<JsonObject>
}

/** A machine, whose `muster` runs in this process, with profiles `sso-ACCOUNT` that sign in with `[sso-session acme]`. */
export async function ssoMachine(options: DemoOptions = {}): Promise<SsoMachine> {
  const made = await machine(options, { regions: ['us-east-1'] })
  writeFileSync(made.configFile, ssoDemoConfig(made.endpoint.fleet, made.endpoint.url))
  writeFileSync(join(made.home, '.aws/credentials'), '')
  const loginFile = (key = 'acme') => fileOf(made.home, key)
  return {
    ...made,
    loginFile,
    async signIn(more = {}, key = 'acme') {
      const login = { ...(await loginOf(made.endpoint)), ...more }
      write(loginFile(key), JSON.stringify(login))
      return login
    },
  }
}

/** A login from a device code, as the AWS CLI v2 writes it. */
export async function loginOf(endpoint: Endpoint): Promise<JsonObject> {
  const client = await post(endpoint, '/client/register', {
    clientName: 'botocore-client-acme',
    clientType: 'public',
    scopes: ['sso:account:access'],
  })
  const { clientId = '', clientSecret = '', clientSecretExpiresAt } = client
  const known = { clientId, clientSecret }
  const authorization = await post(endpoint, '/device_authorization', { ...known, startUrl })
  await followLink(String(authorization.verificationUriComplete))
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
  const deviceCode = authorization.deviceCode ?? ''
  const token = await post(endpoint, '/token', { ...known, grantType, deviceCode })
  return {
    startUrl,
    region: 'us-east-1',
    accessToken: token.accessToken ?? '',
    expiresAt: seconds(Date.now() + Number(token.expiresIn) * 1000),
    ...known,
    registrationExpiresAt: seconds(Number(clientSecretExpiresAt) * 1000),
    refreshToken: token.refreshToken ?? '',
  }
}

/** A time as the AWS CLI writes it, from ms since 1970. */
export function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '')
}

export function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function fileOf(home: string, key: string): string {
  return join(home, '.aws/sso/cache', `${createHash('sha1').update(key).digest('hex')}.json`)
}

async function post(endpoint: Endpoint, path: string, body: JsonObject): Promise<JsonObject> {
  const answer = await fetch(`${endpoint.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return (await answer.json()) as JsonObject
}
