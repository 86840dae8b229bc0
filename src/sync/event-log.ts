import type { DebugLog } from '../io.ts'
import type { Changes, Fault, Scope, SyncEvent } from '../model.ts'

type Emit = (event: SyncEvent) => void

/** Emits events and has each written into the debug log, where there is one. */
export function withEventLog(emit: Emit, debug: DebugLog | undefined): Emit {
  if (!debug) return emit
  const pages = new Map<string, number>()
  return (event) => {
    debug.write('sync', describeEvent(event, pages))
    emit(event)
  }
}

/** `111122223333/us-east-1/instances failed for profile prod: denied, UnauthorizedOperation: … -> next step`. */
export function describeFailure(scope: Scope, { class: kind, code, message, next }: Fault): string {
  return `${nameScope(scope)} failed for profile ${scope.profile}: ${kind}, ${code}: ${message} -> ${next}`
}

/** `pages` counts the pages of each scope. */
function describeEvent(event: SyncEvent, pages: Map<string, number>): string {
  switch (event.type) {
    case 'planned':
      return `${event.scopes} scopes are to be read`
    case 'sync-resumed':
      return `a sync of the same selection was cut off: ${event.left} scopes that it has read are left out`
    case 'profile-identified':
      return `profile ${event.profile} leads to account ${event.account}`
    case 'profile-collapsed':
      return `profile ${event.profile} leads to account ${event.account}, which profile ${event.into} reads`
    case 'scopes-resolved':
      return `${nameScope(event.from)} comes to ${event.scopes.map(nameScope).join(', ') || 'nothing that is due'}`
    case 'scope-started':
      pages.delete(nameScope(event.scope))
      return `${nameScope(event.scope)} ${event.resumed > 0 ? `goes on after ${event.resumed} pages` : 'begins'}, with profile ${event.scope.profile}`
    case 'scope-waiting':
      return `${nameScope(event.scope)} is being read by another muster`
    case 'scope-throttled':
      return `${nameScope(event.scope)} is throttled: the next attempt is made in ${Math.round(event.wait)} ms`
    case 'scope-retried':
      return `${nameScope(event.scope)} is tried again in ${Math.round(event.wait)} ms`
    case 'page-stored': {
      const name = nameScope(event.scope)
      const page = (pages.get(name) ?? 0) + 1
      pages.set(name, page)
      return `${name} page ${page}: ${event.count} rows`
    }
    case 'scope-finished':
      return `${nameScope(event.scope)} was read to its end: ${event.rows} rows${describeChanges(event.changes)}`
    case 'scope-skipped':
      return `${nameScope(event.scope)} is skipped: the region is not enabled`
    case 'scope-failed':
      return describeFailure(event.scope, event.fault)
  }
}

/** `, 12 new, 3 changed, 1 gone`. */
function describeChanges(changes: Changes | null): string {
  return changes ? `, ${changes.added} new, ${changes.changed} changed, ${changes.gone} gone` : ''
}

function nameScope({ profile, account, region, kind }: Scope): string {
  return `${account ?? profile}/${region ?? '*'}/${kind}`
}
