/** What is set, and where each client then calls; profile `p` is the one that is signed in. */
export interface Row {
  readonly env?: Readonly<Record<string, string>>
  /** Lines of profile `p`. */
  readonly p?: string
  /** Other sections. */
  readonly others?: string
  readonly region?: string
  readonly ec2: string
  readonly sts: string
  readonly sso: string
  readonly oidc: string
}

const own = 'http://127.0.0.1:9'
const one = 'http://127.0.0.1:1'
const everywhere = { ec2: own, sts: own, sso: own, oidc: own }
const endpoint = `endpoint_url = ${own}\n`
const aws = addresses('.eu-west-1.amazonaws.com')
const fips = { region: 'us-east-1', ...addresses('-fips.us-east-1.amazonaws.com') }
const dualstack = { region: 'us-east-1', ...addresses('.us-east-1.api.aws') }
const services = `[services mine]\nec2 =\n  endpoint_url = ${one}\nsts =\n  endpoint_url = http://127.0.0.1:2\nsso =\n  endpoint_url = http://127.0.0.1:3\nsso_oidc =\n  endpoint_url = http://127.0.0.1:4\n`
const ofServices = {
  ec2: one,
  sts: 'http://127.0.0.1:2',
  sso: 'http://127.0.0.1:3',
  oidc: 'http://127.0.0.1:4',
}

