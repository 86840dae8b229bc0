import { measureWidth } from '../output/cell.ts'
import type { Block, Page, Span, Spans } from './markdown.ts'

export interface PageOptions {
  /** Cells of the terminal's line; null without one. */
  readonly columns: number | null
  readonly colour: boolean
}

/** A page as text for a terminal: wrapped, tables in columns that fit, code as it is. Without colours code keeps its ticks. */
export function formatPage({ title, blocks }: Page, { columns, colour }: PageOptions): string {
  const width = columns ?? widthOfNoTerminal
  const style = colour ? paint : (text: string) => text
  const formatted = blocks.map((block) => formatBlock(block, width, colour, style))
  // Items of one list stand close together.
  const gaps = blocks.map((block, index) =>
    block.type === 'item' && blocks[index + 1]?.type === 'item' ? '' : '\n',
  )
  const body = formatted
    .map((text, index) => text + (index === blocks.length - 1 ? '' : gaps[index]))
    .join('')
  return `${formatBlock({ type: 'heading', level: 1, spans: [{ text: title, style: 'bold' }] }, width, colour, style)}\n${body}`
}

const widthOfNoTerminal = 80
/** Longer lines of prose are hard to read. */
const widestProse = 100
const gap = 2

type Style = (text: string, style: Span['style']) => string

/** Words of one line, each in pieces of their own style. */
type Word = readonly Span[]

function formatBlock(block: Block, width: number, colour: boolean, style: Style): string {
  const toWords = (spans: Spans) => wordsOf(colour ? spans : spans.map(withTicks))
  const proseWidth = Math.min(width, widestProse)
  switch (block.type) {
    case 'heading': {
      const words = wordsOf(block.spans.map(({ text }) => ({ text, style: 'bold' })))
      return joinLines(wrap(words, proseWidth), '', '', style)
    }
    case 'paragraph':
      return joinLines(wrap(toWords(block.spans), proseWidth), '', '', style)
    case 'item':
      return joinLines(wrap(toWords(block.spans), proseWidth - 4), '  - ', '    ', style)
    case 'code':
      return block.lines.map((line) => `${line === '' ? '' : '    '}${line}\n`).join('')
    case 'table': {
      const header = block.header.map((spans) => spans.map((span) => ({ ...span, style: 'bold' as const })))
      return formatColumns(
        [header, ...block.rows].map((row) => row.map(toWords)),
        width,
        style,
      )
    }
  }
}

function formatColumns(rows: readonly (readonly (readonly Word[])[])[], width: number, style: Style): string {
  const count = Math.max(...rows.map((row) => row.length))
  const widths = fitWidths(
    Array.from({ length: count }, (_, column) => rows.map((row) => row[column] ?? [])),
    width,
  )
  return rows
    .filter((row) => row.some((cell) => cell.length > 0))
    .map((row) => {
      const cells = widths.map((size, column) => wrap(row[column] ?? [], size))
      const height = Math.max(...cells.map((lines) => lines.length))
      return Array.from({ length: height }, (_, line) => {
        const parts = cells.map((lines, column) => padLine(lines[line] ?? [], widths[column] ?? 0, style))
        return `${parts.join(' '.repeat(gap)).trimEnd()}\n`
      }).join('')
    })
    .join('')
}

/** Takes from the widest column until all fit: first down to the longest word of each, then through words. */
function fitWidths(columns: readonly (readonly (readonly Word[])[])[], width: number): number[] {
  const widths = columns.map((cells) => Math.max(1, ...cells.map(lineWidth)))
  const words = columns.map((cells) => Math.max(1, ...cells.flatMap((cell) => cell.map(wordWidth))))
  for (const least of [words, words.map(() => 1)]) {
    while (widths.reduce((sum, each) => sum + each, 0) + gap * (widths.length - 1) > width) {
      const slack = widths.map((each, column) => (each > (least[column] ?? 1) ? each : 0))
      const widest = Math.max(...slack)
      if (widest === 0) break
      widths[slack.indexOf(widest)] = widest - 1
    }
  }
  return widths
}

function wrap(words: readonly Word[], width: number): (readonly Word[])[] {
  const lines: Word[][] = []
  for (const word of words.flatMap((each) => splitWord(each, width))) {
    const last = lines.at(-1)
    if (last && lineWidth([...last, word]) <= width) last.push(word)
    else lines.push([word])
  }
  return lines
}

/** A word that is wider than the line goes on in the next. */
function splitWord(word: Word, width: number): readonly Word[] {
  if (wordWidth(word) <= width) return [word]
  const pieces: Span[][] = [[]]
  for (const { text, style } of word) {
    for (const character of text) {
      const last = pieces.at(-1) ?? []
      if (wordWidth([...last, { text: character, style }]) <= Math.max(1, width))
        last.push({ text: character, style })
      else pieces.push([{ text: character, style }])
    }
  }
  return pieces.filter((piece) => piece.length > 0)
}

function wordsOf(spans: Spans): readonly Word[] {
  const words: Span[][] = [[]]
  for (const { text, style } of spans) {
    for (const [index, part] of text.split(/ +/).entries()) {
      if (index > 0) words.push([])
      if (part !== '') words.at(-1)?.push({ text: part, style })
    }
  }
  return words.filter((word) => word.length > 0)
}

/** As Markdown writes code, with one more tick than it holds. */
function withTicks(span: Span): Span {
  if (span.style !== 'code') return span
  const ticks = span.text.includes('`') ? '``' : '`'
  const blank = /^`|`$/.test(span.text) ? ' ' : ''
  return { text: `${ticks}${blank}${span.text}${blank}${ticks}`, style: 'code' }
}

function joinLines(lines: readonly (readonly Word[])[], first: string, others: string, style: Style): string {
  return lines.map((line, index) => `${index === 0 ? first : others}${paintLine(line, style)}\n`).join('')
}

function paintLine(words: readonly Word[], style: Style): string {
  return words.map((word) => word.map((span) => style(span.text, span.style)).join('')).join(' ')
}

function padLine(words: readonly Word[], size: number, style: Style): string {
  return paintLine(words, style) + ' '.repeat(Math.max(0, size - lineWidth(words)))
}

function lineWidth(words: readonly Word[]): number {
  return words.reduce((sum, word) => sum + wordWidth(word), 0) + Math.max(0, words.length - 1)
}

function wordWidth(word: Word): number {
  return word.reduce((sum, { text }) => sum + measureWidth(text), 0)
}

function paint(text: string, style: Span['style']): string {
  if (style === 'bold') return `\u001b[1m${text}\u001b[22m`
  return style === 'code' ? `\u001b[36m${text}\u001b[39m` : text
}
