import { randomInt } from 'node:crypto'
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

/** What gives temporary credentials, and knows them again, by the endpoint's own clock. */
export interface SessionIssuer {
  /** In ms since 1970. */
  readonly now: () => number
  /**
   * Temporary credentials, until a time in ms since 1970. The token itself says whose they are, so that they outlive
   * the endpoint that gave them, as a cached role session does when the demo is started again.
   */
  readonly issue: (caller: Caller, until: number) => IssuedSession
  /**
   * Whose temporary credentials these are; null where the token is not that key's. Throws AwsRefusal
   * (ExpiredToken) past the expiry or, where given, past `life` ms.
   */
  readonly findCaller: (accessKeyId: string, token: string, life: number | undefined) => Caller | null
}

export function makeSessionIssuer(now: () => number): SessionIssuer {
  // Two endpoints give different keys in the same ms.
  const own = randomInt(2 ** 31)
  let issuedCount = 0
  return {
    now,
    issue(caller, until) {
      const at = now()
      issuedCount += 1
      const expires = Math.floor(until / 1000) * 1000
      const accessKeyId = `ASIA${keyLetters(16, at & 0x7fffffff, issuedCount, own)}`
      const content = [accessKeyId, caller.account, caller.path, at, expires, caller.mfa === true]
      return {
        accessKeyId,
        secretAccessKey: `demo/${keyLetters(35, at & 0x7fffffff, issuedCount, own, 2)}`,
        token: Buffer.from(JSON.stringify(content)).toString('base64'),
        expires,
      }
    },
    findCaller(accessKeyId, token, life) {
      const [key, account, path, from, expires, mfa] = contentOf(token)
      if (key !== accessKeyId || typeof account !== 'string' || typeof path !== 'string') return null
      const end = Math.min(Number(expires), Number(from) + (life ?? Number.POSITIVE_INFINITY))
      if (now() < end) {
        return {
          account,
          path,
          session: path.startsWith('assumed-role/'),
          temporary: true,
          mfa: mfa === true,
        }
      }
      throw new AwsRefusal(403, 'ExpiredToken', 'The security token included in the request is expired')
    },
  }
}

function contentOf(token: string): readonly unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64').toString())
    return Array.isArray(content) ? content : []
  } catch {
    return []
  }
}
