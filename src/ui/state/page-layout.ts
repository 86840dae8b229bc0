import { cut, fitText, measureWidth } from '../../output/cell.ts'
import type { PageLine, PageLink, PageSection, Tone } from '../threads/messages.ts'
import { layOutBoth } from './both-layout.ts'
import { wrapText } from './wrapping.ts'

/** A piece of a line on the screen. `link`: the number of the link that it belongs to, in the order of reading. */
export interface Span {
  readonly text: string
  readonly tone: Tone | 'title'
  readonly link: number | null
}

export type LaidLine = readonly Span[]

/** A page as it is on a screen of some width. */
export interface LaidPage {
  readonly lines: readonly LaidLine[]
  readonly links: readonly { readonly link: PageLink; readonly line: number }[]
}

/** From so many columns on, a page has two halves. */
const twoHalves = 140
/** Blanks between two columns. */
const gutter = 4
/** The cells of a column of short lines, at least. */
const shortColumn = 60
const step = 2

/** Lays a page out for a screen of so many columns. What was laid out last is remembered. */
export function layOutPage(sections: readonly PageSection[], columns: number): LaidPage {
  const cached = cache.get(sections)
  if (cached?.columns === columns) return cached.page
  const page = makeLayout(sections, Math.max(8, columns))
  cache.set(sections, { columns, page })
  return page
}

/** The text of a line, without its colours. */
export function textOfLine(line: LaidLine): string {
  return line.map(({ text }) => text).join('')
}

const cache = new WeakMap<readonly PageSection[], { columns: number; page: LaidPage }>()

function makeLayout(sections: readonly PageSection[], columns: number): LaidPage {
  const links: PageLink[] = []
  const lines: LaidLine[] = []
  const add = (block: readonly LaidLine[]) => {
    if (lines.length > 0 && block.length > 0) lines.push([])
    lines.push(...block)
  }
  const isWide = columns >= twoHalves
  for (const { count, flows, sections: own } of bandsOf(sections, isWide ? columns : 0)) {
    const width = Math.floor((columns - (count - 1) * gutter) / count)
    const lay = (each: PageSection) => layOutSection(each, width, links)
    if (count === 1) for (const each of own) add(lay(each))
    else if (flows) add(joinColumns(flow(own.map(lay), count), width))
    else {
      const sides = ['left', 'right'] as const
      add(
        joinColumns(
          sides.map((side) => stack(own.filter(({ place }) => place === side).map(lay))),
          width,
        ),
      )
    }
  }
  const places = new Map<number, number>()
  for (const [at, line] of lines.entries())
    for (const { link } of line) if (link !== null && !places.has(link)) places.set(link, at)
  const fitting = lines.map((line) => fitLine(line, columns))
  return { lines: fitting, links: links.map((link, index) => ({ link, line: places.get(index) ?? 0 })) }
}

/** On a terminal of a few columns, indents and keys alone may be too wide. */
function fitLine(line: LaidLine, columns: number): LaidLine {
  if (measureWidth(textOfLine(line)) <= columns) return line
  let room = columns
  return line.map((span) => {
    const text = cut(span.text, room)
    room -= measureWidth(text)
    return { ...span, text }
  })
}

interface Band {
  /** In how many columns. */
  readonly count: number
  readonly flows: boolean
  readonly sections: PageSection[]
}

/** Sections that are laid out together: neighbours that flow, or neighbours that have a side. `wide`: 0 if it is not. */
function bandsOf(sections: readonly PageSection[], wide: number): readonly Band[] {
  const bands: Band[] = []
  for (const section of sections) {
    const count = wide === 0 ? 1 : countColumns(section, wide)
    const flows = section.place === 'flow' || section.place === 'short'
    const last = bands.at(-1)
    if (last && last.count === count && last.flows === flows) last.sections.push(section)
    else bands.push({ count, flows, sections: [section] })
  }
  return bands
}

function countColumns({ place }: PageSection, columns: number): number {
  if (place === 'wide') return 1
  return place === 'short' ? Math.floor((columns + gutter) / (shortColumn + gutter)) : 2
}

