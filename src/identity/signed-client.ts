import type { EC2Client } from '@aws-sdk/client-ec2'
import { type Credentials, ec2Client } from '../aws/clients.ts'
import { type PageOptions, pages } from '../aws/read-pages.ts'
import type { Network } from '../config/network.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { Kind, Page } from '../model.ts'
import type { CredentialContext } from './credential-context.ts'
import { credentialsFor, renewing } from './credentials.ts'
import { networkFault } from './identity-faults.ts'

/** The pages of one kind; the page at which a session expires is asked for again with a new one. */
export async function* renewedPages(
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
export interface SignedClient {
  readonly client: () => EC2Client
  /** The access key that it signs with. */
  readonly used: () => string | null
}

export function signedClient(
  region: string,
  selected: SelectedProfile,
  context: CredentialContext,
): SignedClient {
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
export function workingNetwork({ network }: SelectedProfile): Network {
  if (network.problem) throw networkFault(network.problem)
  return network
}

export function signing(selected: SelectedProfile, context: CredentialContext) {
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
