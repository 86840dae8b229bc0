import { FaultError } from '../../aws/faults.ts'
import { RestError } from '../../aws/rest.ts'
import type { Io } from '../../io.ts'
import { callOidc, lengthMember, type SsoClient, textMember } from './client.ts'
import { withLock } from './lock.ts'
import { cacheFault, loginFault, type NamedSession, renewalFault } from './sso-faults.ts'
import type { SsoMemory } from './sso-memory.ts'
import { type CachedLogin, readLogin, type SsoToken, tokenFile, writeLogin } from './token-cache.ts'

/** A sign-in, where its calls go and what it is called. */
export interface SsoContext extends SsoClient, NamedSession {
  readonly io: Pick<Io, 'home' | 'now' | 'signal' | 'debug'>
  readonly memory: SsoMemory
}

/** A login is renewed when so little is left of it, as the AWS CLI does (botocore's SSOTokenProvider). In ms. */
const renewBefore = 15 * 60_000

/** A renewal that failed is not tried again so soon, so that no account waits for it again. In ms. */
const failureMemory = 30_000

/** A renewal that is not answered must not hold up the accounts of other sign-ins. In ms. */
const renewalTimeout = 5000

/**
 * An access token that is valid, renewed if it ends within 15 minutes; by one caller for all that ask, in this run and
 * in other processes. Throws FaultError; at once if nothing can renew it.
 */
export async function getUsableToken(context: SsoContext): Promise<SsoToken> {
  const { session, io, memory } = context
  const file = tokenFile(session, io.home)
  const token = requireLogin(readLogin(session, io.home), context)
  const isRefused = memory.refusedTokens.get(file) === token.accessToken
  const left = token.expires - io.now()
  io.debug?.write('credentials', describeLogin(file, left, isRefused))
  if (!isRefused && left > renewBefore) return token
  const isAlive = !isRefused && left > 0
  const isInVain = isRefused && memory.replacements.get(file) === token.accessToken
  if (isInVain || !token.renewal || token.renewal.registrationExpires <= io.now()) {
    if (isAlive) return token
    throw loginFault(isRefused ? 'SsoLoginRefused' : 'SsoLoginExpired', context)
  }
  try {
    const renewedToken = await renewOnce(file, token, context)
    if (isRefused) memory.replacements.set(file, renewedToken.accessToken)
    return renewedToken
  } catch (error) {
    io.signal.throwIfAborted()
    if (isAlive) return token
    throw error
  }
}

function describeLogin(file: string, left: number, isRefused: boolean): string {
  const standing = isRefused
    ? 'was refused'
    : left > 0
      ? `lasts ${Math.round(left / 1000)} s more`
      : 'has ended'
  return `the login in ${file} ${standing}`
}

/** AWS refused this access token: it is no longer valid, whatever its expiry says. */
export function refuseToken({ session, io, memory }: SsoContext, token: SsoToken): void {
  memory.refusedTokens.set(tokenFile(session, io.home), token.accessToken)
}

function requireLogin(login: CachedLogin, context: SsoContext): SsoToken {
  if (login === 'missing') throw loginFault('SsoLoginMissing', context)
  if (login === 'unreadable') throw loginFault('SsoLoginUnreadable', context)
  return login
}

async function renewOnce(file: string, token: SsoToken, context: SsoContext): Promise<SsoToken> {
  const { failures, renewals } = context.memory
  const failure = failures.get(file)
  if (failure?.token === token.accessToken && context.io.now() - failure.at < failureMemory)
    throw failure.fault
  const current = renewals.get(file)
  if (current) return current
  const renewal = renewUnderLock(file, token, context)
    .catch((error: unknown) => {
      context.io.signal.throwIfAborted()
      const fault = faultOf(error, context)
      failures.set(file, { token: token.accessToken, at: context.io.now(), fault })
      throw fault
    })
    .finally(() => renewals.delete(file))
  renewals.set(file, renewal)
  return renewal
}

/** What the file system refuses, of the login or of its lock, is a fault; anything else that is no fault is a bug. */
function faultOf(error: unknown, context: SsoContext): FaultError {
  if (error instanceof FaultError) return error
  const isRefused = error instanceof Error && 'code' in error
  if (isRefused && ('syscall' in error || /^SQLITE_/.test(String(error.code))))
    return cacheFault(context, error)
  throw error
}

/** The cache is read again under the lock: a refresh token is valid once, and another process may have used it. */
function renewUnderLock(file: string, token: SsoToken, context: SsoContext): Promise<SsoToken> {
  return withLock(`${file}.lock`, context.io.signal, async () => {
    const now = requireLogin(readLogin(context.session, context.io.home), context)
    if (now.accessToken !== token.accessToken) return now
    try {
      return await requestNewToken(now, context)
    } catch (error) {
      // The AWS CLI takes no lock: it may have been first.
      const later = readLogin(context.session, context.io.home)
      if (typeof later === 'object' && later.accessToken !== token.accessToken) return later
      throw error
    }
  })
}

async function requestNewToken({ renewal }: SsoToken, context: SsoContext): Promise<SsoToken> {
  const { io, session } = context
  if (!renewal) throw loginFault('SsoLoginExpired', context)
  const { clientId, clientSecret, refreshToken } = renewal
  const body = { clientId, clientSecret, grantType: 'refresh_token', refreshToken }
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(renewalTimeout)])
  const answer = await callOidc(
    context,
    { operation: 'CreateToken', method: 'POST', path: '/token', body },
    signal,
  ).catch((error: unknown) => {
    io.signal.throwIfAborted()
    throw renewalFault(signal.aborted ? new RestError('TimeoutError', 504) : error, context)
  })
  const accessToken = textMember(answer, 'accessToken', 'CreateToken')
  const expires = io.now() + lengthMember(answer, 'expiresIn', 'CreateToken') * 1000
  const next = typeof answer.refreshToken === 'string' ? answer.refreshToken : refreshToken
  writeLogin(session, io.home, { accessToken, expires }, renewal, next)
  return { accessToken, expires, renewal: { ...renewal, refreshToken: next } }
}
