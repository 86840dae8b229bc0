import { setTimeout as pause } from 'node:timers/promises'
import type { Credentials } from '../../aws/clients.ts'
import { FaultError, isTransient } from '../../aws/faults.ts'
import { RestError } from '../../aws/rest.ts'
import type { AwsConfig } from '../../config/aws-config.ts'
import type { Profile } from '../../config/profile.ts'
import { ssoSessionOf } from '../../config/sso-sessions.ts'
import type { JsonObject } from '../../model.ts'
import { callPortal, textMember, timeMember } from './client.ts'
import { type Gate, makeGate } from './gate.ts'
import { getUsableToken, refuseToken, type SsoContext } from './renewal.ts'
import { nameSession, roleFault } from './sso-faults.ts'
import { readCachedSsoRole } from './sso-role-cache.ts'

/** AWS's limit of GetRoleCredentials, for all accounts of an SSO instance together. */
const rolesPerSecond = 20

/** The portal's answers are small; one that does not come must not hold up other accounts for long. In ms. */
const callTimeout = 10_000

/** What the credentials of SSO profiles need of the session's own context. */
export interface SsoCredentialContext extends Pick<SsoContext, 'io' | 'connection'> {
  readonly ssoMemory: SsoContext['memory']
  readonly network: SsoContext['endpoints']
  readonly config: Pick<AwsConfig, 'profiles' | 'ssoSessions'>
  /** Attempts at one call. */
  readonly maxAttempts: number
  /** Access keys that AWS called expired: kept ones among them are not used again. */
  readonly refusedKeys?: ReadonlySet<string>
  /** Called with access keys that come from the AWS CLI's cache. */
  readonly cachedKeys?: Set<string>
}

/**
 * Credentials of the profile's role (kinds `sso` and `legacy-sso`): those that the AWS CLI has in its cache, else new
 * ones by the login in `~/.aws/sso/cache`, which is renewed if need be. Nothing is written but the renewed login.
 * Throws FaultError; at once if the login is not valid.
 */
export async function ssoCredentials(profile: Profile, context: SsoCredentialContext): Promise<Credentials> {
  const session = ssoSessionOf(profile, context.config)
  const { sso_account_id: account, sso_role_name: role } = profile.values
  if (!session || !account || !role) {
    const message = `Profile ${profile.name} has no usable SSO keys.`
    const next = `Correct profile ${profile.name} in ~/.aws.`
    throw new FaultError({ class: 'configuration', code: 'Configuration', message, next })
  }
  const cached = readCachedSsoRole({ session, account, role }, context.io.home, context.io.now())
  if (cached && !context.refusedKeys?.has(cached.accessKeyId)) {
    context.cachedKeys?.add(cached.accessKeyId)
    context.io.debug?.write('credentials', `profile ${profile.name}: a session that the AWS CLI keeps`)
    return cached
  }
  const sso: SsoContext = {
    ...nameSession(session, context.config.profiles),
    io: context.io,
    connection: context.connection,
    endpoints: context.network,
    memory: context.ssoMemory,
  }
  const call = {
    operation: 'GetRoleCredentials',
    method: 'GET',
    path: '/federation/credentials',
    query: { account_id: account, role_name: role },
  } as const
  const gate = gateOf(sso)
  try {
    return credentialsOf(await callInTurn(sso, call, gate, context.maxAttempts))
  } catch (error) {
    context.io.signal.throwIfAborted()
    throw roleFault(error, profile, sso)
  }
}

/** Calls the portal when it is this call's turn; again, later, if AWS was asked too fast or did not answer. */
export async function callInTurn(
  sso: SsoContext,
  call: Parameters<typeof callPortal>[2],
  gate: Gate,
  maxAttempts: number,
): Promise<JsonObject> {
  const { signal } = sso.io
  for (let attempt = 1; ; ) {
    await getUsableToken(sso)
    if (!(await gate.waitForTurn(signal))) continue
    // The login may have ended while others had their turn.
    const token = await getUsableToken(sso)
    try {
      return await callInTime(sso, token.accessToken, call)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof RestError && error.name === 'UnauthorizedException') {
        refuseToken(sso, token)
        gate.sendBack()
        continue
      }
      const throttled = error instanceof RestError && error.$metadata.httpStatusCode === 429
      if (!isTransient(error) || attempt >= (throttled ? maxAttempts : Math.min(3, maxAttempts))) throw error
      const delay = Math.min(8000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2)
      if (throttled) gate.hold(delay / 4)
      const { name } = error instanceof Error ? error : new Error()
      sso.io.debug?.write('call', `${call.operation} waits ${Math.round(delay)} ms after ${name}`)
      attempt += 1
      await pause(delay, undefined, { signal })
    }
  }
}

async function callInTime(
  sso: SsoContext,
  accessToken: string,
  call: Parameters<typeof callPortal>[2],
): Promise<JsonObject> {
  const late = AbortSignal.timeout(callTimeout)
  try {
    return await callPortal(sso, accessToken, call, AbortSignal.any([sso.io.signal, late]))
  } catch (error) {
    sso.io.signal.throwIfAborted()
    throw late.aborted ? new RestError('TimeoutError', 504) : error
  }
}

/** The turns at an SSO instance's limited calls. */
export function gateOf({ session, endpoints, memory: { gates } }: SsoContext): Gate {
  const key = `${endpoints.ssoEndpoint} ${session.startUrl}`
  const gate = gates.get(key) ?? makeGate(rolesPerSecond)
  gates.set(key, gate)
  return gate
}

function credentialsOf({ roleCredentials: given }: JsonObject): Credentials {
  const members = typeof given === 'object' && given !== null ? (given as JsonObject) : {}
  const readText = (name: string) => textMember(members, name, 'GetRoleCredentials')
  // This one time is in milliseconds.
  const { expiration } = members
  const seconds = { expiration: typeof expiration === 'number' ? expiration / 1000 : null }
  return {
    accessKeyId: readText('accessKeyId'),
    secretAccessKey: readText('secretAccessKey'),
    sessionToken: readText('sessionToken'),
    expiration: new Date(1000 * timeMember(seconds, 'expiration', 'GetRoleCredentials')),
  }
}
