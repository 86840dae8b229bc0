import { MusterError } from '../errors.ts'
import type { Answer } from '../model.ts'
import type { FileAbout, FileCoverage } from './file-about.ts'
import { type Cell, openTypedRows, type TypedRows } from './typed-rows.ts'
import { tableOf } from './value-columns.ts'
import { escapeXml, filterRange, formatSheet, headerRow, type Sheet, xmlHead } from './xlsx-sheet.ts'
import { type ZipEntry, zip } from './zip.ts'

/** What a workbook can hold. */
export interface XlsxLimits {
  readonly rows: number
  readonly columns: number
  /** Of one cell, in UTF-16 units. */
  readonly text: number
  /** Of the archive and of each sheet in it. */
  readonly bytes: number
  /** So many cells that were cut are named. */
  readonly named: number
}

/** Excel specifications and limits, and what the simple form of zip can say. */
export const excelLimits: XlsxLimits = {
  rows: 1_048_576,
  columns: 16_384,
  text: 32_767,
  bytes: 2 ** 32 - 1,
  named: 10_000,
}

/**
 * An answer as a workbook of Excel: typed cells, times as times in UTC, the names of the columns fixed, with filters.
 * Further sheets take what is more than a sheet holds; the last ones show the coverage, and the cells that were cut.
 */
export function* formatXlsx(
  answer: Answer,
  {
    name,
    coverage,
    folder,
    typeOf,
    note,
  }: Pick<FileAbout, 'name' | 'coverage' | 'folder' | 'typeOf' | 'note'>,
  limits: XlsxLimits = excelLimits,
): Generator<Uint8Array> {
  const rows = openTypedRows(tableOf(answer), folder, typeOf)
  try {
    if (rows.columns.length > limits.columns) {
      throw new MusterError(
        `xlsx holds ${limits.columns} columns, and this has ${rows.columns.length}: choose some with --columns, or write csv.`,
      )
    }
    const cuts: Cell[][] = []
    let cutCount = 0
    const describeCuts = () =>
      `${cutCount} ${cutCount === 1 ? 'cell' : 'cells'} longer than the ${limits.text} characters that xlsx holds`
    const sheets = [
      ...sheetsOfRows(name, rows, limits),
      sheetOfCoverage(coverage, limits, () => (cutCount === 0 ? '' : ` Cut: ${describeCuts()}.`)),
    ]
    const isCut = rows.longest.some((length) => length > limits.text)
    const all = isCut ? [...sheets, sheetOfCuts(cuts, limits)] : sheets
    const entries = entriesOf(all, limits, (sheet, cell, column, length) => {
      cutCount += 1
      if (cutCount <= limits.named) cuts.push([sheet, cell, column, length])
    })
    yield* zip(entries, {
      most: limits.bytes,
      refuse: () =>
        new MusterError(
          `A workbook holds ${Math.ceil(limits.bytes / 2 ** 30)} GB, and this is more: write parquet or csv.gz, or choose fewer columns with --columns.`,
        ),
    })
    if (cutCount === 0) return
    const some = cuts
      .slice(0, 3)
      .map(([sheet, cell]) => (sheet === sheets[0]?.name ? cell : `${sheet}!${cell}`))
    const more = cutCount > some.length ? ' …' : ''
    note(`cut: ${describeCuts()} (${some.join(', ')}${more}); the sheet '${cutName}' names them.`)
  } finally {
    rows.close()
  }
}

const cutName = 'Cut cells'

function sheetsOfRows(
  name: string,
  { columns, count, longest, read }: TypedRows,
  limits: XlsxLimits,
): readonly Sheet[] {
  const most = limits.rows - 1
  const all = read()
  return Array.from({ length: Math.max(1, Math.ceil(count / most)) }, (_, place) => ({
    name: sheetName(name, place),
    lead: null,
    columns,
    widths: longest,
    count: Math.min(most, count - place * most),
    rows: take(all, most),
  }))
}

/** The next rows. The generator itself goes on: a loop over it would end it. */
function* take<T>(all: Iterator<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken += 1) {
    const { done, value } = all.next()
    if (done) return
    yield value
  }
}

/** What Excel accepts as the name of a sheet: at most 31 characters, none of which has a meaning in a formula. */
function sheetName(name: string, place: number): string {
  const number = place === 0 ? '' : ` ${place + 1}`
  return `${name.replaceAll(/[[\]:*?/\\'\u0000-\u001f]/g, '-').slice(0, 31 - number.length)}${number}`
}

