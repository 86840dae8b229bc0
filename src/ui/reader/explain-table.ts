import type { Io } from '../../io.ts'
import { sanitise } from '../../output/sanitise.ts'
import { explainView } from '../../query/plan/explain.ts'
import { describeExplanation } from '../../query/plan/explanation.ts'
import type { Store } from '../../store/open-store.ts'
import { readCachedScopes } from '../../sync/standing.ts'
import { listedTableOf } from './listing-of.ts'
import type { Question } from './reader-state.ts'

/** What is read of the cache to answer a question of the screen, as lines of harmless text: `muster query --explain` there. */
export function explainTable(
  { ask, selection }: Pick<Question, 'ask' | 'selection'>,
  store: Store,
  io: Pick<Io, 'env' | 'now'>,
): string {
  if (ask.type === 'scopes') return 'The table of scopes is read from the ledger: no resource is.'
  if (ask.type === 'find')
    return 'Words are looked up in what all resources mention, and in the columns and tags of all kinds.'
  const { lines } = readCachedScopes(selection, store, io)
  const shown = listedTableOf(ask, store) ? 'ordered' : 'kept'
  const parts = describeExplanation(explainView(ask.view, store, lines, shown))
  const width = Math.max(...parts.map(([part]) => part.length))
  return parts.map(([part, what]) => `${part.padEnd(width)}  ${sanitise(what)}`).join('\n')
}
