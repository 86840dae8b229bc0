import { findOpenName, readFilters } from '../../query/filter/check-filters.ts'
import { FilterError } from '../../query/filter/filter-error.ts'
import { findFilterPlace, lastTermStart } from '../../query/filter/filter-place.ts'
import { findMadeColumns } from '../../query/view-columns.ts'
import type { OfferedValues } from '../threads/messages.ts'
import { columnsOfTable, rowsOfTable, wantedByFilter } from './filter-completion.ts'
import { type EditedLine, lineOf } from './line.ts'
import { chooseOffered, isAnswerTo } from './line-candidates.ts'
import type { TableState } from './shown-table.ts'
import type { FilterProblem } from './typed-line.ts'

/** A filter that is being typed: what is to be said of it, and the part of it that the rows must pass by now. */
export interface JudgedFilter {
  readonly problem: FilterProblem | null
  /** Null if the rows stay as they are. */
  readonly applied: string | null
}

/**
 * Looks at a filter that is being typed for a table. What its last term may still become is not known as long as the caret
 * is behind it: the name of a column, a tag, or a value that is the beginning of others leaves the rows that the terms
 * before it leave, and so does a mistake in it.
 */
export function judgeFilter(
  { text, at }: EditedLine,
  table: TableState,
  now: number,
  offer: OfferedValues | undefined,
): JudgedFilter {
  const { ask } = table
  const made = ask.type === 'view' ? findMadeColumns(ask.view, ask.names) : null
  const read = (filter: string) =>
    readFilters({ ...ask.view, filters: [filter], now }, rowsOfTable(table), made?.canHave ?? null)
  const finished = text.slice(0, lastTermStart(text)).trim()
  try {
    const open = at < text.length ? null : explainOpenEnd(text, table, offer)
    const [hint] = read(text)
    const sentence = hint === undefined ? '' : hint.slice(0, 1).toUpperCase() + hint.slice(1)
    if (open !== null)
      return { problem: { tone: 'open', text: open === '' ? sentence : open }, applied: finished }
    return { problem: sentence === '' ? null : { tone: 'hint', text: sentence }, applied: text.trim() }
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    // A mistake in what is still being typed leaves what the terms before it say.
    const applied = error.position >= lastTermStart(text) ? finished : null
    return { problem: { tone: 'error', text: error.sentence, at: error.position }, applied }
  }
}

/** What may follow the end of a filter, as a sentence, which may be empty; null if its last term is finished. */
function explainOpenEnd(text: string, table: TableState, offer: OfferedValues | undefined): string | null {
  const name = findOpenName(text, table.ask.view, rowsOfTable(table))
  if (name !== null) {
    const more = `${name} may be a column: write ${name}:, =, < or > and a value, or press enter for the text`
    return `${more}.`
  }
  const place = findFilterPlace(text, text.length, columnsOfTable(table))
  if (!place || place.begun === '') return null
  const { asks, begun } = place
  if (asks.type === 'tag-key')
    return `tag:${begun} may go on with = and a value: press enter for any value of it.`
  const isWhole = (asks.type === 'value' || asks.type === 'tag-value') && /^(=|==|!=)$/.test(asks.operator)
  if (!isWhole || /["*?]|^\//.test(text.slice(place.from))) return null
  const wanted = wantedByFilter(lineOf(text), table)
  if (wanted === null) return null
  const isKnown = isAnswerTo(wanted, offer)
  const values = chooseOffered(wanted, offer).map(({ value }) => value.toLowerCase())
  const typed = begun.toLowerCase()
  // Until the values are known, it may be the beginning of one.
  const isOpen = !values.includes(typed) && (!isKnown || values.some((value) => value.startsWith(typed)))
  return isOpen ? '' : null
}
