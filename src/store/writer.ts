import type { Changes, Fault, Kind, ResolvedScope, Scope } from '../model.ts'
import type { KnownPages, KnownRow, KnownRows, RowMaking } from '../pages.ts'
import { textsOf, type WrittenRow } from './cells.ts'
import { setIdOf } from './column-sets.ts'
import { DamagedScope } from './damage.ts'
import { type GoneLimits, prepareGoneStatements } from './gone.ts'
import { ensureTable, kindNamed } from './kind-tables.ts'
import { type KindWriter, type Mark, makeKindWriter } from './kind-writer.ts'
import { prepareKnownPages } from './known-pages.ts'
import { isResolved } from './ledger.ts'
import { prepareMentionPages } from './mention-pages.ts'
import type { Store } from './open-store.ts'
import { type AsTransaction, prepareRemembering } from './remembering.ts'
import { prepareSyncStatements, ScopeHeld } from './running-syncs.ts'
import {
  type BeginOptions,
  isReadSince,
  type PassFigures,
  type ResumedPass,
  resumedOf,
  type Standing,
} from './scope-standing.ts'
import { fieldsOf, prepareLedgerStatements } from './scope-statements.ts'
import { withStoreErrors } from './store-errors.ts'
import { prepareTextBlocks } from './text-blocks.ts'

/** One attempt to read a scope to its end: a pass over its pages, or the rest of one that was cut off. */
export interface Attempt {
  readonly scopeId: number
  readonly kind: string
  readonly profile: string
  /** The counter when the pass began: rows that were seen before it are gone once it is complete. */
  readonly began: number
  /** What a token must have been given for to be of use to it; null for none. */
  readonly use: string | null
  /** Null for a pass that begins. */
  readonly resumed: ResumedPass | null
  /** Whether the scope had no line in the ledger: none of its rows is known. */
  readonly isNew: boolean
}

/** What a page says beside its resources. */
export interface PageEnd {
  /** Leads to the next page; null if the pass cannot be gone on with from here. */
  readonly token: string | null
  /** How often AWS throttled the calls since the page before. */
  readonly throttles: number
  /** Names the text of its items; left out if the page cannot be known when it comes again. */
  readonly mac?: string
}

/** A row that a page brings: to be stored, or known and unchanged. */
export type SeenRow = WrittenRow | KnownRow

/** What a complete reading found. */
export interface Finished {
  readonly rows: number
  readonly changes: Changes
}

const usualLimits: GoneLimits = { keep: 30 * 86_400_000, bytes: 100_000_000 }

/** A sync that has begun: its number, and when that was, in ms since 1970. */
export interface BegunSync {
  readonly id: number
  readonly at: number
}

/** What `makeWriter` gives. */
export type Writer = ReturnType<typeof makeWriter>

/**
 * The writing side of the cache. Every function is one transaction: all of it is stored, or nothing. Two writers of one
 * sync, each with a connection of its own, can write by turns: the other goes on with it. `planRows`: for documents.
 */
