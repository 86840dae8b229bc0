import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { exitCodes, MusterError } from '../errors.ts'

/**
 * Appends text to a config file: every byte that is there stays, a link is followed, the mode kept, the file
 * whole or as it was. Gives the name of the copy of what it was, null where there was no file. Throws MusterError
 * where it cannot be written, or changed meanwhile.
 */
export function appendToFile(file: string, text: string, now: number): string | null {
  try {
    return appended(realPlace(file), text, now)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!/^E[A-Z]+$/.test(code)) throw error
    throw new MusterError(
      `${file} cannot be written (${code}): it is as it was; make it writable and run the same command again.`,
      exitCodes.failed,
      { cause: error },
    )
  }
}

function appended(place: string, text: string, now: number): string | null {
  const before = bytesOf(place)
  const beside = `${place}.${randomBytes(6).toString('hex')}.tmp`
  mkdirSync(dirname(place), { recursive: true, mode: 0o700 })
  try {
    const handle = openSync(beside, 'wx', 0o600)
    try {
      if (before) writeSync(handle, before)
      writeSync(handle, (before ? joint(before) : '') + lineEnds(text, before))
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    const copy = before ? keptCopy(place, now) : null
    if (before) chmodSync(beside, statSync(place).mode & 0o7777)
    refuseChanged(place, before)
    renameSync(beside, place)
    return copy
  } finally {
    rmSync(beside, { force: true })
  }
}

/** `config.2026-11-24T120000Z.bak`, beside the file, never in place of another. */
function keptCopy(place: string, now: number): string {
  const time = new Date(now).toISOString().replace(/:|\.\d+/g, '')
  for (let count = 1; ; count += 1) {
    const copy = `${place}.${time}${count === 1 ? '' : `-${count}`}.bak`
    try {
      copyFileSync(place, copy, constants.COPYFILE_EXCL)
      return copy
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** An editor or another program may have saved it meanwhile. */
function refuseChanged(place: string, before: Buffer | null): void {
  const now = bytesOf(place)
  if (now === null ? before === null : before?.equals(now)) return
  throw new MusterError(`${place} changed while it was being extended: run the same command again.`)
}

/** What stands between the last byte and a new section: the end of its line, and an empty line. */
function joint(before: Buffer): string {
  const end = before.includes('\r\n') ? '\r\n' : '\n'
  if (before.length === 0) return ''
  return before.at(-1) === 0x0a ? end : end + end
}

function lineEnds(text: string, before: Buffer | null): string {
  return before?.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
}

function bytesOf(file: string): Buffer | null {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat ? readFileSync(file) : null
}

function realPlace(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
