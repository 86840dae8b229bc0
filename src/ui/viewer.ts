import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'
import { splitShellWords } from '../config/python.ts'
import { MusterError } from '../errors.ts'
import type { Io } from '../io.ts'

/**
 * Shows a text in the user's pager or editor, which has the terminal meanwhile: a file of its own in a folder that only
 * the user can open, which is removed afterwards. What is changed in it is lost.
 */
export async function viewDocument(
  { name, text }: { readonly name: string; readonly text: string },
  { env, atExit }: Pick<Io, 'env' | 'atExit'>,
): Promise<void> {
  const [program, ...words] = findViewer(env)
  const folder = mkdtempSync(join(tmpdir(), 'muster-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const cancel = atExit(remove)
  try {
    const file = join(folder, nameFile(name))
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
    await runViewer(program, [...words, ...cautions(program), file], env)
  } finally {
    cancel()
    remove()
  }
}

/**
 * The program and its words: $PAGER, as the document is there to be read; else $VISUAL or $EDITOR; else less or more. A
 * pager that shows nothing to look at, as `cat`, is passed over. Throws MusterError.
 */
export function findViewer(env: Io['env']): readonly [program: string, ...words: string[]] {
  const chosen = [env.PAGER, env.VISUAL, env.EDITOR]
    .map((text) => splitShellWords(text ?? '') ?? [])
    .find(([program = '']) => program !== '' && basename(program) !== 'cat')
  for (const [program = '', ...words] of chosen ? [chosen] : [['less'], ['more']]) {
    const path = findProgram(program, env)
    if (path !== null) return [path, ...words]
  }
  throw new MusterError(
    chosen
      ? `There is no program ${chosen[0]}: set PAGER or EDITOR to one that there is.`
      : 'There is neither less nor more here: set PAGER or EDITOR.',
  )
}

/** Looks for a program as a shell does, but never in the folder that one happens to be in. */
function findProgram(program: string, env: Io['env']): string | null {
  const places = program.includes('/') ? [''] : (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  for (const place of places) {
    const path = place === '' ? program : join(place, program)
    const found = isAbsolute(path) ? statSync(path, { throwIfNoEntry: false }) : undefined
    if (!found?.isFile() || (found.mode & 0o111) === 0) continue
    refuseForeign(realpathSync(path))
    return path
  }
  return null
}

/** A program that another user could have put there, or could put there a moment later, is not run. */
function refuseForeign(path: string): void {
  for (let at = path; ; at = dirname(at)) {
    const found = statSync(at)
    const isOwn = found.uid === 0 || found.uid === process.geteuid?.()
    if (!isOwn || isOpen(found))
      throw new MusterError(`${path} is not run: ${at} may be changed by other users of this machine.`)
    if (at === dirname(at)) return
  }
}

/** Whether others may write it: everybody, or a group that is neither root's, nor administrators', nor the user's alone. */
function isOpen({ mode, gid, uid }: Stats): boolean {
  // In a folder with the sticky bit, such as /tmp, each may move and remove only what is theirs.
  if ((mode & 0o1000) !== 0) return false
  const isTrusted = gid === 0 || gid === uid || (platform() === 'darwin' && gid === 80)
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !isTrusted)
}

/** vim obeys settings in the first and last lines of a file (`modeline`): a tag may hold some. */
function cautions(program: string): readonly string[] {
  return /^n?vim$/.test(basename(realpathSync(program)).split('.')[0] ?? '')
    ? ['--cmd', 'set modelines=0 nomodeline']
    : []
}

function nameFile(name: string): string {
  return (
    name
      .replaceAll(/[^\w.-]+/g, '_')
      .replace(/^[-.]+/, '')
      .slice(-100) || 'document.txt'
  )
}

function runViewer(program: string, args: readonly string[], env: Io['env']): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...env } })
    child.once('error', (error) =>
      reject(new MusterError(`${program} could not be started (${error.message}).`)),
    )
    child.once('close', () => resolve())
  })
}
