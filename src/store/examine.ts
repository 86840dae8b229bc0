import { Interruption, MusterError } from '../errors.ts'
import type { Io } from '../io.ts'
import { type CacheCheck, checkAll, type ScopeDamage } from './check-cache.ts'
import { DamagedCache, DamagedScope } from './damage.ts'
import { readLedger } from './ledger.ts'
import { markDamaged } from './mark.ts'
import type { Store } from './open-store.ts'
import { storeError } from './store-errors.ts'

/**
 * Turns an error that was met while the cache was in use into the one to report. If damage may be the cause, the whole
 * file is checked: damaged scopes are named and marked, so that the next sync reads them again. An unexpected error
 * over a sound file is given back as it is: it is a bug.
 */
export function explainDamage(store: Store, error: unknown, { now }: Pick<Io, 'now'>): unknown {
  const doubted = error instanceof DamagedScope || error instanceof DamagedCache
  if (!doubted && (error instanceof MusterError || error instanceof Interruption)) return error
  const known = doubted ? null : storeError(store.file, error)
  if (known && !(known instanceof DamagedCache)) return known
  if (!store.db.open) return known ?? error
  if (store.db.inTransaction) store.db.exec('ROLLBACK')
  try {
    const { file, scopes } = checkAll(store, null)
    const [first, ...more] = file
    if (first !== undefined) {
      const others = more.length === 0 ? '' : ` and ${more.length} more`
      return error instanceof DamagedCache ? error : new DamagedCache(store.file, `${first}${others}`, error)
    }
    const named = error instanceof DamagedScope ? addScope(store, scopes, error) : scopes
    if (named.length > 0) return damagedScopesError(store, named, markDamaged(store, named, now()), error)
  } catch (another) {
    return another
  }
  return known ?? error
}

/** `acme-prod/us-east-1 (instances): i-0abc: its document is not what was stored, and 2 more`. */
function damageText({ line, rows, found }: ScopeDamage): string {
  const { profile, region, kind } = line.scope
  const [first, ...more] = [...(found === null ? [] : [found]), ...rows.map(([id, what]) => `${id}: ${what}`)]
  const others = more.length === 0 ? '' : `, and ${more.length} more`
  return `${profile}/${region ?? '*'} (${kind}): ${first ?? 'its rows are damaged'}${others}`
}

/** All that a check found, one line each. */
export function checkLines({ file, scopes }: CacheCheck): readonly string[] {
  return [...file, ...scopes.map(damageText)]
}

/** The scope that an answer met, if the check saw nothing wrong with it. */
function addScope(store: Store, scopes: readonly ScopeDamage[], error: DamagedScope): readonly ScopeDamage[] {
  if (scopes.some(({ line }) => line.scopeId === error.scopeId)) return scopes
  const line = readLedger(store).find(({ scopeId }) => scopeId === error.scopeId)
  return line ? [...scopes, { line, rows: [], found: error.found }] : scopes
}

function damagedScopesError(
  { file }: Store,
  scopes: readonly ScopeDamage[],
  marked: boolean,
  cause: unknown,
): MusterError {
  const named = scopes.slice(0, 4).map(damageText).join('; ')
  const more = scopes.length > 4 ? `; and ${scopes.length - 4} scopes more` : ''
  const next = marked
    ? 'The next sync reads them again: run `muster sync` for them, or the same command without --offline.'
    : 'It cannot be written, so that nothing can be read again into it: give another with --cache FILE.'
  return new MusterError(
    `The cache ${file} holds damaged rows, so that this answer would not be right. ${named}${more}. ${next}`,
    1,
    { cause },
  )
}
