import { EC2Client } from '@aws-sdk/client-ec2'
import { STSClient } from '@aws-sdk/client-sts'
import type { DebugLog } from '../io.ts'
import { readOwnAnswers } from './answer-protocol.ts'
import { type BeforeAttempt, type CircuitUse, guardCalls, holdAttempts } from './attempts.ts'
import type { Connection } from './connection.ts'
import { paceRetries, type RetryOptions, retryStrategy } from './retries.ts'
import { sha256 } from './sha256.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export interface ClientOptions {
  readonly region: string
  /** Null for AWS's own address. */
  readonly endpoint: string | null
  readonly credentials: () => Promise<Credentials>
  readonly connection: Connection
  /** Attempts at one call; 9 if it is not given. */
  readonly maxAttempts?: number
  readonly retryMode?: 'standard' | 'adaptive'
  readonly fips?: boolean
  readonly dualstack?: boolean
  /** Hears that AWS throttled an attempt, and after how many ms the next one is made. */
  readonly onThrottle?: ((wait: number) => void) | undefined
  /** Hears that AWS failed by itself, or the network did, and after how many ms the next attempt is made. */
  readonly onFailure?: ((wait: number) => void) | undefined
  /** What a call goes through whose address may be out of reach; none unless it is given. */
  readonly circuit?: CircuitUse
  readonly debug?: DebugLog | undefined
}

/** Its answers are in the form that is stored; every attempt at a call waits for `beforeAttempt`. */
export function ec2Client({
  beforeAttempt,
  ...options
}: ClientOptions & { readonly beforeAttempt?: BeforeAttempt }): EC2Client {
  const client = new EC2Client(configOf(options))
  client.middlewareStack.remove('loggerMiddleware')
  readOwnAnswers(client, options.debug)
  if (options.retryMode === 'adaptive') paceRetries(client.config, retryOptionsOf(options))
  if (options.circuit) guardCalls(client, options.region, options.circuit)
  if (beforeAttempt) holdAttempts(client, beforeAttempt)
  return client
}

/** `globalSts`: at STS's one old address, in the regions that it was made for (`sts_regional_endpoints = legacy`). */
export function stsClient({
  globalSts = false,
  ...options
}: ClientOptions & { readonly globalSts?: boolean }): STSClient {
  const { endpoint, fips, dualstack, region } = options
  const isGlobal = globalSts && endpoint === null && !fips && !dualstack && globalStsRegions.includes(region)
  const global = { region: 'us-east-1', endpoint: 'https://sts.amazonaws.com' }
  const client = new STSClient(configOf(isGlobal ? { ...options, ...global } : options))
  client.middlewareStack.remove('loggerMiddleware')
  if (options.circuit) guardCalls(client, region, options.circuit)
  return client
}

/** AWS SDKs and Tools Reference Guide, "AWS STS Regional endpoints"; botocore's LEGACY_GLOBAL_STS_REGIONS. */
export const globalStsRegions: readonly string[] = [
  'ap-northeast-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
]

const logNothing = () => undefined
const logger = { trace: logNothing, debug: logNothing, info: logNothing, warn: logNothing, error: logNothing }

/** Every setting that the SDK would otherwise look for itself, in AWS_PROFILE's section or in `[default]`. */
function configOf(options: ClientOptions) {
  const { region, endpoint, credentials, connection, retryMode = 'standard' } = options
  const retries = retryOptionsOf(options)
  return {
    region,
    credentials,
    maxAttempts: retries.maxAttempts,
    retryMode,
    ...(retryMode === 'adaptive' ? {} : { retryStrategy: retryStrategy(retries) }),
    useFipsEndpoint: options.fips ?? false,
    useDualstackEndpoint: options.dualstack ?? false,
    ignoreConfiguredEndpointUrls: true,
    defaultsMode: 'legacy' as const,
    userAgentAppId: async () => undefined,
    // EC2 and STS are signed in one way. Left out, the SDK reads ~/.aws anew for each client: with thousands of profiles
    // and a client for each scope, that took most of the time.
    authSchemePreference: async () => [],
    requestHandler: connection.handler,
    sha256,
    logger,
    ...(endpoint === null ? {} : { endpoint }),
  }
}

function retryOptionsOf({ maxAttempts = 9, onThrottle, onFailure }: ClientOptions): RetryOptions {
  return { maxAttempts, onThrottle, onFailure }
}
