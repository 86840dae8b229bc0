import { createHash } from 'node:crypto'
import type { Json, Table } from '../model.ts'
import type { FileCoverage } from './file-about.ts'
import { sanitise } from './sanitise.ts'

/**
 * A table as one page of HTML, which loads nothing and runs nothing but its own script, the one that sorts: its policy
 * names the script by its hash. Text from AWS is text there, whatever it holds.
 */
export function* formatHtml(
  { columns, rows, title }: Table,
  about: { readonly name: string; readonly coverage: FileCoverage } | null,
): Generator<string> {
  const heading = escapeHtml(about?.name ?? title)
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">\n`
  yield `<meta name="viewport" content="width=device-width">\n<title>${heading}</title>\n<style>${style}</style>\n</head>\n<body>\n<h1>${heading}</h1>\n`
  if (about) yield* formatCoverage(about.coverage)
  yield* formatTable(columns, rows)
  yield `<script>${script}</script>\n</body>\n</html>\n`
}

function* formatCoverage({ complete, summary, columns, unread }: FileCoverage): Generator<string> {
  yield `<p>${complete ? 'Complete' : '<strong>Incomplete</strong>'}: ${escapeHtml(summary)}.</p>\n`
  if (unread.length === 0) return
  yield `<details open>\n<summary>Not read</summary>\n`
  yield* formatTable(
    columns.map(({ name }) => name),
    unread,
  )
  yield '</details>\n'
}

function* formatTable(columns: readonly string[], rows: Iterable<readonly Json[]>): Generator<string> {
  const heads = columns.map(
    (name) => `<th scope="col"><button type="button">${escapeHtml(name)}</button></th>`,
  )
  yield `<table>\n<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n`
  for (const row of rows)
    yield `<tr>${columns.map((_, place) => formatCell(row[place] ?? null)).join('')}</tr>\n`
  yield '</tbody>\n</table>\n'
}

function formatCell(value: Json): string {
  if (value === null) return '<td></td>'
  if (typeof value === 'string') return `<td>${escapeHtml(value)}</td>`
  const text = escapeHtml(typeof value === 'object' ? JSON.stringify(value) : String(value))
  return typeof value === 'number' ? `<td class="number">${text}</td>` : `<td>${text}</td>`
}

const plain = /^[ !#-%(-;=?-~]*$/

function escapeHtml(text: string): string {
  if (plain.test(text)) return text
  return sanitise(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

const style = `
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; color-scheme: light dark; }
table { border-collapse: collapse; }
th, td { padding: .25rem .6rem; text-align: left; white-space: nowrap; border-bottom: 1px solid #8884; }
thead th { position: sticky; top: 0; background: Canvas; }
th button { all: unset; cursor: pointer; font-weight: bold; }
th button:focus-visible { outline: 2px solid; }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
`

/** Sorts by the column whose head is pressed, again the other way; empty cells stay at the end. */
const script = `
const order = new Intl.Collator('en', { numeric: true });
for (const head of document.querySelectorAll('th')) {
  head.firstChild.addEventListener('click', () => {
    const table = head.closest('table');
    const falling = head.getAttribute('aria-sort') === 'ascending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
    const keys = [...table.tBodies[0].rows].map((row) => {
      const cell = row.cells[head.cellIndex];
      return { row, text: cell.textContent, number: cell.className === 'number' ? Number(cell.textContent) : null };
    });
    keys.sort((a, b) => {
      if (a.text === '' || b.text === '') return (a.text === '') - (b.text === '');
      const both = a.number !== null && b.number !== null;
      const found = both ? a.number - b.number : order.compare(a.text, b.text);
      return falling ? -found : found;
    });
    for (const { row } of keys) table.tBodies[0].append(row);
  });
}
`
