import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hasCode } from '../errors.ts'
import { mayMakeFolder, ownFolder } from '../folders.ts'
import type { Io } from '../io.ts'
import { redact } from '../redact.ts'
import { writePrivately } from '../whole-file.ts'

/** Lines that were typed on the screen, by what for, the last one first; and what is wrong with the file of them. */
export interface TypedLines {
  readonly filter: readonly string[]
  readonly command: readonly string[]
  /** A sentence; null if all is well. */
  readonly problem: string | null
}

/** `$XDG_STATE_HOME/muster/history.json`, or the same in ~/.local/state. */
function typedLinesFile(io: Pick<Io, 'env' | 'home'>): string {
  return join(ownFolder('state', io), 'history.json')
}

/** The lines of earlier starts. A file that is damaged, or that another user may have written, is not believed. */
export function readTypedLines(io: Pick<Io, 'env' | 'home'>): TypedLines {
  const file = typedLinesFile(io)
  const nothing = { filter: [], command: [] }
  const ignored = (why: string) => ({
    ...nothing,
    problem: `The lines that were typed before are not known: ${file} ${why}.`,
  })
  const stranger = findStranger(file)
  if (stranger !== null) return ignored(stranger)
  try {
    const text = readOwn(file)
    if (text === null) return { ...nothing, problem: null }
    if (text === undefined) return ignored('is no file of yours alone')
    const value = JSON.parse(text) as unknown
    const [filter, command] = ['filter', 'command'].map((what) => listIn(value, what))
    return filter && command
      ? { filter, command, problem: null }
      : ignored('is damaged, and the next line replaces it')
  } catch (error) {
    if (error instanceof SyntaxError) return ignored('is damaged, and the next line replaces it')
    return ignored(
      `cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'error'})`,
    )
  }
}

/**
 * Adds a line to the file, beside those that another muster has added meanwhile. One with a secret in it is never kept,
 * and nothing is where another user could change it.
 */
export function keepTypedLine(
  what: 'filter' | 'command',
  text: string,
  most: number,
  io: Pick<Io, 'env' | 'home'>,
): void {
  const file = typedLinesFile(io)
  if (redact(text) !== text || !mayMakeFolder('state', io) || findStranger(file) !== null) return
  const { problem: _, ...lines } = readTypedLines(io)
  const added = [text, ...lines[what].filter((each) => each !== text)].slice(0, most)
  writePrivately(file, `${JSON.stringify({ ...lines, [what]: added }, null, 2)}\n`)
}

/** Why the folder is not the user's alone to write in; null if it is, or is not there yet. */
function findStranger(file: string): string | null {
  const found = statSync(dirname(file), { throwIfNoEntry: false })
  if (!found) return null
  const own = process.geteuid?.()
  if (own !== undefined && found.uid !== own) return 'is in a folder of another user'
  return (found.mode & 0o022) !== 0 ? 'is in a folder in which other users may write' : null
}

/** The text of a file of the user's own that others may not write; null without a file, undefined for any other. */
function readOwn(file: string): string | null | undefined {
  let handle: number
  try {
    // Not through a link, and without waiting for a pipe.
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    if (hasCode(error, 'ELOOP')) return undefined
    throw error
  }
  try {
    const found = fstatSync(handle)
    const isOwn = found.isFile() && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0
    return isOwn && found.size <= largest ? readFileSync(handle, 'utf8') : undefined
  } finally {
    closeSync(handle)
  }
}

/** In bytes. */
const largest = 4_000_000

function listIn(value: unknown, key: string): readonly string[] | null {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : null
  return Array.isArray(found) && found.every((each) => typeof each === 'string') ? found : null
}