/** Every setting of the network, in the profile, in another one, in the environment. */
export const rows: readonly (readonly [what: string, row: Row])[] = [
  ['nothing', aws],
  ['endpoint_url of the profile', { p: endpoint, ...everywhere }],
  ['endpoint_url of the default profile', { others: `[default]\n${endpoint}`, ...aws }],
  [
    'endpoint_url of the profile and of the default one',
    { p: endpoint, others: `[default]\nendpoint_url = ${one}\n`, ...everywhere },
  ],
  [
    'settings of the profile that AWS_PROFILE names',
    {
      env: { AWS_PROFILE: 'other' },
      others: `[profile other]\n${endpoint}use_fips_endpoint = true\nuse_dualstack_endpoint = true\nsts_regional_endpoints = legacy\n`,
      ...aws,
    },
  ],
  ['services of the profile', { p: 'services = mine\n', others: services, ...ofServices }],
  ['services before endpoint_url', { p: `services = mine\n${endpoint}`, others: services, ...ofServices }],
  [
    'endpoint_url for what services does not name',
    {
      p: `services = mine\n${endpoint}`,
      others: `[services mine]\nec2 =\n  endpoint_url = ${one}\n`,
      ...everywhere,
      ec2: one,
    },
  ],
  ['services of the default profile', { others: `[default]\nservices = mine\n${services}`, ...aws }],
  ['AWS_ENDPOINT_URL', { env: { AWS_ENDPOINT_URL: own }, ...everywhere }],
  [
    'AWS_ENDPOINT_URL before services',
    { env: { AWS_ENDPOINT_URL: own }, p: 'services = mine\n', others: services, ...everywhere },
  ],
  [
    'AWS_ENDPOINT_URL before a services section that is missing',
    { env: { AWS_ENDPOINT_URL: own }, p: 'services = gone\n', ...everywhere },
  ],
  [
    'a variable for each service before AWS_ENDPOINT_URL',
    {
      env: {
        AWS_ENDPOINT_URL: own,
        AWS_ENDPOINT_URL_EC2: ofServices.ec2,
        AWS_ENDPOINT_URL_STS: ofServices.sts,
        AWS_ENDPOINT_URL_SSO: ofServices.sso,
        AWS_ENDPOINT_URL_SSO_OIDC: ofServices.oidc,
      },
      ...ofServices,
    },
  ],
  [
    'ignore_configured_endpoint_urls of the profile',
    {
      env: { AWS_ENDPOINT_URL_EC2: own, AWS_ENDPOINT_URL_SSO: own },
      p: `ignore_configured_endpoint_urls = true\n${endpoint}`,
      ...aws,
    },
  ],
  [
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    {
      env: { AWS_ENDPOINT_URL: own, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' },
      p: 'services = gone\n',
      ...aws,
    },
  ],
  [
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS before the profile',
    {
      env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' },
      p: `ignore_configured_endpoint_urls = true\n${endpoint}`,
      ...everywhere,
    },
  ],
  [
    'ignore_configured_endpoint_urls of the default profile',
    { p: endpoint, others: '[default]\nignore_configured_endpoint_urls = true\n', ...everywhere },
  ],
  ['use_fips_endpoint of the profile', { p: 'use_fips_endpoint = true\n', ...fips }],
  ['use_fips_endpoint that is not true', { p: 'use_fips_endpoint = 1\n', ...aws }],
  ['use_fips_endpoint of the default profile', { others: '[default]\nuse_fips_endpoint = true\n', ...aws }],
  ['AWS_USE_FIPS_ENDPOINT', { env: { AWS_USE_FIPS_ENDPOINT: 'true' }, ...fips }],
  [
    'AWS_USE_FIPS_ENDPOINT before the profile',
    { env: { AWS_USE_FIPS_ENDPOINT: 'false' }, p: 'use_fips_endpoint = true\n', ...aws },
  ],
  ['use_dualstack_endpoint of the profile', { p: 'use_dualstack_endpoint = true\n', ...dualstack }],
  [
    'use_dualstack_endpoint of the default profile',
    { others: '[default]\nuse_dualstack_endpoint = true\n', ...aws },
  ],
  ['AWS_USE_DUALSTACK_ENDPOINT', { env: { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, ...dualstack }],
  [
    'use_fips_endpoint and use_dualstack_endpoint',
    {
      region: 'us-east-1',
      p: 'use_fips_endpoint = true\nuse_dualstack_endpoint = true\n',
      ...addresses('-fips.us-east-1.api.aws'),
    },
  ],
  [
    'use_fips_endpoint in GovCloud',
    {
      region: 'us-gov-west-1',
      p: 'use_fips_endpoint = true\n',
      ...addresses('.us-gov-west-1.amazonaws.com'),
    },
  ],
  ['a region of China', { region: 'cn-north-1', ...addresses('.cn-north-1.amazonaws.com.cn') }],
  ['an isolated region', { region: 'us-iso-east-1', ...addresses('.us-iso-east-1.c2s.ic.gov') }],
  [
    'a region of Europe’s own cloud',
    { region: 'eusc-de-east-1', ...addresses('.eusc-de-east-1.amazonaws.eu') },
  ],
  [
    'sts_regional_endpoints',
    { p: 'sts_regional_endpoints = legacy\n', ...aws, sts: 'https://sts.amazonaws.com' },
  ],
  [
    'sts_regional_endpoints in a region that is newer',
    {
      region: 'eu-south-1',
      p: 'sts_regional_endpoints = legacy\n',
      ...addresses('.eu-south-1.amazonaws.com'),
    },
  ],
  [
    'sts_regional_endpoints of the default profile',
    { others: '[default]\nsts_regional_endpoints = legacy\n', ...aws },
  ],
  [
    'AWS_STS_REGIONAL_ENDPOINTS before the profile',
    { env: { AWS_STS_REGIONAL_ENDPOINTS: 'regional' }, p: 'sts_regional_endpoints = legacy\n', ...aws },
  ],
  ['AWS_DEFAULTS_MODE', { env: { AWS_DEFAULTS_MODE: 'standard' }, ...aws }],
]

function addresses(rest: string): Pick<Row, 'ec2' | 'sts' | 'sso' | 'oidc'> {
  return {
    ec2: `https://ec2${rest}`,
    sts: `https://sts${rest}`,
    sso: `https://portal.sso${rest}`,
    oidc: `https://oidc${rest}`,
  }
}
