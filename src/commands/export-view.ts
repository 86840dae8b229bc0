import type { Answer } from '../model.ts'
import { type Format, formatAnswer } from '../output/format.ts'
import { coverageOf } from '../query/coverage.ts'
import type { Standing } from '../sync/standing.ts'
import { scopeJson } from './coverage-file.ts'
import { coverageLines } from './report.ts'
import { isKept, isShown, type WritingIo, writeFile } from './write-file.ts'

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
 * Writes an answer into a file, whole or not at all, and beside it what misses where something does. Gives the
 * bytes written. A usage error where the file exists, a MusterError where it cannot be written.
 */
export async function exportAnswer(
  answer: Answer,
  { file, format, raw, bom = false, force }: ExportRequest,
  { statuses }: Standing,
  io: WritingIo,
): Promise<number> {
  // A terminal by the name of its device: nothing is cut, but nothing may drive it.
  const columns = isShown(file) ? Number.POSITIVE_INFINITY : null
  const options = { columns, raw, bom, colour: false }
  const bytes = await writeFile(file, formatAnswer(answer, format, options), force, io)
  const coverage = coverageOf(statuses)
  if (isKept(file) && (!coverage.complete || coverage.accepted.length > 0)) {
    const said = coverageLines(coverage, io.now())
    const report = { file, said, scopes: [...coverage.unread, ...coverage.accepted].map(scopeJson) }
    await writeFile(`${file}.coverage.json`, [`${JSON.stringify(report, null, 4)}\n`], true, io)
  }
  return bytes
}
