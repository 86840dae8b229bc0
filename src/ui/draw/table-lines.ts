import { cut, cutInside, fitText, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { explainMeantRegex } from '../../query/filter/meant-regex.ts'
import { isMarked } from '../state/actions.ts'
import type { ColumnLayout, PlacedColumn } from '../state/column-widths.ts'
import { shortenRegion } from '../state/short-region.ts'
import { countBodyRows, isSyncing, type State } from '../state/state.ts'
import {
  formatSeen,
  formatTime,
  isStale,
  layOutTable,
  seenTitle,
  sizeOfMarks,
} from '../state/table-columns.ts'
import { wrapLines } from '../state/wrapping.ts'
import type { ShownRow } from '../threads/messages.ts'
import { drawMatches } from './match-marks.ts'
import { meaningsOfStates, signOfState } from './state-sign.ts'
import type { Paint } from './style.ts'

/** The header and the rows of the table, each no wider than the terminal; as many as the body has lines. */
export function drawTable(state: State, paint: Paint): readonly string[] {
  const { table, columns } = state
  const body = countBodyRows(state)
  if (!table.listed) return ['', ...drawNotice(explainWaiting(state), body, columns)]
  const { layout, seenSize } = layOutTable(state)
  const header = drawHeader(state, layout, seenSize, paint)
  if (table.listed.total === 0) return [header, ...drawNotice(explainEmptyTable(state), body, columns)]
  const lines: string[] = []
  for (let at = table.top; at < table.top + body; at += 1) {
    const row = table.window.rows[at - table.window.from]
    const beyond = at >= table.listed.total
    lines.push(beyond ? '' : drawRow(row ?? null, at === table.index, state, layout, seenSize, paint))
  }
  return [header, ...lines]
}

function drawHeader(state: State, layout: ColumnLayout, seenSize: number, paint: Paint): string {
  const { placed, gap, hidden } = layout
  const cells = placed.map((each) => {
    const text = fitText(each.label, each.size, isRightAligned(each))
    return each.place === state.table.column ? paint(text, 'bold', 'inverse') : paint(text, 'bold', 'cyan')
  })
  const used = sizeOfMarks(state) + measurePlaced(layout)
  const room = state.columns - used - seenSize
  const more = hidden > 0 ? cut(` +${hidden}`, room) : ''
  const line = ' '.repeat(sizeOfMarks(state)) + cells.join(' '.repeat(gap)) + paint(more, 'dim')
  if (seenSize === 0) return line
  const blank = ' '.repeat(Math.max(1, room - more.length))
  return `${line}${blank}${paint(fitText(seenTitle, seenSize, true), 'bold', 'cyan')}`
}

function drawRow(
  row: ShownRow | null,
  cursor: boolean,
  state: State,
  layout: ColumnLayout,
  seenSize: number,
  paint: Paint,
): string {
  const { columns } = state
  if (!row) return cursor ? paint(fitText('…', columns), 'inverse') : paint('…', 'dim')
  const stale = isStale(row, state)
  const cells = layout.placed.map((each) => {
    const cell = row.cells[each.place] ?? ''
    const { text, style } = cellOf(cell, each, state)
    const tail = tails.get(each.column.name)
    const fitting = tail === undefined ? text : cutInside(text, each.size, tail)
    const padded = fitText(fitting, each.size, isRightAligned(each))
    const styles = cursor || stale || style === null ? [] : [style]
    return drawMatches({ cell, text, padded }, row.matches?.[each.place] ?? [], styles, paint)
  })
  const columnsUsed = sizeOfMarks(state) + measurePlaced(layout)
  const bar = drawBar(row, layout, columns - columnsUsed - layout.gap)
  const mark = drawMark(row, state, cursor || stale ? (text) => text : paint)
  let line = mark + cells.join(' '.repeat(layout.gap)) + bar
  const used = columnsUsed + bar.length
  if (seenSize > 0) {
    line += ' '.repeat(Math.max(1, columns - seenSize - used))
    line += fitText(formatSeen(row, state), seenSize, true)
  } else if (cursor) line += ' '.repeat(Math.max(0, columns - used))
  if (cursor) return paint(line, 'inverse')
  if (isMarked(row.key, state)) return paint(line, 'bold', 'yellow')
  return stale ? paint(line, 'dim') : line
}

function measurePlaced({ placed, gap }: ColumnLayout): number {
  return placed.reduce((sum, { size }) => sum + size, 0) + gap * (placed.length - 1)
}

/** Before the first column of a table in which rows may be new or changed: `+` or `~`. */
function drawMark({ mark }: ShownRow, state: State, paint: Paint): string {
  const size = sizeOfMarks(state)
  if (size === 0) return ''
  if (mark === 'new') return paint(fitText('+', size), 'bold', 'green')
  return mark === 'changed' ? paint(fitText('~', size), 'bold', 'yellow') : ' '.repeat(size)
}

/** The size of a group beside the largest one, behind its last column. */
function drawBar(row: ShownRow, { placed, gap }: ColumnLayout, room: number): string {
  const counted = placed.find(({ column }) => column.most !== undefined)
  const most = counted?.column.most ?? 0
  const share = Number(row.cells[counted?.place ?? -1]) / most
  if (!(share > 0) || room < leastBar) return ''
  const eighths = Math.max(1, Math.round(share * Math.min(room, mostBar) * 8))
  return ' '.repeat(gap) + '█'.repeat(eighths >> 3) + (parts[eighths & 7] ?? '')
}

/** Cells of the bar of the largest group. */
const leastBar = 8
const mostBar = 60
/** Blocks of so many eighths of a cell. */
const parts = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

function cellOf(
  text: string,
  { column, form }: PlacedColumn,
  { now, table }: State,
): { text: string; style: 'green' | 'yellow' | 'red' | 'dim' | null } {
  if (column.type === 'state') {
    const { text: whole, sign, style } = signOfState(text, meaningsOfStates(table.ask))
    return { text: form === 'state' && sign !== null ? sign : whole, style }
  }
  if (column.type === 'time') return { text: formatTime(text, now), style: null }
  if (form === 'region') return { text: shortenRegion(text), style: null }
  const { beginning = '' } = column
  const isCommon = form === 'beginning' && text.startsWith(beginning)
  return { text: isCommon ? text.slice(beginning.length) : text, style: null }
}

function isRightAligned({ column }: PlacedColumn): boolean {
  return column.type === 'number' || column.type === 'time'
}

/**
 * Names that are cut inside, and the share of the cells that the end gets. The end of an instance's name is mostly a
 * number.
 */
const tails: ReadonlyMap<string, number> = new Map([
  ['Name', 1 / 4],
  ['AccountName', 1 / 2],
  ['Profile', 1 / 2],
])

function explainWaiting({ table, progress }: State): string[] {
  if (table.failed) return [table.failed]
  if (!progress) return ['Reading the cache …']
  return ['Reading from AWS: rows appear as they arrive.']
}

function explainEmptyTable(state: State): string[] {
  const { listed, ask } = state.table
  const { filters } = ask.view
  if (filters.length > 0) {
    const wanted = filters.map((text) => `“${text}”`).join(' and ')
    const regexHint = explainMeantRegex(filters)
    return [`No row passes ${wanted}.`, ...(regexHint === null ? [] : [regexHint]), 'esc clears the filter.']
  }
  if (ask.type === 'find') {
    const kinds = 'Kinds that were never read are not looked into: : with the name of one reads it.'
    return [`No resource that was read holds ${ask.words.map((word) => `“${word}”`).join(' or ')}.`, kinds]
  }
  if (isSyncing(state)) return ['Nothing yet: rows appear as they arrive.']
  if (listed && listed.coverage.elsewhere > 0)
    return ['Another muster is reading: rows appear as it stores them.']
  if (!listed || listed.coverage.covered === 0) {
    const sign = listed?.coverage.worst?.byLogin ? 'L to sign in, ' : ''
    const keys = `Press ${sign}! to see why, P for other profiles, ctrl-r to read again.`
    return ['Nothing could be read yet.', keys]
  }
  const { covered, older, missing } = listed.coverage
  const unread = older + missing
  const rest = unread > 0 ? [`${unread} more could not be read: press ! to see why.`] : []
  return [`None in the ${covered} scopes that were read.`, ...rest]
}

/** A few sentences in the middle of the body. */
function drawNotice(sentences: readonly string[], body: number, columns: number): string[] {
  const blocks = sentences.map((text) => wrapLines(text.split('\n').map(sanitise), Math.max(10, columns - 2)))
  const lines = blocks.flat()
  const above = Math.max(0, Math.floor((body - lines.length) / 2))
  // Lines that belong under one another, as a caret under its place, stay so.
  const centred = blocks.flatMap((block) => {
    const size = Math.min(Math.max(...block.map(measureWidth)), columns)
    return block.map((text) => ' '.repeat(Math.floor((columns - size) / 2)) + fitText(text, size))
  })
  return [...new Array(above).fill(''), ...centred, ...new Array(body).fill('')].slice(0, body)
}
