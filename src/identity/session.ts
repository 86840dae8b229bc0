import type { EC2Client } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { ec2Client, stsClient } from '../aws/clients.ts'
import { makeConnection } from '../aws/connection.ts'
import { faultFrom, malformed } from '../aws/faults.ts'
import { type PageOptions, pages } from '../aws/pages.ts'
import { listRegions, type Region } from '../aws/regions.ts'
import { type AwsConfig, endpointsFromEnvironment } from '../config/profiles.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { Io } from '../io.ts'
import type { Fault, Kind, Page } from '../model.ts'
import { type CredentialContext, configurationFault, credentialsFor, homeRegion } from './credentials.ts'

export interface Identity {
  readonly account: string
  readonly arn: string
  readonly partition: string
}

/** One profile, signed in when it is first needed. */
export interface Session {
  readonly profile: string
  /** Who the credentials belong to, asked once; a fault where the profile declares another account. */
  identify(signal: AbortSignal): Promise<Identity>
  /** All regions of the partition, asked once. */
  regions(signal: AbortSignal): Promise<readonly Region[]>
  pages(kind: Kind, region: string, options: PageOptions, signal: AbortSignal): AsyncGenerator<Page>
  fault(error: unknown, region: string | null, operation?: string): Fault
}

export interface Sessions {
  open(selected: SelectedProfile): Session
  close(): void
}

export interface SessionsOptions {
  readonly io: Pick<Io, 'env' | 'home' | 'now' | 'signal'>
  readonly config: AwsConfig
  readonly maxAttempts?: number
  /** Milliseconds. */
  readonly requestTimeout?: number
}

/** Sessions that share sockets and credentials. */
export function openSessions({ io, config, maxAttempts, requestTimeout }: SessionsOptions): Sessions {
  const bundle = config.profiles.find((profile) => profile.name === 'default')?.values.ca_bundle ?? null
  const connection = makeConnection({
    env: io.env,
    caBundle: bundle,
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
  })
  const attempts = maxAttempts ?? (Number(io.env.AWS_MAX_ATTEMPTS) || 9)
  const context: CredentialContext = { io, config, connection, maxAttempts: attempts, known: new Map() }
  return { open: (selected) => openSession(selected, context), close: connection.destroy }
}

function openSession(selected: SelectedProfile, context: CredentialContext): Session {
  const { profile } = selected
  const endpoints = profile ?? endpointsFromEnvironment(context.io.env)
  const { regions } = selected
  const region = homeRegion(profile?.region ?? (regions.type === 'named' ? regions.names[0] : null))
  const shared = {
    credentials: () => credentialsFor(selected, context),
    connection: context.connection,
    maxAttempts: context.maxAttempts,
  }
  const clients = new Map<string, EC2Client>()
  const clientIn = (name: string): EC2Client => {
    const client =
      clients.get(name) ?? ec2Client({ ...shared, region: name, endpoint: endpoints.ec2Endpoint })
    clients.set(name, client)
    return client
  }
  const ssoSession = profile?.values.sso_session
  const identify = remembered(async (signal: AbortSignal) => {
    const client = stsClient({ ...shared, region, endpoint: endpoints.stsEndpoint })
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    if (!Account || !Arn) throw malformed('The answer to GetCallerIdentity holds no account.')
    if (selected.account !== null && selected.account !== Account) {
      const text = `Profile ${selected.name} declares account ${selected.account} but its credentials belong to ${Account}.`
      throw configurationFault(text, selected.name)
    }
    return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' }
  })
  return {
    profile: selected.name,
    identify,
    regions: remembered((signal) => listRegions(clientIn(region), signal)),
    pages: (kind, name, options, signal) => pages(clientIn(name), kind, options, signal),
    fault: (error, name, operation) =>
      faultFrom(error, {
        profile: selected.name,
        region: name,
        ...(operation === undefined ? {} : { operation }),
        ...(ssoSession === undefined ? {} : { ssoSession }),
      }),
  }
}

/** Asked once; a failure is forgotten, so that the next caller asks again. */
function remembered<T>(ask: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let known: Promise<T> | null = null
  return (signal) => {
    known ??= ask(signal).catch((error: unknown) => {
      known = null
      throw error
    })
    return known
  }
}
