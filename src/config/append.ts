import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { exitCodes, hasCode, MusterError } from '../errors.ts'
import { resolveFilePlace } from '../file-place.ts'
import { writeWhole } from '../whole-file.ts'

/**
 * Appends text to a config file: every byte that is there stays, a link is followed, the mode stays, and the file is
 * written whole or not at all. Gives the name of the copy of what it was; null if there was no file. Throws MusterError
 * if the file cannot be written, or has changed meanwhile.
 */
export function appendToFile(file: string, text: string, now: number): string | null {
  try {
    return appendText(file, text, now)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw changedError(file, error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!/^E[A-Z]+$/.test(code)) throw error
    throw new MusterError(
      `${file} cannot be written (${code}): it is as it was; make it writable and run the same command again.`,
      exitCodes.failed,
      { cause: error },
    )
  }
}

function appendText(file: string, text: string, now: number): string | null {
  const place = resolveFilePlace(file)
  if (place.type !== 'file') {
    throw new MusterError(
      `${file} is a pipe or a device, which keeps nothing: give a file in AWS_CONFIG_FILE.`,
    )
  }
  const { path } = place
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  if (!place.exists) {
    writeWhole(path, text, { existing: 'refuse', mode: 0o600 })
    return null
  }
  const before = readFileSync(path)
  const copy = writeCopy(path, before, now)
  try {
    const extended = Buffer.concat([
      before,
      Buffer.from(separatorAfter(before) + withLineEndsOf(text, before)),
    ])
    writeWhole(path, extended, { existing: 'replace', check: () => refuseChanged(path, before) })
    return copy
  } catch (error) {
    rmSync(copy, { force: true })
    throw error
  }
}

/** `config.2026-11-24T120000Z.bak`, beside the file, never in place of another. */
function writeCopy(path: string, before: Buffer, now: number): string {
  const time = new Date(now).toISOString().replace(/:|\.\d+/g, '')
  for (let count = 1; ; count += 1) {
    const copy = `${path}.${time}${count === 1 ? '' : `-${count}`}.bak`
    try {
      writeWhole(copy, before, { existing: 'refuse', mode: statSync(path).mode & 0o777 })
      return copy
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
  }
}

/** An editor or another program may have saved it meanwhile. */
function refuseChanged(path: string, before: Buffer): void {
  if (!existsSync(path) || !readFileSync(path).equals(before)) throw changedError(path)
}

function changedError(path: string, cause?: unknown): MusterError {
  return new MusterError(
    `${path} changed while it was being extended and is as it was left: run the same command again.`,
    exitCodes.failed,
    { cause },
  )
}

/** What stands between the last byte and a new section: the end of its line, and an empty line. */
function separatorAfter(before: Buffer): string {
  const end = before.includes('\r\n') ? '\r\n' : '\n'
  if (before.length === 0) return ''
  return before.at(-1) === 0x0a ? end : end + end
}

function withLineEndsOf(text: string, before: Buffer): string {
  return before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
}
