import type { EC2Client } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { type Credentials, ec2Client } from '../aws/clients.ts'
import { type Connection, type ConnectionOptions, makeConnection } from '../aws/connection.ts'
import { faultFrom, malformed } from '../aws/faults.ts'
import { type PageOptions, pages } from '../aws/pages.ts'
import { listRegions, type Region } from '../aws/regions.ts'
import type { Network } from '../config/network.ts'
import { expandedPath } from '../config/paths.ts'
import type { AwsConfig } from '../config/profiles.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { Io } from '../io.ts'
import type { Fault, Kind, Page } from '../model.ts'
import { roleCacheOf } from './cli-cache.ts'
import type { CredentialContext, Known } from './context.ts'
import { codesGiven, credentialsFor, renewing } from './credentials.ts'
import { configurationFault, networkFault } from './faults.ts'
import type { AskMfa } from './mfa.ts'
import { stsAt, stsRegion } from './sts.ts'

export interface Identity {
  readonly account: string
  readonly arn: string
  readonly partition: string
}

/** One profile, signed in when it is first needed. An expired session is renewed and the call made again. */
export interface Session {
  readonly profile: string
  /** Resolves when the MFA codes that the profile needs have been given, or refused: nothing else is to wait for them. */
  codesGiven(): Promise<void>
  /** Who the credentials belong to, asked once; a fault where the profile declares another account. */
  identify(signal: AbortSignal): Promise<Identity>
  /** When the credentials end, in ms since 1970; null where they do not say. */
  expiry(): Promise<number | null>
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
  /** What makes the connections; sockets unless it is given. */
  readonly connect?: (options: ConnectionOptions) => Connection
  /** How long a credential_process may take, in ms; default 30 seconds. */
  readonly processTimeout?: number
  /** Asks for the codes of MFA devices; without it a profile that needs one is a fault. */
  readonly askMfa?: AskMfa | null
  /** Whether role sessions are shared with the AWS CLI through its cache; default true. */
  readonly shareRoles?: boolean
}

/** How sessions get in beyond what stands in ~/.aws. */
export type Access = Pick<SessionsOptions, 'askMfa' | 'shareRoles'>

/** Sessions that share sockets and credentials. */
export function openSessions(options: SessionsOptions): Sessions {
  const { io, config } = options
  const connections = new Map<string, Connection>()
  const connectionOf = ({ caBundle }: Network): Connection => {
    const key = caBundle?.path ?? ''
    const connection = connections.get(key) ?? connectionWith(caBundle, options)
    connections.set(key, connection)
    return connection
  }
  const shared = {
    io,
    config,
    known: new Map<string, Known>(),
    refused: new Set<string>(),
    kept: new Set<string>(),
    askMfa: options.askMfa ?? null,
    turn: { asking: Promise.resolve() },
    roleCache: options.shareRoles === false ? null : roleCacheOf(io.home),
    processTimeout: options.processTimeout ?? 30_000,
  }
  return {
    open(selected) {
      const { network, regions } = selected
      const connection = connectionOf(network)
      const maxAttempts = options.maxAttempts ?? network.maxAttempts ?? 9
      const region = regions.type === 'named' ? (regions.names[0] ?? null) : null
      return openSession(selected, { ...shared, network, region, connection, maxAttempts })
    },
    close() {
      for (const connection of connections.values()) connection.destroy()
    },
  }
}

function connectionWith(
  bundle: Network['caBundle'],
  { io, requestTimeout, connect = makeConnection }: SessionsOptions,
): Connection {
  const caBundle = bundle && { ...bundle, path: expandedPath(bundle.path, io) }
  return connect({
    env: io.env,
    caBundle,
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
  })
}

function openSession(selected: SelectedProfile, context: CredentialContext): Session {
  const { profile } = selected
  const region = stsRegion(profile, context)
  const clients = new Map<string, SignedClient>()
  const clientIn = (name: string): SignedClient => {
    const client = clients.get(name) ?? signedClient(name, selected, context)
    clients.set(name, client)
    return client
  }
  const identify = remembered(async (signal: AbortSignal) => {
    const { used, credentials } = signing(selected, context)
    const { Account, Arn } = await renewing(selected, context, used, () => {
      workingNetwork(selected)
      const client = stsAt(region, credentials, context)
      return client.send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    })
    if (!Account || !Arn) throw malformed('The answer to GetCallerIdentity holds no account.')
    if (selected.account !== null && selected.account !== Account) {
      const text = `Profile ${selected.name} declares account ${selected.account} but its credentials belong to ${Account}.`
      throw configurationFault(text, selected.name)
    }
    return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' }
  })
  const ssoSession = profile?.values.sso_session
  return {
    profile: selected.name,
    codesGiven: () => codesGiven(selected, context),
    identify,
    expiry: async () => (await credentialsFor(selected, context)).expiration?.getTime() ?? null,
    regions: remembered((signal) =>
      renewing(selected, context, clientIn(region).used, () =>
        listRegions(clientIn(region).client(), signal),
      ),
    ),
    pages: (kind, name, options, signal) =>
      renewedPages(clientIn(name), kind, options, signal, selected, context),
    fault: (error, name, operation) =>
      faultFrom(error, {
        profile: selected.name,
        region: name,
        ...(operation === undefined ? {} : { operation }),
        ...(ssoSession === undefined ? {} : { ssoSession }),
      }),
  }
}

/** The pages of one kind; the page at which a session expires is asked for again with a new one. */
async function* renewedPages(
  { client, used }: SignedClient,
  kind: Kind,
  options: PageOptions,
  signal: AbortSignal,
  selected: SelectedProfile,
  context: CredentialContext,
): AsyncGenerator<Page> {
  let source = pages(client(), kind, options, signal)
  let token = options.startingToken ?? null
  let renewed = false
  const next = async () => {
    // A generator that has thrown is over: the next one starts with the page that it was at.
    if (renewed)
      source = pages(client(), kind, token === null ? options : { ...options, startingToken: token }, signal)
    renewed = true
    const { value, done } = await source.next()
    renewed = false
    return done ? null : value
  }
  for (;;) {
    const page = await renewing(selected, context, used, next)
    if (!page) return
    token = page.nextToken
    yield page
  }
}

/** A client that follows renewed credentials: the SDK's own keeps those that have not expired by its clock. */
interface SignedClient {
  readonly client: () => EC2Client
  /** The access key that it signs with. */
  readonly used: () => string | null
}

function signedClient(region: string, selected: SelectedProfile, context: CredentialContext): SignedClient {
  const { used, credentials } = signing(selected, context)
  let made: { readonly client: EC2Client; readonly refused: number } | null = null
  return {
    used,
    client() {
      const refused = context.refused.size
      if (made?.refused === refused) return made.client
      const { connection, maxAttempts } = context
      const network = workingNetwork(selected)
      const endpoint = network.ec2Endpoint
      const client = ec2Client({ ...network, region, endpoint, credentials, connection, maxAttempts })
      made = { client, refused }
      return made.client
    },
  }
}

/** The settings of the network; a fault if one of them cannot work, before a client is made of it. */
function workingNetwork({ network }: SelectedProfile): Network {
  if (network.problem) throw networkFault(network.problem)
  return network
}

function signing(selected: SelectedProfile, context: CredentialContext) {
  let key: string | null = null
  return {
    used: () => key,
    async credentials(): Promise<Credentials> {
      const credentials = await credentialsFor(selected, context)
      key = credentials.accessKeyId
      return credentials
    },
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
