import { usageError } from '../errors.ts'
import type { LendTerminal } from '../identity/credential-context.ts'
import { mfaRefusedFault, mfaRequiredFault } from '../identity/mfa-code.ts'
import type { AskMfa, MfaDevice } from '../identity/mfa-device.ts'
import type { Io, Keyboard } from '../io.ts'
import { sanitise } from '../output/sanitise.ts'

/** The codes of --mfa-code, and the person at the terminal. */
export interface MfaCodes {
  /** The code that was given for a device; null if none was, or if AWS has refused it. */
  takeCode(device: MfaDevice): string | null
  /** That code, or else what is typed on the terminal. Without a terminal, a fault that names --mfa-code. */
  readonly ask: AskMfa
  /** Gives the terminal to a program that asks for something itself; null without a terminal. */
  readonly lendTerminal: LendTerminal | null
  /** Whether the terminal waits for a code, so that nothing else may be drawn on it. */
  isAsking(): boolean
}

/** Reads `CODE`, for the first device that asks, and `SERIAL=CODE`. A usage error if a code is not six digits. */
export function makeMfaCodes(
  words: readonly string[],
  { keyboard, err }: Pick<Io, 'keyboard' | 'err'>,
): MfaCodes {
  const codes = words.map(parseCode)
  let isAsking = false
  // A bare code belongs to the device that took it.
  const owners = new Map<string, string>()
  const takeCode = ({ serial, refused }: MfaDevice): string | null => {
    if (refused > 0) return null
    const match = codes.find((each) => each.serial === serial)
    if (match) return match.code
    const bare = codes.find((each) => each.serial === null && (owners.get(each.code) ?? serial) === serial)
    if (bare) owners.set(bare.code, serial)
    return bare?.code ?? null
  }
  const lendTerminal: LendTerminal = async (work) => {
    isAsking = true
    err('\r\u001b[K')
    try {
      return await work()
    } finally {
      isAsking = false
    }
  }
  return {
    takeCode: takeCode,
    lendTerminal: keyboard ? lendTerminal : null,
    isAsking: () => isAsking,
    async ask(device, signal) {
      const code = takeCode(device)
      if (code !== null) return code
      const { profile, serial, refused, reason } = device
      if (!keyboard) throw refused > 0 ? mfaRefusedFault(profile, serial) : mfaRequiredFault(profile, serial)
      if (reason && refused === 1) err(`${sanitise(reason)}\n`)
      else if (refused > 0) err('AWS refused that code: each is accepted once. Wait for the next one.\n')
      isAsking = true
      try {
        return await readCode(`MFA code of ${serial} (profile ${profile}): `, keyboard, err, signal)
      } finally {
        isAsking = false
      }
    },
  }
}

/** The name of a user, and so of a device, may hold `=`: the last one separates. */
function parseCode(word: string): { readonly serial: string | null; readonly code: string } {
  const at = word.lastIndexOf('=')
  const code = word.slice(at + 1)
  if (!/^\d{6}$/.test(code)) {
    throw usageError('--mfa-code takes the six digits that the device shows: CODE, or SERIAL=CODE.')
  }
  return { serial: at < 0 ? null : word.slice(0, at), code }
}

/** Six digits and enter, edited with backspace; any other key is ignored. The line is removed afterwards. */
function readCode(
  prompt: string,
  { stdin, interrupt }: Keyboard,
  err: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let digits = ''
    const draw = () => err(`\r\u001b[K${prompt}${digits}`)
    const end = () => {
      stdin.off('data', onData)
      signal.removeEventListener('abort', onAbort)
      stdin.setRawMode(false)
      stdin.pause()
      err('\r\u001b[K')
    }
    const onAbort = () => {
      end()
      reject(signal.reason)
    }
    const onData = (input: Buffer | string) => {
      for (const key of input.toString()) {
        if (key === '\u0003' || key === '\u0004') return interrupt()
        if (/\d/.test(key) && digits.length < 6) digits += key
        else if (key === '\u007f' || key === '\b') digits = digits.slice(0, -1)
        else if ((key === '\r' || key === '\n') && digits.length === 6) {
          end()
          return resolve(digits)
        }
      }
      draw()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    stdin.setRawMode(true)
    stdin.on('data', onData)
    stdin.resume()
    draw()
  })
}
