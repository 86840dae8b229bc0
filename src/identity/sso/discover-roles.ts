import { FaultError, faultFrom } from '../../aws/faults.ts'
import { makeTokenTrail } from '../../aws/token-trail.ts'
import { exitCodes, MusterError } from '../../errors.ts'
import type { Fault, JsonObject } from '../../model.ts'
import { listMember, textMember } from './client.ts'
import { stepBefore } from './login-errors.ts'
import type { SsoContext } from './renewal.ts'
import { callInTurn, gateOf } from './sso-credentials.ts'

/** One role of one account that a login may take. */
export interface DiscoveredRole {
  /** 12 digits. */
  readonly account: string
  /** As the organisation calls it. */
  readonly accountName: string
  readonly email: string | null
  readonly role: string
}

export interface DiscoveredRoles {
  readonly accounts: ReadonlyMap<string, string>
  readonly roles: readonly DiscoveredRole[]
  /** Accounts whose roles could not be listed. */
  readonly failed: readonly { readonly account: string; readonly fault: Fault }[]
}

interface DiscoveryContext extends SsoContext {
  /** Attempts at one call. */
  readonly maxAttempts: number
}

/**
 * Every account and role that a login reaches, in AWS's order of accounts. An account whose roles cannot be listed
 * is data; a MusterError if the login is not valid (exit code 4) or the accounts cannot be listed (3).
 */
export async function discoverRoles(
  sso: DiscoveryContext,
  report: (done: number, accounts: number) => void,
): Promise<DiscoveredRoles> {
  const found = await listAll(sso, 'ListAccounts', '/assignment/accounts', {}, 'accountList').catch(
    (error) => {
      sso.io.signal.throwIfAborted()
      throw listError(error, sso)
    },
  )
  const accounts = found.map((each) => {
    const account = textMember(each, 'accountId', 'ListAccounts')
    const { accountName: name, emailAddress: email } = each
    const accountName = typeof name === 'string' && name !== '' ? name : account
    return { account, accountName, email: typeof email === 'string' ? email : null }
  })
  let done = 0
  const answers = await Promise.all(
    accounts.map(async (each) => {
      const roles = await rolesOf(sso, each.account)
      done += 1
      report(done, accounts.length)
      return { each, roles }
    }),
  )
  return {
    accounts: new Map(accounts.map(({ account, accountName }) => [account, accountName])),
    roles: answers.flatMap(({ each, roles }) =>
      Array.isArray(roles) ? roles.map((role: string) => ({ ...each, role })) : [],
    ),
    failed: answers.flatMap(({ each, roles }) =>
      'class' in roles ? [{ account: each.account, fault: roles }] : [],
    ),
  }
}

function listError(error: unknown, { name }: SsoContext): MusterError {
  const { class: kind, code, message, next } = faultFrom(error, { profile: '', region: null })
  const sentence = error instanceof FaultError ? message : `${name} gives no list of accounts (${code}).`
  const step =
    kind === 'configuration' || kind === 'denied'
      ? 'Check sso_start_url and sso_region in ~/.aws/config.'
      : stepBefore('run the same command again.', next)
  const exitCode = kind === 'credentials' ? exitCodes.credentials : exitCodes.incomplete
  return new MusterError(`${sentence} ${step}`, exitCode, { cause: error })
}

async function rolesOf(sso: DiscoveryContext, account: string): Promise<readonly string[] | Fault> {
  const query = { account_id: account }
  try {
    const found = await listAll(sso, 'ListAccountRoles', '/assignment/roles', query, 'roleList')
    return found.map((each) => textMember(each, 'roleName', 'ListAccountRoles'))
  } catch (error) {
    sso.io.signal.throwIfAborted()
    const operation = 'ListAccountRoles'
    return faultFrom(error, { profile: account, region: null, operation })
  }
}

/** All pages of a list. */
async function listAll(
  sso: DiscoveryContext,
  operation: string,
  path: string,
  query: Readonly<Record<string, string>>,
  member: string,
): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = []
  const follow = makeTokenTrail(operation)
  for (let token: string | null = ''; token !== null; ) {
    follow(token)
    const page = { ...query, max_result: '100', ...(token === '' ? {} : { next_token: token }) }
    const call = { operation, method: 'GET', path, query: page } as const
    const answer = await callInTurn(sso, call, gateOf(sso), sso.maxAttempts)
    all.push(...listMember(answer, member, operation))
    token = typeof answer.nextToken === 'string' && answer.nextToken !== '' ? answer.nextToken : null
  }
  return all
}
