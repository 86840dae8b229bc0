/**
 * The sign-in calls that are ever sent, by method and path: the SSO portal's GetRoleCredentials, ListAccounts,
 * ListAccountRoles and Logout, SSO OIDC's RegisterClient, StartDeviceAuthorization and CreateToken, and the token
 * of the SDK's `login_session` (service models sso, sso-oidc and signin).
 */
const calls = [
  'GET /federation/credentials',
  'GET /assignment/accounts',
  'GET /assignment/roles',
  'POST /logout',
  'POST /client/register',
  'POST /device_authorization',
  'POST /token',
  'POST /v1/token',
]

/** Whether the request is one of these calls. An endpoint may stand under a path of its own. */
export function isSignInCall({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return calls.some((call) => {
    const [listedMethod, tail] = call.split(' ')
    return method === listedMethod && path.endsWith(tail ?? '')
  })
}
