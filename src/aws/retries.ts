import type { EC2ClientConfig } from '@aws-sdk/client-ec2'

/** The SDK's RetryStrategyV2 (@smithy/types). */
export type RetryStrategy = Extract<
  NonNullable<EC2ClientConfig['retryStrategy']>,
  { acquireInitialRetryToken: unknown }
>

export interface RetryOptions {
  /** Attempts at one call. */
  readonly maxAttempts: number
  /** Hears that AWS throttled an attempt, and after how many ms the next one is made. */
  readonly onThrottle?: ((wait: number) => void) | undefined
  /** Hears that AWS failed by itself, or the network did, and after how many ms the next attempt is made. */
  readonly onFailure?: ((wait: number) => void) | undefined
  /** From 0 to 1. */
  readonly random?: () => number
}

/**
 * Where a pause that AWS asks for and muster does not make stands in an error's `$metadata`: in seconds, and longer than
 * `longestPause`.
 */
export interface PauseRefused {
  readonly pauseAsked?: number
}

/** The longest pause before an attempt that AWS may ask for, in seconds: longer ones are left to a later sync. */
export const longestPause = 60

/**
 * How muster tries a call again that AWS throttled, failed by itself, or that the network lost; which these are is the
 * SDK's judgement. The wait is random between nothing and a bound that doubles each time ("full jitter"), so that calls
 * that failed together do not come back together: from 1 s for a throttle, after which EC2's bucket has 20 tokens
 * again, from 50 ms otherwise, up to 20 s, as in the SDK's standard mode. A pause that AWS asks for comes before it.
 * The SDK's budget of retries is not kept: all calls of a client share it, so that one that is throttled takes the
 * attempts of the others. Of nine attempts at a call the budget would refuse none.
 */
export function retryStrategy({
  maxAttempts,
  onThrottle,
  onFailure,
  random = Math.random,
}: RetryOptions): RetryStrategy {
  return {
    acquireInitialRetryToken: async () => retryToken(0, 0),
    async refreshRetryTokenForRetry(token, { error, errorType }) {
      const isThrottled = errorType === 'THROTTLING'
      if (!isThrottled && errorType !== 'TRANSIENT') throw new Error('not tried again')
      const seconds = pauseAskedBy(error)
      if (seconds > longestPause) {
        if (error?.$metadata) Object.assign(error.$metadata, { pauseAsked: seconds } satisfies PauseRefused)
        throw new Error('not tried again')
      }
      const count = token.getRetryCount() + 1
      if (count >= maxAttempts) throw new Error('not tried again')
      const bound = Math.min(longestWait, (isThrottled ? throttleWait : failureWait) * 2 ** (count - 1))
      const wait = Math.round(seconds * 1000 + random() * bound)
      const hear = isThrottled ? onThrottle : onFailure
      hear?.(wait)
      return retryToken(count, wait)
    },
    recordSuccess: () => undefined,
  }
}

/**
 * The same for a client in the SDK's adaptive mode, which also measures how many calls AWS takes and slows them all down
 * to that.
 */
export function paceRetries(config: { retryStrategy: unknown }, options: RetryOptions): void {
  const getAdaptive = config.retryStrategy as () => Promise<{ readonly rateLimiter: RateLimiter }>
  const own = retryStrategy(options)
  const paced: RetryStrategy = {
    async acquireInitialRetryToken(scope) {
      const { rateLimiter } = await getAdaptive()
      await rateLimiter.getSendToken()
      return own.acquireInitialRetryToken(scope)
    },
    async refreshRetryTokenForRetry(token, failure) {
      const { rateLimiter } = await getAdaptive()
      rateLimiter.updateClientSendingRate(failure)
      const next = await own.refreshRetryTokenForRetry(token, failure)
      await rateLimiter.getSendToken()
      return next
    },
    recordSuccess: (token) => {
      void getAdaptive().then(({ rateLimiter }) => rateLimiter.updateClientSendingRate({}))
      own.recordSuccess(token)
    },
  }
  config.retryStrategy = async () => paced
}

/** The SDK's (`DefaultRateLimiter`, @smithy/core). */
interface RateLimiter {
  readonly getSendToken: () => Promise<void>
  readonly updateClientSendingRate: (response: unknown) => void
}

const throttleWait = 1000
const failureWait = 50
const longestWait = 20_000

/**
 * For how many seconds AWS asks to leave it alone; 0 if it does not. `Retry-After` is in seconds or a date (RFC 9110),
 * which is held against the answer's own, since this machine's clock may be wrong; `x-amz-retry-after` is in ms (as the
 * SDK reads it).
 */
function pauseAskedBy(error: unknown): number {
  const { $response: response } = (error ?? {}) as { $response?: { headers?: Record<string, string> } }
  const { date = '', 'retry-after': after = '', 'x-amz-retry-after': amzAfter = '' } = response?.headers ?? {}
  if (/^\d+(\.\d+)?$/.test(after)) return Number(after)
  if (/^\d+(\.\d+)?$/.test(amzAfter)) return Number(amzAfter) / 1000
  return Math.max(0, (Date.parse(after) - Date.parse(date)) / 1000) || 0
}

function retryToken(count: number, delay: number) {
  return { getRetryCount: () => count, getRetryDelay: () => delay }
}
