/** What stands in the two files and the environment; `mode` is the credentials file's. */
export interface Given {
  readonly config?: string | Buffer
  readonly credentials?: string
  readonly env?: Readonly<Record<string, string>>
  readonly mode?: number
}

/** What a reader takes for the key of a profile; undefined for nothing. */
export type Taken = readonly [profile: string, key: string, value: string | undefined]

export interface Case {
  readonly code: string
  readonly bad: Given
  /** Where the finding is: `config:2`. */
  readonly at: string
  /** Nearly the same, and nothing is wrong. */
  readonly good: Given
  /** What the SDK's reader and the AWS CLI's really take there; `refuses` for a file that it does not take. */
  readonly sdk?: Taken
  readonly awsCli?: Taken | 'refuses'
  /** What they answer when asked for the credentials of this profile. */
  readonly credentials?: { readonly profile: string; readonly sdk: RegExp; readonly awsCli: RegExp }
}

const sso = '[sso-session s]\nsso_start_url = https://x\nsso_region = us-east-1\n'
const signedIn = `${sso}[profile base]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\nregion = us-east-1\n`
const keys = 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = abcdefghijk\n'
const user = `[profile user]\n${keys}region = us-east-1\n`
const role = '[profile p]\nrole_arn = arn:aws:iam::111122223333:role/R\nregion = us-east-1\n'
const ofUser = `${user}${role}source_profile = user\n`
const region = 'region = us-east-1\n'

