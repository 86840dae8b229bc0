import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fleetIds } from './program.ts'
import { type SsoMachine, ssoMachine, startUrl } from './sso-machine.ts'

/** The guide's file for these accounts: one session, two of its profiles, and a role behind the first. */
function guide({ endpoint }: SsoMachine, more: string): string {
  const [, second, third] = endpoint.fleet.accounts
  const [fourth] = endpoint.fleet.accounts
  const common = `region = us-east-1\nendpoint_url = ${endpoint.url}\n`
  return `[sso-session empresa]
sso_start_url = ${startUrl}
sso_region    = us-east-1

[profile staging]
sso_session    = empresa
sso_account_id = ${second?.id}
sso_role_name  = ${second?.roleName}
${common}
[profile audit]
sso_session    = empresa
sso_account_id = ${third?.id}
sso_role_name  = ${third?.roleName}
${common}
[profile prod]
role_arn       = arn:aws:iam::${fourth?.id}:role/${fourth?.roleName}
source_profile = staging
${more}${common}`
}

/** A machine with that file, signed in to its session. */
async function followGuide(more = ''): Promise<SsoMachine> {
  const made = await ssoMachine()
  writeFileSync(made.configFile, guide(made, more))
  await made.signIn({}, 'empresa')
  return made
}

const rowsByProfile = (out: string) =>
  new Map((JSON.parse(out) as { readonly Profile: string }[]).map((row) => [row.Profile, row]))

test('two profiles of an sso-session and a role behind one of them sign in with one login', async () => {
  const made = await followGuide()
  const { out, code } = await made.muster('whoami', '--profile', '*', '--output', 'json')
  const rows = rowsByProfile(out)
  expect(rows.get('staging')).toMatchObject({ Chain: 'staging ← sso-session empresa', Fault: null })
  expect(rows.get('audit')).toMatchObject({ Chain: 'audit ← sso-session empresa', Fault: null })
  expect(rows.get('prod')).toMatchObject({ Chain: 'prod ← staging ← sso-session empresa', Fault: null })
  expect(code).toBe(0)
  const { endpoint } = made
  expect(endpoint.countRequests('GetRoleCredentials')).toBe(2)
  expect(endpoint.countRequests('AssumeRole')).toBe(1)
  const answer = await made.muster('query', 'Reservations[].Instances[].InstanceId', '--output', 'json')
  expect(answer.code).toBe(0)
  const wanted = fleetIds(endpoint.fleet, (_, region) => region === 'us-east-1')
  expect((JSON.parse(answer.out) as string[]).sort()).toEqual(wanted)
})

test('STS refuses two hours behind an SSO role: the others are read, and the doctor knows it beforehand', async () => {
  const made = await followGuide('duration_seconds = 7200\n')
  const { out, err, code } = await made.muster('whoami', '--profile', '*', '--output', 'json')
  const rows = rowsByProfile(out)
  expect(rows.get('staging')).toMatchObject({ Fault: null })
  expect(JSON.stringify(rows.get('prod'))).toMatch(/1 hour session limit for roles assumed by role chaining/)
  expect(err).toContain('1 of 3 profiles could not sign in.')
  expect(code).toBe(3)
  const doctor = await made.muster('doctor')
  expect(doctor.code).toBe(1)
  expect(doctor.out).toContain('[chain-too-long]')
})
