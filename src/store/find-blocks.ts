import type { Kind } from '../model.ts'
import { tableOf } from './kind-tables.ts'
import type { LedgerLine } from './ledger.ts'
import type { Store } from './open-store.ts'
import type { RowFilter } from './row-filter.ts'
import { blockRangeOf, readTextBlock, rowRangeOfBlocks, type TextBlock } from './text-blocks.ts'
import { hasBits, listGramBits } from './text-grams.ts'

/** Rows of a scope that lie together, and how many there are. */
export interface RowStretch {
  readonly first: number
  readonly last: number
  readonly rows: number
}

type BlockFinder = (line: LedgerLine) => readonly RowStretch[] | null

/** A scope that has fewer rows is looked through: that takes no longer than to read its block. */
const fewRows = 16

/**
 * Makes the function that gives the stretches of a scope whose search texts may hold one of `ways`: a way is texts in small
 * letters, as search texts hold them, that all must be there. Null if nothing is known of them: they are too short, or the
 * blocks of the scope have not as many texts as it has rows. A million rows take 0.02 s.
 */
export function makeBlockFinder({ db }: Store, ways: readonly (readonly string[])[]): BlockFinder {
  const wanted = ways.map(listGramBits)
  if (wanted.some((bits) => bits.length === 0)) return () => null
  const statement = db
    .prepare(
      `SELECT block, rows, checksum, grams, (SELECT rows FROM scope WHERE scope_id = ?) FROM text_block
       WHERE block BETWEEN ? AND ? ORDER BY block`,
    )
    .raw()
  return ({ scopeId, rows }) => {
    if (rows < fewRows) return null
    const found: RowStretch[] = []
    let count = 0
    let all: unknown = null
    const blocks = statement.iterate(scopeId, ...blockRangeOf(scopeId)) as Iterable<unknown[]>
    for (const cells of blocks) {
      const block = readTextBlock(cells)
      if (block === null) return null
      all = cells[4]
      count += block.rows
      if (wanted.some((bits) => hasBits(block.grams, bits))) addBlock(found, block)
    }
    return count === all ? found : null
  }
}

/** The same for rows that all of the filters leave. */
export function makeFilterBlockFinder(
  store: Store,
): (line: LedgerLine, filters: readonly RowFilter[]) => readonly RowStretch[] | null {
  const finders = new Map<string, BlockFinder>()
  return (line, filters) => {
    const literals = filters.flatMap(({ inverse, text }) => (inverse ? [] : (text?.literals ?? [])))
    const key = JSON.stringify(literals)
    const find = finders.get(key) ?? makeBlockFinder(store, [literals])
    finders.set(key, find)
    return find(line)
  }
}

/** Whether a kind's table has all rows of these stretches: if not, some were lost, or have come or gone since. */
export function hasStretches({ db }: Store, kind: Kind, stretches: readonly RowStretch[]): boolean {
  const count = db.prepare(`SELECT count(*) FROM ${tableOf(kind)} WHERE _row BETWEEN ? AND ?`).pluck()
  return stretches.every(({ first, last, rows }) => count.get(first, last) === rows)
}

function addBlock(found: RowStretch[], { block, rows }: TextBlock): void {
  const [first, last] = rowRangeOfBlocks(block, block)
  const before = found.at(-1)
  if (before && before.last + 1 === first)
    found[found.length - 1] = { first: before.first, last, rows: before.rows + rows }
  else found.push({ first, last, rows })
}
