import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { hasCode, MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Answer } from '../model.ts'
import { formatTemplate, readTemplate, type Template } from '../output/template.ts'
import { columnWord } from '../query/column-list.ts'
import { findQueryFolders } from './context.ts'
import type { Args } from './options.ts'
import { makeView } from './view.ts'

/** What --template asks for. */
export interface TemplateRequest {
  /** As makeView, of a command line that asks for the columns of the template. */
  readonly makeView: typeof makeView
  /** The text of an answer. Rows that are left out are reported on standard error. */
  readonly format: (answer: Answer) => Generator<string>
}

/** Reads the template of --template: its text, the name of one that ships, or a file. Mistakes are usage errors. */
export function readTemplateRequest(given: string, args: Args, io: Io): TemplateRequest {
  const other = args.output !== null ? '--output' : args.columns.length > 0 ? '--columns' : null
  if (other !== null)
    throw usageError(`--template says what is written, and so does ${other}: leave one out.`)
  const template: Template = readTemplate(given.includes('{{') ? given : readTemplateFile(given, io))
  const reportLeftOut = (rows: number, places: readonly string[]) => {
    const names = places.map((place) => `{{${place}}}`).join(', ')
    io.err(`left out: ${rows} ${rows === 1 ? 'row' : 'rows'} with nothing for ${names}\n`)
  }
  return {
    makeView(args, io, settings) {
      try {
        return makeView({ ...args, columns: [template.columns.map(columnWord).join(',')] }, io, settings)
      } catch (error) {
        if (!(error instanceof MusterError)) throw error
        throw usageError(error.message.replace(/^--columns: /, '--template: '), error)
      }
    },
    format: (answer) => formatTemplate(answer, template, reportLeftOut),
  }
}

const ending = '.template'

function readTemplateFile(given: string, io: Io): string {
  const folder = join(findQueryFolders(io).shipped, 'templates')
  const shipped = readdirSync(folder).flatMap((name) =>
    name.endsWith(ending) ? [name.slice(0, -ending.length)] : [],
  )
  const file = shipped.includes(given) ? join(folder, `${given}${ending}`) : resolve(io.cwd, given)
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR', 'ENAMETOOLONG')) throw error
    throw usageError(
      `--template ${given}: there is no such file that can be read. Give a text with {{COLUMN}}, a file, or one of ${shipped.sort().join(', ')}.`,
      error,
    )
  }
}
