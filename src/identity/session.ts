import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { type CallLimiter, callLimiter } from '../aws/call-limiter.ts'
import { makeCircuits } from '../aws/circuits.ts'
import { type Connection, type ConnectionOptions, makeConnection } from '../aws/connection.ts'
import { faultFrom, malformedError } from '../aws/faults.ts'
import { listRegions, type Region } from '../aws/list-regions.ts'
import type { PageOptions } from '../aws/read-pages.ts'
import type { AwsConfig } from '../config/aws-config.ts'
import type { Network } from '../config/network.ts'
import { expandPath } from '../config/paths.ts'
import type { SelectedProfile } from '../config/selection.ts'
import type { Io } from '../io.ts'
import type { Fault, Kind } from '../model.ts'
import type { Page } from '../pages.ts'
import type { CredentialContext, LendTerminal, ResolvedCredentials } from './credential-context.ts'
import { callWithRenewal, collectCodes, credentialsFor } from './credentials.ts'
import { configurationFault } from './identity-faults.ts'
import type { AskMfa } from './mfa-device.ts'
import { adviseOnRegion } from './region-advice.ts'
import { makeRegionList } from './region-list.ts'
import { roleCacheOf } from './role-cache.ts'
import { makeSignedClient, makeSigner, readRenewedPages, requireWorkingNetwork } from './signed-client.ts'
import { makeSsoMemory } from './sso/sso-memory.ts'
import { stsAt, stsRegion } from './sts-calls.ts'
import { explainStsRefusal } from './sts-refusal.ts'

export interface Identity {
  readonly account: string
  readonly arn: string
  readonly partition: string
}

/** One profile, signed in when it is first needed. An expired session is renewed and the call made again. */
export interface Session {
  readonly profile: string
  /**
   * Resolves when the MFA codes that the profile needs have been given, or refused, so that nothing else waits for
   * them.
   */
  collectCodes(): Promise<void>
  /** Who the credentials belong to, asked once; a fault if the profile declares another account. */
  identify(signal: AbortSignal): Promise<Identity>
  /** When the credentials end, in ms since 1970; null if they do not say. */
  readExpiry(): Promise<number | null>
  /** All regions of the partition, asked once for each account. */
  listRegions(signal: AbortSignal): Promise<readonly Region[]>
  /** Whether a call failed because its region is not enabled in the account. */
  isRegionOff(error: unknown, region: string, signal: AbortSignal): Promise<boolean>
  readPages(kind: Kind, region: string, options: PageOptions, signal: AbortSignal): AsyncGenerator<Page>
  /** What an error means. `kind`: what was being read. */
  toFault(error: unknown, region: string | null, kind?: Pick<Kind, 'name' | 'operation'>): Fault
}

export interface Sessions {
  open(selected: SelectedProfile): Session
  close(): void
}

export interface SessionsOptions {
  readonly io: Pick<Io, 'env' | 'home' | 'now' | 'signal' | 'debug'>
  readonly config: AwsConfig
  readonly maxAttempts?: number
  /** Milliseconds. */
  readonly requestTimeout?: number
  /** How many bytes of bodies may be in hand before further ones wait; default 16 MB. */
  readonly bodyBytes?: number
  /** What makes the connections; sockets unless it is given. */
  readonly connect?: (options: ConnectionOptions) => Connection
  /** What every attempt at a call of EC2 waits for; default a limiter of these sessions' own. */
  readonly mayCall?: CallLimiter
  /** How long a credential_process may take, in ms; default 30 seconds. */
  readonly processTimeout?: number
  /** All profiles that may be opened, of which several may share a device. */
  readonly chosen?: readonly SelectedProfile[]
  /** Asks for the codes of MFA devices; without it a profile that needs one is a fault. */
  readonly askMfa?: AskMfa | null
  /** Lends the terminal to a credential_process that asks for something; without it none has one. */
  readonly lendTerminal?: LendTerminal | null
  /** Whether role sessions are shared with the AWS CLI through its cache; default true. */
  readonly shareRoles?: boolean
}

/** What sessions may use to sign in beyond ~/.aws, and how much their answers may take. */
export type Access = Pick<SessionsOptions, 'askMfa' | 'lendTerminal' | 'shareRoles' | 'bodyBytes'>

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
    resolved: new Map<string, ResolvedCredentials>(),
    refusedKeys: new Set<string>(),
    cachedKeys: new Set<string>(),
    ssoMemory: makeSsoMemory(),
    askMfa: options.askMfa ?? null,
    lendTerminal: options.lendTerminal ?? null,
    chosenProfiles: new Set(options.chosen?.flatMap(({ profile }) => profile ?? [])),
    secondTries: new Map<string, Promise<boolean>>(),
    roleOnlyDevices: new Set<string>(),
    turn: { asking: Promise.resolve() },
    mayCall: options.mayCall ?? callLimiter({ onWait: waitLog(io.debug) }),
    circuits: makeCircuits(),
    regionLists: new Map<string, Promise<readonly Region[]>>(),
    roleCache: options.shareRoles === false ? null : roleCacheOf(io.home),
    processTimeout: options.processTimeout ?? 30_000,
  }
  return {
    open(selected) {
      const { network, regions, profile } = selected
      if (profile) shared.chosenProfiles.add(profile)
      const connection = connectionOf(network)
      const maxAttempts = options.maxAttempts ?? network.maxAttempts ?? 9
      const region = regions.type === 'named' ? (regions.names[0] ?? null) : null
      return openSession(selected, {
        ...shared,
        profile: selected.name,
        network,
        region,
        connection,
        maxAttempts,
      })
    },
    close() {
      for (const connection of connections.values()) connection.destroy()
    },
  }
}

