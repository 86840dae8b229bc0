import type { Credentials } from '../aws/clients.ts'
import { quoteShellWord } from '../aws/shell-word.ts'
import type { Profile } from '../config/profile.ts'
import type { CredentialContext } from './credential-context.ts'
import { configurationFault, credentialsFault } from './identity-faults.ts'
import { processCredentials } from './process.ts'
import { webIdentityCredentials } from './web-identity.ts'

/** Credentials of a profile that needs no other profile. */
export async function leafCredentials(profile: Profile, context: CredentialContext): Promise<Credentials> {
  const { name, kind, values } = profile
  switch (kind) {
    case 'static':
      return keysOf(profile)
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
      return loginCredentials(name, context).catch((error: unknown) => {
        const message = `Profile ${name} has no login that can be used.`
        throw credentialsFault(
          'LoginSession',
          message,
          `Run aws login --profile ${quoteShellWord(name)}.`,
          error,
        )
      })
    case 'sso':
    case 'legacy-sso':
      return (await import('./sso/sso-credentials.ts')).ssoCredentials(profile, context)
    default:
      throw configurationFault(`Profile ${name} holds no credentials.`, name)
  }
}

/** What `aws login` keeps is read, and renewed, by the SDK. */
async function loginCredentials(
  profile: string,
  { config, connection, network }: CredentialContext,
): Promise<Credentials> {
  const { fromLoginCredentials } = await import('@aws-sdk/credential-providers')
  // clientConfig.region would override sso_region, and an endpoint the SSO portal's.
  const provider = fromLoginCredentials({
    profile,
    filepath: config.credentialsFile,
    configFilepath: config.configFile,
    clientConfig: {
      requestHandler: connection.signInHandler,
      // Else the SDK would look for these in AWS_PROFILE's section or in `[default]`.
      ignoreConfiguredEndpointUrls: true,
      useFipsEndpoint: network.fips,
      useDualstackEndpoint: network.dualstack,
      ...(network.signinEndpoint === null ? {} : { endpoint: network.signinEndpoint }),
    },
  })
  return limitTo30Seconds(provider(), profile)
}

function keysOf({ name, keys }: Profile): Credentials {
  if (keys) return keys
  throw configurationFault(`Profile ${name} has no usable keys.`, name)
}

/** The SDK sets no limit of its own. */
async function limitTo30Seconds(pending: Promise<Credentials>, profile: string): Promise<Credentials> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `Profile ${profile} gave no credentials within 30 seconds.`
      const next = `Run aws sts get-caller-identity --profile ${quoteShellWord(profile)} to see why.`
      reject(credentialsFault('CredentialsTimeout', message, next))
    }, 30_000)
  })
  return Promise.race([pending, late]).finally(() => clearTimeout(timer))
}