export function makeWriter(
  store: Store,
  limits: GoneLimits = usualLimits,
  selection = '',
  planRows: ((kind: Kind) => RowMaking) | null = null,
) {
  const { db } = store
  const sql = prepareLedgerStatements(db)
  const syncs = prepareSyncStatements(db)
  /** The sync that this writer writes for. */
  let own: BegunSync | null = null
  const gone = prepareGoneStatements(db, limits)
  const pages = prepareKnownPages(store)
  const mentions = prepareMentionPages(db)
  const blocks = prepareTextBlocks(db)
  const asTransaction: AsTransaction = (work) => {
    const transaction = db.transaction(work).immediate
    return (...args) => withStoreErrors(store.file, () => transaction(...args))
  }

  const writers = new Map<string, KindWriter>()
  /** Another muster may have changed the table since the last page. */
  const writerOf = (kind: Kind): KindWriter => {
    let writer = writers.get(kind.name)
    if (writer?.heldSetId !== sql.heldSetId.get(kind.name)) {
      writer = makeKindWriter(db, kind, mentions, blocks)
      writers.set(kind.name, writer)
    }
    return writer as KindWriter
  }
  /** A transaction of its own, which stays when a scope turns out to be held by another sync. */
  const beginSync = asTransaction((at: number) => {
    const id = sql.count.get() as number
    syncs.sayAlive(id, selection, at)
    return { id, at }
  })
  const kindOf = (name: string): Kind => {
    const kind = kindNamed(store.kinds, name)
    if (!kind) throw new Error(`the cache was opened without ${name}`)
    return kind
  }
  const dropUnresolved = (scope: ResolvedScope) => {
    const dropped = sql.dropUnresolved.all(scope.profile, scope.kind, scope.account) as number[]
    for (const scopeId of dropped) sql.dropFaults.run(scopeId)
  }

  /** Throws ScopeHeld if another sync took the scope over. */
  const requireHeld = (scopeId: number): void => {
    if (own === null || sql.holder.get(scopeId) !== own.id)
      throw new ScopeHeld(`scope ${scopeId} was taken over`)
  }
  const isHeldByOther = (heldBy: number | null) =>
    heldBy !== null && heldBy !== own?.id && syncs.isAlive(heldBy)
  /** The number of the page that a pass brings next. */
  const nextPage = (scopeId: number) => (sql.pages.get(scopeId) as number) + 1
  /** Gives the numbers of the rows, and how many are new. */
  const saveRows = (
    { scopeId, kind: name, began }: Attempt,
    rows: Iterable<SeenRow>,
    positions: readonly number[],
    at: number,
  ): { readonly numbers: readonly number[]; readonly added: number } => {
    requireHeld(scopeId)
    const kind = kindOf(name)
    const writer = writerOf(kind)
    const seen = sql.count.get() as number
    const setId = setIdOf(kind)
    const mustWrite = sql.setIdOfScope.get(scopeId) !== setId
    pages.leave(scopeId, writer, nextPage(scopeId), began)
    writer.begin()
    const someGone = gone.hasGone(scopeId)
    const first = writer.nextRow(scopeId)
    let next = first
    const marks: Mark[] = []
    const numbers: number[] = []
    for (const each of rows) {
      const position = positions[numbers.length] ?? 0
      if ('row' in each) {
        marks.push({ known: each, position })
        numbers.push(each.row)
        continue
      }
      const place = { scopeId, position, seen, at }
      const texts = textsOf(each, planRows?.(kind))
      const row = writer.save(texts, place, next, mustWrite)
      numbers.push(row)
      if (row !== next) continue
      const before = someGone ? gone.takeBack(scopeId, texts.id) : null
      if (before !== null) writer.restoreFirstSeen(next, before)
      next += 1
    }
    writer.end(scopeId)
    if (!writer.markSeen(marks, seen, at)) throw new DamagedScope(store.file, scopeId, 'rows are missing')
    // The rows lack what a newer muster keeps beside: it fills that in.
    if (!writer.writesAll) {
      sql.markScope.run(setId, scopeId)
      sql.markKind.run(kind.name)
    }
    return { numbers, added: next - first }
  }
  const save = (
    attempt: Attempt,
    rows: Iterable<SeenRow>,
    positions: readonly number[],
    at: number,
    { token, throttles, mac }: PageEnd,
  ): void => {
    const { scopeId, use } = attempt
    const { numbers, added } = saveRows(attempt, rows, positions, at)
    const number = nextPage(scopeId)
    sql.stored.run({ scopeId, added, token: use === null ? null : token, use, at, throttles })
    if (mac !== undefined) pages.add(scopeId, number, mac, numbers)
  }
  const mark = (attempt: Attempt, at: number, { token, throttles }: PageEnd): void => {
    const { scopeId, use } = attempt
    requireHeld(scopeId)
    const seen = sql.count.get() as number
    if (!pages.mark(scopeId, nextPage(scopeId), { seen, at }))
      throw new DamagedScope(store.file, scopeId, 'a page is missing')
    sql.stored.run({ scopeId, added: 0, token: use === null ? null : token, use, at, throttles })
  }
  const finish = (attempt: Attempt, at: number): Finished => {
    const { scopeId, profile, resumed } = attempt
    requireHeld(scopeId)
    const kind = kindOf(attempt.kind)
    const writer = writerOf(kind)
    const pass = sql.passOf.get(scopeId) as PassFigures
    const { since } = pass
    const known = pages.sum(scopeId, attempt.began)
    const isSame = known.pages === pass.pages && known.seen === pass.pages
    // Counted anew: the number in the ledger may have been damaged, or rows may have been lost.
    const isWhole = isSame && writer.countRows(scopeId) === known.rows
    if (!isWhole) {
      pages.handOver(scopeId, writer, attempt.began)
      pages.leave(scopeId, writer, pass.pages + 1, attempt.began)
    }
    const removed = isWhole ? 0 : writer.removeUnseen(scopeId, attempt.began, at)
    gone.prune(at)
    if (sql.forgetDamage.run(scopeId).changes > 0) writer.removeStrays(scopeId)
    sql.forgetFault.run(scopeId, profile)
    const isUntouched = isWhole && pass.attempts === 1
    const { rows, added, changed } = isUntouched
      ? { rows: known.rows, added: 0, changed: 0 }
      : writer.measure(scopeId, since ?? at)
    const changes = { added, changed, gone: removed }
    if (!isWhole) writer.compactMentions(scopeId, rows)
    const setId = writer.writesAll ? setIdOf(kind) : null
    const syncedAt = resumed?.startedAt ?? at
    sql.finish.run({ scopeId, at, syncedAt, profile, rows, setId, ...changes })
    return { rows, changes }
  }

  /** Whether all rows of a scope are as this muster would write them. */
  const isCurrent = (scopeId: number, kind: Kind): boolean =>
    writerOf(kind).writesAll && sql.setIdOfScope.get(scopeId) === setIdOf(kind)

  const beginPass = asTransaction(
    (scope: ResolvedScope, at: number, { use, since }: BeginOptions): Attempt => {
      dropUnresolved(scope)
      const kind = kindOf(scope.kind)
      ensureTable(db, kind)
      const standing = sql.standing.get(fieldsOf(scope)) as Standing | undefined
      if (standing && isHeldByOther(standing.heldBy)) throw new ScopeHeld('another sync reads the scope')
      if (standing && isReadSince(standing, since)) throw new ScopeHeld('another sync has read the scope')
      const syncId = own?.id
      const same = { kind: scope.kind, profile: scope.profile, use }
      const resumed = standing && resumedOf(standing, use, at)
      if (standing && resumed) {
        // What the pass has brought so far is looked up in the rows.
        pages.handOver(standing.scopeId, writerOf(kind), standing.began)
        sql.goOn.run({ profile: scope.profile, at, syncId, scopeId: standing.scopeId })
        return { ...same, scopeId: standing.scopeId, began: standing.began, resumed, isNew: false }
      }
      const began = sql.count.get() as number
      const scopeId = sql.begin.get({ ...fieldsOf(scope), at, syncId, began, setId: setIdOf(kind) }) as number
      return { ...same, scopeId, began, resumed: null, isNew: standing === undefined }
    },
  )

  return {
    /** The sync that this writer writes for; null if no scope has begun. */
    begunSync: () => own,

    /** Writes for a sync that another writer has begun; null for none. */
    goOn(begun: BegunSync | null): void {
      own = begun
    },

    /**
     * Notes that the reading of a scope begins; its rows stay until it is complete. A pass that was cut off goes on if its
     * token was given for the same `use` and is not too old. Throws ScopeHeld while another sync reads the scope, and if
     * one has read it to its end after `since`.
     */
    beginScope(scope: ResolvedScope, at: number, options: Partial<BeginOptions> = {}): Attempt {
      own ??= beginSync(at)
      return beginPass(scope, at, { use: null, since: null, ...options })
    },

    /** Begins a scope anew whose token AWS has refused: what the pass has marked so far counts no longer. */
    restartScope: asTransaction((scope: ResolvedScope, attempt: Attempt, at: number): Attempt => {
      requireHeld(attempt.scopeId)
      const began = sql.count.get() as number
      const setId = setIdOf(kindOf(scope.kind))
      sql.begin.get({ ...fieldsOf(scope), at, began, setId, syncId: own?.id })
      return { ...attempt, began, resumed: null, isNew: false }
    }),

    /** Stores one page: new resources are added, known ones replaced. Throws ScopeHeld if another sync took over. */
    savePage: asTransaction(
      (
        attempt: Attempt,
        rows: readonly SeenRow[],
        positions: readonly number[],
        at: number,
        end: PageEnd = { token: null, throttles: 0 },
      ) => save(attempt, rows, positions, at, end),
    ),

    /**
     * Stores the first rows of a page that is still being read, if the scope has no rows yet. The page brings them again,
     * and its token: a pass that ends between has brought no page, and begins anew.
     */
    saveFirstRows: asTransaction(
      (attempt: Attempt, rows: readonly SeenRow[], positions: readonly number[], at: number): void => {
        if ((sql.rows.get(attempt.scopeId) as number) > 0) return
        sql.added.run(saveRows(attempt, rows, positions, at).added, attempt.scopeId)
      },
    ),

    /** Notes a page that came again as it was: its rows stay untouched, and are as good as new. */
    markPage: asTransaction((attempt: Attempt, at: number, end: PageEnd): void => mark(attempt, at, end)),

    /** The same of the last page of a scope, which is finished. */
    markLastPage: asTransaction((attempt: Attempt, at: number, throttles: number): Finished => {
      mark(attempt, at, { token: null, throttles })
      return finish(attempt, at)
    }),

    /** Something has changed: from now on the rows themselves have when they last came. */
    leaveKnownPages: asTransaction((attempt: Attempt): void => {
      requireHeld(attempt.scopeId)
      pages.handOver(attempt.scopeId, writerOf(kindOf(attempt.kind)), attempt.began)
    }),

    /** The scope was read to its end: what it no longer holds goes. */
    finishScope: asTransaction((attempt: Attempt, at: number): Finished => finish(attempt, at)),

    /** Stores the last page of a scope and finishes it. */
    saveLastPage: asTransaction(
      (
        attempt: Attempt,
        rows: readonly SeenRow[],
        positions: readonly number[],
        at: number,
        end: Omit<PageEnd, 'token'>,
      ): Finished => {
        save(attempt, rows, positions, at, { ...end, token: null })
        return finish(attempt, at)
      },
    ),

    /**
     * Notes that a pass goes no further for now, and how often AWS has throttled its calls since the last page. Throws
     * ScopeHeld if another sync took over: what this one met says nothing about the scope then.
     */
    noteBreak: asTransaction((attempt: Attempt, throttles: number): void => {
      requireHeld(attempt.scopeId)
      sql.throttled.run(throttles, attempt.scopeId)
    }),

    /** The rows of a scope that need not be written again if AWS gives the texts that they were read from. */
    readKnown({ scopeId, kind }: Attempt): KnownRows {
      return isCurrent(scopeId, kindOf(kind)) ? writerOf(kindOf(kind)).readKnown(scopeId) : new Map()
    },

    /** The pages of a scope that need not be read again if AWS gives them as they were, from its first page on. */
    readKnownPages({ scopeId, kind, resumed }: Attempt): KnownPages {
      const isKnown = resumed === null && isCurrent(scopeId, kindOf(kind))
      return { key: pages.readKey(), pages: isKnown ? pages.list(scopeId, writerOf(kindOf(kind))) : [] }
    },

    /** What the pages of a pass have brought so far: the next resources are placed and numbered behind it. */
    readPass: ({ scopeId, began, kind }: Attempt) => writerOf(kindOf(kind)).readPass(scopeId, began),

    /** The scope could not be read: its rows stay, its fault is named. */
    failScope: asTransaction((scope: Scope, fault: Fault, at: number): void => {
      const began = sql.count.get() as number
      const standing = isResolved(scope)
        ? (sql.standing.get(fieldsOf(scope)) as Standing | undefined)
        : undefined
      const scopeId =
        standing && isHeldByOther(standing.heldBy)
          ? standing.scopeId
          : (sql.end.get({ ...fieldsOf(scope), at, began, state: 'failed' }) as number)
      sql.fault.run(scopeId, scope.profile, JSON.stringify(fault), at)
    }),

    /** The region is not enabled in the account: there is nothing to read. */
    skipScope: asTransaction((scope: ResolvedScope, at: number): void => {
      dropUnresolved(scope)
      const began = sql.count.get() as number
      const scopeId = sql.end.get({ ...fieldsOf(scope), at, began, state: 'skipped' }) as number
      sql.dropToken.run(scopeId)
      sql.forgetFault.run(scopeId, scope.profile)
    }),

    /** Says that this sync is alive, so that nobody takes over what it reads. */
    beat: asTransaction((): void => {
      if (own) syncs.sayAlive(own.id, selection, own.at)
    }),

    /** The sync has ended: others may read what it was reading. One that was cut off is remembered. */
    endSync: asTransaction((isCutOff: boolean, at: number): void => {
      syncs.end(own?.id ?? null, selection, isCutOff, at)
      own = null
    }),

    ...prepareRemembering(sql, asTransaction),
  }
}
