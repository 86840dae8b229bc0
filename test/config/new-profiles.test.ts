import { expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { type NewRole, newProfiles, profileText } from '../../src/config/new-profiles.ts'
import { homeWith } from './folder.ts'

const session = { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'us-east-1', scopes: [] }
const section = '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = us-east-1\n'
const role = (account: string, accountName: string, name = 'Reader'): NewRole => ({
  account,
  accountName,
  role: name,
})
const [one, two, three] = ['111111111111', '222222222222', '333333333333']

test.each([
  ['{account-name}-{role}', 'Prod Payments', 'prod-payments-reader'],
  ['{role}@{account-id}', 'x', 'reader-111111111111'],
  ['{session}.{account-name}', 'a/b [c] = d', 'acme.a-b-c-d'],
  ['{account-name}', 'Zürich São Paulo', 'zurich-sao-paulo'],
  ['{account-name}', '本番', '111111111111'],
  ['{account-name}', '--- ', '111111111111'],
  ['{account-name}', 'evil]\n[default]\ncredential_process = rm', 'evil-default-credential_process-rm'],
])('%s names %j %s', (template, accountName, name) => {
  expect(namesOf([role(one, accountName)], '', template)).toEqual([name])
})

test('names that are taken, in the files or in the list, get the account’s id, then a number', () => {
  const files = '[profile web-reader]\nregion = eu-west-1\n'
  const roles = [role(one, 'web'), role(two, 'web'), role(two, 'web', 'READER'), role(three, 'other')]
  expect(namesOf(roles, files)).toEqual([
    'web-reader-111111111111',
    'web-reader-222222222222',
    'web-reader-222222222222-2',
    'other-reader',
  ])
})

test('a name of the credentials file alone is taken too', () => {
  const home = homeWith({
    '.aws/config': section,
    '.aws/credentials': '[web-reader]\naws_access_key_id = a\n',
  })
  const { profiles } = readAwsConfig({ env: {}, home })
  const [added] = newProfiles(session, [role(one, 'web')], profiles, '{account-name}-{role}')
  expect(added?.name).toBe('web-reader-111111111111')
})

test('a role that a profile of the session reaches, or that comes twice, is not added again', () => {
  const keys = (name: string, more: string) =>
    `[profile ${name}]\n${more}\nsso_account_id = ${one}\nsso_role_name = Reader\n`
  expect(
    namesOf([role(one, 'web'), role(two, 'b'), role(two, 'b')], keys('mine', 'sso_session = acme')),
  ).toEqual(['b-reader'])
  expect(namesOf([role(one, 'web')], keys('mine', 'sso_session = other'))).toEqual(['web-reader'])
})

test.each([
  ['12345', 'Reader'],
  [one, 'Reader\ncredential_process = rm'],
  [one, 'a b'],
  [one, ''],
  [one, 'x'.repeat(65)],
])('no profile is made of account %j and role %j', (account, name) => {
  expect(namesOf([role(account, 'web', name)])).toEqual([])
})

test.each(['{account}', '{}', 'prod'])('the template %j is a usage error', (template) => {
  expect(() => namesOf([role(one, 'web')], '', template)).toThrow(/^--name /)
})

test('what is written is read as it was meant', () => {
  const added = newProfiles(session, [role(one, 'web'), role(two, 'b')], [], '{account-name}-{role}')
  const text = added.map((each) => profileText(each, 'acme', 'eu-west-1')).join('\n')
  const { profiles, problems } = readAwsConfig({
    env: {},
    home: homeWith({ '.aws/config': `${section}\n${text}` }),
  })
  expect(problems).toEqual([])
  expect(
    profiles.map(({ name, kind, account, role: r, region, problem }) => [
      name,
      kind,
      account,
      r,
      region,
      problem,
    ]),
  ).toEqual([
    ['web-reader', 'sso', one, 'Reader', 'eu-west-1', null],
    ['b-reader', 'sso', two, 'Reader', 'eu-west-1', null],
  ])
})

function namesOf(roles: readonly NewRole[], config = '', template = '{account-name}-{role}'): string[] {
  const { profiles } = readAwsConfig({ env: {}, home: homeWith({ '.aws/config': `${section}\n${config}` }) })
  return newProfiles(session, roles, profiles, template).map(({ name }) => name)
}
