import { type Connection, makeConnection } from '../../aws/connection.ts'
import { FaultError } from '../../aws/faults.ts'
import { type AwsConfig, endpointsFromEnvironment } from '../../config/profiles.ts'
import { profilesOf, type SsoSession } from '../../config/sso-sessions.ts'
import { exitCodes, MusterError } from '../../errors.ts'
import type { Io } from '../../io.ts'
import { named } from './faults.ts'
import type { SsoContext } from './renewal.ts'

/**
 * A sign-in by itself, without a profile: its calls go where those of the first profile that uses it go. Close it
 * in the end. Throws MusterError for a CA bundle that cannot be read.
 */
export function openSso(
  session: SsoSession,
  config: AwsConfig,
  io: Pick<Io, 'env' | 'home' | 'now' | 'signal'>,
): SsoContext & { readonly close: () => void } {
  const bundle = config.profiles.find(({ name }) => name === 'default')?.values.ca_bundle ?? null
  const connection = connected(io.env, bundle)
  const [first] = profilesOf(session, config.profiles)
  const endpoints = first ?? endpointsFromEnvironment(io.env)
  return { ...named(session, config.profiles), io, connection, endpoints, close: connection.destroy }
}

function connected(env: Io['env'], caBundle: string | null): Connection {
  try {
    return makeConnection({ env, caBundle })
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    throw new MusterError(`${error.fault.message} ${error.fault.next}`, exitCodes.failed, { cause: error })
  }
}
