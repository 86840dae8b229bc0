import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSharedConfigFiles, parseKnownFiles } from '@smithy/core/config'
import { temporaryFolder } from '../helpers/temporary.ts'
import { type AwsCli, pyenvRoot } from '../output/aws-formatters.ts'

/** The two files, as bytes. */
export interface Files {
  readonly config: Buffer
  readonly credentials: Buffer
}

type Keys = Record<string, string>
type Sections = Record<string, Keys>

/** What a reader makes of the files; nested keys are `outer.key`. */
export interface Read {
  readonly profiles: Sections
  readonly ssoSessions: Sections
  readonly services: Sections
}

/** Bytes of texts. */
export function filesOf(config: string | Buffer, credentials: string | Buffer = ''): Files {
  return { config: Buffer.from(config), credentials: Buffer.from(credentials) }
}

/** What the SDK's own readers give of each pair of files. */
export async function askSdk(cases: readonly Files[]): Promise<readonly Read[]> {
  const folder = temporaryFolder()
  const answers: Read[] = []
  for (const [index, files] of cases.entries()) {
    const [config, credentials] = [join(folder, `config${index}`), join(folder, `credentials${index}`)]
    writeFileSync(config, files.config)
    writeFileSync(credentials, files.credentials)
    answers.push(await readBySdk(config, credentials))
  }
  return answers
}

async function readBySdk(config: string, credentials: string): Promise<Read> {
  const init = { configFilepath: config, filepath: credentials, ignoreCache: true }
  const { configFile } = await loadSharedConfigFiles(init)
  const typed = (type: string): Sections =>
    Object.fromEntries(
      Object.entries(configFile).flatMap(([name, values]) =>
        name.startsWith(`${type}.`) ? [[name.slice(type.length + 1), { ...(values as Keys) }]] : [],
      ),
    )
  const profiles = Object.entries(await parseKnownFiles(init)).filter(
    ([name]) => !/^(sso-session|services)\./.test(name),
  )
  return {
    profiles: Object.fromEntries(profiles.map(([name, values]) => [name, { ...(values as Keys) }])),
    ssoSessions: typed('sso-session'),
    services: typed('services'),
  }
}

/** What the AWS CLI's own reader gives of each pair of files; null where it refuses them. One process reads all. */
export function askAwsCli({ python }: AwsCli, cases: readonly Files[]): readonly (Read | null)[] {
  const input = JSON.stringify(
    cases.map(({ config, credentials }) => [config.toString('base64'), credentials.toString('base64')]),
  )
  const env = { PATH: process.env.PATH, PYENV_ROOT: pyenvRoot, PYTHONIOENCODING: 'utf8', LC_ALL: 'C.UTF-8' }
  return JSON.parse(execFileSync(python, ['-c', judge], { input, encoding: 'utf8', env, maxBuffer: 1 << 28 }))
}

const judge = `
import base64, json, os, sys, tempfile
try:
    from awscli.botocore import configloader
except ImportError:
    from botocore import configloader

def flat(values):
    keys = {}
    for key, value in values.items():
        if isinstance(value, dict):
            keys.update({key + '.' + inner: each for inner, each in value.items()})
        else:
            keys[key] = value
    return keys

def sections(of):
    return {name: flat(values) for name, values in of.items()}

def read(config, credentials):
    loaded = configloader.load_config(config)
    # botocore.session.Session.full_config
    for name, values in configloader.raw_config_parse(credentials).items():
        if name in loaded['profiles']:
            loaded['profiles'][name].update(values)
        else:
            loaded['profiles'][name] = values
    return {
        'profiles': sections(loaded['profiles']),
        'ssoSessions': sections(loaded['sso_sessions']),
        'services': sections(loaded.get('services', {})),
    }

answers = []
with tempfile.TemporaryDirectory() as folder:
    paths = [os.path.join(folder, name) for name in ('config', 'credentials')]
    for case in json.load(sys.stdin):
        for path, text in zip(paths, case):
            with open(path, 'wb') as file:
                file.write(base64.b64decode(text))
        try:
            answers.append(read(*paths))
        except configloader.botocore.exceptions.ConfigParseError:
            answers.append(None)
json.dump(answers, sys.stdout)
`

/** Asks the SDK for a profile's credentials: `keys`, `session` for keys with a token, or the error's message. */
export async function askSdkCredentials(files: Files, profile: string): Promise<string> {
  const { fromIni } = await import('@aws-sdk/credential-providers')
  const folder = temporaryFolder()
  try {
    const [configFilepath, filepath] = [join(folder, 'config'), join(folder, 'credentials')]
    writeFileSync(configFilepath, files.config)
    writeFileSync(filepath, files.credentials)
    // The session's section is looked for by the environment alone.
    process.env.AWS_CONFIG_FILE = configFilepath
    const { sessionToken } = await fromIni({ profile, configFilepath, filepath, ignoreCache: true })()
    return sessionToken === undefined ? 'keys' : 'session'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    delete process.env.AWS_CONFIG_FILE
  }
}

/** Asks botocore, as the AWS CLI does, for credentials; answers as `askSdkCredentials`. One process answers all. */
export function askCredentials(
  { python }: AwsCli,
  questions: readonly { readonly files: Files; readonly profile: string }[],
): readonly string[] {
  const input = JSON.stringify(
    questions.map(({ files, profile }) => [
      files.config.toString('base64'),
      files.credentials.toString('base64'),
      profile,
    ]),
  )
  const env = {
    PATH: process.env.PATH,
    PYENV_ROOT: pyenvRoot,
    LC_ALL: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return JSON.parse(execFileSync(python, ['-c', asker], { input, encoding: 'utf8', env }))
}

const asker = `
import base64, json, os, sys, tempfile
import botocore.session

def answer_of(profile):
    try:
        credentials = botocore.session.Session(profile=profile).get_credentials()
        if credentials is None:
            return 'none'
        frozen = credentials.get_frozen_credentials()
        return 'session' if frozen.token else 'keys'
    except Exception as error:
        return str(error)

answers = []
with tempfile.TemporaryDirectory() as folder:
    os.environ['HOME'] = folder
    paths = [os.path.join(folder, name) for name in ('config', 'credentials')]
    os.environ['AWS_CONFIG_FILE'], os.environ['AWS_SHARED_CREDENTIALS_FILE'] = paths
    for config, credentials, profile in json.load(sys.stdin):
        for path, text in zip(paths, (config, credentials)):
            with open(path, 'wb') as file:
                file.write(base64.b64decode(text))
        answers.append(answer_of(profile))
json.dump(answers, sys.stdout)
`
