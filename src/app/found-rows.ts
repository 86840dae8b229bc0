import { type ExitCode, exitCodes } from '../errors.ts'
import { toPlainNumber } from '../exact-number.ts'
import type { Answer, Json, View } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { explainMeantRegex } from '../query/filter/meant-regex.ts'
import { membersOfItems, rowsOfItems, textOfItems } from '../ready-items.ts'
import type { Args } from './options.ts'

/** Whether an answer has rows, as --exit-code asks, and the hint to a filter that finds none. */
export interface RowWatch {
  /** The same answer. Its list is watched while it is read. `asked`: its view, if it has one, with all of its filters. */
  watch(answer: Answer, asked?: Pick<View, 'filters' | 'query'>): Answer
  /** The exit code when the answer has been read; one that says more than `done` stays. */
  exitCodeOf(code: ExitCode): ExitCode
  /** What to say when an answer without rows has been read: that a filter looks like a regular expression. */
  hints(): readonly string[]
}

/** Watches the rows of an answer if --exit-code is given, or if a filter may be meant as a regular expression. */
export function watchRows(args: Pick<Args, 'exitCode' | 'filter'>): RowWatch {
  let regexHint: string | null = null
  let isFound = false
  let unread: Iterable<Json> = []
  function* watchEach<T>(items: Iterable<T>, isRow: (item: T) => boolean = () => true): Generator<T> {
    unread = []
    for (const item of items) {
      isFound ||= isRow(item)
      yield item
    }
  }
  const hasRows = (): boolean => {
    // A table without columns is printed without a look at its rows.
    for (const _ of unread) return true
    return isFound
  }
  return {
    watch(answer, asked = { filters: args.filter, query: null }) {
      regexHint = explainFilters(asked, args.filter.length)
      if (!args.exitCode && regexHint === null) return answer
      if (answer.type === 'value') {
        // What has its text at hand is a whole document: an object with its list, for which nothing is evaluated here.
        isFound = answer.text !== undefined || isSomething(answer.value)
        return answer
      }
      const { items } = answer
      unread = items
      return { ...answer, items: watchItems(items, watchEach) }
    },
    exitCodeOf: (code) => (args.exitCode && code === exitCodes.done && hasRows() ? exitCodes.found : code),
    hints: () => (regexHint === null || hasRows() ? [] : [sanitise(regexHint)]),
  }
}

/** The hint to a regular expression without slashes: the last filters, so many, are those of the command. */
function explainFilters({ filters, query }: Pick<View, 'filters' | 'query'>, own: number): string | null {
  const saved = filters.length - own
  const ofSaved = explainMeantRegex(filters.slice(0, saved))
  if (ofSaved !== null) return `the filter of ${query}: no row passes. ${ofSaved}`
  const ofCommand = explainMeantRegex(filters.slice(saved))
  return ofCommand === null ? null : `--filter: no row passes. ${ofCommand}`
}

/** The same list, watched in each way in which it can be read. */
function watchItems(
  items: Iterable<Json>,
  watchEach: <T>(items: Iterable<T>, isRow?: (item: T) => boolean) => Generator<T>,
): Iterable<Json> {
  const each = { [Symbol.iterator]: () => watchEach(items) }
  const rows = rowsOfItems(items)
  const members = membersOfItems(items)
  const texts = textOfItems(items)
  return {
    ...each,
    ...(rows && { rows: { [Symbol.iterator]: () => watchEach(rows) } }),
    ...(members && { members }),
    ...(texts && {
      text: () => watchEach(texts.text(), (piece) => piece !== '[]'),
      lines: () => watchEach(texts.lines()),
    }),
  }
}

/** A value is nothing if JMESPath takes it for false, or if it is a count of 0. */
function isSomething(value: Json): boolean {
  const plain = toPlainNumber(value)
  if (plain === null || plain === false || plain === '' || plain === 0) return false
  return typeof plain !== 'object' || Object.keys(plain).length > 0
}
