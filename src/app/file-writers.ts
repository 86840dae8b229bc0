import type { Answer } from '../model.ts'
import { formatCsv } from '../output/csv.ts'
import type { FileAbout } from '../output/file-about.ts'
import type { ByteFormat } from '../output/format-names.ts'
import { formatNdjson } from '../output/json.ts'
import { formatTableOf } from '../output/value-columns.ts'

/** What makes the bytes of a file: an answer as pieces, of which none is made before it is wanted. */
export type FileWriter = (answer: Answer, about: FileAbout) => Iterable<Uint8Array>

/** What makes the bytes of each format. It is loaded when it is asked for: some bring a library. */
const writers: Readonly<Record<ByteFormat, () => Promise<FileWriter>>> = {
  xlsx: async () => (await import('../output/xlsx.ts')).formatXlsx,
  parquet: async () => (await import('../output/parquet.ts')).formatParquet,
  sqlite: async () => (await import('./sqlite-file.ts')).formatSqlite,
  'csv.gz': async () => {
    const { gzip } = await import('../output/gzip.ts')
    return (answer, about) => gzip(csvOf(answer, about))
  },
  'ndjson.gz': async () => {
    const { gzip } = await import('../output/gzip.ts')
    return (answer) => gzip(formatNdjson(answer, false))
  },
}

/** Reads nothing of the answer before its text is wanted: gzip begins with a header of its own. */
function csvOf(answer: Answer, { raw, bom = false, headers = true }: FileAbout): Generator<string> {
  return formatTableOf(answer, (table) => formatCsv(table, { raw, bom, headers, terminal: false }))
}

export function loadFileWriter(format: ByteFormat): Promise<FileWriter> {
  return writers[format]()
}
