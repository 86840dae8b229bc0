import { expect, test } from 'vitest'
import { faultFrom } from '../../src/aws/faults.ts'
import { nameSession } from '../../src/identity/sso/sso-faults.ts'

test.each([
  ['acme', 'acme'],
  ['My Session', "'My Session'"],
  ["it's", "'it'\\''s'"],
  ['größe', "'größe'"],
])('the advice for the sso-session %s can be pasted into a shell', (name, word) => {
  const session = { name, startUrl: 'https://x', region: 'us-east-1', scopes: [] }
  expect(nameSession(session, []).login).toBe(`--sso-session ${word}`)
  const expired = Object.assign(new Error('gone'), { name: 'ExpiredToken' })
  expect(faultFrom(expired, { profile: 'p', region: null, ssoSession: name }).next).toBe(
    `Run muster login --sso-session ${word}.`,
  )
  expect(faultFrom(expired, { profile: name, region: null }).next).toContain(
    `aws sts get-caller-identity --profile ${word} tests them`,
  )
})