/** `more`: what is known only when the other sheets are written. */
function sheetOfCoverage(
  { complete, summary, columns, scopes }: FileCoverage,
  limits: XlsxLimits,
  more: () => string,
): Sheet {
  const shown = scopes.slice(0, limits.rows - headerRow(true))
  const part = shown.length < scopes.length ? ` The first ${shown.length} of ${scopes.length} are below.` : ''
  const widest = (place: number) =>
    shown.reduce((most, row) => Math.max(most, String(row[place] ?? '').length), 0)
  return {
    name: complete ? 'Coverage' : 'Coverage, incomplete',
    lead: () => `${complete ? 'Complete' : 'Incomplete'}: ${summary}. Times are in UTC.${part}${more()}`,
    columns,
    widths: columns.map((_, place) => widest(place)),
    count: shown.length,
    rows: shown,
  }
}

/** The list grows while the other sheets are written. */
function sheetOfCuts(cuts: readonly (readonly Cell[])[], limits: XlsxLimits): Sheet {
  return {
    name: cutName,
    lead: null,
    columns: [
      { name: 'Sheet', type: 'text' },
      { name: 'Cell', type: 'text' },
      { name: 'Column', type: 'text' },
      { name: 'Characters', type: 'integer' },
    ],
    widths: [31, 10, 31, 10],
    count: limits.named,
    rows: cuts,
  }
}

type OnCut = (sheet: string, cell: string, column: string, length: number) => void

function* entriesOf(sheets: readonly Sheet[], { text }: XlsxLimits, onCut: OnCut): Generator<ZipEntry> {
  yield { name: '[Content_Types].xml', chunks: [contentTypes(sheets.length)] }
  yield { name: '_rels/.rels', chunks: [relations([['officeDocument', 'xl/workbook.xml']])] }
  yield { name: 'xl/workbook.xml', chunks: [workbook(sheets)] }
  const targets = sheets.map((_, place) => ['worksheet', `worksheets/sheet${place + 1}.xml`] as const)
  yield { name: 'xl/_rels/workbook.xml.rels', chunks: [relations([...targets, ['styles', 'styles.xml']])] }
  yield { name: 'xl/styles.xml', chunks: [stylesheet] }
  for (const [place, sheet] of sheets.entries()) {
    const chunks = formatSheet(sheet, text, (cell, column, length) => onCut(sheet.name, cell, column, length))
    yield { name: `xl/worksheets/sheet${place + 1}.xml`, chunks }
  }
}

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const openPackage = 'http://schemas.openxmlformats.org/package/2006'
const mime = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

function contentTypes(sheets: number): string {
  const each = Array.from({ length: sheets }, (_, place) =>
    override(`worksheets/sheet${place + 1}.xml`, 'worksheet'),
  )
  return `${xmlHead}<Types xmlns="${openPackage}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('workbook.xml', 'sheet.main')}${override('styles.xml', 'styles')}${each.join('')}</Types>`
}

function override(part: string, type: string): string {
  return `<Override PartName="/xl/${part}" ContentType="${mime}.${type}+xml"/>`
}

function relations(targets: readonly (readonly [type: string, target: string])[]): string {
  const each = targets.map(
    ([type, target], place) =>
      `<Relationship Id="rId${place + 1}" Type="${office}/${type}" Target="${target}"/>`,
  )
  return `${xmlHead}<Relationships xmlns="${openPackage}/relationships">${each.join('')}</Relationships>`
}

function workbook(sheets: readonly Sheet[]): string {
  const each = sheets.map(
    ({ name }, place) => `<sheet name="${escapeXml(name)}" sheetId="${place + 1}" r:id="rId${place + 1}"/>`,
  )
  // Excel keeps the range of a filter under this name, too.
  const filters = sheets.flatMap(({ name, lead, columns, count }, place) => {
    if (columns.length === 0) return []
    const range = filterRange(headerRow(lead !== null), columns.length, count, '$')
    return `<definedName name="_xlnm._FilterDatabase" localSheetId="${place}" hidden="1">${escapeXml(`'${name}'!${range}`)}</definedName>`
  })
  return `${xmlHead}<workbook xmlns="${spreadsheet}" xmlns:r="${office}"><sheets>${each.join('')}</sheets><definedNames>${filters.join('')}</definedNames></workbook>`
}

/** In the order of `styles`: as it is, bold, a time, and text that would be a formula if it were typed in. */
const stylesheet = `${xmlHead}<styleSheet xmlns="${spreadsheet}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
