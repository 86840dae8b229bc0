import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RoleArguments } from '../../src/identity/role-arguments.ts'
import { cacheRole, readCachedRole, roleCacheKey } from '../../src/identity/role-cache.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const RoleArn = 'arn:aws:iam::111122223333:role/team/Deploy'
const expiration = new Date(now + 3_600_000)
const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't', expiration }
const user = { id: 'AROA1:me', arn: 'arn:aws:sts::111122223333:assumed-role/Deploy/me' }

const hasPython = spawnSync('python3', ['-c', '']).status === 0

describe('the name of a kept role session', () => {
  if (!hasPython) process.stderr.write('SKIPPED: no python3 to judge the names of cached sessions.\n')

  test
    .skipIf(!hasPython)
    .each<RoleArguments>([
      { RoleArn },
      { RoleArn, RoleSessionName: 'me', ExternalId: 'a "b" \\ c', DurationSeconds: 7200, SerialNumber: 'x' },
      { RoleArn, ExternalId: 'Zürich – 東京 \u{1f600} \u007f' },
    ])('%j is the one that Python makes', (args) => {
    const script =
      'import hashlib, json, sys; print(hashlib.sha1(json.dumps(json.load(sys.stdin), sort_keys=True).encode()).hexdigest())'
    const expected = execFileSync('python3', ['-c', script], {
      input: JSON.stringify(args),
      encoding: 'utf8',
    })
    expect(roleCacheKey(args)).toBe(expected.trim())
  })
})

describe('a kept role session', () => {
  test('is written whole, for its owner alone, and read again', () => {
    const folder = join(temporaryFolder(), '.aws/cli/cache')
    cacheRole(folder, { RoleArn }, { credentials, user })
    const names = readdirSync(folder)
    expect(names).toEqual([`${roleCacheKey({ RoleArn })}.json`])
    expect(statSync(join(folder, names[0] ?? '')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readCachedRole(folder, { RoleArn }, now)).toEqual(credentials)
    expect(readCachedRole(folder, { RoleArn, ExternalId: 'x' }, now)).toBeNull()
  })

  test('is ignored within 5 minutes of its end', () => {
    const folder = temporaryFolder()
    cacheRole(folder, { RoleArn }, { credentials, user })
    expect(readCachedRole(folder, { RoleArn }, now + 3_300_000)).not.toBeNull()
    expect(readCachedRole(folder, { RoleArn }, now + 3_300_001)).toBeNull()
  })

  const written = {
    Credentials: {
      AccessKeyId: 'A',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: '2026-11-24T13:00:00Z',
    },
    AssumedRoleUser: { AssumedRoleId: 'AROA1:me', Arn: user.arn },
  }
  const withArn = (Arn: string) => ({ ...written, AssumedRoleUser: { AssumedRoleId: 'x', Arn } })

  test.each(['2026-11-24T13:00:00Z', '2026-11-24T13:00:00UTC', '2026-11-24T14:00:00+01:00'])(
    'that ends at %s is understood',
    (Expiration) => {
      const found = keep({ ...written, Credentials: { ...written.Credentials, Expiration } })
      expect(found?.expiration).toEqual(expiration)
    },
  )

  test.each<[string, unknown]>([
    ['of another account', withArn('arn:aws:sts::999999999999:assumed-role/Deploy/me')],
    ['of another role', withArn('arn:aws:sts::111122223333:assumed-role/DeployAll/me')],
    ['of another partition', withArn('arn:aws-cn:sts::111122223333:assumed-role/Deploy/me')],
    ['without a user', { Credentials: written.Credentials }],
    ['that does not end', { ...written, Credentials: { ...written.Credentials, Expiration: 'never' } }],
    ['without a secret', { ...written, Credentials: { ...written.Credentials, SecretAccessKey: 1 } }],
    ['that is null', null],
    ['that is a list', [1]],
    ['that is not JSON', '{"Credentials": {"Acce'],
    ['that is empty', ''],
  ])('%s is ignored', (_, content) => {
    expect(keep(content)).toBeNull()
  })

  test('that cannot be written is left out: nothing is reported, and nothing is left behind', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'cache')
    writeFileSync(file, 'a file where the folder should be')
    cacheRole(file, { RoleArn }, { credentials, user })
    mkdirSync(join(folder, 'blocked', `${roleCacheKey({ RoleArn })}.json`), { recursive: true })
    cacheRole(join(folder, 'blocked'), { RoleArn }, { credentials, user })
    expect(readdirSync(join(folder, 'blocked'))).toHaveLength(1)
    expect(readFileSync(file, 'utf8')).toMatch('a file')
  })
})

function keep(content: unknown) {
  const folder = temporaryFolder()
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(join(folder, `${roleCacheKey({ RoleArn })}.json`), text)
  return readCachedRole(folder, { RoleArn }, now)
}
