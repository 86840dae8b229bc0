import { isKindOperation, kinds } from '../kinds.ts'

/** A call that muster may send. What is not listed here is refused before it leaves this machine. */
export interface ListedCall {
  /** As IAM writes it: `ec2:DescribeInstances`. */
  readonly name: string
  /** For the reference: whether the least policy must allow it, and otherwise what it takes. */
  readonly needs: 'policy' | { readonly instead: string }
}

/** Calls of EC2 and STS, which carry their name as `Action`: those of the kinds made by hand, and those of no kind. */
const queryCalls: readonly ListedCall[] = [
  ...kinds.map(({ operation }): ListedCall => ({ name: `ec2:${operation}`, needs: 'policy' })),
  { name: 'ec2:DescribeRegions', needs: 'policy' },
  { name: 'sts:GetCallerIdentity', needs: { instead: 'no permission' } },
  { name: 'sts:GetSessionToken', needs: { instead: 'no permission; the user of the MFA device asks' } },
  { name: 'sts:AssumeRole', needs: { instead: 'the permission on the role, for profiles with `role_arn`' } },
  {
    name: 'sts:AssumeRoleWithWebIdentity',
    needs: { instead: "the role's trust, for profiles with `web_identity_token_file`" },
  },
]

/** Sign-in calls, which are known by method and path (service models sso, sso-oidc and signin). */
const signInCalls: readonly (ListedCall & { readonly request: string })[] = [
  signInCall('sso:GetRoleCredentials', 'GET /federation/credentials'),
  signInCall('sso:ListAccounts', 'GET /assignment/accounts'),
  signInCall('sso:ListAccountRoles', 'GET /assignment/roles'),
  signInCall('sso:Logout', 'POST /logout'),
  signInCall('sso-oidc:RegisterClient', 'POST /client/register'),
  signInCall('sso-oidc:StartDeviceAuthorization', 'POST /device_authorization'),
  signInCall('sso-oidc:CreateToken', 'POST /token'),
  signInCall('signin:CreateOAuth2Token', 'POST /v1/token', 'what `aws login` needed, for `login_session`'),
]

/**
 * Every call that is sent, but for those of kinds made from the schema, which are named by their kinds: the reference's
 * IAM policy comes from here.
 */
export const listedCalls: readonly ListedCall[] = [...queryCalls, ...signInCalls]

/** Whether an `Action` of EC2 or STS is on the list, or is that of a kind made from the schema. */
export function isListedAction(action: string): boolean {
  return (
    queryCalls.some(({ name }) => name.slice(name.indexOf(':') + 1) === action) || isKindOperation(action)
  )
}

/** Whether a request is one of the sign-in calls. An endpoint may stand under a path of its own. */
export function isSignInCall({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return signInCalls.some(({ request }) => {
    const [listedMethod, tail] = request.split(' ')
    return method === listedMethod && path.endsWith(tail ?? '')
  })
}

function signInCall(name: string, request: string, instead = 'the SSO login, and no permission') {
  return { name, request, needs: { instead } }
}
