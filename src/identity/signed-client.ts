import type { EC2Client } from '@aws-sdk/client-ec2'
import { type Credentials, ec2Client } from '../aws/clients.ts'
import { type PageOptions, readPages } from '../aws/read-pages.ts'
import type { Network } from '../config/network.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { Kind } from '../model.ts'
import type { Page } from '../pages.ts'
import type { CredentialContext } from './credential-context.ts'
import { callWithRenewal, credentialsFor } from './credentials.ts'
import { networkFault } from './identity-faults.ts'

/** The pages of one kind; the page at which a session expires is asked for again with a new one. */
export async function* readRenewedPages(
  { getClient, getUsedKey: used }: SignedClient,
  kind: Kind,
  given: PageOptions,
  signal: AbortSignal,
  selected: SelectedProfile,
  context: CredentialContext,
): AsyncGenerator<Page> {
  const options = { numbers: new Map(), ...given }
  let source = readPages(getClient(), kind, options, signal)
  let token = options.startingToken ?? null
  let renewed = false
  const readNext = async () => {
    // A generator that has thrown is over: the next one starts with the page that it was at.
    if (renewed)
      source = readPages(
        getClient(),
        kind,
        token === null ? options : { ...options, startingToken: token },
        signal,
      )
    renewed = true
    const { value, done } = await source.next()
    renewed = false
    return done ? null : value
  }
  try {
    for (;;) {
      const page = await callWithRenewal(selected, context, used, readNext)
      if (!page) return
      token = page.nextToken
      yield page
    }
  } finally {
    await source.return(undefined)
  }
}

/** A client that follows renewed credentials: the SDK's own keeps those that have not expired by its clock. */
export interface SignedClient {
  readonly getClient: () => EC2Client
  /** The access key that it signs with. */
  readonly getUsedKey: () => string | null
}

/** What a client is used for. */
export interface ClientUse {
  /** The account whose limits its calls share, as far as it is known. */
  readonly getAccount: () => string | null
  /** Hears that AWS throttled an attempt, and after how many ms the next one is made. */
  readonly onThrottle?: ((wait: number) => void) | undefined
  /** Hears that AWS failed by itself, or the network did, and after how many ms the next attempt is made. */
  readonly onFailure?: ((wait: number) => void) | undefined
}

export function makeSignedClient(
  region: string,
  selected: SelectedProfile,
  context: CredentialContext,
  { getAccount, onThrottle, onFailure }: ClientUse,
): SignedClient {
  const { getUsedKey: used, credentials } = makeSigner(selected, context)
  const getOwner = () => getAccount() ?? selected.name
  let current: { readonly client: EC2Client; readonly refused: number } | null = null
  return {
    getUsedKey: used,
    getClient() {
      const refused = context.refusedKeys.size
      if (current?.refused === refused) return current.client
      const { connection, maxAttempts, mayCall, circuits } = context
      const network = requireWorkingNetwork(selected)
      const endpoint = network.ec2Endpoint
      const { debug } = context.io
      const client = ec2Client({
        ...network,
        region,
        endpoint,
        credentials,
        connection,
        maxAttempts,
        onThrottle,
        onFailure,
        debug,
        circuit: { circuits, getOwner },
        beforeAttempt: (operation, bucket, signal) =>
          mayCall(`${getOwner()}/${region}/${operation}`, bucket, signal),
      })
      current = { client, refused }
      return current.client
    },
  }
}

/** The settings of the network; a fault if one of them cannot work, before a client is made of it. */
export function requireWorkingNetwork({ network }: SelectedProfile): Network {
  if (network.problem) throw networkFault(network.problem)
  return network
}

export function makeSigner(selected: SelectedProfile, context: CredentialContext) {
  let key: string | null = null
  return {
    getUsedKey: () => key,
    async credentials(): Promise<Credentials> {
      const credentials = await credentialsFor(selected, context)
      key = credentials.accessKeyId
      return credentials
    },
  }
}
