import { execFile } from 'node:child_process'
import type { RequestListener } from 'node:http'
import { promisify } from 'node:util'
import { bodyOf } from '../aws/wire.ts'
import { type AwsCli, pyenvRoot } from '../output/aws-formatters.ts'

/**
 * STS and the SSO portal, for one account: a role's key is `ROLEx` and the key that assumed it, a web identity's
 * ASIAWEB, an SSO role's the login's name; GetCallerIdentity calls the user by its key.
 */
export const answerAs: RequestListener = async (request, response) => {
  const body = await bodyOf(request)
  if (request.url?.startsWith('/federation/credentials')) {
    const login = String(request.headers['x-amz-sso_bearer_token']).toUpperCase()
    const roleCredentials = {
      accessKeyId: `ASIA${login}`,
      secretAccessKey: 's',
      sessionToken: 't',
      expiration: Date.now() + 3_600_000,
    }
    response.setHeader('content-type', 'application/json')
    return response.end(JSON.stringify({ roleCredentials }))
  }
  const action = body.get('Action') ?? ''
  const caller = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const key = action === 'AssumeRoleWithWebIdentity' ? 'ASIAWEB' : `ROLEx${caller}`
  const result =
    action === 'GetCallerIdentity'
      ? `<Arn>arn:aws:iam::111122223333:user/${caller}</Arn><UserId>U</UserId><Account>111122223333</Account>`
      : `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/R/x</Arn></AssumedRoleUser>`
  const space = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
  response.setHeader('content-type', 'text/xml')
  return response.end(
    `<${action}Response ${space}><${action}Result>${result}</${action}Result></${action}Response>`,
  )
}

/**
 * The access key of a profile in each home folder, as botocore resolves it for the AWS CLI; `login` for a sign-in by
 * `aws login`, which asks for a library or a token that is not there. One process answers all.
 */
export async function askAccessKeys(
  cli: AwsCli | null,
  homes: readonly string[],
  profile: string,
  endpoint: string,
): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(cli?.python ?? '', ['-c', asker, profile, ...homes], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      PYENV_ROOT: pyenvRoot,
      HOME: homes[0],
      LC_ALL: 'C.UTF-8',
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  })
  return JSON.parse(stdout)
}

const asker = `
import json, os, sys
import botocore.loaders, botocore.session

# The descriptions of the services are read once for all sessions.
loader = botocore.loaders.create_loader()

def answer_of(profile, home):
    os.environ['AWS_CONFIG_FILE'] = home + '/.aws/config'
    os.environ['AWS_SHARED_CREDENTIALS_FILE'] = home + '/.aws/credentials'
    try:
        session = botocore.session.Session(profile=profile)
        session.register_component('data_loader', loader)
        credentials = session.get_credentials()
        return credentials.get_frozen_credentials().access_key if credentials else 'none'
    except Exception as error:
        return 'login' if 'login' in str(error) else str(error)

profile, *homes = sys.argv[1:]
print(json.dumps([answer_of(profile, home) for home in homes]))
`
