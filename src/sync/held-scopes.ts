import { setTimeout as pause } from 'node:timers/promises'
import type { ResolvedScope } from '../model.ts'
import { readHeldScopes, scopeKey } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'

/** How often the ledger is looked at while scopes are waited for, in ms. */
const interval = 250

/**
 * Makes the function that resolves when no other sync reads a scope any more: it has come to an end, or is dead. However
 * many scopes are waited for, the ledger is looked at once for all of them.
 */
export function makeHeldWatch(store: Store, signal: AbortSignal): (scope: ResolvedScope) => Promise<void> {
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  const look = async () => {
    try {
      while (waiting.size > 0) {
        await pause(interval, undefined, { signal })
        const held = readHeldScopes(store)
        for (const [key, { resolve }] of waiting) {
          if (held.has(key)) continue
          waiting.delete(key)
          resolve()
        }
      }
    } catch (error) {
      const reason = signal.aborted ? signal.reason : error
      for (const { reject } of waiting.values()) reject(reason)
      waiting.clear()
    }
  }
  return (scope) => {
    const key = scopeKey(scope)
    const isIdle = waiting.size === 0
    const known = waiting.get(key) ?? Promise.withResolvers<void>()
    waiting.set(key, known)
    if (isIdle) void look()
    return known.promise
  }
}
