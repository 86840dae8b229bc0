/** A device whose code is wanted. */
export interface MfaDevice {
  /** `arn:aws:iam::111122223333:mfa/name`, or the number of a hardware device. */
  readonly serial: string
  /** The profile that asks for it first. */
  readonly profile: string
  /** How many codes AWS has refused. */
  readonly refused: number
  /** Why another code is wanted, if AWS has not refused one: a sentence. */
  readonly reason?: string
}

/** Asks a person for the device's code: six digits. Rejects if nobody gives one. */
export type AskMfa = (device: MfaDevice, signal: AbortSignal) => Promise<string>

/** A code, and the device that showed it. */
export interface MfaCode {
  readonly SerialNumber: string
  readonly TokenCode: string
}
