import { selectKinds } from '../config/kind-words.ts'
import { kinds } from '../kinds.ts'
import { kindsOfWord } from '../mentions/kinds-of-word.ts'
import type { Inventory } from '../mentions/resources.ts'
import type { Calls, ScopeStatus } from '../model.ts'
import { listHeldKinds } from '../store/kind-tables.ts'
import type { Store } from '../store/open-store.ts'
import { type Context, selectionOf } from './context.ts'
import type { Args } from './options.ts'
import { callsOf, plainKinds, syncSelection } from './ready.ts'

/** What words are looked up in, and where each of its scopes stands. */
export interface AskedInventory {
  readonly inventory: Inventory
  readonly statuses: readonly ScopeStatus[]
}

/**
 * The scopes in which words are looked up: those that the flags select, and else all profiles and regions, in all kinds
 * of which the cache has something, and in those whose ids or addresses the words may be. Calls AWS only if --fresh or --sync asks for it.
 */
export async function openInventory(
  context: Context,
  args: Args,
  store: Store,
  words: readonly string[],
): Promise<AskedInventory> {
  const { profiles, accounts, regions } = selectionOf(args)
  const isEvery = profiles.length === 0 && context.config.profiles.length > 0
  const selection = {
    profiles: isEvery ? ['*'] : profiles,
    accounts,
    regions: regions.length === 0 ? ['*'] : regions,
  }
  const wanted = plainKinds(kindsAsked(args, store, words))
  const { lines, statuses } = await syncSelection(
    context,
    args,
    store,
    selection,
    wanted,
    callsAsked(context, args),
  )
  return { inventory: { store, lines }, statuses }
}

/** The demo fleet is read when it is first asked about: nobody has another cache of it. */
function callsAsked({ demo }: Context, args: Args): Calls {
  const isAsked = args.sync || args.fresh !== null || (demo && !args.offline)
  return isAsked ? callsOf(args) : 'never'
}

function kindsAsked({ kind: given }: Args, store: Store, words: readonly string[]): readonly string[] {
  if (given.length > 0) return selectKinds(given).map(({ name }) => name)
  const held = listHeldKinds(store.db, store.kinds)
  const named = words.flatMap(kindsOfWord)
  const first = held.length > 0 ? held : kinds
  return [...new Set([...first.map(({ name }) => name), ...named])]
}
