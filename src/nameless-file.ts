import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'

/** A temporary file that has lost its name: the system removes it when this process ends, however it ends. */
export interface NamelessFile {
  readonly handle: number
  readonly size: () => number
  readonly read: (at: number, length: number) => Buffer
  readonly close: () => void
}

/** Makes such a file in a folder. `open` gets its name, for what must open it by that, before it has none. */
export function openNameless<T>(
  folder: string,
  open: (path: string) => T,
): NamelessFile & { readonly opened: T } {
  const path = join(folder, `.muster-${randomBytes(8).toString('hex')}.tmp`)
  const handle = openSync(path, 'wx+', 0o600)
  const close = () => closeSync(handle)
  const read = (at: number, length: number) => {
    const bytes = Buffer.allocUnsafe(length)
    for (let from = 0; from < length; ) {
      const taken = readSync(handle, bytes, from, length - from, at + from)
      if (taken === 0) throw new Error('a temporary file is shorter than it was')
      from += taken
    }
    return bytes
  }
  try {
    return { handle, size: () => fstatSync(handle).size, read, close, opened: open(path) }
  } catch (error) {
    close()
    throw error
  } finally {
    unlinkSync(path)
  }
}
