import type { Io } from '../io.ts'
import type { MergedSection } from './aws-files.ts'
import { type NetworkSetting, type NetworkSettings, problemOfNetwork } from './network-problems.ts'

/** Where services are called instead of at AWS's own addresses; null for AWS's own. */
export interface Endpoints {
  readonly ec2Endpoint: string | null
  readonly stsEndpoint: string | null
  /** The SSO portal's. */
  readonly ssoEndpoint: string | null
  readonly ssoOidcEndpoint: string | null
  /** Where `aws login` is renewed. */
  readonly signinEndpoint: string | null
}

/** How AWS is called with a profile: every setting of the network, resolved for each profile by itself. */
export interface Network extends Endpoints {
  readonly fips: boolean
  readonly dualstack: boolean
  /** Whether STS is called at its one old address in the regions that it was made for. */
  readonly globalSts: boolean
  /** A PEM file in place of Node's certificate authorities; its path as it is written. */
  readonly caBundle: { readonly path: string; readonly setting: string } | null
  /** Attempts at one call; null for muster's own. */
  readonly maxAttempts: number | null
  readonly retryMode: 'standard' | 'adaptive'
  /** One sentence if a setting cannot work. */
  readonly problem: string | null
}

type NetworkSection = Pick<MergedSection, 'values' | 'places' | 'paths'>
type Services = ReadonlyMap<string, NetworkSection>

/**
 * The settings that hold for a profile, or without one. The order is botocore's: a service's variable, the global
 * one, the service's entry in the `services` section, the profile's `endpoint_url`; of all others the variable, then
 * the profile. An empty variable is one that is not set.
 */
export function networkOf(env: Io['env'], profile: NetworkSection | null, services: Services): Network {
  const findSetting = (key: string) =>
    readVariable(env, `AWS_${key.toUpperCase()}`) ?? readEntry(profile, key)
  const isIgnored = isTrue(findSetting('ignore_configured_endpoint_urls'))
  const findEndpoint = (service: string) => (isIgnored ? null : endpointOf(service, env, profile, services))
  const settings: NetworkSettings = {
    endpoints: {
      ec2: findEndpoint('ec2'),
      sts: findEndpoint('sts'),
      sso: findEndpoint('sso'),
      sso_oidc: findEndpoint('sso_oidc'),
      signin: findEndpoint('signin'),
    },
    services: isIgnored || env.AWS_ENDPOINT_URL ? null : readEntry(profile, 'services'),
    fips: findSetting('use_fips_endpoint'),
    dualstack: findSetting('use_dualstack_endpoint'),
    stsRegional: findSetting('sts_regional_endpoints'),
    maxAttempts: findSetting('max_attempts'),
    retryMode: findSetting('retry_mode'),
  }
  // REQUESTS_CA_BUNDLE comes last (botocore, `EndpointCreator._get_verify_value`).
  const bundle = findSetting('ca_bundle') ?? readVariable(env, 'REQUESTS_CA_BUNDLE')
  const { ec2, sts, sso, sso_oidc: oidc, signin } = settings.endpoints
  return {
    ec2Endpoint: ec2?.value ?? null,
    stsEndpoint: sts?.value ?? null,
    ssoEndpoint: sso?.value ?? null,
    ssoOidcEndpoint: oidc?.value ?? null,
    signinEndpoint: signin?.value ?? null,
    fips: isTrue(settings.fips),
    dualstack: isTrue(settings.dualstack),
    globalSts: settings.stsRegional?.value === 'legacy',
    caBundle: bundle && { path: bundle.value, setting: bundle.setting },
    maxAttempts: Number(settings.maxAttempts?.value) || null,
    retryMode: settings.retryMode?.value === 'adaptive' ? 'adaptive' : 'standard',
    problem: problemOfNetwork(settings, services),
  }
}

/** botocore's `ensure_boolean`: every other word is no. */
function isTrue(setting: NetworkSetting | null): boolean {
  return setting?.value.toLowerCase() === 'true'
}

function endpointOf(
  service: string,
  env: Io['env'],
  profile: NetworkSection | null,
  services: Services,
): NetworkSetting | null {
  return (
    readVariable(env, `AWS_ENDPOINT_URL_${service.toUpperCase()}`) ??
    readVariable(env, 'AWS_ENDPOINT_URL') ??
    readEntry(services.get(profile?.values.services ?? '') ?? null, `${service}.endpoint_url`) ??
    readEntry(profile, 'endpoint_url')
  )
}

function readVariable(env: Io['env'], name: string): NetworkSetting | null {
  const value = env[name]
  return value ? { value, setting: name } : null
}

function readEntry(section: NetworkSection | null, key: string): NetworkSetting | null {
  const value = section?.values[key]
  if (!section || !value) return null
  const place = section.places.get(key)
  return { value, setting: place ? `${key} (${section.paths[place.file]}:${place.line})` : key }
}
