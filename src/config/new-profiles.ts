import { usageError } from '../errors.ts'
import type { Profile } from './profile.ts'
import { profilesOf, type SsoSession } from './sso-sessions.ts'

/** A role of an account that a profile may be written for. */
export interface NewRole {
  /** 12 digits. */
  readonly account: string
  readonly accountName: string
  readonly role: string
}

export interface NewProfile extends NewRole {
  readonly name: string
}

/** What a template of names may hold. */
const fields = ['account-name', 'account-id', 'role', 'session'] as const

export const defaultTemplate = '{account-name}-{role}'

/**
 * Names for the roles that no profile of the session reaches yet. A name that is taken, by another profile or by an
 * earlier one of the list, gets the account's id, then a number. Roles whose account id or name is not valid are left
 * out: they come from outside, and go into a file of `key = value`. Throws what `checkTemplate` throws.
 */
export function newProfiles(
  session: SsoSession,
  roles: readonly NewRole[],
  profiles: readonly Profile[],
  template: string,
): readonly NewProfile[] {
  checkTemplate(template)
  const known = new Set(
    profilesOf(session, profiles).map(({ values }) => `${values.sso_account_id} ${values.sso_role_name}`),
  )
  const taken = new Set(profiles.map(({ name }) => name))
  return roles.filter(isUsableRole).flatMap((each) => {
    const key = `${each.account} ${each.role}`
    if (known.has(key)) return []
    known.add(key)
    const name = findFreeName(fillTemplate(template, each, session), each.account, taken)
    taken.add(name)
    return [{ ...each, name }]
  })
}

/** Whether the id and the role's name are what AWS allows (IAM: 64 of `\w+=,.@-`), so that they fit a line. */
export function isUsableRole({ account, role }: Pick<NewRole, 'account' | 'role'>): boolean {
  return /^\d{12}$/.test(account) && /^[\w+=,.@-]{1,64}$/.test(role)
}

/** The profile that reaches the role by this session; null if no profile does. */
export function profileFor(
  session: SsoSession,
  { account, role }: Pick<NewRole, 'account' | 'role'>,
  profiles: readonly Profile[],
): string | null {
  const found = profilesOf(session, profiles).find(
    ({ values }) => values.sso_account_id === account && values.sso_role_name === role,
  )
  return found?.name ?? null
}

/** The section of a profile as it is appended to the config file. */
export function profileText(
  { name, account, role }: NewProfile,
  session: string,
  region: string | null,
): string {
  const lines = [
    `[profile ${name}]`,
    `sso_session = ${session}`,
    `sso_account_id = ${account}`,
    `sso_role_name = ${role}`,
    ...(region === null ? [] : [`region = ${region}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** A usage error for a template with another field, or with none. */
export function checkTemplate(template: string): void {
  const unknown = [...template.matchAll(/\{([^}]*)\}/g)].find(
    ([, field]) => !fields.some((each) => each === field),
  )
  const known = fields.map((field) => `{${field}}`).join(', ')
  if (unknown) throw usageError(`--name knows no ${unknown[0]}; it may hold ${known}.`)
  if (!template.includes('{')) throw usageError(`--name gives every profile one name; put ${known} into it.`)
}

function fillTemplate(
  template: string,
  { account, accountName, role }: NewRole,
  session: SsoSession,
): string {
  const values = {
    'account-name': slugOf(accountName) || account,
    'account-id': account,
    role: slugOf(role),
    session: slugOf(session.name ?? ''),
  }
  return slugOf(template.replace(/\{([^}]*)\}/g, (_, field: keyof typeof values) => values[field])) || account
}

/** Lower-case ASCII letters, digits, `.`, `_` and single dashes: what every tool takes as a profile's name. */
function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

function findFreeName(name: string, account: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  const withId = name.includes(account) ? name : `${name}-${account}`
  if (!taken.has(withId)) return withId
  for (let count = 2; ; count += 1) if (!taken.has(`${withId}-${count}`)) return `${withId}-${count}`
}
