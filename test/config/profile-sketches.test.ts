import { expect, test } from 'vitest'
import { declaredAccountOf } from '../../src/config/aws-config.ts'
import { awsFilesOf } from '../../src/config/aws-files.ts'
import { type ProfileSketch, sketchProfilesOf } from '../../src/config/profile-sketches.ts'
import { kindOf } from '../../src/config/profile-sources.ts'
import { realistic } from '../doctor/configs.ts'
import { mutate } from '../doctor/mutations.ts'
import { type Files, filesOf } from '../doctor/readers.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { pickFrom, random } from '../helpers/random.ts'

const roles = `[default]
region = eu-west-1
[profile base]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = View
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
${Array.from({ length: 6 }, (_, at) => `[profile "team ${at}"]\nrole_arn = arn:aws:iam::${String(at).padStart(12, '5')}:role/R\nsource_profile = base\n`).join('')}`

/** Pairs of a text and what it is changed into, each of which once led a reader astray. */
const changes: readonly (readonly [RegExp, string])[] = [
  [/sso_region = eu-west-1/, 'sso_region = eu-west-1\nsso_account_id = 999988887777'],
  [/sso_session = corp/, 'sso_session = 000000000000'],
  [/5{11}2/, '\0'],
  [/5{11}[24]/, '\0\0'],
  [/5{11}2/, '5'.repeat(30)],
  [/role_arn =.*/, 'role_arn =\n  arn:aws:iam::777777777777:role/R'],
  [/role_arn = (.*)/, 'note = 888888888888\nrole_arn = $1\nRole_ARN : $1'],
  [/(\d{12})/, '$12'],
  [/\[profile base\]/, '[profile base]\n[profile "base"]\nregion = x'],
  [/\[default\]/, '[default]\n[profile default]\nrole_arn = x'],
  [/\[default\]/, '[DEFAULT]\nsso_account_id = 123456789012'],
  [/source_profile = base/, 'source_profile = base\n\n \n  more'],
  [/source_profile = base/, 'web_identity_token_file =\u00a0'],
  [/source_profile = base/, 'aws_access_\u212aey_id = k'],
  [/source_profile = base/, '__proto__ = x'],
  [/source_profile = base/, '# 123456789012'],
  [/\n\[profile "team 2"\]/, '\n  [profile "team 2"]'],
  [/\n\[profile "team 2"\]/, '\r[profile "team 2"]'],
  [/\n/g, '\r\n'],
  [/^/, '\ufeff'],
  [/\[profile "team 3"\]/, '[profile "team 3"'],
  [/$/, '[profile "team 0"]\nregion = x'],
]
const credentials = `[base]
aws_access_key_id = AKIABASE
aws_secret_access_key = 000011112222
[keys]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = s
[role]
role_arn = arn:aws:iam::444455556666:role/R
source_profile = keys
`
const given: readonly Files[] = [filesOf(roles), filesOf(roles, credentials), ...realistic]

test('the shell is offered the profiles that everything else reads, each with its kind and account', () => {
  for (const files of given) expectSame(files)
  expect(sketchProfilesOf(roles, credentials)).toContainEqual({
    name: 'team 3',
    kind: 'role',
    account: '555555555553',
  })
})

test('and so it is when an odd line changes what others mean', () => {
  for (const [from, to] of changes) {
    for (const each of [roles, roles.replace(from, to)]) {
      expectSame(filesOf(each.replace(from, to)))
      expectSame(filesOf(each.replace(from, to), credentials))
      expectSame(filesOf(each, credentials.replace(from, to)))
      // Where the headers of the config file stand, they are ignored.
      expectSame(filesOf(each, each.replace(from, to)))
    }
  }
})

test('and in files that hands, editors and copying have damaged', () => {
  const dice = random(Number(process.env.CONFIG_SEED ?? 1))
  for (let index = 0; index < casesOf(5000); index += 1) expectSame(mutate(pickFrom(given, dice), dice))
})

function expectSame({ config, credentials }: Files) {
  const texts = [config.toString(), credentials.toString()] as const
  expect(sketchProfilesOf(...texts), JSON.stringify(texts)).toEqual(readWhole(...texts))
}

function readWhole(config: string, credentials: string): readonly ProfileSketch[] {
  const files = awsFilesOf({ path: 'config', text: config }, { path: 'credentials', text: credentials })
  return Array.from(files.profiles, ([name, section]) => ({
    name,
    kind: kindOf(section, false),
    account: declaredAccountOf(section, files),
  }))
}
