import { describe, expect, test } from 'vitest'
import { cleanText, redact } from '../src/redact.ts'

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl-_x'
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const noDigits = 'wJalrXUtnFEMI/KaMDENG/bPxRfiCYEXAMPLEKEY'

/** Every shape in which a server, a command or a file may give a secret away; what is secret says so. */
const corpus: readonly (readonly [what: string, text: string, safe: string])[] = [
  ['an access key id', 'key AKIAIOSFODNN7EXAMPLE is', 'key [key] is'],
  ['a session’s key id', 'ASIAIOSFODNN7EXAMPLE', '[key]'],
  ['a secret key by its shape', `the key ${secretKey} is`, 'the key [secret] is'],
  ['a secret key without a digit', `the key ${noDigits} is`, 'the key [secret] is'],
  ['a line of a file', 'aws_secret_access_key = hush', 'aws_secret_access_key = [secret]'],
  ['its older token', 'aws_security_token=hush', 'aws_security_token=[secret]'],
  [
    'JSON',
    '{"SecretAccessKey":"hush","SessionToken":"hush"}',
    '{"SecretAccessKey":"[secret]","SessionToken":"[secret]"}',
  ],
  ['JSON of a dict', "{'secret_key': 'hush', 'x': 1}", "{'secret_key': '[secret]', 'x': 1}"],
  ['XML', '<SessionToken>hush</SessionToken>', '<SessionToken>[secret]</SessionToken>'],
  ['a variable', 'AWS_SESSION_TOKEN=hush cmd', 'AWS_SESSION_TOKEN=[secret] cmd'],
  ['secret=', 'https://x/y?secret=hush&z=1', 'https://x/y?secret=[secret]&z=1'],
  ['client_secret', 'client_secret=hush', 'client_secret=[secret]'],
  ['a password', 'password: hush', 'password: [secret]'],
  ['an option of a command', '--password=hush --user x', '--password=[secret] --user x'],
  [
    'a signed address',
    'https://x/?X-Amz-Signature=abc123&X-Amz-Security-Token=hush',
    'https://x/?X-Amz-Signature=[secret]&X-Amz-Security-Token=[secret]',
  ],
  ['a header', 'Authorization: Bearer hushhushhush', 'Authorization: Bearer [secret]'],
  ['a header of a proxy', 'Proxy-Authorization: Basic dXNlcjpwYXNz', 'Proxy-Authorization: Basic [secret]'],
  ['a token of SSO', 'x-amz-sso_bearer_token: hush', 'x-amz-sso_bearer_token: [secret]'],
  ['a JSON Web Token', `got ${jwt} back`, 'got [secret] back'],
  ['one in an address', `https://x/?t=${jwt}`, 'https://x/?t=[secret]'],
  ['an encrypted one', `${jwt}.more.more`, '[secret]'],
  ['a password in an address', 'http://user:hush@proxy:8080/', 'http://[secret]@proxy:8080/'],
  ['a password with an @', 'http://user:hu@sh@proxy/', 'http://[secret]@proxy/'],
  ['a name alone before a host', 'ftp://hush@host', 'ftp://[secret]@host'],
  ['a SAML answer', 'SAMLResponse=PHNhbWw', 'SAMLResponse=[secret]'],
  ['a private key', '-----BEGIN RSA PRIVATE KEY----- MIIhush -----END RSA PRIVATE KEY----- x', '[secret] x'],
  ['a private key that is cut', '-----BEGIN PRIVATE KEY----- MIIhush', '[secret]'],
]

describe('no secret is left in', () => {
  test.each(corpus)('%s', (_, text, safe) => {
    expect(redact(text)).toBe(safe)
    expect(safe).not.toContain('hush')
  })
})

describe('what is not secret stays', () => {
  test.each([
    'The security token included in the request is expired',
    'arn:aws:iam::111122223333:mfa/anna',
    'please log in at https://acme.awsapps.com/start#/saml?a=1',
    'User: arn:aws:sts::111122223333:assumed-role/VeryLongRoleName-With-Parts-2026/session is not authorized',
    'nextToken=3',
    'ec2.eu-west-1.amazonaws.com:443',
    'i-0123456789abcdef0 in subnet-0123456789abcdef0',
    'mail to team@example.com',
    'MultiFactorAuthentication failed with invalid MFA one time pass code',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text)
  })
})

test('a text is one line of at most 300 characters, without control characters', () => {
  expect(cleanText('a\u001b[2Jb\r\nc\u2028d')).toBe('a [2Jb c d')
  expect(cleanText('x'.repeat(999))).toHaveLength(300)
  expect(cleanText('no. Encoded authorization failure message: abc')).toBe('no.')
})