/** Bytes, headers, lines and values. */
export const fileCases: readonly Case[] = [
  {
    code: 'byte-order-mark',
    bad: { config: `\ufeff[profile p]\n${region}` },
    at: 'config:1',
    good: { config: `[profile p]\n${region}` },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: 'refuses',
  },
  {
    code: 'not-utf8',
    bad: { config: Buffer.from([...Buffer.from('[profile p]\n# caf'), 0xe9, 0x0a]) },
    at: 'config:2',
    good: { config: '[profile p]\n# café\n' },
    awsCli: 'refuses',
  },
  {
    code: 'lone-cr',
    bad: { config: '[profile p]\nregion = us-east-1\routput = json\n' },
    at: 'config:2',
    good: { config: '[profile p]\nregion = us-east-1\noutput = json\n' },
    sdk: ['p', 'output', undefined],
    awsCli: ['p', 'output', 'json'],
  },
  {
    code: 'crlf',
    bad: { config: '[profile p]\r\nregion = us-east-1\r\n' },
    at: 'config:1',
    good: { config: `[profile p]\n${region}` },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: ['p', 'region', 'us-east-1'],
  },
  {
    code: 'tab',
    bad: { config: '[profile p]\nregion\t= us-east-1\n' },
    at: 'config:2',
    good: { config: `[profile p]\n${region}` },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: ['p', 'region', 'us-east-1'],
  },
  {
    code: 'invisible-character',
    bad: { config: '[profile p]\nregion = us-east\u200b-1\n' },
    at: 'config:2',
    good: { config: `[profile p]\n${region}` },
    sdk: ['p', 'region', 'us-east\u200b-1'],
    awsCli: ['p', 'region', 'us-east\u200b-1'],
  },
  {
    code: 'invisible-character',
    bad: { config: '[profile p]\nregion = us-east-1\0\n' },
    at: 'config:2',
    good: { config: `[profile p]\n${region}` },
    sdk: ['p', 'region', 'us-east-1\0'],
    awsCli: ['p', 'region', 'us-east-1\0'],
  },
  {
    code: 'invisible-character',
    bad: { config: '[profile p]\nregion\u00a0x = us-east-1\n' },
    at: 'config:2',
    good: { config: `[profile p]\n${region}` },
  },
  {
    code: 'unclosed-header',
    bad: { config: `[profile a]\noutput = json\n[profile p\n${region}` },
    at: 'config:3',
    good: { config: `[profile a]\noutput = json\n[profile p]\n${region}` },
    sdk: ['a', 'region', 'us-east-1'],
    awsCli: 'refuses',
  },
  {
    code: 'unclosed-header',
    bad: { config: `[profile a]\noutput = json\n[profile p] mine\n${region}` },
    at: 'config:3',
    good: { config: `[profile a]\noutput = json\n[profile p] # mine\n${region}` },
    sdk: ['a', 'region', 'us-east-1'],
    awsCli: ['p', 'region', 'us-east-1'],
  },
  ...[
    ['p', undefined],
    [' profile p ', undefined],
    ['profile  p', 'us-east-1'],
    ['profile p ', 'us-east-1'],
    ['Profile p', undefined],
    ['profil p', undefined],
    ['profiles p', 'us-east-1'],
    ['profile.p', undefined],
  ].map(
    ([header = '', taken]): Case => ({
      code: 'not-a-profile',
      bad: { config: `[${header}]\n${region}` },
      at: 'config:1',
      good: { config: `[profile p]\n${region}` },
      sdk: ['p', 'region', header === 'profile.p' ? 'us-east-1' : undefined],
      awsCli: ['p', 'region', taken],
    }),
  ),
  {
    code: 'not-a-profile',
    bad: { config: `${signedIn.replace('[sso-session', '[sso_session')}` },
    at: 'config:1',
    good: { config: signedIn },
  },
  {
    code: 'profile-in-credentials',
    bad: { credentials: `[profile p]\n${keys}` },
    at: 'credentials:1',
    good: { credentials: `[p]\n${keys}` },
    sdk: ['profile.p', 'aws_access_key_id', 'AKIAIOSFODNN7EXAMPLE'],
    awsCli: ['profile p', 'aws_access_key_id', 'AKIAIOSFODNN7EXAMPLE'],
  },
  {
    code: 'section-in-credentials',
    bad: { config: signedIn.slice(sso.length), credentials: sso },
    at: 'credentials:1',
    good: { config: signedIn },
    credentials: {
      profile: 'base',
      sdk: /Cannot read properties of undefined/,
      awsCli: /sso-session does not exist/,
    },
  },
  {
    code: 'quoted-name',
    bad: { config: `[profile "p"]\n${region}` },
    at: 'config:1',
    good: { config: `[profile p]\n${region}` },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: ['p', 'region', 'us-east-1'],
  },
  {
    code: 'unusable-name',
    bad: { config: `[profile "my prof"]\n${region}` },
    at: 'config:1',
    good: { config: `[profile my-prof]\n${region}` },
    sdk: ['my prof', 'region', undefined],
    awsCli: ['my prof', 'region', 'us-east-1'],
  },
  {
    code: 'unusable-name',
    bad: { config: `[profile my prof]\n${region}` },
    at: 'config:1',
    good: { config: `[profile my-prof]\n${region}` },
    sdk: ['my prof', 'region', undefined],
    awsCli: ['my prof', 'region', undefined],
  },
  {
    code: 'unusable-name',
    bad: { config: `[profile prüf]\n${region}` },
    at: 'config:1',
    good: { config: `[profile pruef]\n${region}` },
    sdk: ['prüf', 'region', undefined],
    awsCli: ['prüf', 'region', 'us-east-1'],
  },
  {
    code: 'unusable-name',
    bad: { credentials: `[my prof]\n${keys}` },
    at: 'credentials:1',
    good: { credentials: `[my-prof]\n${keys}` },
    sdk: ['my prof', 'aws_access_key_id', undefined],
    awsCli: ['my prof', 'aws_access_key_id', 'AKIAIOSFODNN7EXAMPLE'],
  },
  {
    code: 'unusable-name',
    bad: { credentials: `[my own prof]\n${keys}` },
    at: 'credentials:1',
    good: { credentials: `[my-own-prof]\n${keys}` },
    sdk: ['my own prof', 'aws_access_key_id', 'AKIAIOSFODNN7EXAMPLE'],
    awsCli: ['my own prof', 'aws_access_key_id', 'AKIAIOSFODNN7EXAMPLE'],
  },
  {
    code: 'unusable-name',
    bad: { config: `[profile toString]\n${region}` },
    at: 'config:1',
    good: { config: `[profile to-string]\n${region}` },
    awsCli: ['toString', 'region', 'us-east-1'],
  },
  {
    code: 'default-in-capitals',
    bad: { config: `[DEFAULT]\n${region}[profile p]\noutput = json\n` },
    at: 'config:1',
    good: { config: `[default]\n${region}[profile p]\noutput = json\n` },
    sdk: ['p', 'region', undefined],
    awsCli: ['p', 'region', 'us-east-1'],
  },
  {
    code: 'default-in-capitals',
    bad: { config: `[default]\noutput = json\n\n[DEFAULT]\n${region}output = text\n` },
    at: 'config:4',
    good: { config: `[default]\noutput = json\n${region}` },
    sdk: ['default', 'region', undefined],
    awsCli: ['default', 'region', 'us-east-1'],
  },
  {
    code: 'empty-section',
    bad: { config: `[profile a]\n[profile p]\n${region}` },
    at: 'config:1',
    good: { config: `[profile p]\n${region}` },
  },
  {
    code: 'duplicate-section',
    bad: { config: `[profile p]\n${region}output = json\n\n# again\n[profile p]\nregion = eu-west-1\n` },
    at: 'config:6',
    good: { config: `[profile p]\n${region}[profile q]\n${region}` },
    sdk: ['p', 'region', 'eu-west-1'],
    awsCli: 'refuses',
  },
  {
    code: 'same-profile-twice',
    bad: { config: `[default]\n${region}output = json\n[profile default]\nregion = eu-west-1\n` },
    at: 'config:4',
    good: { config: `[default]\n${region}` },
    sdk: ['default', 'output', undefined],
    awsCli: ['default', 'output', undefined],
  },
  {
    code: 'same-profile-twice',
    bad: { config: `[profile default]\n${region}\n[default]\nregion = eu-west-1\n` },
    at: 'config:4',
    good: { config: `[profile default]\n${region}` },
    sdk: ['default', 'region', 'us-east-1'],
    awsCli: ['default', 'region', 'eu-west-1'],
  },
  {
    code: 'duplicate-key',
    bad: { config: '[profile p]\nregion = us-east-1\nregion = eu-west-1\n' },
    at: 'config:3',
    good: { config: '[profile p]\nregion = us-east-1\noutput = json\n' },
    sdk: ['p', 'region', 'eu-west-1'],
    awsCli: 'refuses',
  },
  {
    code: 'duplicate-key',
    bad: { config: '[profile p]\nregion = us-east-1\nRegion = eu-west-1\n' },
    at: 'config:3',
    good: { config: '[profile p]\nregion = us-east-1\noutput = json\n' },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: 'refuses',
  },
  {
    code: 'stray-line',
    bad: { config: `[profile p]\n${region}what is this\n` },
    at: 'config:3',
    good: { config: `[profile p]\n${region}# what is this\n` },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: 'refuses',
  },
  {
    code: 'stray-line',
    bad: { config: `output = json\n[profile p]\n${region}` },
    at: 'config:1',
    good: { config: `# output = json\n[profile p]\n${region}` },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: 'refuses',
  },
  {
    code: 'stray-line',
    bad: { config: `[profile p]\n${region}s3 =\n  max_queue_size 5\n` },
    at: 'config:4',
    good: { config: `[profile p]\n${region}s3 =\n  max_queue_size = 5\n` },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: 'refuses',
  },
  {
    code: 'colon',
    bad: { config: '[profile p]\nregion : us-east-1\n' },
    at: 'config:2',
    good: { config: '[profile p]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:1\n' },
    sdk: ['p', 'region', undefined],
    awsCli: ['p', 'region', 'us-east-1'],
  },
  {
    code: 'key-in-capitals',
    bad: { config: '[profile p]\nRegion = us-east-1\n' },
    at: 'config:2',
    good: { config: `[profile p]\n${region}` },
    sdk: ['p', 'region', undefined],
    awsCli: ['p', 'region', 'us-east-1'],
  },
  {
    code: 'indented-line',
    bad: { config: `[profile p]\n${region}  output = json\n` },
    at: 'config:3',
    good: { config: '[profile p]\n  region = us-east-1\n  output = json\n' },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: ['p', 'region', 'us-east-1\noutput = json'],
  },
  {
    code: 'indented-line',
    bad: { config: `[profile a]\n${region}  [profile p]\n  output = json\n` },
    at: 'config:3',
    good: { config: `[profile a]\n${region}[profile p]\n  output = json\n` },
    sdk: ['p', 'output', 'json'],
    awsCli: ['p', 'output', undefined],
  },
  {
    code: 'comment-after-value',
    bad: { config: '[profile p]\nregion = us-east-1 # N. Virginia\n' },
    at: 'config:2',
    good: {
      config: '[profile p] # mine\n# N. Virginia\nregion = us-east-1\nendpoint_url = http://127.0.0.1/#x;y\n',
    },
    sdk: ['p', 'region', 'us-east-1'],
    awsCli: ['p', 'region', 'us-east-1 # N. Virginia'],
  },
  {
    code: 'comment-after-value',
    bad: { config: `[profile p]\n${region}output = ; json\n` },
    at: 'config:3',
    good: { config: `[profile p]\n${region}; json\n` },
    sdk: ['p', 'output', undefined],
    awsCli: ['p', 'output', '; json'],
  },
  {
    code: 'empty-value',
    bad: { config: `[profile p]\n  region =\n  output = json\n` },
    at: 'config:2',
    good: { config: `[profile p]\n${region}s3 =\n  max_queue_size = 5\n` },
    sdk: ['p', 'region.output', 'json'],
    awsCli: ['p', 'region', ''],
  },
  {
    code: 'not-nested',
    bad: { config: '[profile p]\nregion =\n  output = json\n' },
    at: 'config:3',
    good: { config: `[profile p]\n${region}s3 =\n  max_queue_size = 5\n` },
    sdk: ['p', 'region.output', 'json'],
    awsCli: ['p', 'region.output', 'json'],
  },
  {
    code: 'quoted-value',
    bad: { config: '[profile p]\nregion = "us-east-1"\n' },
    at: 'config:2',
    good: { config: `[profile p]\n${region}credential_process = "/a b/c"\n` },
    sdk: ['p', 'region', '"us-east-1"'],
    awsCli: ['p', 'region', '"us-east-1"'],
  },
  {
    code: 'read-differently',
    bad: { config: `[profile p]\n${region}x#y = 1\ncolour #1 = red\n` },
    at: 'config:4',
    good: { config: `[profile p]\n${region}x = 1\n` },
    sdk: ['p', 'colour #1', undefined],
    awsCli: ['p', 'colour #1', 'red'],
  },
]

