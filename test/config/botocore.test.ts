import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { headerOf } from '../../src/config/aws-cli-reading.ts'
import { awsConfigOf } from '../../src/config/aws-config.ts'
import { awsFilesOf, fileTextOf } from '../../src/config/aws-files.ts'
import type { Profile } from '../../src/config/profile.ts'
import { sourcesOf } from '../../src/config/profile-sources.ts'
import { everyday, exercise, keys } from '../doctor/configs.ts'
import { mutate } from '../doctor/mutations.ts'
import { type Files, filesOf } from '../doctor/readers.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { type AwsCli, awsCli1, pyenvRoot } from '../output/aws-formatters.ts'

const seed = Number(process.env.CONFIG_SEED ?? 1)
const dice = random(seed)

/** Profiles of every kind of source, and a section that sends them elsewhere. */
const sources = `[default]
region = us-east-1
endpoint_url = http://127.0.0.1:9
[profile keys]
aws_access_key_id = AKIACONFIG
aws_secret_access_key = s
region = eu-west-1
[profile over]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = keys
[profile "over again"]
role_arn = arn:aws:iam::444455556666:role/path/R
source_profile = over
services = local
[profile web]
role_arn = arn:aws:iam::111122223333:role/W
web_identity_token_file = /t
ignore_configured_endpoint_urls = true
endpoint_url = http://127.0.0.1:8
[profile sso]
sso_session = s
sso_account_id = 777788889999
sso_role_name = View
aws_access_key_id = AKIASTALE
aws_secret_access_key = s
[sso-session s]
sso_start_url = https://x
sso_region = us-east-1
[services local]
ec2 =
  endpoint_url = http://127.0.0.1:7
`
const given: readonly Files[] = [
  filesOf(
    sources,
    '[keys]\naws_access_key_id = AKIACREDENTIALS\naws_secret_access_key = s\n[sso]\nregion = x\n',
  ),
  filesOf(everyday, keys),
  filesOf(exercise),
]

/** What decides which account is read, with which key, in which region and at which address. */
interface Read {
  readonly method: string
  /** As the way in declares it. */
  readonly account: string | null
  readonly key: string | null
  readonly region: string | null
  readonly endpoint: string | null
}
/** Of every profile of the files; of one of them what is read of it. */
type Profiles = Readonly<Record<string, Read | null>>

if (!awsCli1) process.stderr.write('SKIPPED: damaged files beside botocore.\n')
const count = casesOf(5000)
describe.skipIf(!awsCli1)(
  `${counted(count)} files that were damaged (skipped without the AWS CLI v1)`,
  () => {
    const cases = [
      ...given,
      ...Array.from({ length: count - given.length }, () => mutate(pickFrom(given, dice), dice)),
    ]

    test('lead every profile of muster to the account, key, region and address that botocore finds', async () => {
      const theirs = await askBotocore(awsCli1, cases)
      let read = 0
      for (const [index, files] of cases.entries()) {
        const found = theirs[index]
        // A file that the AWS CLI refuses is read for all that, and said to be refused.
        const ours = readByMuster(files)
        if (!found) expect(ours.problems, shown(files)).not.toEqual([])
        else expect(likewise(ours.profiles, found), shown(files)).toEqual(withoutTyped(found))
        read += Object.values(found ?? {}).filter((each) => each !== null).length
      }
      expect(read).toBeGreaterThan(count * 0.4)
    })
  },
)

function readByMuster({ config, credentials }: Files) {
  const files = awsFilesOf(fileTextOf('config', config), fileTextOf('credentials', credentials))
  const { profiles, problems } = awsConfigOf(files, {})
  return {
    problems,
    profiles: Object.fromEntries(profiles.map((each) => [each.name, readOf(each, files)])),
  }
}

const methods = {
  role: 'assume-role',
  'credential-source': 'assume-role',
  'web-identity': 'assume-role-with-web-identity',
  sso: 'sso',
  'legacy-sso': 'sso',
  process: 'custom-process',
  login: 'error',
  none: 'none',
  static: 'keys',
} as const

const declaring: readonly string[] = ['sso', 'assume-role', 'assume-role-with-web-identity']

function readOf(profile: Profile, files: ReturnType<typeof awsFilesOf>): Read {
  const section = files.profiles.get(profile.name)
  const names = section ? sourcesOf(section, false).length : 0
  // A profile that names no whole source is one that the AWS CLI passes over; muster says what is missing.
  const method = names === 0 ? 'none' : profile.problem ? 'error' : methods[profile.kind]
  return {
    method,
    account: declaring.includes(method) ? profile.account : null,
    key: method === 'keys' ? (profile.keys?.accessKeyId ?? null) : null,
    region: profile.region,
    endpoint: profile.network.ec2Endpoint,
  }
}

