import type { OfferedValues, WantedValues } from '../threads/messages.ts'
import { completeCommand, wantedByCommand } from './command-completion.ts'
import { completeFilter, wantedByFilter } from './filter-completion.ts'
import { type EditedLine, lineOf } from './line.ts'
import { type Candidate, isAnswerTo, isSameSource } from './line-candidates.ts'
import type { CommandState, FilterState, State } from './state.ts'

/** A line that can be completed. */
export type Completable = FilterState | CommandState

/** What the line on top may become, the likeliest first: what was typed decides, also while tab goes round them. */
export function findCandidates(
  typed: Completable,
  state: Pick<State, 'table' | 'choices'>,
): readonly Candidate[] {
  const from = typed.completed?.from ?? typed.line
  return typed.type === 'filter'
    ? completeFilter(from, state.table, typed.offer)
    : completeCommand(from, typed.offer, state.choices)
}

/** The values of the cache that may complete what was typed; null if none may. */
export function findWantedValues(
  typed: Completable,
  state: Pick<State, 'table' | 'choices'>,
): WantedValues | null {
  const from = typed.completed?.from ?? typed.line
  return typed.type === 'filter' ? wantedByFilter(from, state.table) : wantedByCommand(from, state.choices)
}

/**
 * The line as its next completion, or the one before with `by` -1. One alone is taken at once, so that what follows it
 * can be completed; null if there is nothing to complete.
 */
export function turnCompletion<T extends Completable>(
  typed: T,
  by: 1 | -1,
  state: Pick<State, 'table' | 'choices'>,
): { readonly line: EditedLine; readonly completed?: T['completed'] } | null {
  const { line, completed } = typed
  const found = findCandidates(typed, state)
  const [only, ...more] = found
  if (only === undefined) return null
  const isTyped = only.line.text === line.text
  if (more.length === 0) return { line: isTyped ? lineOf(`${line.text} `) : only.line }
  // A completion that is typed already is passed over.
  const before = completed?.at ?? (isTyped ? 0 : by > 0 ? -1 : 0)
  const at = (before + by + found.length) % found.length
  return { line: found[at]?.line ?? line, completed: { from: completed?.from ?? line, at } }
}

/** Which values are to be asked for; null if the last ones asked for are these. */
export function findNewWish(
  typed: Completable,
  before: Completable | null,
  state: Pick<State, 'table' | 'choices'>,
): WantedValues | null {
  const wanted = findWantedValues(typed, state)
  if (wanted === null || isAnswerTo(wanted, typed.offer)) return null
  const last = before && findWantedValues(before, state)
  const isAsked = last !== null && isSameSource(last, wanted) && last.begun === wanted.begun
  return isAsked ? null : wanted
}

/** Whether values are still being counted for what was typed. */
export function isAwaited(typed: Completable, state: Pick<State, 'table' | 'choices'>): boolean {
  const wanted = findWantedValues(typed, state)
  return wanted !== null && !(isAnswerTo(wanted, typed.offer) && typed.offer?.looked === null)
}

/** The offer if it answers what is typed now, or was typed a moment ago; else the one before. */
export function takeOffer<T extends Completable>(
  typed: T,
  offer: OfferedValues,
  state: Pick<State, 'table' | 'choices'>,
): T {
  return isAnswerTo(findWantedValues(typed, state), offer) ? { ...typed, offer } : typed
}
