import { faultFrom } from '../../aws/faults.ts'
import { RestError } from '../../aws/rest.ts'
import type { Profile } from '../../config/profile.ts'
import { profilesOf } from '../../config/sso-sessions.ts'
import { callPortal } from './client.ts'
import type { SsoContext } from './renewal.ts'
import { removeCachedRole } from './sso-role-cache.ts'
import { readLogin, removeLogin } from './token-cache.ts'

export interface LogoutResult {
  readonly wasLoggedIn: boolean
  /** Credentials of its profiles' roles that the AWS CLI had kept. */
  readonly roles: number
  /** Why AWS could not be informed; null if it was, or knew it already. */
  readonly awsFailure: string | null
}

/**
 * Ends a login. AWS is informed, and the login and the role credentials of its profiles are removed from `~/.aws`,
 * whether AWS could be informed or not.
 */
export async function logout(context: SsoContext, profiles: readonly Profile[]): Promise<LogoutResult> {
  const { session, io } = context
  const found = readLogin(session, io.home)
  const awsFailure = typeof found === 'object' ? await endAwsSession(context, found.accessToken) : null
  removeLogin(session, io.home)
  const roles = profilesOf(session, profiles).filter(({ values }) =>
    removeCachedRole(
      { session, account: values.sso_account_id ?? '', role: values.sso_role_name ?? '' },
      io.home,
    ),
  )
  return { wasLoggedIn: found !== 'missing', roles: roles.length, awsFailure: awsFailure }
}

async function endAwsSession(context: SsoContext, accessToken: string): Promise<string | null> {
  try {
    const call = { operation: 'Logout', method: 'POST', path: '/logout' } as const
    await callPortal(context, accessToken, call, context.io.signal)
    return null
  } catch (error) {
    context.io.signal.throwIfAborted()
    if (error instanceof RestError && error.name === 'UnauthorizedException') return null
    return faultFrom(error, { profile: '', region: null }).code
  }
}
