import { spawn } from 'node:child_process'
import type { Credentials } from '../aws/clients.ts'
import type { CredentialContext } from './context.ts'
import { credentialsFault } from './faults.ts'

/**
 * The credentials that a profile's credential_process prints (JSON, Version 1). It runs in a shell, as with the SDK,
 * in a group of its own and without a terminal, so that all of it can be ended when it takes too long or when muster
 * is interrupted. What it prints is in no error: it may be a secret.
 */
export async function processCredentials(
  profile: string,
  command: string,
  { io, processTimeout }: Pick<CredentialContext, 'io' | 'processTimeout'>,
): Promise<Credentials> {
  const fail = (what: string) =>
    credentialsFault(
      'CredentialProcess',
      `The credential_process of profile ${profile} ${what}.`,
      `Run its command by hand to see why: credential_process of profile ${profile} in ~/.aws/config.`,
    )
  const { ending, output } = await outputOf(command, io, processTimeout)
  io.signal.throwIfAborted()
  if (ending === 'late') throw fail(`gave nothing within ${processTimeout / 1000} seconds`)
  if (ending === 'long') throw fail('printed more than 64 kB')
  if (ending !== 0) throw fail(ending === null ? 'was ended by a signal' : `ended with exit code ${ending}`)
  const credentials = credentialsIn(output)
  if (typeof credentials === 'string') throw fail(credentials)
  const end = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY
  if (end <= io.now()) throw fail('gave credentials that have expired')
  return credentials
}

type Ending = number | null | 'late' | 'long'

function outputOf(
  command: string,
  { env, signal }: CredentialContext['io'],
  timeout: number,
): Promise<{ readonly ending: Ending; readonly output: string }> {
  const child = spawn('/bin/sh', ['-c', command], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  let early: Ending | undefined
  const end = (why?: Ending) => {
    early ??= why
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.length > 65_536) end('long')
  })
  const timer = setTimeout(() => end('late'), timeout)
  const interrupted = () => end(null)
  signal.addEventListener('abort', interrupted, { once: true })
  return new Promise((resolve) => {
    const ended = (code: number | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupted)
      resolve({ ending: early === undefined ? code : early, output })
    }
    child.once('error', () => ended(127))
    child.once('close', ended)
    // What it started in the background may hold its output open for ever.
    child.once('exit', () => end())
  })
}

/** Credentials, or what is wrong with the output. */
function credentialsIn(output: string): Credentials | string {
  let printed: unknown
  try {
    printed = JSON.parse(output)
  } catch {
    return 'printed no JSON'
  }
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = (printed ?? {}) as Record<
    string,
    unknown
  >
  if (Version !== 1) return 'printed no credentials of Version 1'
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') return 'printed no keys'
  const expiration = typeof Expiration === 'string' ? new Date(Expiration) : null
  if (expiration && Number.isNaN(expiration.getTime())) return 'printed an Expiration that is no time'
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === 'string' && SessionToken ? { sessionToken: SessionToken } : {}),
    ...(expiration ? { expiration } : {}),
  }
}
