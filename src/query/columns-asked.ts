import { columnNamesOf, originFields } from '../kinds.ts'
import type { Kind } from '../model.ts'
import { splitColumns } from './column-list.ts'
import { everyColumn } from './wildcards.ts'

/** The columns that a result shows unasked, and all that it has; null if only its rows say so. */
export interface OwnColumns {
  readonly unasked: readonly string[] | null
  readonly all: readonly string[] | null
}

/** Those of a kind's table; `joined`: with what the cache knows of other kinds. */
export function ownColumnsOf(kind: Kind, joined: boolean): OwnColumns {
  const known = joined ? columnNamesOf(kind) : kind.columns.map(({ name }) => name)
  return { unasked: kind.table, all: [...new Set([...kind.table, ...known, ...originFields])] }
}

/**
 * What --columns asks for, null for nothing: a list that begins with a plus adds to the columns that are shown unasked, and
 * `*` stands for all that there are.
 */
export function columnsAsked(
  lists: readonly string[],
  { unasked, all }: OwnColumns,
): readonly string[] | null {
  const written = lists.flatMap((list) => {
    const names = splitColumns(list).filter((name) => name !== '')
    const isAdding = names[0]?.startsWith('+') === true
    return names.map((name) => ({
      name: name.startsWith('+') ? plainName(name) : name,
      isAdded: isAdding || name.startsWith('+'),
    }))
  })
  if (written.length === 0) return null
  const open = [everyColumn]
  const chosen = written.flatMap(({ name, isAdded }) =>
    isAdded ? [] : name === everyColumn ? (all ?? open) : [name],
  )
  const base = chosen.length > 0 ? chosen : (unasked ?? open)
  const added = written.flatMap(({ name, isAdded }) =>
    isAdded ? (name === everyColumn ? (all ?? open) : [name]) : [],
  )
  return [...base, ...new Set(added.filter((name) => !base.includes(name)))]
}

/** `+"tag:a,b"` has its quotes behind the plus. */
function plainName(written: string): string {
  return splitColumns(written.slice(1))[0] ?? ''
}
