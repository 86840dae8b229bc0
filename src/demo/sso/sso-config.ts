import type { Fleet } from '../fleet.ts'

/**
 * Text for `~/.aws/config` that reaches the fleet behind `url` by SSO: `[sso-session acme]` and a profile
 * `sso-ACCOUNT` for each account's role.
 */
export function ssoDemoConfig(fleet: Fleet, url: string): string {
  const region = fleet.regions[0]?.name ?? 'us-east-1'
  const session = [
    '[sso-session acme]',
    'sso_start_url = https://acme.awsapps.com/start',
    `sso_region = ${region}`,
    'sso_registration_scopes = sso:account:access',
  ]
  const profiles = fleet.accounts.map(({ id, name, roleName }) => [
    `[profile sso-${name}]`,
    'sso_session = acme',
    `sso_account_id = ${id}`,
    `sso_role_name = ${roleName}`,
    `region = ${region}`,
    `endpoint_url = ${url}`,
  ])
  return [session, ...profiles].map((lines) => `${lines.join('\n')}\n`).join('\n')
}
