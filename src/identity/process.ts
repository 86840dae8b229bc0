import type { Credentials } from '../aws/clients.ts'
import { splitShellWords } from '../config/python.ts'
import { cleanText } from '../redact.ts'
import { type CredentialContext, runInTurn } from './credential-context.ts'
import { credentialsFault } from './identity-faults.ts'
import { type CommandResult, type ProcessEnding, runCommand } from './run-command.ts'

/** What a credential_process is run with. */
export type ProcessContext = Pick<CredentialContext, 'io' | 'processTimeout' | 'turn' | 'lendTerminal'>

/**
 * The credentials that a profile's credential_process prints (JSON, Version 1). Its command is split into words as
 * the AWS CLI splits it (Python's shlex) and runs without a shell. It is tried without a terminal first, so that many
 * run at once and leave a progress line alone; if it fails and the terminal can be lent, once more with that, one
 * after the other. What it prints on standard output is in no error, what it says on standard error is.
 */
export async function processCredentials(
  profile: string,
  command: string,
  context: ProcessContext,
): Promise<Credentials> {
  const { io, processTimeout, lendTerminal } = context
  const words = splitShellWords(command)
  if (!words?.[0]) throw processFault(profile, words ? 'is empty' : 'has a quote that is not closed')
  const first = await runCommand(words, io, { timeout: processTimeout, hasTerminal: false })
  const asks = typeof first.ending === 'number' && first.ending !== 0
  // A person types slowly.
  const withTerminal = () => runCommand(words, io, { timeout: processTimeout * 10, hasTerminal: true })
  const result = asks && lendTerminal ? await runInTurn(context, () => lendTerminal(withTerminal)) : first
  io.signal.throwIfAborted()
  const wrong = problemOf(result.ending, words, processTimeout)
  if (wrong !== null) {
    throw processFault(profile, wrong + summariseErrors(result), asks && !lendTerminal)
  }
  const credentials = parseCredentials(result.output)
  if (typeof credentials === 'string') throw processFault(profile, credentials)
  const end = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY
  if (end <= io.now()) throw processFault(profile, 'gave credentials that have expired')
  return credentials
}

function processFault(profile: string, what: string, lackedTerminal = false) {
  return credentialsFault(
    'CredentialProcess',
    `The credential_process of profile ${profile} ${what.replace(/\.$/, '')}.`,
    `Do what it says, or run its command by hand: credential_process of profile ${profile} in ~/.aws/config.${lackedTerminal ? ' It had no terminal to ask on.' : ''}`,
  )
}

function problemOf(ending: ProcessEnding, words: readonly string[], timeout: number): string | null {
  if (ending === 0) return null
  if (ending === 'late') return `gave nothing within ${timeout / 1000} seconds`
  if (ending === 'long') return 'printed more than 64 kB'
  if (ending === null) return 'was ended by a signal'
  if (typeof ending === 'number') return `ended with exit code ${ending}`
  return `cannot be started (${ending.code}): ${cleanText(words[0] ?? '')}; muster starts no shell`
}

/** The words of standard error, without secrets, and without what standard output holds. */
function summariseErrors({ errors, output }: CommandResult): string {
  const printed = new Set(output.split(/[^\w+/=.-]+/).filter((word) => word.length >= 8))
  const words = errors
    .split(/(\s+)/)
    .map((word) => ([...printed].some((each) => word.includes(each)) ? '[secret]' : word))
  const text = cleanText(words.join(''))
  return text === '' ? '' : `: ${text}`
}

/** Credentials, or what is wrong with the output. */
function parseCredentials(output: string): Credentials | string {
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
  if (expiration && Number.isNaN(expiration.getTime())) return 'printed an Expiration that is not a time'
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === 'string' && SessionToken ? { sessionToken: SessionToken } : {}),
    ...(expiration ? { expiration } : {}),
  }
}