/** A header with a type in the credentials file is a profile that nobody means: muster leaves it out and says so. */
function withoutTyped(profiles: Profiles): Profiles {
  return Object.fromEntries(
    Object.entries(profiles).filter(([name]) => name === 'default' || headerOf(name).name === null),
  )
}

/** Of the profiles that botocore read no further, the names alone. */
function likewise(ours: Profiles, theirs: Profiles): Profiles {
  return Object.fromEntries(Object.entries(ours).map(([name, read]) => [name, theirs[name] ? read : null]))
}

function shown({ config, credentials }: Files): string {
  return `seed ${seed}: ${JSON.stringify(config.toString())} ${JSON.stringify(credentials.toString())}`
}

/** What botocore finds for each profile; null where it refuses the files. One process reads all. */
async function askBotocore(
  cli: AwsCli | null,
  cases: readonly Files[],
): Promise<readonly (Profiles | null)[]> {
  const folder = temporaryFolder()
  const input = cases.map(({ config, credentials }) => [
    config.toString('base64'),
    credentials.toString('base64'),
  ])
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(input))
  const { stdout } = await promisify(execFile)(cli?.python ?? '', ['-c', asker, folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {
      PATH: process.env.PATH,
      PYENV_ROOT: pyenvRoot,
      HOME: folder,
      LC_ALL: 'C.UTF-8',
      PYTHONIOENCODING: 'utf8',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  })
  return JSON.parse(stdout)
}

const asker = `
import base64, copy, functools, json, os, re, sys
import botocore.configloader, botocore.session
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.exceptions import ConfigParseError, InvalidConfigError

folder = sys.argv[1]
paths = [os.path.join(folder, name) for name in ('config', 'credentials')]
os.environ['AWS_CONFIG_FILE'], os.environ['AWS_SHARED_CREDENTIALS_FILE'] = paths
# What it would do to requests, of which none is made.
botocore.session.Session._register_builtin_handlers = lambda *_: None
parsed = {}
parse = botocore.configloader.raw_config_parse

def cached(path, parse_subsections=True):
    if path not in parsed:
        parsed[path] = parse(path, parse_subsections)
    return copy.deepcopy(parsed[path])

botocore.configloader.raw_config_parse = cached
import botocore.credentials

sso_account = None

# An empty value, which AWS would refuse when it is called, is refused here.
def refusing(function):
    def refused(*arguments):
        found = function(*arguments)
        global sso_account
        if found and 'sso_account_id' in found:
            sso_account = found['sso_account_id']
        if found and '' in (found.values() if isinstance(found, dict) else found):
            raise InvalidConfigError(error_msg='empty')
        return found
    return refused

for provider, method in (
    (botocore.credentials.SSOProvider, '_load_sso_config'),
    (botocore.credentials.CredentialProvider, '_extract_creds_from_mapping'),
):
    setattr(provider, method, refusing(getattr(provider, method)))

def profile(name):
    session = botocore.session.Session(profile=name)
    found = {'key': None, 'account': None, 'region': session.get_config_variable('region') or None}
    try:
        credentials = session.get_credentials()
        found['method'] = credentials.method if credentials else 'none'
        if found['method'] in ('shared-credentials-file', 'config-file'):
            found['method'], found['key'] = 'keys', credentials.access_key
        if found['method'] == 'sso':
            account = sso_account
        elif found['method'].startswith('assume-role'):
            arn = re.match('arn:[^:]+:iam::([^:]*):role/(?:.*/)?[^/]+$', session.get_scoped_config()['role_arn'])
            account = arn and arn.group(1)
        else:
            account = None
        found['account'] = account if account and re.fullmatch('[0-9]{12}', account) else None
    except Exception as error:
        found['method'] = 'error'
    try:
        ignored = session.get_config_variable('ignore_configured_endpoint_urls')
        provider = ConfiguredEndpointProvider(session.full_config, session.get_scoped_config(), 'ec2')
        found['endpoint'] = None if ignored else provider.provide()
    except (InvalidConfigError, AttributeError):
        found['endpoint'] = None
    return found

answers = []
for index, case in enumerate(json.load(open(os.path.join(folder, 'cases.json')))):
    parsed.clear()
    for path, text in zip(paths, case):
        with open(path, 'wb') as file:
            file.write(base64.b64decode(text))
    try:
        names = list(botocore.session.Session().full_config['profiles'])
        one = names[index % len(names)] if names else None
        answers.append({name: profile(name) if name == one else None for name in names})
    except ConfigParseError:
        answers.append(None)
json.dump(answers, sys.stdout)
`
