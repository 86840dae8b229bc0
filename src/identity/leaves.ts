import type { Credentials } from '../aws/clients.ts'
import type { Profile } from '../config/profiles.ts'
import type { CredentialContext } from './context.ts'
import { credentialsFault } from './faults.ts'
import { processCredentials } from './process.ts'
import { webIdentityCredentials } from './web-identity.ts'

/** Credentials of a profile that needs no other profile. */
export async function leafCredentials(profile: Profile, context: CredentialContext): Promise<Credentials> {
  const { name, kind, values } = profile
  switch (kind) {
    case 'static':
      return keys(values.aws_access_key_id, values.aws_secret_access_key, values.aws_session_token)
    case 'process':
      return processCredentials(name, values.credential_process ?? '', context)
    case 'web-identity': {
      const session = values.role_session_name
      const identity = { roleArn: values.role_arn ?? '', tokenFile: values.web_identity_token_file ?? '' }
      return webIdentityCredentials(
        { ...identity, ...(session ? { sessionName: session } : {}) },
        profile,
        context,
      )
    }
    case 'login':
      return sdkCredentials(name, context).catch((error: unknown) => {
        const message = `Profile ${name} has no login that can be used.`
        throw credentialsFault('LoginSession', message, `Run aws login --profile ${name}.`, error)
      })
    case 'sso':
    case 'legacy-sso':
      return (await import('./sso/credentials.ts')).ssoCredentials(profile, context)
    default:
      return sdkCredentials(name, context)
  }
}

/** `login_session` is the SDK's own. */
async function sdkCredentials(
  profile: string,
  { config, connection }: CredentialContext,
): Promise<Credentials> {
  const { fromIni } = await import('@aws-sdk/credential-providers')
  // clientConfig.region would override sso_region, and an endpoint the SSO portal's.
  const provider = fromIni({
    profile,
    filepath: config.credentialsFile,
    configFilepath: config.configFile,
    clientConfig: { requestHandler: connection.signInHandler },
  })
  return within30Seconds(provider(), profile)
}

function keys(id: string | undefined, secret: string | undefined, token: string | undefined): Credentials {
  return { accessKeyId: id ?? '', secretAccessKey: secret ?? '', ...(token ? { sessionToken: token } : {}) }
}

/** The SDK sets no limit of its own. */
async function within30Seconds(pending: Promise<Credentials>, profile: string): Promise<Credentials> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `Profile ${profile} gave no credentials within 30 seconds.`
      const next = `Run aws sts get-caller-identity --profile ${profile} to see why.`
      reject(credentialsFault('CredentialsTimeout', message, next))
    }, 30_000)
  })
  return Promise.race([pending, late]).finally(() => clearTimeout(timer))
}
