import type { Io } from '../io.ts'

type Values = Readonly<Record<string, string>>

/** Where services are called instead of at AWS's own addresses; null for AWS's own. */
export interface Endpoints {
  readonly ec2Endpoint: string | null
  readonly stsEndpoint: string | null
  /** The SSO portal's. */
  readonly ssoEndpoint: string | null
  readonly ssoOidcEndpoint: string | null
}

/** The endpoints that hold without a profile. */
export function endpointsFromEnvironment(env: Io['env']): Endpoints {
  return endpointsOf(env, {}, {})
}

/**
 * The endpoints of a profile, `services` being the keys of the section its `services` names. Order (AWS SDKs and
 * Tools Reference Guide, "Service-specific endpoints"): the service's variable, the global variable, the
 * service's entry, the profile's `endpoint_url`. The SDK's clients would ask the wrong profile.
 */
export function endpointsOf(env: Io['env'], profile: Values, services: Values): Endpoints {
  const ignored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS || profile.ignore_configured_endpoint_urls
  if (ignored?.toLowerCase() === 'true') {
    return { ec2Endpoint: null, stsEndpoint: null, ssoEndpoint: null, ssoOidcEndpoint: null }
  }
  const endpoint = (service: string): string | null =>
    env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    env.AWS_ENDPOINT_URL ||
    services[`${service}.endpoint_url`] ||
    profile.endpoint_url ||
    null
  return {
    ec2Endpoint: endpoint('ec2'),
    stsEndpoint: endpoint('sts'),
    ssoEndpoint: endpoint('sso'),
    ssoOidcEndpoint: endpoint('sso_oidc'),
  }
}
