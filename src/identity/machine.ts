import type { Credentials } from '../aws/clients.ts'
import { expandPath } from '../config/paths.ts'
import type { SelectedProfile } from '../config/selection.ts'
import { cleanText } from '../redact.ts'
import type { CredentialContext } from './credential-context.ts'
import { credentialsFault } from './identity-faults.ts'
import { webIdentityCredentials } from './web-identity.ts'

/** Credentials that stand in no profile: of the environment, of the container or of the instance that muster runs on. */
export async function ambientCredentials(
  source: Exclude<SelectedProfile['source'], 'profile'>,
  context: CredentialContext,
): Promise<Credentials> {
  const { env } = context.io
  switch (source) {
    case 'environment':
      return readEnvironmentKeys(env)
    case 'web-identity': {
      if (!env.AWS_ROLE_ARN) throw roleMissingFault()
      const session = env.AWS_ROLE_SESSION_NAME
      const optionalName = session ? { sessionName: session } : {}
      const role = {
        roleArn: env.AWS_ROLE_ARN,
        tokenFile: env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '',
        ...optionalName,
      }
      return webIdentityCredentials(role, null, context)
    }
    case 'container':
      return explainFailure('ContainerCredentials', 'The container gives no credentials', () =>
        containerCredentials(context.io),
      )
    case 'instance':
      if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') {
        throw credentialsFault(
          'InstanceMetadata',
          'Instance metadata is turned off by AWS_EC2_METADATA_DISABLED.',
          'Set it to false, or give keys or a profile.',
        )
      }
      return explainFailure(
        'InstanceMetadata',
        'This machine gives no credentials by its instance metadata',
        instanceCredentials,
      )
  }
}

function roleMissingFault() {
  const message = 'AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN.'
  return credentialsFault('WebIdentityRole', message, 'Set AWS_ROLE_ARN to the role that the token opens.')
}

type Env = CredentialContext['io']['env']

function readEnvironmentKeys(env: Env): Credentials {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = env
  // The older name comes first (botocore, `EnvProvider.TOKENS`).
  const token = env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN
  if (!id || !secret) {
    throw credentialsFault(
      'EnvironmentKeys',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set.',
      'Set both, or choose a profile.',
    )
  }
  return { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) }
}

/** ECS gives an address of its own and EKS a whole URL, each with a token in a variable or a file. */
async function containerCredentials(io: CredentialContext['io']): Promise<Credentials> {
  const { env } = io
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI
  if (!relative && !full) {
    throw new Error(
      'neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set',
    )
  }
  const { fromHttp } = await import('@aws-sdk/credential-providers')
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const token = env.AWS_CONTAINER_AUTHORIZATION_TOKEN
  return fromHttp({
    ...(relative
      ? { awsContainerCredentialsRelativeUri: relative }
      : { awsContainerCredentialsFullUri: full as string }),
    ...(file ? { awsContainerAuthorizationTokenFile: expandPath(file, io) } : {}),
    ...(token && !file ? { awsContainerAuthorizationToken: token } : {}),
    logger: silentLogger,
  })()
}

async function instanceCredentials(): Promise<Credentials> {
  const { fromInstanceMetadata } = await import('@aws-sdk/credential-providers')
  return fromInstanceMetadata({ logger: silentLogger })()
}

async function explainFailure(
  code: string,
  what: string,
  read: () => Promise<Credentials>,
): Promise<Credentials> {
  try {
    return await read()
  } catch (error) {
    const why = cleanText(error instanceof Error ? error.message : String(error)).replace(/\.?\s*$/, '')
    const next = 'Give this machine a role, or make a profile with aws configure sso.'
    throw credentialsFault(code, `${what}: ${why}.`, next, error)
  }
}

const ignore = () => undefined
const silentLogger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore }
