import type { Checkup } from '../../doctor/checkup.ts'
import type { Conceal } from '../../doctor/conceal.ts'
import { type DiffLine, diffOf } from '../../doctor/diff.ts'
import type { Finding, Mend, Severity } from '../../doctor/finding.ts'
import { width } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { placeOf } from './doctor-items.ts'

export interface ReportOptions {
  /** Cells of a line, as wide as the report may be. */
  readonly columns: number
  readonly colour: boolean
  readonly home: string
}

const signs: Readonly<Record<Severity, string>> = { error: '✕', warning: '▲', remark: '·' }
const colours: Readonly<Record<Severity, number>> = { error: 31, warning: 33, remark: 36 }
/** Lines of a mend that are shown; a mend of every line is one like the other. */
const shownLines = 12

type Paint = (text: string, code: number) => string

/** The findings as a page of text: by file and line, with their mends as diffs, and a last line that sums up. */
export function* reportLines(
  findings: readonly Finding[],
  checkup: Checkup,
  conceal: Conceal,
  { columns, colour, home }: ReportOptions,
): Generator<string> {
  const paint: Paint = (text, code) => (colour ? `\u001b[${code}m${text}\u001b[39;22m` : text)
  const size = Math.max(40, Math.min(columns, 100))
  let place = ''
  for (const finding of findings) {
    const next = headOf(finding)
    if (next !== place) yield `${place === '' ? '' : '\n'}${paint(next, 1)}\n`
    place = next
    for (const line of findingLines(finding, checkup, conceal, size, paint)) yield `${line}\n`
  }
  if (findings.length > 0) yield '\n'
  for (const line of wrapped(summary(findings, checkup, home), size)) yield `${line}\n`
}

function headOf(finding: Finding): string {
  const { profile } = finding
  return sanitise(placeOf(finding) + (profile === null ? '' : `  profile ${profile}`))
}

function* findingLines(
  { severity, code, wrong, awsCli, sdk, mends }: Finding,
  checkup: Checkup,
  conceal: Conceal,
  size: number,
  paint: Paint,
): Generator<string> {
  const sign = paint(`${signs[severity]} ${severity}`, colours[severity])
  const [first = '', ...more] = wrapped(`${severity} ${sanitise(wrong)} [${code}]`, size - 4)
  yield `  ${sign}${first.slice(severity.length)}`
  for (const line of more) yield `    ${line}`
  if (awsCli === sdk && awsCli !== '') yield* labelled('both', awsCli, size)
  else {
    if (awsCli !== '') yield* labelled('AWS CLI', awsCli, size)
    if (sdk !== '') yield* labelled('SDK', sdk, size)
  }
  for (const [index, mend] of mends.entries()) {
    const condition = mend.condition === undefined ? '' : ` (if ${mend.condition})`
    yield* labelled(index === 0 ? 'mend' : 'or', mend.what + condition, size)
    if (mend.command !== undefined) yield `              ${paint(`$ ${sanitise(mend.command)}`, 32)}`
    yield* diffLines(mend, checkup, conceal, paint)
  }
}

function* diffLines(mend: Mend, checkup: Checkup, conceal: Conceal, paint: Paint): Generator<string> {
  const lines = diffOf(checkup, mend, conceal)
  const digits = String(lines.reduce((most, { line }) => Math.max(most, line), 0)).length
  const files = new Set(lines.map(({ file }) => file))
  const name = ({ file }: DiffLine) => (files.size > 1 ? `${file}:` : '')
  for (const each of lines.slice(0, shownLines)) {
    const text = `${name(each)}${String(each.line).padStart(digits)} ${each.sign} ${sanitise(each.text)}`
    yield `              ${paint(text.trimEnd(), each.sign === '-' ? 31 : 32)}`
  }
  if (lines.length > shownLines) yield `              … ${lines.length - shownLines} more lines`
}

function* labelled(label: string, text: string, size: number): Generator<string> {
  const indent = ' '.repeat(14)
  for (const [index, line] of wrapped(sanitise(text), size - indent.length).entries()) {
    yield index === 0 ? `    ${label.padEnd(10)}${line}` : `${indent}${line}`
  }
}

/** Lines of whole words; a word that is wider than a line has one of its own. */
function wrapped(text: string, size: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && width(longer) > size) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

function summary(findings: readonly Finding[], { config, credentials }: Checkup, home: string): string {
  const files = [config, credentials].filter(({ document }) => document.exists)
  const paths = files.map(({ document: { path } }) =>
    sanitise(path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path),
  )
  const where = paths.join(' and ') || `${config.document.path} (there is no such file)`
  const count = (severity: Severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`]
  }
  const counts = [...count('error'), ...count('warning'), ...count('remark')].join(', ')
  return counts === '' ? `Nothing is wrong in ${where}.` : `${counts} in ${where}.`
}
