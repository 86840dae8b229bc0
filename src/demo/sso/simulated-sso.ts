import type { IncomingMessage } from 'node:http'
import type { Fleet } from '../fleet.ts'
import type { WireAnswer } from '../http-answer.ts'
import type { SessionIssuer } from '../sts/sessions.ts'
import type { SsoCall } from './sso-call.ts'
import { createToken, registerClient, startDeviceAuthorization } from './sso-oidc.ts'
import { allowDevice, authorize, showDevicePage } from './sso-page.ts'
import { getRoleCredentials, listAccountRoles, listAccounts, logout } from './sso-portal.ts'
import { invalidRequestRefusal } from './sso-refusals.ts'
import { makeSsoState, type SsoOptions, type SsoState } from './sso-state.ts'

export interface Sso {
  /** The call that a request makes; null if this service has no such call. */
  readonly readCall: (incoming: IncomingMessage, body: string) => SsoCall | null
  /** Throws AwsRefusal. */
  readonly answerCall: (call: SsoCall) => WireAnswer
  readonly issued: ReadonlySet<string>
}

type Operation = (state: SsoState, call: SsoCall, fleet: Fleet) => WireAnswer

/** By method and path (botocore's service models `sso` and `sso-oidc`); the pages are this endpoint's own. */
const operations: Readonly<Record<string, readonly [SsoCall['service'], string, Operation]>> = {
  'GET /federation/credentials': ['sso', 'GetRoleCredentials', getRoleCredentials],
  'GET /assignment/accounts': ['sso', 'ListAccounts', listAccounts],
  'GET /assignment/roles': ['sso', 'ListAccountRoles', listAccountRoles],
  'POST /logout': ['sso', 'Logout', logout],
  'POST /client/register': ['sso-oidc', 'RegisterClient', registerClient],
  'POST /device_authorization': ['sso-oidc', 'StartDeviceAuthorization', startDeviceAuthorization],
  'POST /token': ['sso-oidc', 'CreateToken', createToken],
  'GET /authorize': ['sso-oidc', 'AuthorizePage', authorize],
  'GET /device': ['sso-oidc', 'DevicePage', showDevicePage],
  'GET /device/answer': ['sso-oidc', 'DeviceAnswer', allowDevice],
}

/** The simulated SSO portal and SSO OIDC. Whoever opens the page and follows "Allow" is signed in. */
export function makeSso(fleet: Fleet, issuer: SessionIssuer, options: SsoOptions = {}): Sso {
  const state = makeSsoState(issuer, options)
  return {
    issued: state.issued,
    readCall(incoming, body) {
      const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? '127.0.0.1'}`)
      const found = operations[`${incoming.method} ${url.pathname}`]
      if (!found) return null
      const token = incoming.headers['x-amz-sso_bearer_token']
      return {
        service: found[0],
        operation: found[1],
        query: url.searchParams,
        body,
        token: typeof token === 'string' ? token : '',
        origin: url.origin,
      }
    },
    answerCall(call) {
      const operation = Object.values(operations).find(([, name]) => name === call.operation)
      if (!operation) throw invalidRequestRefusal(`There is no ${call.operation}.`)
      return operation[2](state, call, fleet)
    },
  }
}
