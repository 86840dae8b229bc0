/** A page of the reference, as the terminal and the man pages are made from it. */
export interface Page {
  readonly title: string
  /** The commands whose help names this page: `<!-- commands: query, export -->`. */
  readonly commands: readonly string[]
  /** All of it but the title. */
  readonly blocks: readonly Block[]
}

export type Block =
  | { readonly type: 'heading'; readonly level: number; readonly spans: Spans }
  | { readonly type: 'paragraph'; readonly spans: Spans }
  | { readonly type: 'item'; readonly spans: Spans }
  | { readonly type: 'code'; readonly lines: readonly string[] }
  | {
      readonly type: 'table'
      readonly header: readonly Spans[]
      readonly rows: readonly (readonly Spans[])[]
    }

export type Spans = readonly Span[]

export interface Span {
  readonly text: string
  readonly style: 'plain' | 'bold' | 'code'
}

/**
 * Reads the part of Markdown that the reference is written in: headings, paragraphs, lists without depth, tables, fenced
 * code, bold, code and links. Comments and pictures are for other readers and left out.
 */
export function parsePage(text: string): Page {
  const lines = text.split('\n')
  const title = lines.find((line) => line.startsWith('# '))?.slice(2) ?? ''
  const commands = /^<!-- commands: (.*) -->$/m.exec(text)?.[1]?.split(', ') ?? []
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; ) {
    const { block, next } = readBlock(lines, at)
    if (block) blocks.push(block)
    at = next
  }
  return { title, commands, blocks }
}

interface Read {
  readonly block: Block | null
  readonly next: number
}

function readBlock(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? ''
  if (line.trim() === '' || /^(<!--|!\[|# )/.test(line)) return { block: null, next: at + 1 }
  if (line.startsWith('```')) return readCode(lines, at + 1)
  if (line.startsWith('|')) return readTable(lines, at)
  const [, marks, heading = ''] = /^(##+) (.*)$/.exec(line) ?? []
  if (marks) {
    return { block: { type: 'heading', level: marks.length, spans: parseSpans(heading) }, next: at + 1 }
  }
  const next = endOf(lines, at + 1, (each) => each.trim() === '' || /^(- |\||```|#+ |<!--)/.test(each))
  const words = lines.slice(at, next).map((each) => each.trim())
  const isItem = line.startsWith('- ')
  const spans = parseSpans(words.join(' ').slice(isItem ? 2 : 0))
  return { block: { type: isItem ? 'item' : 'paragraph', spans }, next }
}

function readCode(lines: readonly string[], at: number): Read {
  const end = endOf(lines, at, (line) => line === '```')
  return { block: { type: 'code', lines: lines.slice(at, end) }, next: end + 1 }
}

/** The second line is the one of dashes. */
function readTable(lines: readonly string[], at: number): Read {
  const next = endOf(lines, at, (line) => !line.startsWith('|'))
  const [header = [], , ...rows] = lines.slice(at, next).map(splitCells)
  return { block: { type: 'table', header, rows }, next }
}

/** A bar inside a cell is written `\|`, in code too (GitHub Flavored Markdown, Tables). */
function splitCells(line: string): readonly Spans[] {
  const cells = line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
  return cells.map((cell) => parseSpans(cell.trim().replaceAll('\\|', '|')))
}

function endOf(lines: readonly string[], from: number, isEnd: (line: string) => boolean): number {
  const found = lines.slice(from).findIndex(isEnd)
  return found < 0 ? lines.length : from + found
}

const inline = /(`+) ?(.*?) ?\1(?!`)|\*\*(.+?)\*\*|\[((?:`[^`]*`|[^\]`])*)\]\(([^)]*)\)/

function parseSpans(text: string, style: 'plain' | 'bold' = 'plain'): Spans {
  const found = inline.exec(text)
  if (!found) return text === '' ? [] : [{ text, style }]
  const [whole, ticks, code, bold, label, address = ''] = found
  const inner = ticks
    ? [{ text: code ?? '', style: 'code' as const }]
    : bold !== undefined
      ? parseSpans(bold, 'bold')
      : [...parseSpans(label ?? '', style), ...addressSpans(address, style)]
  const before = text.slice(0, found.index)
  const after = text.slice(found.index + whole.length)
  return [...parseSpans(before, style), ...inner, ...parseSpans(after, style)]
}

/** An address elsewhere is printed; another page is named by the link's own text. */
function addressSpans(address: string, style: 'plain' | 'bold'): Spans {
  return /^https?:/.test(address) ? [{ text: ` (${address})`, style }] : []
}
