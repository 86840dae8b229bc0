import type { FaultLines, FaultReport } from '../threads/messages.ts'
import { sayOnScreen } from './next-step.ts'

/**
 * What could not be read, by its cause, with its next step and its scopes. While a sync runs, the rest is still being
 * read.
 */
export function formatFaults(
  { missing, accepted, others, skipped }: FaultReport,
  syncing: boolean,
  notes: readonly string[] = [],
): string {
  const coming = syncing ? missing.filter(({ failed }) => !failed).flatMap(({ scopes }) => scopes) : []
  const blocks = [
    ...missing.filter(({ failed }) => failed || !syncing).map((group) => formatGroup(group)),
    coming.length === 0 ? [] : [`${coming.length} being read now: ${coming.join(', ')}`],
    ...accepted.map((group) => ['Accepted in the settings:', ...formatGroup(group)]),
    ...others.map((group) => formatGroup(group)),
    skipped === 0 ? [] : [`${skipped} skipped: the region is not enabled in the account.`],
  ].filter((lines) => lines.length > 0)
  if (blocks.length === 0) blocks.push(['Everything that is selected could be read.'])
  if (notes.length > 0) blocks.unshift([...notes.map((note) => `Warning: ${sayOnScreen(note)}`)])
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

function formatGroup({ cause, next, scopes }: FaultLines): string[] {
  const count = `${scopes.length.toLocaleString('en-US')} scope${scopes.length === 1 ? '' : 's'}`
  return [sayOnScreen(cause), `  -> ${sayOnScreen(next)}`, `  ${count}: ${scopes.join(', ')}`]
}
