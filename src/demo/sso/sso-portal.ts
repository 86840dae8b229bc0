import type { DemoAccount, Fleet } from '../fleet.ts'
import { jsonAnswer, type WireAnswer } from '../http-answer.ts'
import type { SsoCall } from './sso-call.ts'
import {
  invalidRequestRefusal,
  invalidSessionRefusal,
  noAccessRefusal,
  tooManyRequestsRefusal,
} from './sso-refusals.ts'
import type { IssuedToken, SsoState } from './sso-state.ts'

/** Credentials of a role that the user is assigned to, for an hour; at most so many a second per start URL. */
export function getRoleCredentials(state: SsoState, call: SsoCall, fleet: Fleet): WireAnswer {
  const { startUrl } = tokenOf(state, call)
  countRoleCall(state, startUrl)
  const role = call.query.get('role_name') ?? ''
  const account = accountOf(fleet, call.query.get('account_id') ?? '')
  if (!account || !rolesOf(account, state).includes(role)) throw noAccessRefusal()
  const path = `assumed-role/AWSReservedSSO_${role}_0123456789abcdef/demo.user`
  const { issuer } = state
  const session = issuer.issue({ account: account.id, path, session: true }, issuer.now() + 3_600_000)
  state.issued.add(session.secretAccessKey).add(session.token)
  return jsonAnswer({
    roleCredentials: {
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
      sessionToken: session.token,
      expiration: session.expires,
    },
  })
}

export function listAccounts(state: SsoState, call: SsoCall, fleet: Fleet): WireAnswer {
  tokenOf(state, call)
  const { items, nextToken } = pageOfList(fleet.accounts, call)
  const accountList = items.map(({ id, name }) => ({
    accountId: id,
    accountName: name,
    emailAddress: `aws+${name}@acme.example`,
  }))
  return jsonAnswer({ nextToken, accountList })
}

export function listAccountRoles(state: SsoState, call: SsoCall, fleet: Fleet): WireAnswer {
  tokenOf(state, call)
  const account = accountOf(fleet, call.query.get('account_id') ?? '')
  if (!account) throw noAccessRefusal()
  const { items, nextToken } = pageOfList(rolesOf(account, state), call)
  const roleList = items.map((roleName) => ({ roleName, accountId: account.id }))
  return jsonAnswer({ nextToken, roleList })
}

/** The access token is no longer valid, and neither is the refresh token that came with it. */
export function logout(state: SsoState, call: SsoCall): WireAnswer {
  const token = tokenOf(state, call)
  for (const known of [state.tokens, state.refresh]) {
    for (const [secret, each] of known) if (each === token) known.delete(secret)
  }
  return { status: 200, type: 'application/json', body: '' }
}

/** Every account has its own role and a second one, every third an administrator's too. */
function rolesOf(account: DemoAccount, { options }: SsoState): readonly string[] {
  const further = options.furtherRole === undefined ? [] : [options.furtherRole]
  const admin = Number(account.id) % 3 === 0 ? ['AdministratorAccess'] : []
  return [...admin, account.roleName, 'ReadOnlyAccess', ...further]
}

function accountOf(fleet: Fleet, id: string): DemoAccount | undefined {
  return fleet.accounts.find((account) => account.id === id)
}

function tokenOf(state: SsoState, { token }: SsoCall): IssuedToken {
  const known = state.tokens.get(token)
  if (!known || known.expires <= state.issuer.now()) throw invalidSessionRefusal()
  return known
}

function countRoleCall(state: SsoState, startUrl: string): void {
  const now = state.issuer.now()
  const recent = (state.roleCalls.get(startUrl) ?? []).filter((at) => at > now - 1000)
  state.roleCalls.set(startUrl, recent)
  if (recent.length >= (state.options.rolesPerSecond ?? 20)) throw tooManyRequestsRefusal()
  recent.push(now)
}

/** Pages of `max_result` things (1 to 100); the token is the place of the next one. */
function pageOfList<T>(
  all: readonly T[],
  { query }: SsoCall,
): { items: readonly T[]; nextToken: string | null } {
  const size = Number(query.get('max_result') ?? 100)
  if (!Number.isInteger(size) || size < 1 || size > 100)
    throw invalidRequestRefusal('max_result must be 1 to 100.')
  const from = Number(query.get('next_token')?.replace(/^place-/, '') ?? 0)
  if (!Number.isInteger(from)) throw invalidRequestRefusal('next_token is not valid.')
  const to = from + size
  return { items: all.slice(from, to), nextToken: to < all.length ? `place-${to}` : null }
}
