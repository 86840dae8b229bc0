import type { Credentials } from '../aws/clients.ts'
import type { CredentialContext } from './credential-context.ts'
import { isSessionOver } from './identity-faults.ts'

/** Gives credentials, the same ones as long as they are of use. */
export type CredentialsSupplier = () => Promise<Credentials>

/** A source whose session has expired meanwhile is resolved again, if that gives other credentials. */
export async function withSource<T>(
  source: CredentialsSupplier,
  { refusedKeys, cachedKeys }: CredentialContext,
  call: (credentials: Credentials) => Promise<T>,
): Promise<T> {
  const credentials = await source()
  try {
    return await call(credentials)
  } catch (error) {
    if (!isSessionOver(error, credentials.accessKeyId, cachedKeys)) throw error
    refusedKeys.add(credentials.accessKeyId)
    const fresh = await source()
    if (fresh.accessKeyId === credentials.accessKeyId) throw error
    return call(fresh)
  }
}
