import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { type ExitCode, exitCodes, MusterError, usageError } from '../../errors.ts'
import type { Io } from '../../io.ts'
import { sanitise } from '../../output/sanitise.ts'
import { checkText } from '../../query/check-saved.ts'
import { isBareWord, ownFileOf, type QueryFolders, readSavedFile, type SavedFile } from '../../query/saved.ts'

/**
 * Opens a saved query of the user's own in $VISUAL or $EDITOR, and checks it when that has ended. What was written stays,
 * whatever is wrong with it.
 */
export async function editQuery(name: string, folders: QueryFolders, io: Io): Promise<ExitCode> {
  const { file } = requireOwn(name, folders)
  await runEditor(file, io)
  io.signal.throwIfAborted()
  const edited = readSavedFile(name, folders)
  if (!edited?.own) throw usageError(`${file} is gone: the editor has removed it.`)
  const problems = checkText(edited)
  for (const { line, column, what } of problems)
    io.err(`${sanitise(`${file}:${line}:${column}: ${what}`)}${what.endsWith('?') ? '' : '.'}\n`)
  if (problems.length === 0) io.err(`${sanitise(file)}: no problem\n`)
  else io.err(`  -> It is kept as you wrote it; \`muster queries edit ${name}\` opens it again.\n`)
  return problems.length === 0 ? exitCodes.done : exitCodes.usage
}

/** Removes a saved query of the user's own. */
export async function removeQuery(name: string, folders: QueryFolders, io: Io): Promise<ExitCode> {
  const { file } = requireOwn(name, folders)
  rmSync(file)
  const again = readSavedFile(name, folders) ? `; \`muster query ${name}\` is the one that ships again` : ''
  io.err(`removed ${sanitise(file)}${again}\n`)
  return exitCodes.done
}

function requireOwn(name: string, folders: QueryFolders): SavedFile {
  const found = readSavedFile(name, folders)
  if (found?.own) return found
  if (found)
    throw usageError(
      `'${name}' ships with muster and stays as it is: \`muster query ${name} --save NAME\` makes a query of your own of it.`,
    )
  const place = isBareWord(name) ? ` (${ownFileOf(name, folders)})` : ''
  throw usageError(
    `There is no saved query '${name}' of your own${place}: \`muster query … --save NAME\` makes one. See muster queries.`,
  )
}

/** The program of $VISUAL, or else of $EDITOR, with its words, without a shell. It has the terminal until it ends. */
function runEditor(file: string, { env }: Io): Promise<void> {
  const written = env.VISUAL?.trim() || env.EDITOR?.trim() || 'vi'
  const [program = '', ...words] = written.split(/\s+/)
  const failed = (how: string, cause?: unknown) =>
    new MusterError(`The editor '${written}' ${how}: set VISUAL or EDITOR. ${file} is as it left it.`, 1, {
      cause,
    })
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...words, file], { stdio: 'inherit', env: { ...env } })
    child.once('error', (error) => reject(failed('cannot be started', error)))
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(failed(signal ? `was ended by ${signal}` : `ended with exit code ${code}`)),
    )
  })
}
