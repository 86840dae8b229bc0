import { FaultError, faultFrom, isTransient } from '../../aws/faults.ts'
import { RestError } from '../../aws/rest.ts'
import { quoteShellWord } from '../../aws/shell-word.ts'
import type { Profile } from '../../config/profile.ts'
import { profilesOf, type SsoSession } from '../../config/sso-sessions.ts'

/** A sign-in and how it is named to the user. */
export interface NamedSession {
  readonly session: SsoSession
  /** `sso-session empresa`, or `SSO start URL https://…` for older profiles. */
  readonly name: string
  /** The words after `muster login`. */
  readonly login: string
}

/** Names a sign-in; all profiles of an older start URL are named by the first, so that they are one cause. */
export function nameSession(session: SsoSession, profiles: readonly Profile[]): NamedSession {
  if (session.name !== null) {
    return {
      session,
      name: `sso-session ${session.name}`,
      login: `--sso-session ${quoteShellWord(session.name)}`,
    }
  }
  const [first] = profilesOf(session, profiles)
  return {
    session,
    name: `SSO start URL ${session.startUrl}`,
    login: `--profile ${quoteShellWord(first?.name ?? 'NAME')}`,
  }
}

type LoginState =
  | 'SsoLoginMissing'
  | 'SsoLoginUnreadable'
  | 'SsoLoginExpired'
  | 'SsoLoginRefused'
  | 'SsoRenewalRefused'

const sentences: Readonly<Record<LoginState, (name: string) => string>> = {
  SsoLoginMissing: (name) => `${name} is not logged in.`,
  SsoLoginUnreadable: (name) => `${name} has a login in ~/.aws/sso/cache that cannot be read.`,
  SsoLoginExpired: (name) => `${name} expired.`,
  SsoLoginRefused: (name) => `${name} expired or was logged out.`,
  SsoRenewalRefused: (name) => `${name} expired and is not renewed.`,
}

/** The fault of a login that is not valid: one for all accounts behind it. */
export function loginFault(code: LoginState, { name, login }: NamedSession): FaultError {
  const message = sentences[code](name)
  return new FaultError({ class: 'credentials', code, message, next: `Run muster login ${login}.`, login })
}

/** The fault of a login that cannot be renewed because the cache cannot be written. */
export function cacheFault({ name }: NamedSession, cause: unknown): FaultError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'Error'
  const message = `The login of ${name} cannot be renewed: ~/.aws/sso/cache cannot be written (${code}).`
  const next = 'Make ~/.aws/sso/cache writable, then sync again.'
  return new FaultError({ class: 'configuration', code: 'SsoCacheNotWritable', message, next }, cause)
}

/** What a call that renews a login failed with: refused for good, or out of reach for now. */
export function renewalFault(error: unknown, signIn: NamedSession): FaultError {
  if (error instanceof FaultError) return error
  if (error instanceof RestError && !isTransient(error)) return loginFault('SsoRenewalRefused', signIn)
  const { class: kind, code, next } = faultFrom(error, { profile: '', region: null })
  const message = `${signIn.name} expired and could not be renewed (${code}).`
  return new FaultError({ class: kind, code, message, next }, error)
}

/** What GetRoleCredentials failed with, for one profile. */
export function roleFault(error: unknown, profile: Profile, signIn: NamedSession): FaultError {
  if (error instanceof FaultError) return error
  const role = `the role ${profile.role} in account ${profile.values.sso_account_id}`
  const fault = faultFrom(error, { profile: profile.name, region: null, operation: 'GetRoleCredentials' })
  const { code } = fault
  const discover = signIn.session.name === null ? null : `muster discover ${signIn.login}`
  const list = discover ? `Choose one that ${discover} lists.` : 'Choose one that your SSO portal shows.'
  const makeFault = (kind: typeof fault.class, message: string, next: string) =>
    new FaultError({ class: kind, code, message, next }, error)
  switch (code) {
    case 'ForbiddenException':
      return makeFault('denied', `${signIn.name} gives you no access to ${role}.`, list)
    case 'ResourceNotFoundException':
      return makeFault('configuration', `${signIn.name} does not know ${role}.`, list)
    case 'TooManyRequestsException':
      return makeFault(
        'throttled',
        `${signIn.name} gives no credentials for ${role}: too many requests.`,
        fault.next,
      )
    case 'InvalidRequestException':
      return makeFault('configuration', `${signIn.name} calls the request for ${role} not valid.`, fault.next)
    default:
      return makeFault(fault.class, `${signIn.name} gives no credentials for ${role} (${code}).`, fault.next)
  }
}
