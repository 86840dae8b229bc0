import { lstatSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname } from 'node:path'
import { usageError } from '../errors.ts'
import { findKind, typeOfColumn } from '../kinds.ts'
import type { Answer } from '../model.ts'
import type { FileAbout } from '../output/file-about.ts'
import { loadFormat } from '../output/format.ts'
import { type FileFormat, isByteFormat } from '../output/format-names.ts'
import { sanitise } from '../output/sanitise.ts'
import { type Coverage, coverageOf } from '../query/coverage.ts'
import type { CachedScopes } from '../sync/standing.ts'
import { writeWhole } from '../whole-file.ts'
import { toScopeJson } from './coverage-file.ts'
import { toFileCoverage } from './file-coverage.ts'
import { loadFileWriter } from './file-writers.ts'
import { formatCoverage } from './report.ts'
import { isRegularFile, isTerminalDevice, type WritingIo, writeBytes, writeFile } from './write-file.ts'

export interface ExportRequest {
  readonly file: string
  readonly format: FileFormat
  /** CSV: keep cells that a spreadsheet would run. */
  readonly raw: boolean
  /** CSV: begin with a byte order mark. */
  readonly bom?: boolean
  /** Table and CSV: begin with the names of the columns. */
  readonly headers?: boolean
  /** Replace the file if it exists. */
  readonly force: boolean
  /** What the rows are called: the name of the query or of the kind. */
  readonly name: string
  /** The kind of the question, which knows what its columns hold. */
  readonly kind: string
}

/**
 * Writes an answer into a file, whole or not at all. If something is missing, a report beside the file names it; a
 * complete answer removes the report of an earlier export. Returns the bytes written. A usage error if the file exists,
 * a MusterError if it cannot be written. `made`: the text of the answer, if it is made in another way than by its format.
 */
export async function exportAnswer(
  answer: Answer,
  request: ExportRequest,
  { statuses }: CachedScopes,
  io: WritingIo,
  made: Iterable<string> | null = null,
): Promise<number> {
  const { file } = request
  const coverage = coverageOf(statuses)
  const write = (watched: WritingIo) =>
    made ? writeFile(file, made, request.force, watched) : writeAnswer(answer, request, coverage, watched)
  if (!isRegularFile(file)) return write(io)
  const beside = `${file}.coverage.json`
  const existing = inspectReport(beside, file)
  if (coverage.complete && coverage.accepted.length === 0) {
    const bytes = await write(io)
    if (existing === 'report') rmSync(beside, { force: true })
    return bytes
  }
  if (existing === 'foreign') {
    const bytes = await write(io)
    io.err(`${beside} was not written by muster, and stays as it is: what is missing is named only here.\n`)
    return bytes
  }
  const lines = formatCoverage(coverage, io.now())
  const report = { file, said: lines, scopes: [...coverage.unread, ...coverage.accepted].map(toScopeJson) }
  const text = `${JSON.stringify(report, null, 4)}\n`
  // Before the file: a kill between the two must not leave a file that looks complete.
  const { now, err, errIsTerminal, signal, atExit, onDraft } = io
  const beforeReplacing = () => writeWhole(beside, text, { existing: 'replace' })
  try {
    return await write({
      now,
      err,
      errIsTerminal,
      signal,
      atExit,
      ...(onDraft ? { onDraft } : {}),
      beforeReplacing,
    })
  } catch (error) {
    if (existing === 'nothing') rmSync(beside, { force: true })
    throw error
  }
}

async function writeAnswer(
  answer: Answer,
  { file, format, raw, bom = false, headers = true, force, name, kind: kindName }: ExportRequest,
  coverage: Coverage,
  io: WritingIo,
): Promise<number> {
  const onTerminal = isTerminalDevice(file)
  if (!isByteFormat(format)) {
    // A terminal by the name of its device: nothing is cut, but no text may control it.
    const columns = onTerminal ? Number.POSITIVE_INFINITY : null
    const options = {
      columns,
      raw,
      bom,
      headers,
      colour: false,
      about: { name, coverage: toFileCoverage(coverage) },
    }
    const write = await loadFormat(format)
    return writeFile(file, write(answer, options), force, io)
  }
  if (onTerminal) throw usageError(`${file} is a terminal, and ${format} is no text: give a file.`)
  const kind = findKind(kindName)
  const about: FileAbout = {
    name,
    coverage: toFileCoverage(coverage),
    typeOf: (column) => typeOfColumn(column, kind),
    folder: isRegularFile(file) ? dirname(file) : tmpdir(),
    note: (sentence) => io.err(`${sanitise(sentence)}\n`),
    raw,
    bom,
    headers,
  }
  const write = await loadFileWriter(format)
  return writeBytes(file, write(answer, about), force, io)
}

/**
 * What is in the place of the report about a file. It is muster's own only if it has exactly the members of a report
 * and is about a file of this name, whatever folder that was in then.
 */
function inspectReport(beside: string, file: string): 'nothing' | 'report' | 'foreign' {
  const found = lstatSync(beside, { throwIfNoEntry: false })
  if (!found) return 'nothing'
  if (!found.isFile()) return 'foreign'
  try {
    const report: unknown = JSON.parse(readFileSync(beside, 'utf8'))
    return isReport(report) && basename(report.file) === basename(file) ? 'report' : 'foreign'
  } catch {
    return 'foreign'
  }
}

function isReport(value: unknown): value is { readonly file: string } {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'file,said,scopes')
    return false
  const { file, said, scopes } = value as Record<string, unknown>
  return typeof file === 'string' && Array.isArray(said) && Array.isArray(scopes)
}
