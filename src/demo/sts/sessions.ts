import type { Caller } from '../http-answer.ts'
import { AwsRefusal } from '../http-answer.ts'
import { keyLetters } from '../random.ts'

export interface IssuedSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly token: string
  /** In ms since 1970, whole seconds. */
  readonly expires: number
}

let issuedCount = 0

/**
 * Temporary credentials. The token itself says whose they are, so that they outlive the endpoint that gave
 * them, as a cached role session does when the demo is started again.
 */
export function issueSession(caller: Caller, until: number): IssuedSession {
  const now = Date.now()
  issuedCount += 1
  const expires = Math.floor(until / 1000) * 1000
  const accessKeyId = `ASIA${keyLetters(16, now & 0x7fffffff, issuedCount)}`
  const content = [accessKeyId, caller.account, caller.path, now, expires, caller.mfa === true]
  return {
    accessKeyId,
    secretAccessKey: `demo/${keyLetters(35, now & 0x7fffffff, issuedCount, 2)}`,
    token: Buffer.from(JSON.stringify(content)).toString('base64'),
    expires,
  }
}

/**
 * Whose temporary credentials these are; null where the token is not that key's. Throws AwsRefusal
 * (ExpiredToken) past the expiry or, where given, past `life` ms.
 */
export function callerOfSession(accessKeyId: string, token: string, life: number | undefined): Caller | null {
  const [key, account, path, from, expires, mfa] = contentOf(token)
  if (key !== accessKeyId || typeof account !== 'string' || typeof path !== 'string') return null
  const end = Math.min(Number(expires), Number(from) + (life ?? Number.POSITIVE_INFINITY))
  if (Date.now() < end) {
    return { account, path, session: path.startsWith('assumed-role/'), temporary: true, mfa: mfa === true }
  }
  throw new AwsRefusal(403, 'ExpiredToken', 'The security token included in the request is expired')
}

function contentOf(token: string): readonly unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64').toString())
    return Array.isArray(content) ? content : []
  } catch {
    return []
  }
}