/** Blocks one under the other, with a line between them. */
function stack(blocks: readonly (readonly LaidLine[])[]): readonly LaidLine[] {
  return blocks.flatMap((block, index) => (index === 0 ? block : [[], ...block]))
}

/** Puts whole blocks into columns that are about as long; one block alone is parted into as many pieces. */
function flow(blocks: readonly (readonly LaidLine[])[], count: number): readonly (readonly LaidLine[])[] {
  const [only, ...more] = blocks
  if (only && more.length === 0) {
    const size = only.length < 4 * count ? only.length : Math.ceil(only.length / count)
    return Array.from({ length: count }, (_, at) => only.slice(at * size, (at + 1) * size))
  }
  return partBlocks(blocks, count).map(stack)
}

/** The partition of which the longest column is the shortest; of several, the one that fills the first columns. */
function partBlocks<Block extends readonly unknown[]>(
  blocks: readonly Block[],
  count: number,
): readonly (readonly Block[])[] {
  if (count <= 1) return [blocks]
  const longest = (parts: readonly (readonly Block[])[]) =>
    Math.max(...parts.map((part) => part.reduce((sum, { length }) => sum + length + 1, 0)))
  const all = blocks.map((_, at) => [blocks.slice(0, at + 1), ...partBlocks(blocks.slice(at + 1), count - 1)])
  return all.reduce<readonly (readonly Block[])[]>(
    (best, each) => (best.length === 0 || longest(each) < longest(best) ? each : best),
    [],
  )
}

function joinColumns(columns: readonly (readonly LaidLine[])[], width: number): readonly LaidLine[] {
  return Array.from({ length: Math.max(...columns.map(({ length }) => length)) }, (_, at) => {
    const last = columns.findLastIndex((column) => (column[at] ?? []).length > 0)
    return columns.slice(0, last + 1).flatMap((column, index) => {
      const line = column[at] ?? []
      if (index === last) return line
      return [...line, plain(' '.repeat(Math.max(0, width - measureWidth(textOfLine(line))) + gutter))]
    })
  })
}

/** A section in so many cells. Its links are added to those of the page. */
function layOutSection(section: PageSection, width: number, links: PageLink[]): readonly LaidLine[] {
  const numberOf = (link: PageLink | undefined) => (link === undefined ? null : links.push(link) - 1)
  const lines: LaidLine[] = []
  if (section.title !== null) {
    const link = numberOf(section.link)
    const title = cut(section.title, width)
    const note = section.note ? cut(` ${section.note}`, width - measureWidth(title)) : ''
    lines.push([
      { text: title, tone: 'title', link },
      ...(note === '' ? [] : [{ text: note, tone: 'dim' as const, link }]),
    ])
  }
  for (const run of runsOf(section.lines)) lines.push(...layOutRun(run, width, numberOf))
  return lines
}

/** Lines of one form and depth that follow one another. */
function runsOf(lines: readonly PageLine[]): readonly (readonly PageLine[])[] {
  const runs: PageLine[][] = []
  for (const line of lines) {
    const run = runs.at(-1)
    const [first] = run ?? []
    if (run && first && first.type === line.type && first.depth === line.depth) run.push(line)
    else runs.push([line])
  }
  return runs
}

type NumberOf = (link: PageLink | undefined) => number | null

function layOutRun(run: readonly PageLine[], width: number, numberOf: NumberOf): readonly LaidLine[] {
  const pairs = run.filter((line) => line.type === 'pair')
  if (pairs.length > 0) return layOutPairs(pairs, width, numberOf)
  const rows = run.filter((line) => line.type === 'row')
  if (rows.length > 0) return layOutRows(rows, width, numberOf)
  const both = run.filter((line) => line.type === 'both')
  if (both.length > 0) return layOutBoth(both, width)
  return run.flatMap((line) => {
    const before = ' '.repeat(line.depth * step)
    const link = numberOf(line.link)
    if (line.type === 'source') return layOutSource(line, width)
    if (line.type !== 'text') return []
    return wrapText(line.text, Math.max(8, width - before.length)).map((text, index) => [
      plain(index === 0 ? indentOf(line) : before),
      { text, tone: line.tone ?? ('plain' as const), link },
    ])
  })
}

