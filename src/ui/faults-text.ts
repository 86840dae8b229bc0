import type { FaultLines, FaultReport } from './protocol.ts'

/** What could not be read, by its cause, each with its next step and its scopes. */
export function faultsText({ missing, accepted, skipped }: FaultReport): string {
  const blocks = [
    ...missing.map((group) => block(group)),
    ...accepted.map((group) => ['Accepted in the settings:', ...block(group)]),
    skipped === 0 ? [] : [`${skipped} skipped: the region is not enabled in the account.`],
  ].filter((lines) => lines.length > 0)
  if (blocks.length === 0) return 'Everything that is selected could be read.'
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

function block({ line, next, scopes }: FaultLines): string[] {
  const more = scopes.length > 4 ? [`  all ${scopes.length}: ${scopes.join(', ')}`] : []
  return [line, `  -> ${next}`, ...more]
}
