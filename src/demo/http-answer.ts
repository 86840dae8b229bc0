import type { JsonObject } from '../model.ts'
import { escapeXml } from './xml.ts'

export type Service = 'ec2' | 'sts' | 'sso' | 'sso-oidc'

/** What goes back over the wire, before faults alter it. */
export interface WireAnswer {
  readonly status: number
  readonly type: 'text/xml;charset=UTF-8' | 'text/html' | 'text/plain' | 'application/json'
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that AWS gives instead of a result, as a value of its own so that it can be thrown. */
export class AwsRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'AwsRefusal'
    this.status = status
    this.code = code
  }
}

/** A request as the endpoint understands it. */
export interface DemoRequest {
  readonly service: Service
  readonly operation: string
  readonly region: string
  readonly caller: Caller
  readonly params: URLSearchParams
  readonly requestId: string
  /** What decides size and order of this call's page; null for full pages in one order. */
  readonly uneven: number | null
  /** The access key that signed. */
  readonly key: string
  /** Which edition of the fleet it sees: 0 for all of it (describe/editions.ts). */
  readonly edition: number
  readonly tokens: TokenRules
}

/** What the endpoint's page tokens are good for. */
export interface TokenRules {
  /** Whether none of the others is set. */
  readonly isPlain: boolean
  /** For so many ms after they were given; for ever if left out. */
  readonly life: number | undefined
  /** Only for the access key and the parameters, MaxResults among them, that they were given for. */
  readonly strict: boolean
  /** Only if they were given with the same. */
  readonly secret: string | undefined
  /** In ms since 1970. */
  readonly now: () => number
}

/** Who signed: a user's key, or a role's session. */
export interface Caller {
  readonly account: string
  /** `user/inventory` or `assumed-role/Inventory/name`, as at the end of its ARN. */
  readonly path: string
  readonly session: boolean
  /** Whether the key is a temporary one. */
  readonly temporary?: boolean
  /** Whether a code of an MFA device stood behind it. */
  readonly mfa?: boolean
}

export function xmlAnswer(body: string, status = 200): WireAnswer {
  return { status, type: 'text/xml;charset=UTF-8', body }
}

/** The ARN that GetCallerIdentity gives and that refusals name. */
export function callerArn(caller: Caller): string {
  return `arn:aws:${caller.session ? 'sts' : 'iam'}::${caller.account}:${caller.path}`
}

export function jsonAnswer(body: JsonObject, status = 200): WireAnswer {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

/** A refusal in the form of its service: they all differ. */
export function refusalAnswer(
  service: Service,
  refusal: { status: number; code: string; message: string },
  requestId: string,
): WireAnswer {
  if (service === 'sso' || service === 'sso-oidc') return jsonRefusal(service, refusal)
  const detail = `<Code>${refusal.code}</Code><Message>${escapeXml(refusal.message)}</Message>`
  const body =
    service === 'ec2'
      ? `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${detail}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
      : `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>${refusal.status < 500 ? 'Sender' : 'Receiver'}</Type>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  return xmlAnswer(body, refusal.status)
}

/** The name of the error travels in a header (AWS restJson1); OIDC's body has OAuth's own word for it too. */
function jsonRefusal(
  service: 'sso' | 'sso-oidc',
  { status, code, message }: { status: number; code: string; message: string },
): WireAnswer {
  const words = code.replace(/Exception$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, '_')
  const body = service === 'sso' ? { message } : { error: words.toLowerCase(), error_description: message }
  return { ...jsonAnswer(body, status), headers: { 'x-amzn-errortype': code } }
}
