import { createHmac } from 'node:crypto'
import { AwsRefusal, type Caller } from '../http-answer.ts'

/** The MFA device of an account's own user `inventory`. */
export function mfaSerial(account: string): string {
  return `arn:aws:iam::${account}:mfa/inventory`
}

/**
 * The nth code of a device, from 0: six digits by HOTP (RFC 4226), with a seed that follows from the serial
 * number, so that a test need not wait 30 seconds for the next one.
 */
export function mfaCode(serial: string, n: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(n))
  const digest = createHmac('sha1', `demo seed of ${serial}`).update(counter).digest()
  const offset = (digest[19] ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** Whether a request carries a code of the caller's own device. Throws AwsRefusal if the code is not accepted. */
export type CheckMfa = (caller: Caller, params: URLSearchParams) => boolean

/** The devices of one endpoint: a code is accepted once, and none that comes before an accepted one. */
export function makeMfaCheck(): CheckMfa {
  const next = new Map<string, number>()
  return (caller, params) => {
    const serial = params.get('SerialNumber')
    const code = params.get('TokenCode')
    if (serial === null && code === null) return false
    if (serial !== mfaSerial(caller.account) || !caller.path.startsWith('user/')) {
      throw mfaRefusal(
        'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
      )
    }
    const from = next.get(serial) ?? 0
    const found = Array.from({ length: 100 }, (_, n) => from + n).find((n) => mfaCode(serial, n) === code)
    if (found === undefined) {
      throw mfaRefusal('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
    }
    next.set(serial, found + 1)
    return true
  }
}

function mfaRefusal(message: string): AwsRefusal {
  return new AwsRefusal(403, 'AccessDenied', message)
}
