import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ec2Client } from '../../src/aws/clients.ts'
import { makeConnection } from '../../src/aws/connection.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** With 2,000 profiles in the file, a client for each of 34,000 scopes read it so often that a sync took minutes more. */
test('a client looks up nothing in ~/.aws by itself', async () => {
  const file = join(temporaryFolder(), 'config')
  const settings = ['auth_scheme_preference = sigv4a', 'sdk_ua_app_id = other', 'use_fips_endpoint = true']
  writeFileSync(
    file,
    `[default]\nregion = eu-north-1\nretry_mode = adaptive\nmax_attempts = 2\n${settings.join('\n')}\n`,
  )
  vi.stubEnv('AWS_CONFIG_FILE', file)
  onTestFinished(() => void vi.unstubAllEnvs())
  const connection = makeConnection({ env: {}, caBundle: null })
  onTestFinished(() => connection.destroy())
  const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' })
  const { config } = ec2Client({ region: 'us-east-1', endpoint: null, credentials, connection })
  const { authSchemePreference, userAgentAppId } = config as unknown as Record<string, () => Promise<unknown>>
  expect(await authSchemePreference?.()).toEqual([])
  expect(await userAgentAppId?.()).toBeUndefined()
  expect(await config.region()).toBe('us-east-1')
  expect(await config.useFipsEndpoint()).toBe(false)
  expect(await config.maxAttempts()).toBe(9)
})
