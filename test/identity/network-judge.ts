import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import type { Connection, RequestHandler } from '../../src/aws/connection.ts'
import { type AwsCli, pyenvRoot } from '../output/aws-formatters.ts'

export interface Call {
  readonly client: 'ec2' | 'sts' | 'sso' | 'oidc'
  readonly address: string
}

/** Answers every client in place of a socket, and notes where it calls; EC2's answer may be a failure. */
export function answering(calls: Call[], fails: boolean): Connection {
  const handle = async (request: Parameters<RequestHandler['handle']>[0]) => {
    const { protocol, hostname, port, path, body } = request
    const action = new URLSearchParams(typeof body === 'string' ? body : '').get('Action')
    const client =
      action === 'GetCallerIdentity' ? 'sts' : action ? 'ec2' : path.endsWith('/token') ? 'oidc' : 'sso'
    calls.push({ client, address: `${protocol}//${hostname}${port ? `:${port}` : ''}` })
    const response = {
      statusCode: fails && client === 'ec2' ? 503 : 200,
      headers: {},
      body: Readable.from([Buffer.from(answers[client])]),
    }
    return { response }
  }
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: handle as unknown as RequestHandler['handle'],
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  }
  return { handler, signInHandler: handler, destroy: () => undefined }
}

const answers: Readonly<Record<Call['client'], string>> = {
  sts: '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/u</Arn><UserId>U</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
  ec2: '<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>',
  sso: '{"roleCredentials":{"accessKeyId":"ASIA1","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}}',
  oidc: '{"accessToken":"new","expiresIn":3600,"refreshToken":"r2"}',
}

interface Asked {
  readonly config: string
  readonly env: Readonly<Record<string, string>>
  readonly region: string
}

type Addresses = Readonly<Record<Call['client'], string>>

/** Where botocore's clients of profile `p` call in each case, found out before anything is sent. */
export async function askAddresses(
  cli: AwsCli | null,
  cases: readonly Asked[],
): Promise<readonly Addresses[]> {
  const child = spawn(cli?.python ?? '', ['-c', asker], {
    env: { PATH: process.env.PATH, PYENV_ROOT: pyenvRoot, HOME: '/nowhere', LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(cases))
  let out = ''
  for await (const text of child.stdout.setEncoding('utf8')) out += text
  return JSON.parse(out)
}

const asker = `
import json, os, sys, tempfile
from urllib.parse import urlsplit
import botocore.loaders, botocore.session

# The descriptions of the services are read once for all sessions.
loader = botocore.loaders.create_loader()

class Sent(Exception):
    pass

def address(session, name, region, method, **arguments):
    client = session.create_client(name, region_name=region)
    def stop(request, **_):
        parts = urlsplit(request.url)
        raise Sent(parts.scheme + '://' + parts.netloc)
    client.meta.events.register('before-send', stop)
    try:
        getattr(client, method)(**arguments)
    except Sent as sent:
        return str(sent)

def addresses(region):
    session = botocore.session.Session(profile='p')
    session.register_component('data_loader', loader)
    role = dict(roleName='R', accountId='1', accessToken='t')
    token = dict(clientId='c', clientSecret='s', grantType='g')
    return {
        'ec2': address(session, 'ec2', region, 'describe_volumes'),
        'sts': address(session, 'sts', region, 'get_caller_identity'),
        'sso': address(session, 'sso', region, 'get_role_credentials', **role),
        'oidc': address(session, 'sso-oidc', region, 'create_token', **token),
    }

answers = []
with tempfile.TemporaryDirectory() as folder:
    os.environ['AWS_CONFIG_FILE'] = os.path.join(folder, 'config')
    for case in json.load(sys.stdin):
        with open(os.environ['AWS_CONFIG_FILE'], 'w') as file:
            file.write(case['config'])
        os.environ.update(case['env'])
        answers.append(addresses(case['region']))
        for name in case['env']:
            del os.environ[name]
json.dump(answers, sys.stdout)
`
