import { EC2Client } from '@aws-sdk/client-ec2'
import { STSClient } from '@aws-sdk/client-sts'
import type { Connection } from './connection.ts'

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
  /** Attempts at one call, 9 unless told. */
  readonly maxAttempts?: number
}

export function ec2Client(options: ClientOptions): EC2Client {
  const client = new EC2Client(configOf(options))
  client.middlewareStack.remove('loggerMiddleware')
  return client
}

export function stsClient(options: ClientOptions): STSClient {
  const client = new STSClient(configOf(options))
  client.middlewareStack.remove('loggerMiddleware')
  return client
}

const silent = () => undefined
const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent }

function configOf({ region, endpoint, credentials, connection, maxAttempts = 9 }: ClientOptions) {
  return {
    region,
    credentials,
    maxAttempts,
    retryMode: 'standard',
    requestHandler: connection.handler,
    logger,
    ...(endpoint === null ? {} : { endpoint }),
  }
}
