import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SsoSession } from '../../src/config/sso-sessions.ts'
import { cacheRole, roleCacheKey, roleCacheOf } from '../../src/identity/role-cache.ts'
import { tokenFile, writeLogin } from '../../src/identity/sso/token-cache.ts'
import { scriptOver, watched } from '../helpers/file-calls.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const session = { name: 'acme', startUrl: 'https://x', region: 'eu-west-1' } as SsoSession
const login = [
  { accessToken: 'new', expires: 0 },
  { clientId: 'a', clientSecret: 'b', registrationExpires: 0 },
  null,
] as const
const args = { RoleArn: 'arn:aws:iam::111122223333:role/Inventory' }
const role = {
  credentials: { accessKeyId: 'A', secretAccessKey: 's', sessionToken: 't', expiration: new Date(0) },
  user: { id: 'AROA:x', arn: 'arn:aws:sts::111122223333:assumed-role/Inventory/x' },
}

const caches: readonly (readonly [
  string,
  (home: string) => { file: string; write: () => void; script: readonly string[] },
])[] = [
  [
    'a login',
    (home) => ({
      file: tokenFile(session, home),
      write: () => writeLogin(session, home, ...login),
      script: scriptOver(
        'identity/sso/token-cache.ts',
        `exports.writeLogin(${JSON.stringify(session)}, '${home}', ...${JSON.stringify(login)})`,
      ),
    }),
  ],
  [
    'the session of a role',
    (home) => ({
      file: `${roleCacheOf(home)}/${roleCacheKey(args)}.json`,
      write: () => cacheRole(roleCacheOf(home), args, role),
      script: scriptOver(
        'identity/role-cache.ts',
        `const role = ${JSON.stringify(role)}
         role.credentials.expiration = new Date(role.credentials.expiration)
         exports.cacheRole('${roleCacheOf(home)}', ${JSON.stringify(args)}, role)`,
      ),
    }),
  ],
]

describe.each(caches)('%s that the AWS CLI reads, too', (_, cacheIn) => {
  test('is written whole, safely on the disk before it has its name', async () => {
    const { file, script } = cacheIn(temporaryFolder())
    const { calls, code } = await watched(dirname(file), script, { PATH: process.env.PATH ?? '' })
    expect(code).toBe(0)
    expect(calls.map(([call]) => call)).toEqual(['open', 'write', 'fsync', 'rename', 'fsync'])
    expect(calls[3]?.[2]).toBe(file)
  })

  test('is for its owner alone, whatever the file allowed before', () => {
    const { file, write } = cacheIn(temporaryFolder())
    write()
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
    writeFileSync(file, 'old')
    chmodSync(file, 0o644)
    write()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(file))).toHaveLength(1)
  })
})
