import { expect, test } from 'vitest'
import { roleCacheFile } from '../../src/identity/sso/sso-role-cache.ts'
import { tokenFile } from '../../src/identity/sso/token-cache.ts'

const session = (name: string | null, startUrl = 'https://acme.awsapps.com/start') => ({
  name,
  startUrl,
  region: 'us-east-1',
  scopes: [],
})

// Made by botocore 1.43's SSOCredentialFetcher._create_cache_key.
test.each([
  [session('acme'), 'dac96f799ec883d18131ec8002b1bc3daa0a3288'],
  [session(null, 'https://acme.awsapps.com/stärt'), 'fd060234e9a21b5f4054d7236d9da53aeb51136e'],
])('a role behind %j is kept where botocore keeps it', (each, key) => {
  const role = { session: each, account: '111111111111', role: 'Inventory' }
  expect(roleCacheFile(role, '/home/me')).toBe(`/home/me/.aws/cli/cache/${key}.json`)
})

// `printf acme | sha1sum`
test.each([
  [session('acme'), '293abb6b76d7791c0732cc517d38c4b5c734b87f'],
  [session(null), '40169cea58ca6cbf23fb27b2542923fb5f524af0'],
])('the login of %j is kept where the AWS CLI keeps it', (each, key) => {
  expect(tokenFile(each, '/home/me')).toBe(`/home/me/.aws/sso/cache/${key}.json`)
})
