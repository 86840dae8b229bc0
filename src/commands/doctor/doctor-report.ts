import type { Checkup } from '../../doctor/checkup.ts'
import type { Conceal } from '../../doctor/conceal.ts'
import { type DiffLine, diffOf } from '../../doctor/diff.ts'
import type { Finding, Fix, Severity } from '../../doctor/finding.ts'
import { measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { formatPlace } from './doctor-items.ts'

export interface ReportOptions {
  /** Cells of a line, as wide as the report may be. */
  readonly columns: number
  readonly colour: boolean
  readonly home: string
}

const signs: Readonly<Record<Severity, string>> = { error: '✕', warning: '▲', remark: '·' }
const colours: Readonly<Record<Severity, number>> = { error: 31, warning: 33, remark: 36 }
/** Lines of a fix that are shown. In a fix of every line, each is like the others. */
const shownLines = 12

type PaintCode = (text: string, code: number) => string

/** The findings as a page of text: by file and line, with their fixes as diffs, and a last line that sums up. */
export function* formatReport(
  findings: readonly Finding[],
  checkup: Checkup,
  conceal: Conceal,
  { columns, colour, home }: ReportOptions,
): Generator<string> {
  const paint: PaintCode = (text, code) => (colour ? `\u001b[${code}m${text}\u001b[39;22m` : text)
  const size = Math.max(40, Math.min(columns, 100))
  let place = ''
  for (const finding of findings) {
    const next = headOf(finding)
    if (next !== place) yield `${place === '' ? '' : '\n'}${paint(next, 1)}\n`
    place = next
    for (const line of formatFinding(finding, checkup, conceal, size, paint)) yield `${line}\n`
  }
  if (findings.length > 0) yield '\n'
  for (const line of wrapText(formatSummary(findings, checkup, home), size)) yield `${line}\n`
}

function headOf(finding: Finding): string {
  const { profile } = finding
  return sanitise(formatPlace(finding) + (profile === null ? '' : `  profile ${profile}`))
}

function* formatFinding(
  { severity, code, wrong, awsCli, sdk, fixes }: Finding,
  checkup: Checkup,
  conceal: Conceal,
  size: number,
  paint: PaintCode,
): Generator<string> {
  const sign = paint(`${signs[severity]} ${severity}`, colours[severity])
  const [first = '', ...more] = wrapText(`${severity} ${sanitise(wrong)} [${code}]`, size - 4)
  yield `  ${sign}${first.slice(severity.length)}`
  for (const line of more) yield `    ${line}`
  if (awsCli === sdk && awsCli !== '') yield* labelLines('both', awsCli, size)
  else {
    if (awsCli !== '') yield* labelLines('AWS CLI', awsCli, size)
    if (sdk !== '') yield* labelLines('SDK', sdk, size)
  }
  for (const [index, fix] of fixes.entries()) {
    const condition = fix.condition === undefined ? '' : ` (if ${fix.condition})`
    yield* labelLines(index === 0 ? 'fix' : 'or', fix.what + condition, size)
    if (fix.command !== undefined) yield `              ${paint(`$ ${sanitise(fix.command)}`, 32)}`
    yield* formatDiff(fix, checkup, conceal, paint)
  }
}

function* formatDiff(fix: Fix, checkup: Checkup, conceal: Conceal, paint: PaintCode): Generator<string> {
  const lines = diffOf(checkup, fix, conceal)
  const digits = String(lines.reduce((most, { line }) => Math.max(most, line), 0)).length
  const files = new Set(lines.map(({ file }) => file))
  const prefixOf = ({ file }: DiffLine) => (files.size > 1 ? `${file}:` : '')
  for (const each of lines.slice(0, shownLines)) {
    const text = `${prefixOf(each)}${String(each.line).padStart(digits)} ${each.sign} ${sanitise(each.text)}`
    yield `              ${paint(text.trimEnd(), each.sign === '-' ? 31 : 32)}`
  }
  if (lines.length > shownLines) yield `              … ${lines.length - shownLines} more lines`
}

function* labelLines(label: string, text: string, size: number): Generator<string> {
  const indent = ' '.repeat(14)
  for (const [index, line] of wrapText(sanitise(text), size - indent.length).entries()) {
    yield index === 0 ? `    ${label.padEnd(10)}${line}` : `${indent}${line}`
  }
}

/** Lines of whole words. A word that is wider than a line gets a line of its own. */
function wrapText(text: string, size: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && measureWidth(longer) > size) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

function formatSummary(findings: readonly Finding[], { config, credentials }: Checkup, home: string): string {
  const files = [config, credentials].filter(({ document }) => document.exists)
  const paths = files.map(({ document: { path } }) =>
    sanitise(path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path),
  )
  const where = paths.join(' and ') || `${config.document.path} (there is no such file)`
  const formatCount = (severity: Severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`]
  }
  const counts = [...formatCount('error'), ...formatCount('warning'), ...formatCount('remark')].join(', ')
  return counts === '' ? `Nothing is wrong in ${where}.` : `${counts} in ${where}.`
}