type Pair = Extract<PageLine, { type: 'pair' }>
type Row = Extract<PageLine, { type: 'row' }>
type Source = Extract<PageLine, { type: 'source' }>

/** The keys take a third of the line at most. A longer one has a line of its own, and the others stay aligned. */
function layOutPairs(pairs: readonly Pair[], width: number, numberOf: NumberOf): readonly LaidLine[] {
  const indent = (pairs[0]?.depth ?? 0) * step
  const most = Math.max(6, Math.floor(width / 3) - indent)
  const sizes = pairs.map(({ key }) => measureWidth(key)).filter((size) => size <= most)
  const size = Math.max(0, ...sizes)
  const before = ' '.repeat(indent)
  const room = Math.max(8, width - indent - size - step)
  return pairs.flatMap((pair) => {
    const { key, value, tone = 'plain' } = pair
    const link = numberOf(pair.link)
    const values = wrapText(value, room)
    const isLong = measureWidth(key) > size
    const keys = isLong ? wrapText(key, Math.max(8, width - indent)) : []
    return [
      ...keys.map(
        (text, at): LaidLine => [plain(at === 0 ? indentOf(pair) : before), { text, tone: 'key', link }],
      ),
      ...values.map((text, index): LaidLine => {
        const head = index === 0 && !isLong ? key : ''
        return [
          plain(index === 0 && !isLong ? indentOf(pair) : before),
          { text: `${fitText(head, size)}${' '.repeat(step)}`, tone: 'key', link },
          { text, tone, link },
        ]
      }),
    ]
  })
}

/** Cells under one another. The first is never cut; if there is too little room, the widest of the others are. */
function layOutRows(rows: readonly Row[], width: number, numberOf: NumberOf): readonly LaidLine[] {
  const indent = (rows[0]?.depth ?? 0) * step
  const count = Math.max(...rows.map(({ cells }) => cells.length))
  const sizes = Array.from({ length: count }, (_, place) =>
    Math.max(0, ...rows.map(({ cells }) => measureWidth(cells[place]?.text ?? ''))),
  )
  const sum = () => sizes.reduce((total, size) => total + (size > 0 ? size + step : 0), indent - step)
  for (let over = sum() - width; over > 0; over -= 1) {
    const widest = sizes.reduce(
      (best, size, place) => (place > 0 && size > (sizes[best] ?? 0) ? place : best),
      1,
    )
    if ((sizes[widest] ?? 0) <= leastCell) break
    sizes[widest] = (sizes[widest] ?? 0) - 1
  }
  const last = sizes.findLastIndex((size) => size > 0)
  return rows.map(({ cells, link: to }) => {
    const link = numberOf(to)
    const spans: Span[] = [plain(' '.repeat(indent))]
    let used = indent
    for (const [place, size] of sizes.entries()) {
      if (size === 0 || used >= width) continue
      const room = Math.min(size, width - used)
      const gap = place === last ? '' : ' '.repeat(Math.min(step, width - used - room))
      const { text = '', tone = 'plain' } = cells[place] ?? {}
      spans.push({ text: `${fitText(text, room)}${gap}`, tone, link })
      used += room + gap.length
    }
    return spans
  })
}

/** The fewest cells to which a cell is cut. */
const leastCell = 6

function layOutSource({ key, rest, tone }: Source, width: number): readonly LaidLine[] {
  const indent = /^[\s-]*/.exec(key)?.[0].length ?? 0
  const hang = ' '.repeat(Math.min(indent + step, Math.floor(width / 2)))
  const [first = '', ...more] = wrapText(key + rest, width, hang)
  const head = first.slice(0, key.length)
  return [
    [
      { text: head, tone: 'name', link: null },
      { text: first.slice(head.length), tone, link: null },
    ],
    ...more.map((text) => [{ text, tone, link: null }]),
  ]
}

/** The blanks before a line, with the dash of an element of a list in them. */
function indentOf({ depth, dash = false }: Pick<PageLine, 'depth' | 'dash'>): string {
  const blanks = ' '.repeat(depth * step)
  return dash && depth > 0 ? `${blanks.slice(0, -step)}- ` : blanks
}

function plain(text: string): Span {
  return { text, tone: 'plain', link: null }
}