/** Keys, roles, sign-in and secrets. */
export const profileCases: readonly Case[] = [
  {
    code: 'unknown-key',
    bad: { config: `[profile p]\n${region}ouput = json\n` },
    at: 'config:3',
    good: { config: `[profile p]\n${region}output = json\ns3 =\n  x = 1\n` },
  },
  {
    code: 'unknown-key',
    bad: { config: `${signedIn.replace('sso_start_url', 'start_url')}` },
    at: 'config:2',
    good: { config: signedIn },
  },
  ...['us-esat-1', 'eu-west1', 'us-east-1a', 'EU-WEST-1', 'Frankfurt', 'eu-west-7'].map(
    (name): Case => ({
      code: 'unknown-region',
      bad: { config: `[profile p]\nregion = ${name}\n` },
      at: 'config:2',
      good: { config: '[profile p]\nregion = cn-north-1\n[profile q]\nregion = mx-central-1\n' },
    }),
  ),
  {
    code: 'missing-region',
    bad: { config: `[default]\nregion = eu-west-1\n[profile p]\n${keys}` },
    at: 'config:3',
    good: { config: `[default]\nregion = eu-west-1\n[profile p]\n${keys}${region}` },
  },
  {
    code: 'unknown-output',
    bad: { config: '[profile p]\noutput = jsn\n' },
    at: 'config:2',
    good: { config: '[profile p]\noutput = yaml-stream\n' },
  },
  {
    code: 'missing-services',
    bad: {
      config: `[profile p]\n${region}services = lcoal\n[services local]\nec2 =\n  endpoint_url = http://127.0.0.1\n`,
    },
    at: 'config:3',
    good: {
      config: `[profile p]\n${region}services = local\n[services local]\nec2 =\n  endpoint_url = http://127.0.0.1\n`,
    },
  },
  {
    code: 'missing-source',
    bad: { config: `${role}source_profile = my prof\n` },
    at: 'config:4',
    good: { config: `${role}source_profile = my prof\n${user.replace('profile user', 'profile "my prof"')}` },
  },
  {
    code: 'network-setting',
    bad: { config: `${user}endpoint_url = localhost:4566\n` },
    at: 'config:5',
    good: { config: `${user}endpoint_url = http://localhost:4566\n` },
  },
  {
    code: 'unknown-region',
    bad: { config: `[profile p]\nregion = RegionOne\n${keys}` },
    at: 'config:2',
    good: { config: `[profile p]\nregion = RegionOne\nendpoint_url = http://cloud\n${keys}` },
  },
  {
    code: 'missing-sso-session',
    bad: { config: `${signedIn.replace('sso_session = s', 'sso_session = my s')}` },
    at: 'config:5',
    good: {
      config: signedIn
        .replace('sso_session = s', 'sso_session = my s')
        .replace('sso-session s', "sso-session 'my s'"),
    },
  },
  {
    code: 'missing-source',
    bad: { config: `${user}${role}source_profile = usre\n` },
    at: 'config:8',
    good: { config: ofUser },
    credentials: {
      profile: 'p',
      sdk: /Could not resolve credentials/,
      awsCli: /source_profile "usre".*does not exist/,
    },
  },
  {
    code: 'source-cycle',
    bad: {
      config: `${role}source_profile = q\n${role.replace('profile p', 'profile q')}source_profile = p\n`,
    },
    at: 'config:4',
    good: { config: ofUser },
    credentials: { profile: 'p', sdk: /Detected a cycle/, awsCli: /[Ii]nfinite loop/ },
  },
  {
    code: 'competing-sources',
    bad: { config: signedIn, credentials: `[base]\n${keys}` },
    at: 'credentials:2',
    good: { config: signedIn, credentials: `[user]\n${keys}` },
    credentials: { profile: 'base', sdk: /^keys$/, awsCli: /Error loading SSO Token/ },
  },
  {
    code: 'competing-sources',
    bad: { config: `[profile p]\n${region}credential_process = /bin/p\n${keys}` },
    at: 'config:4',
    good: { config: `${ofUser}` },
  },
  {
    code: 'competing-sources',
    bad: { config: `${user}${role}source_profile = user\n${keys}` },
    at: 'config:9',
    good: { config: `${role}source_profile = p\n${keys}` },
  },
  {
    code: 'shell-in-process',
    bad: { config: `[profile p]\n${region}credential_process = /bin/p --user $USER\n` },
    at: 'config:3',
    good: {
      config: `[profile p]\n${region}credential_process = /bin/p 'https://x/?a=$1&b' https://y?a=1&b=2;c\n`,
    },
  },
  {
    code: 'shell-in-process',
    bad: { config: `[profile p]\n${region}credential_process = /bin/p | jq .x\n` },
    at: 'config:3',
    good: { config: `[profile p]\n${region}credential_process = sh -c '/bin/p | jq .x && echo $X'\n` },
  },
  {
    code: 'shell-in-process',
    bad: { config: `[profile p]\n${region}credential_process = ~/bin/p\n` },
    at: 'config:3',
    good: { config: `[profile p]\n${region}credential_process = /bin/p --name a=~b "c;d" \\$e\n` },
  },
  {
    code: 'shell-in-process',
    bad: { config: `[profile p]\n${region}credential_process = A=1 /bin/p && true\n` },
    at: 'config:3',
    good: { config: `[profile p]\n${region}credential_process = /bin/p A=1 x&y=2\n` },
  },
  {
    code: 'two-sources',
    bad: { config: `${ofUser}credential_source = Environment\n` },
    at: 'config:9',
    good: { config: ofUser },
    credentials: {
      profile: 'p',
      sdk: /Could not resolve credentials/,
      awsCli: /contains both source_profile and credential_source/,
    },
  },
  {
    code: 'no-source',
    bad: { config: `${user.replace('profile user', 'default')}${role}` },
    at: 'config:6',
    good: { config: `${role}web_identity_token_file = /t\n` },
    credentials: {
      profile: 'p',
      sdk: /Could not resolve credentials/,
      awsCli: /Partial credentials found in assume-role/,
    },
  },
  {
    code: 'unknown-credential-source',
    bad: { config: `${role}credential_source = Ec2InstanceMetadat\n` },
    at: 'config:4',
    good: { config: `${role}credential_source = Ec2InstanceMetadata\n` },
    credentials: { profile: 'p', sdk: /Unsupported credential source/, awsCli: /is not valid/ },
  },
  ...[
    'arn:aws:iam:111122223333:role/R',
    'arn:aws:iam::1111-2222-3333:role/R',
    'arn:aws:iam::111122223333:R',
    'R',
  ].map(
    (arn): Case => ({
      code: 'malformed-role',
      bad: { config: ofUser.replace('arn:aws:iam::111122223333:role/R', arn) },
      at: 'config:6',
      good: { config: ofUser.replace('role/R', 'role/path/of/R') },
    }),
  ),
  ...[
    'external_id = 12',
    'mfa_serial = arn:aws:iam::111122223333:mfa/x',
    'duration_seconds = 3600',
    'role_session_name = x',
  ].map(
    (line): Case => ({
      code: 'key-without-role',
      bad: { config: `${user}${line}\n` },
      at: 'config:5',
      good: { config: `${ofUser}${line}\n` },
    }),
  ),
  {
    code: 'chain-too-long',
    bad: { config: `${signedIn}${role}source_profile = base\nduration_seconds = 7200\n` },
    at: 'config:13',
    good: { config: `${signedIn}${role}source_profile = base\nduration_seconds = 3600\n` },
  },
  {
    code: 'chain-too-long',
    bad: { config: `${role}credential_source = Ec2InstanceMetadata\nduration_seconds = 7200\n` },
    at: 'config:5',
    good: { config: `${ofUser}duration_seconds = 7200\n` },
  },
  {
    code: 'chain-avoidable',
    bad: { config: `${signedIn}${role}source_profile = base\n` },
    at: 'config:12',
    good: { config: `${signedIn}${ofUser}` },
  },
  {
    code: 'chain-avoidable',
    bad: {
      config: `[profile base]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = R\n${role}source_profile = base\n`,
    },
    at: 'config:9',
    good: { config: ofUser },
  },
  ...['899', '43201', 'abc', '12h', '-1'].map(
    (seconds): Case => ({
      code: 'duration-out-of-range',
      bad: { config: `${ofUser}duration_seconds = ${seconds}\n` },
      at: 'config:9',
      good: { config: `${ofUser}duration_seconds = 43200\n` },
    }),
  ),
  {
    code: 'malformed-mfa',
    bad: { config: `${ofUser}mfa_serial = arn:aws:iam::111122223333:user/x\n` },
    at: 'config:9',
    good: { config: `${ofUser}mfa_serial = GAHT12345678\n` },
  },
  {
    code: 'mfa-of-a-role',
    bad: {
      config: `${signedIn}${role}source_profile = base\nmfa_serial = arn:aws:iam::111122223333:mfa/x\n`,
    },
    at: 'config:13',
    good: { config: `${ofUser}mfa_serial = arn:aws:iam::111122223333:mfa/x\n` },
  },
  {
    // The id is of account 029608264753, as its letters say.
    code: 'mfa-of-another-account',
    bad: {
      config: `${ofUser.replace('AKIAIOSFODNN7EXAMPLE', 'AKIAQNZGKIQY56JQ7WML')}mfa_serial = arn:aws:iam::111122223333:mfa/x\n`,
    },
    at: 'config:9',
    good: {
      config: `${ofUser.replace('AKIAIOSFODNN7EXAMPLE', 'AKIAQNZGKIQY56JQ7WML')}mfa_serial = arn:aws:iam::029608264753:mfa/x\n`,
    },
  },
  {
    code: 'mfa-of-another-account',
    bad: {
      config: `${ofUser}mfa_serial = arn:aws:iam::111122223333:mfa/x\n${role.replace('profile p', 'profile q')}source_profile = user\nmfa_serial = arn:aws:iam::999988887777:mfa/x\n`,
    },
    at: 'config:9',
    good: {
      config: `${ofUser}mfa_serial = arn:aws:iam::999988887777:mfa/x\n${role.replace('profile p', 'profile q')}source_profile = user\nmfa_serial = arn:aws:iam::999988887777:mfa/x\n`,
    },
  },
  {
    code: 'missing-sso-session',
    bad: {
      config: signedIn
        .replace('sso_session = s', 'sso_session = ss')
        .replace('sso-session s', 'sso-session sss'),
    },
    at: 'config:5',
    good: { config: signedIn },
    credentials: {
      profile: 'base',
      sdk: /Cannot read properties of undefined/,
      awsCli: /sso-session does not exist: "ss"/,
    },
  },
  {
    code: 'missing-sso-session',
    bad: { config: signedIn.replace('sso_session = s', 'sso_session = another') },
    at: 'config:5',
    good: { config: signedIn },
  },
  {
    code: 'missing-sso-session',
    bad: { config: `${signedIn.slice(sso.length)}sso_start_url = https://x\nsso_region = us-east-1\n` },
    at: 'config:2',
    good: { config: signedIn },
  },
  {
    code: 'incomplete-sso-session',
    bad: { config: signedIn.replace('sso_region = us-east-1\n', '') },
    at: 'config:1',
    good: { config: signedIn },
    credentials: { profile: 'base', sdk: /invalid SSO credentials/, awsCli: /missing.*sso_region/i },
  },
  {
    code: 'incomplete-sso',
    bad: { config: signedIn.replace('sso_role_name = R\n', '') },
    at: 'config:5',
    good: { config: signedIn },
  },
  {
    code: 'incomplete-sso',
    bad: { config: signedIn.replace('111122223333', '1111-2222-3333') },
    at: 'config:6',
    good: { config: signedIn },
  },
  {
    code: 'sso-in-credentials',
    bad: {
      config: signedIn.replace('sso_role_name = R\n', ''),
      credentials: `[base]\nsso_role_name = R\n`,
    },
    at: 'credentials:2',
    good: { config: signedIn },
    sdk: ['base', 'sso_role_name', 'R'],
    awsCli: ['base', 'sso_role_name', 'R'],
  },
  {
    code: 'mixed-sso',
    bad: { config: `${signedIn}sso_start_url = https://y\n` },
    at: 'config:9',
    good: { config: signedIn },
    credentials: {
      profile: 'base',
      sdk: /SSO session token associated with profile=base/,
      awsCli: /inconsistent between profile/,
    },
  },
  {
    code: 'conflicting-accounts',
    bad: { config: `${signedIn}role_arn = arn:aws:iam::444455556666:role/R\n` },
    at: 'config:6',
    good: { config: `${signedIn}aws_account_id = 111122223333\n` },
  },
  {
    code: 'conflicting-accounts',
    bad: { config: signedIn, credentials: '[base]\nsso_account_id = 444455556666\n' },
    at: 'config:6',
    good: { config: signedIn, credentials: '[base]\nsso_account_id = 111122223333\n' },
    sdk: ['base', 'sso_account_id', '444455556666'],
    awsCli: ['base', 'sso_account_id', '444455556666'],
  },
  {
    code: 'no-scopes',
    bad: { config: sso },
    at: 'config:1',
    good: { config: `${sso}sso_registration_scopes = sso:account:access\n` },
  },
  {
    code: 'long-lived-keys',
    bad: { credentials: `[p]\n${keys}` },
    at: 'credentials:3',
    good: { credentials: `[p]\n${keys}aws_session_token = t\n[q]\n${keys.replace('AKIA', 'ASIA')}` },
  },
  {
    code: 'incomplete-keys',
    bad: { credentials: '[p]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n' },
    at: 'credentials:2',
    good: { credentials: `[p]\n${keys}` },
    credentials: { profile: 'p', sdk: /Could not resolve credentials/, awsCli: /Partial credentials found/ },
  },
  {
    code: 'incomplete-keys',
    bad: { config: `${user}[profile p]\naws_session_token = t\n` },
    at: 'config:6',
    good: { config: user },
  },
  {
    code: 'keys-in-two-files',
    bad: { config: `[profile p]\n${region}aws_session_token = tttttttttt\n`, credentials: `[p]\n${keys}` },
    at: 'config:3',
    good: { config: `[profile p]\n${region}`, credentials: `[p]\n${keys}` },
    credentials: { profile: 'p', sdk: /^session$/, awsCli: /^keys$/ },
  },
  {
    code: 'keys-in-two-files',
    bad: {
      config: '[profile p]\naws_secret_access_key = abcdefghijk\n',
      credentials: '[p]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n',
    },
    at: 'config:2',
    good: { credentials: `[p]\n${keys}` },
    credentials: { profile: 'p', sdk: /^keys$/, awsCli: /Partial credentials found/ },
  },
  {
    code: 'readable-by-others',
    bad: { credentials: `[p]\n${keys}`, mode: 0o644 },
    at: 'credentials:null',
    good: { credentials: `[p]\n${keys}`, mode: 0o600 },
  },
  {
    code: 'endpoint-of-default',
    bad: { config: `[default]\nendpoint_url = http://127.0.0.1:1\n[profile p]\n${region}` },
    at: 'config:2',
    good: { config: `[profile local]\nendpoint_url = http://127.0.0.1:1\n[profile p]\n${region}` },
  },
]

/** The environment. */
export const environmentCases: readonly Case[] = [
  {
    code: 'profile-and-keys-in-environment',
    bad: { config: user, env: { AWS_PROFILE: 'user', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' } },
    at: 'environment:null',
    good: { config: user, env: { AWS_PROFILE: 'user' } },
  },
  {
    code: 'missing-profile-in-environment',
    bad: { config: user, env: { AWS_PROFILE: 'usre' } },
    at: 'environment:null',
    good: { config: user, env: { AWS_PROFILE: 'user' } },
  },
  {
    code: 'default-profile-in-environment',
    bad: { config: user, env: { AWS_DEFAULT_PROFILE: 'user' } },
    at: 'environment:null',
    good: { config: user, env: { AWS_DEFAULT_PROFILE: 'user', AWS_PROFILE: 'user' } },
  },
  {
    code: 'region-in-environment',
    bad: { config: user, env: { AWS_DEFAULT_REGION: 'eu-west-1' } },
    at: 'environment:null',
    good: { config: user, env: { AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-west-1' } },
  },
]
