import type { Cell } from '../ui/terminal.ts'

const cell = { width: 8.4, height: 18 }
const edge = 12
const ground = '#1d2028'
const ink = '#d7dae0'
/** The terminal's colours by number, as a dark theme has them. */
const palette: Readonly<Record<number, string>> = {
  1: '#e06c75',
  2: '#98c379',
  3: '#e5c07b',
  6: '#56b6c2',
}

/** Draws the cells of a terminal as an SVG: a rectangle and a text for each stretch of one style. */
export function svgOf(rows: readonly (readonly Cell[])[], title: string): string {
  const columns = Math.max(...rows.map((row) => row.length))
  const width = Math.round(columns * cell.width + 2 * edge)
  const height = rows.length * cell.height + 2 * edge
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">`,
    `<rect width="100%" height="100%" rx="8" fill="${ground}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
    ...rows.flatMap(rowOf),
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

interface Stretch {
  readonly at: number
  readonly size: number
  readonly text: string
  readonly like: Cell
}

function rowOf(row: readonly Cell[], index: number): string[] {
  const top = edge + index * cell.height
  return stretches(row).flatMap(({ at, size, text, like }) => {
    const left = round(edge + at * cell.width)
    const wide = round(size * cell.width)
    const front = like.colour === null ? ink : (palette[like.colour] ?? ink)
    const behind = like.background === null ? ground : (palette[like.background] ?? ground)
    const [fill, back] = like.inverse ? [behind, front] : [front, behind]
    const box =
      back === ground
        ? []
        : [`<rect x="${left}" y="${top}" width="${wide}" height="${cell.height}" fill="${back}"/>`]
    const weight = like.bold ? ' font-weight="700"' : ''
    const faint = like.dim ? ' opacity="0.6"' : ''
    // Words that stand apart are placed apart: fonts differ in their widths.
    const words = [...text.matchAll(/\S+(?: \S+)*/g)].map(([word], place, all) => {
      const x = round(left + (all[place]?.index ?? 0) * cell.width)
      const length = round(word.length * cell.width)
      return `<text x="${x}" y="${top + 13.5}" textLength="${length}" fill="${fill}"${weight}${faint}>${escapeText(word)}</text>`
    })
    return [...box, ...words]
  })
}

function stretches(row: readonly Cell[]): Stretch[] {
  const found: Stretch[] = []
  row.forEach((like, at) => {
    const last = found.at(-1)
    const text = like.width === 0 ? '' : like.text || ' '
    if (last && isAlike(last.like, like)) {
      found[found.length - 1] = { ...last, size: last.size + 1, text: last.text + text }
    } else found.push({ at, size: 1, text, like })
  })
  return found
}

function isAlike(a: Cell, b: Cell): boolean {
  return (
    a.bold === b.bold &&
    a.dim === b.dim &&
    a.inverse === b.inverse &&
    a.colour === b.colour &&
    a.background === b.background
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
