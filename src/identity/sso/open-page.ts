import { makeConnection } from '../../aws/connection.ts'
import type { AwsConfig } from '../../config/aws-config.ts'
import { expandPath } from '../../config/paths.ts'
import { profilesOf, type SsoSession } from '../../config/sso-sessions.ts'
import type { Io } from '../../io.ts'
import type { SsoContext } from './renewal.ts'
import { nameSession } from './sso-faults.ts'
import { makeSsoMemory } from './sso-memory.ts'

/**
 * A sign-in by itself, without a profile: its calls go where those of the first profile that uses it go. Close it
 * in the end.
 */
export function openSso(
  session: SsoSession,
  config: AwsConfig,
  io: Pick<Io, 'env' | 'home' | 'now' | 'signal' | 'debug'>,
): SsoContext & { readonly close: () => void } {
  const [first] = profilesOf(session, config.profiles)
  const endpoints = first?.network ?? config.network
  const bundle = endpoints.caBundle
  const caBundle = bundle && { ...bundle, path: expandPath(bundle.path, io) }
  const connection = makeConnection({ env: io.env, caBundle, debug: io.debug })
  return {
    ...nameSession(session, config.profiles),
    io,
    connection,
    endpoints,
    memory: makeSsoMemory(),
    close: connection.destroy,
  }
}
