import type { Credentials } from '../aws/clients.ts'
import { FaultError } from '../aws/faults.ts'
import type { Profile } from '../config/profiles.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { CredentialContext } from './credentials.ts'

/** Credentials that need no other profile: keys, the SDK's own ways to sign in, the machine's role. */
export async function leafCredentials(
  source: SelectedProfile['source'],
  profile: Profile | null,
  context: CredentialContext,
): Promise<Credentials> {
  const { env } = context.io
  if (source === 'environment') {
    return keys(env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN)
  }
  if (!profile) return machineCredentials(env)
  const { values } = profile
  if (profile.kind === 'static') {
    return keys(values.aws_access_key_id, values.aws_secret_access_key, values.aws_session_token)
  }
  if (profile.kind === 'sso' || profile.kind === 'legacy-sso') {
    return (await import('./sso/credentials.ts')).ssoCredentials(profile, context)
  }
  const { fromIni } = await import('@aws-sdk/credential-providers')
  const usesSts = profile.kind === 'web-identity' || profile.kind === 'credential-source'
  // clientConfig.region would override sso_region, and an endpoint the SSO portal's.
  const sts = {
    region: profile.region ?? env.AWS_REGION ?? 'us-east-1',
    ...(profile.stsEndpoint === null ? {} : { endpoint: profile.stsEndpoint }),
  }
  const provider = fromIni({
    profile: profile.name,
    filepath: context.config.credentialsFile,
    configFilepath: context.config.configFile,
    clientConfig: { requestHandler: context.connection.signInHandler, ...(usesSts ? sts : {}) },
  })
  return within30Seconds(provider(), profile.name)
}

async function machineCredentials(env: CredentialContext['io']['env']): Promise<Credentials> {
  const providers = await import('@aws-sdk/credential-providers')
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return providers.fromTokenFile()()
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
    return providers.fromContainerMetadata()()
  }
  return providers.fromInstanceMetadata()()
}

function keys(id: string | undefined, secret: string | undefined, token: string | undefined): Credentials {
  return { accessKeyId: id ?? '', secretAccessKey: secret ?? '', ...(token ? { sessionToken: token } : {}) }
}

/** The SDK sets no limit to a credential_process. */
async function within30Seconds(pending: Promise<Credentials>, profile: string): Promise<Credentials> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `Profile ${profile} gave no credentials within 30 seconds.`
      const next = `Run aws sts get-caller-identity --profile ${profile} to see why.`
      reject(new FaultError({ class: 'credentials', code: 'CredentialsTimeout', message, next }))
    }, 30_000)
  })
  return Promise.race([pending, late]).finally(() => clearTimeout(timer))
}
