import { FaultError } from '../aws/faults.ts'
import { type CredentialContext, runInTurn } from './credential-context.ts'
import { credentialsFault } from './identity-faults.ts'
import type { MfaCode } from './mfa-device.ts'

/**
 * Makes a call with a code of a device. A code that AWS refuses is asked for again, twice at most. One question at a
 * time, so that two devices cannot be taken for each other.
 */
export function withCode<T>(
  serial: string,
  profile: string,
  context: CredentialContext,
  call: (code: MfaCode) => Promise<T>,
  secondTry: SecondTry | null = null,
): Promise<T> {
  return runInTurn(context, async () => {
    for (let refused = 0; ; refused += 1) {
      if (!context.askMfa) throw mfaRequiredFault(profile, serial)
      const typed = refused === 0 ? (secondTry?.code?.TokenCode ?? null) : null
      const device = {
        serial,
        profile,
        ...(secondTry ? { refused: refused + 1, reason: secondTry.reason } : { refused }),
      }
      const code = typed ?? (await context.askMfa(device, context.io.signal))
      try {
        return await call({ SerialNumber: serial, TokenCode: code })
      } catch (error) {
        if (!isWrongCode(error) || refused === 2) throw mfaFault(error, profile, serial)
      }
    }
  })
}

/** A code is wanted a second time: one that was typed already, and may not be used up, and why if it is. */
export interface SecondTry {
  readonly code: MfaCode | null
  readonly reason: string
}

/** Whether AWS says no, and not for the code's sake. */
export function isDenied(error: unknown): boolean {
  if (!(error instanceof Error) || !/^AccessDenied(Exception)?$/.test(error.name)) return false
  return !error.message.includes('MultiFactorAuthentication failed')
}

/** Nobody can be asked for a code. */
export function mfaRequiredFault(profile: string, serial: string): FaultError {
  return credentialsFault(
    'MfaRequired',
    `Profile ${profile} needs a code of the MFA device ${serial}.`,
    'Give it with --mfa-code CODE, or run muster on a terminal, which asks for it.',
  )
}

/** A person was asked for a code and gave none. */
export function mfaNotGivenFault(profile: string, serial: string): FaultError {
  const message = `No code of the MFA device ${serial} was given (profile ${profile}).`
  return credentialsFault('MfaRequired', message, 'Sync again to be asked again.')
}

/** AWS refused the code that was given, and nobody can be asked for another. */
export function mfaRefusedFault(profile: string, serial: string): FaultError {
  return credentialsFault(
    'MfaRefused',
    `AWS refused the code of the MFA device ${serial} (profile ${profile}).`,
    'Wait for the next code: each is accepted once. Then run it again.',
  )
}

/** STS's words for a code that is wrong or was used before. */
function isWrongCode(error: unknown): boolean {
  return error instanceof Error && error.message.includes('invalid MFA one time pass code')
}

function mfaFault(error: unknown, profile: string, serial: string): unknown {
  if (isWrongCode(error)) return mfaRefusedFault(profile, serial)
  if (!(error instanceof Error) || !error.message.includes('MultiFactorAuthentication failed')) return error
  const message = `AWS does not accept the MFA device ${serial} for the source of profile ${profile}.`
  const next = `Correct mfa_serial of profile ${profile}: it must be a device of the user whose keys are the source.`
  return new FaultError({ class: 'configuration', code: 'MfaDevice', message, next }, error)
}
