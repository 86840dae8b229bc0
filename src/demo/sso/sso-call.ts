import { parseObject } from '../../json-object.ts'
import type { JsonObject } from '../../model.ts'
import { invalidRequestRefusal } from './sso-refusals.ts'

/** A call of the SSO portal or of SSO OIDC, or of a page of its sign-in. */
export interface SsoCall {
  readonly service: 'sso' | 'sso-oidc'
  readonly operation: string
  readonly query: URLSearchParams
  readonly body: string
  /** `x-amz-sso_bearer_token`. */
  readonly token: string
  /** The address under which the endpoint was called. */
  readonly origin: string
}

/** The members of a call's JSON body. Throws AwsRefusal. */
export function bodyMembers(call: SsoCall): JsonObject {
  const members = parseObject(call.body)
  if (members) return members
  throw invalidRequestRefusal('The body is not a JSON object.')
}