function connectionWith(
  bundle: Network['caBundle'],
  { io, requestTimeout, bodyBytes, connect = makeConnection }: SessionsOptions,
): Connection {
  const caBundle = bundle && { ...bundle, path: expandPath(bundle.path, io) }
  return connect({
    env: io.env,
    debug: io.debug,
    caBundle,
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
  })
}

function openSession(selected: SelectedProfile, context: CredentialContext): Session {
  const { profile } = selected
  const region = stsRegion(profile, context)
  let { account } = selected
  const use = { getAccount: () => account }
  const askWho = (signal: AbortSignal, at = region) => {
    const { getUsedKey: used, credentials } = makeSigner(selected, context)
    return callWithRenewal(selected, context, used, () => {
      requireWorkingNetwork(selected)
      const client = stsAt(at, credentials, context)
      return client.send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    })
  }
  const identify = askOnce(async (signal: AbortSignal) => {
    const { Account, Arn } = await askWho(signal).catch(async (error: unknown) => {
      throw await explainStsRefusal(error, region, (other) => askWho(signal, other))
    })
    context.io.debug?.write('credentials', `profile ${selected.name} is ${Arn}`)
    if (!Account || !Arn) throw malformedError('The answer to GetCallerIdentity holds no account.')
    if (selected.account !== null && selected.account !== Account) {
      const text = `Profile ${selected.name} declares account ${selected.account} but its credentials belong to ${Account}.`
      throw configurationFault(text, selected.name)
    }
    account = Account
    return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' }
  })
  const ssoSession = profile?.values.sso_session
  const askForRegions = (signal: AbortSignal) => {
    const client = makeSignedClient(region, selected, context, use)
    return callWithRenewal(selected, context, client.getUsedKey, () =>
      listRegions(client.getClient(), signal),
    )
  }
  const prove = async (signal: AbortSignal) => {
    await askWho(signal)
    const { sessionToken } = await credentialsFor(selected, context)
    return { isGlobalSession: sessionToken !== undefined && mayAskGlobalSts(selected) }
  }
  const questions = { ask: askForRegions, prove }
  const regions = makeRegionList(questions, () => account ?? selected.name, context.regionLists)
  return {
    profile: selected.name,
    collectCodes: () => collectCodes(selected, context),
    identify,
    readExpiry: async () => (await credentialsFor(selected, context)).expiration?.getTime() ?? null,
    listRegions: regions.read,
    isRegionOff: regions.isOff,
    readPages(kind, name, options, signal) {
      // A client of its own, so that what is throttled is known; it is made in a twentieth of a millisecond.
      const { onThrottle, onFailure } = options
      const client = makeSignedClient(name, selected, context, { ...use, onThrottle, onFailure })
      return readRenewedPages(client, kind, options, signal, selected, context)
    },
    toFault(error, name, kind) {
      const fault = faultFrom(error, {
        profile: selected.name,
        region: name,
        ...(kind === undefined ? {} : { kind: kind.name, operation: kind.operation }),
        ...(ssoSession === undefined ? {} : { ssoSession }),
      })
      const explained = regions.explain(fault, name)
      const next = adviseOnRegion(explained, name ?? context.region, profile)
      return next === null ? regions.suspect(explained, name) : { ...explained, next }
    },
  }
}

/**
 * Whether the session of a profile, if it has one, may come from STS's global endpoint: muster asks that one only if a
 * setting says so; whoever made a session that muster was handed may have asked it.
 */
function mayAskGlobalSts({ source, profile, network }: SelectedProfile): boolean {
  const isHandedOver = source === 'environment' || profile?.kind === 'static' || profile?.kind === 'process'
  return network.globalSts || isHandedOver
}

/** What hears of calls that wait for muster's own limit; undefined without a debug log. */
function waitLog(debug: Io['debug']): ((key: string, ms: number) => void) | undefined {
  return (
    debug && ((key, ms) => debug.write('call', `${key} waits ${Math.round(ms)} ms for muster's own limit`))
  )
}

/** Asked once; a failure is forgotten, so that the next caller asks again. */
function askOnce<T>(ask: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let pending: Promise<T> | null = null
  return (signal) => {
    pending ??= ask(signal).catch((error: unknown) => {
      pending = null
      throw error
    })
    return pending
  }
}
