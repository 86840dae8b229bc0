import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file that only its owner may read (0600), whole or not at all; its folder is made where it misses. */
export function writePrivately(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const place = realPlace(file)
  const beside = `${place}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const handle = openSync(beside, 'wx', 0o600)
    try {
      writeSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(beside, place)
  } finally {
    rmSync(beside, { force: true })
  }
}

/** Where a link leads; the file itself where it is none or does not exist. */
function realPlace(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
