import { cut, measureWidth } from '../../output/cell.ts'
import type { Range } from '../../query/filter/mark-matches.ts'
import { labelOf } from '../state/column-labels.ts'
import type { State } from '../state/state.ts'
import { formatTime, layOutTable } from '../state/table-columns.ts'
import { findCursorRow } from '../state/table-state.ts'
import type { ShownRow } from '../threads/messages.ts'
import { drawMatches } from './match-marks.ts'
import type { Paint } from './style.ts'

/** A part of a line, with the blank before it. */
export interface LinePart {
  readonly size: number
  readonly draw: (paint: Paint) => string
}

export const nowhere: LinePart = { size: 0, draw: () => '' }

/**
 * Terms of the filter that the row under the cursor holds in no column on the screen, each with its place:
 * `found in tag Env=prod · VPC vpc-0a5e`.
 */
export function placeMatches(state: State, room: number): LinePart {
  const row = findCursorRow(state)
  const found = row?.found
  if (!row || !found) return nowhere
  const placed = new Set(layOutTable(state).layout.placed.map(({ place }) => place))
  const hidden = found.flatMap((term) =>
    term.places.some((place) => placed.has(place)) ? [] : [...findPlace(term, row, state)],
  )
  const parts = hidden.filter(
    (each, index) =>
      hidden.findIndex(({ label, text }) => label === each.label && text === each.text) === index,
  )
  if (parts.length === 0) return nowhere
  const words = parts.map(({ label, text }) => `${label} ${text}`).join(' · ')
  if (measureWidth(words) > room - 1) {
    const text = ` ${cut(words, room - 1)}`
    return { size: measureWidth(text), draw: (paint) => paint(text, 'cyan') }
  }
  const lead = measureWidth(words) + saying.length < room ? saying : ''
  const draw = (paint: Paint) =>
    paint(` ${lead}`, 'cyan') +
    parts
      .map(({ label, text, ranges }) => {
        const cell = { cell: text, text, padded: text }
        return paint(`${label} `, 'cyan') + drawMatches(cell, ranges, ['cyan'], paint)
      })
      .join(paint(' · ', 'cyan'))
  return { size: 1 + lead.length + measureWidth(words), draw }
}

const saying = 'found in '

type FoundTerm = NonNullable<ShownRow['found']>[number]

interface Place {
  readonly label: string
  readonly text: string
  readonly ranges: readonly Range[]
}

function* findPlace({ places, beside }: FoundTerm, row: ShownRow, { table, now }: State): Iterable<Place> {
  const nameOf = (name: string) => labelOf({ name, type: 'text', width: 0 }, table.ask)
  if (beside) {
    const { column, text, ranges } = beside
    yield { label: column === null ? 'tag' : nameOf(column), text, ranges }
  }
  const [place] = places
  const column = place === undefined ? undefined : table.listed?.columns[place]
  if (place === undefined || !column) return
  const cell = row.cells[place] ?? ''
  const text = column.type === 'time' ? formatTime(cell, now) : cell
  yield { label: nameOf(column.name), text, ranges: text === cell ? (row.matches?.[place] ?? []) : [] }
}
