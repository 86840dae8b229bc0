import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from '../aws/clients.ts'
import { ownFolder } from '../folders.ts'
import { writePrivately } from '../whole-file.ts'
import type { CredentialContext } from './credential-context.ts'

/** A device, and the keys of the user whose it is. */
export interface UserDevice {
  readonly serial: string
  readonly credentials: Credentials
}

/** So long it is remembered that a session is of no use: policies change. In ms. */
const memoryLength = 14 * 86_400_000

/** Whether a code of the device is known to be of use with AssumeRole alone: in this run, or of an earlier one. */
export function isRoleOnly(device: UserDevice, context: CredentialContext): boolean {
  const { roleOnlyDevices, io } = context
  const key = keyOf(device)
  if (roleOnlyDevices.has(key)) return true
  const learntAt = readMemory(context)[key]
  return typeof learntAt === 'number' && io.now() - learntAt < memoryLength
}

/** Remembers it, for this source and device. A file that cannot be written remembers nothing. */
export function rememberRoleOnly(device: UserDevice, context: CredentialContext): void {
  const key = keyOf(device)
  context.roleOnlyDevices.add(key)
  const file = fileOf(context)
  if (file === null) return
  try {
    writePrivately(file, `${JSON.stringify({ ...readMemory(context), [key]: context.io.now() })}\n`)
  } catch {
    // The next run finds it out again.
  }
}

/** No key stands in the file. */
function keyOf({ serial, credentials }: UserDevice): string {
  return createHash('sha256').update(`${credentials.accessKeyId} ${serial}`).digest('hex')
}

function readMemory(context: CredentialContext): Readonly<Record<string, unknown>> {
  const file = fileOf(context)
  if (file === null) return {}
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** `$XDG_STATE_HOME/muster/mfa.json`, or the same in ~/.local/state; null if nothing is shared between runs. */
function fileOf({ roleCache, io }: CredentialContext): string | null {
  if (roleCache === null) return null
  return join(ownFolder('state', io), 'mfa.json')
}
