import { lstatSync, readFileSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { Answer } from '../model.ts'
import { type Format, formatAnswer } from '../output/format.ts'
import { coverageOf } from '../query/coverage.ts'
import type { CachedScopes } from '../sync/standing.ts'
import { toScopeJson } from './coverage-file.ts'
import { formatCoverage } from './report.ts'
import { isRegularFile, isTerminalDevice, type WritingIo, writeFile } from './write-file.ts'

export interface ExportRequest {
  readonly file: string
  readonly format: Format
  /** CSV: keep cells that a spreadsheet would run. */
  readonly raw: boolean
  /** CSV: begin with a byte order mark. */
  readonly bom?: boolean
  /** Replace the file where it exists. */
  readonly force: boolean
}

/**
 * Writes an answer into a file, whole or not at all, and beside it what is missing if something is; a complete one
 * removes what an earlier export wrote there. Gives the bytes written. A usage error if the file exists, a MusterError
 * if it cannot be written.
 */
export async function exportAnswer(
  answer: Answer,
  { file, format, raw, bom = false, force }: ExportRequest,
  { statuses }: CachedScopes,
  io: WritingIo,
): Promise<number> {
  // A terminal by the name of its device: nothing is cut, but nothing may drive it.
  const columns = isTerminalDevice(file) ? Number.POSITIVE_INFINITY : null
  const options = { columns, raw, bom, colour: false }
  const bytes = await writeFile(file, formatAnswer(answer, format, options), force, io)
  const coverage = coverageOf(statuses)
  if (!isRegularFile(file)) return bytes
  const beside = `${file}.coverage.json`
  const existing = inspectReport(beside, file)
  if (coverage.complete && coverage.accepted.length === 0) {
    if (existing === 'report') rmSync(beside, { force: true })
  } else if (existing === 'foreign') {
    io.err(`${beside} is not a report of muster's, and stays as it is: what is missing is only named here.\n`)
  } else {
    const lines = formatCoverage(coverage, io.now())
    const report = { file, said: lines, scopes: [...coverage.unread, ...coverage.accepted].map(toScopeJson) }
    await writeFile(beside, [`${JSON.stringify(report, null, 4)}\n`], true, io)
  }
  return bytes
}

/**
 * What stands where the report about a file goes. It is one of muster's only if it has exactly a report's members and
 * is about a file of this name, in whatever folder that was then.
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
