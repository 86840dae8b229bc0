/** Runs a piece of work when its turn comes. */
export type RunLimited = <T>(work: () => Promise<T>, turn?: Turn) => Promise<T>

export interface Turn {
  /** Goes before all work that is not `first`, and brings no more work of its owner; default false. */
  readonly first?: boolean
  /** Whose work it is; default: an owner of its own. */
  readonly owner?: string
  /** Of what kind it is, whoever owns it; default: of none, which nothing else of its kind can hold up. */
  readonly kind?: string
}

/**
 * Runs at most `size` pieces of work at once, in the order given; those that go first before the others. While
 * owners want more than there is, none has more than a fair share of it, so that one whose work stands still does
 * not hold up the others. Nor has a kind of work more than its share, as long as another one could start; an owner whose
 * work is all of such kinds may have one piece more, of another one.
 */
export function makePool(size: number): RunLimited {
  const owners = new Map<string | symbol, Owner>()
  const kinds = new Map<string, KindOfWork>()
  let free = size
  let planned = false
  const startWaiting = () => {
    planned = false
    while (free > 0) {
      const start = takeNext([...owners.values()], [...kinds.values()], size)
      if (!start) return
      free -= 1
      start()
    }
  }
  return async (work, { first = false, owner: name = Symbol('alone'), kind: kindName } = {}) => {
    const owner = owners.get(name) ?? { running: 0, kinds: [], first: [], last: [], growing: 0 }
    owners.set(name, owner)
    const kind = kindName === undefined ? null : (kinds.get(kindName) ?? { running: 0, waiting: 0 })
    if (kindName !== undefined && kind) kinds.set(kindName, kind)
    if (!first) owner.growing += 1
    if (kind) kind.waiting += 1
    await new Promise<void>((start) => {
      const queue = first ? owner.first : owner.last
      queue.push({ start, kind })
      if (!planned) startWaiting()
    })
    try {
      return await work()
    } finally {
      free += 1
      owner.running -= 1
      if (kind) kind.running -= 1
      owner.kinds.splice(owner.kinds.indexOf(kind), 1)
      if (!first) owner.growing -= 1
      if (demandOf(owner) === 0) owners.delete(name)
      if (kindName !== undefined && kind?.running === 0 && kind.waiting === 0) kinds.delete(kindName)
      // Who has just signed in asks for its scopes next: its place is not given away before it has asked for all.
      if (!planned) setImmediate(startWaiting)
      planned = true
    }
  }
}

interface Owner {
  running: number
  /** Of its pieces that run. */
  readonly kinds: (KindOfWork | null)[]
  readonly first: Piece[]
  readonly last: Piece[]
  /** Pieces, waiting or running, that bring more work when they have ended: nobody knows how much. */
  growing: number
}

interface KindOfWork {
  running: number
  waiting: number
}

interface Piece {
  readonly start: () => void
  readonly kind: KindOfWork | null
}

/** The next piece of work that may start, as running already; null if none may. */
function takeNext(owners: readonly Owner[], kinds: readonly KindOfWork[], size: number): (() => void) | null {
  const ofOwner = shareFairly(owners, demandOf, size)
  const ofKind = shareFairly(kinds, ({ running, waiting }) => running + waiting, size)
  const isOpen = (kind: KindOfWork | null) => kind === null || ofKind(kind)
  const isHeldUp = (owner: Owner) => !owner.kinds.some(isOpen) && ofOwner({ running: owner.running - 1 })
  const find = (turn: 'first' | 'last', isAble: (owner: Owner) => boolean, isNext = isOpen) => {
    for (const owner of owners) {
      const at =
        owner[turn].length > 0 && isAble(owner) ? owner[turn].findIndex(({ kind }) => isNext(kind)) : -1
      const [piece] = at < 0 ? [] : owner[turn].splice(at, 1)
      if (piece) return startOf(piece, owner)
    }
    return null
  }
  // A kind that has its share waits only for what can start.
  return (
    find('first', ofOwner) ??
    find('first', isHeldUp) ??
    find('last', ofOwner) ??
    find('first', ofOwner, () => true)
  )
}

function startOf({ kind, start }: Piece, owner: Owner): () => void {
  owner.running += 1
  owner.kinds.push(kind)
  if (kind) {
    kind.running += 1
    kind.waiting -= 1
  }
  return start
}

/** Who may start one more: what those who want little leave of their part is shared by the others. */
function shareFairly<T extends { readonly running: number }>(
  all: readonly T[],
  demandOf: (one: T) => number,
  size: number,
): (one: Pick<T, 'running'>) => boolean {
  if (all.length >= size) return ({ running }) => running === 0
  let left = size
  let sharing = all.length
  for (const demand of all.map(demandOf).sort((a, b) => a - b)) {
    if (demand * sharing > left) break
    left -= demand
    sharing -= 1
  }
  if (sharing === 0) return () => true
  const share = Math.floor(left / sharing)
  const oneMore = all.filter(({ running }) => running > share).length < left % sharing
  return ({ running }) => running < share || (running === share && oneMore)
}

function demandOf({ running, first, last, growing }: Owner): number {
  return growing > 0 ? Number.POSITIVE_INFINITY : running + first.length + last.length
}
