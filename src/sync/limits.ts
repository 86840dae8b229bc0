/** Runs a piece of work when its turn comes. */
export type RunLimited = <T>(work: Work<T>, turn?: Turn) => Promise<T>

/** `leave`: gives the turn of the work to others before the work ends. */
type Work<T> = (leave: () => void) => Promise<T>

export interface Turn {
  /** What goes first; left out: work that brings more work of its owner, nobody knows how much. */
  readonly rank?: Rank
  /** Whose work it is; default: an owner of its own. */
  readonly owner?: string
  /** Of what kind it is, whoever owns it; default: of none, which nothing else of its kind can hold up. */
  readonly kind?: string
  /** Where it is done: an account's region, that several kinds of work ask; default: a place of its own. */
  readonly place?: string
}

/** `opening`: the first that is seen of an owner; `shown`: what people wait for; `rest`: all else. */
export type Rank = (typeof ranks)[number]

const ranks = ['opening', 'shown', 'rest'] as const

/**
 * How much is done at once in one account and region. At 150 to 200 ms a call, four readings make 20 to 27 calls a
 * second: were they all of one operation, they would hardly outrun its bucket, which refills 20 times a second, and most
 * of it is left for whoever else works there. AWS advises few calls at once within an account, and many across accounts.
 */
const mostInPlace = 4

/**
 * Runs at most `size` pieces of work at once, by rank and then in the order given, and no more than `mostInPlace` in one
 * place. While owners want more than there is, none has more than a fair share of it, so that one whose work stands
 * still does not hold up the others. Nor has a kind of work more than its share (half of all for what is shown, as people
 * wait for it), as long as another one could start; an owner whose work is all of such kinds may have one piece more, of
 * another one. Work that brings more work comes after the opening of every owner, has half of the size while other work
 * waits, and more only if that cannot start.
 */
export function makePool(size: number): RunLimited {
  const owners = new Map<string | symbol, Owner>()
  const kinds = new Map<string, KindOfWork>()
  const places = new Map<string, number>()
  const pool: Pool = { size, owners, kinds, places, waiting: makeQueues(), growing: 0 }
  let opened = 0
  let free = size
  let planned = false
  const startWaiting = () => {
    planned = false
    while (free > 0) {
      const start = takeNext(pool)
      if (!start) return
      free -= 1
      start()
    }
  }
  return (work, { rank, owner: name = Symbol('alone'), kind: kindName, place = null } = {}) => {
    const owner = owners.get(name) ?? {
      order: opened++,
      running: 0,
      kinds: [],
      waiting: makeQueues(),
      growing: 0,
    }
    owners.set(name, owner)
    const kind = kindName === undefined ? null : (kinds.get(kindName) ?? { running: 0, waiting: 0 })
    if (kindName !== undefined && kind) kinds.set(kindName, kind)
    if (rank === undefined) owner.growing += 1
    if (kind) kind.waiting += 1
    let hasLeft = false
    const leave = () => {
      if (hasLeft) return
      hasLeft = true
      free += 1
      owner.running -= 1
      if (kind) kind.running -= 1
      owner.kinds.splice(owner.kinds.indexOf(kind), 1)
      leavePlace(places, place)
      if (rank === undefined) {
        owner.growing -= 1
        pool.growing -= 1
      }
      if (demandOf(owner) === 0) owners.delete(name)
      if (kindName !== undefined && kind?.running === 0 && kind.waiting === 0) kinds.delete(kindName)
      // Who has just signed in asks for its scopes next: its place is not given away before it has asked for all.
      if (!planned) setImmediate(startWaiting)
      planned = true
    }
    // Tens of thousands may wait: an asynchronous function that waits takes several times as much memory.
    return new Promise((resolve) => {
      const start = () => resolve(runInTurn(work, leave))
      const queue = owner.waiting[rank ?? 'growing']
      if (queue.length === 0) addInOrder(pool.waiting[rank ?? 'growing'], owner)
      queue.push({ start, kind, place })
      if (!planned) startWaiting()
    })
  }
}

async function runInTurn<T>(work: Work<T>, leave: () => void): Promise<T> {
  // Others take their turns first.
  await null
  try {
    return await work(leave)
  } finally {
    leave()
  }
}

interface Pool {
  readonly size: number
  readonly owners: ReadonlyMap<string | symbol, Owner>
  readonly kinds: ReadonlyMap<string, KindOfWork>
  /** How many pieces run in each place. */
  readonly places: Map<string, number>
  /** Who waits for a piece, the owner first that came first: of thousands, most may wait for something else. */
  readonly waiting: Queues<Owner>
  /** How many pieces run that bring more work. */
  growing: number
}

type Queues<T> = Readonly<Record<Rank | 'growing', T[]>>

interface Owner {
  /** How many owners came before it. */
  readonly order: number
  running: number
  /** Of its pieces that run. */
  readonly kinds: (KindOfWork | null)[]
  readonly waiting: Queues<Piece>
  /** Pieces, waiting or running, that bring more work when they have ended. */
  growing: number
}

interface KindOfWork {
  running: number
  waiting: number
}

interface Piece {
  readonly start: () => void
  readonly kind: KindOfWork | null
  readonly place: string | null
}

function makeQueues<T>(): Queues<T> {
  return { opening: [], shown: [], rest: [], growing: [] }
}

/** The next piece of work that may start, as running already; null if none may. */
function takeNext(pool: Pool): (() => void) | null {
  const { size, places } = pool
  const ofOwner = shareFairly(pool.owners, demandOf, size)
  const ofKind = shareFairly(pool.kinds, ({ running, waiting }) => running + waiting, size)
  const half = Math.ceil(size / 2)
  const isOpen = (kind: KindOfWork | null) => kind === null || ofKind(kind)
  const isOpenToAll = () => true
  const isHalfOpen = (kind: KindOfWork | null) => isOpen(kind) || (kind?.running ?? 0) < half
  const isHeldUp = (owner: Owner) => !owner.kinds.some(isOpen) && ofOwner({ running: owner.running - 1 })
  const hasRoom = (place: string | null) => place === null || (places.get(place) ?? 0) < mostInPlace
  const find = (
    queue: keyof Queues<Owner>,
    isAble: (owner: Owner) => boolean,
    isNext: (kind: KindOfWork | null) => boolean,
  ) => {
    for (const [index, owner] of pool.waiting[queue].entries()) {
      if (!isAble(owner)) continue
      const waiting = owner.waiting[queue]
      const at = waiting.findIndex(({ kind, place }) => isNext(kind) && hasRoom(place))
      const [piece] = at < 0 ? [] : waiting.splice(at, 1)
      if (!piece) continue
      if (waiting.length === 0) pool.waiting[queue].splice(index, 1)
      return startOf(piece, owner, queue, pool)
    }
    return null
  }
  const findFair = (rank: Rank) => {
    const isNext = rank === 'rest' ? isOpen : isHalfOpen
    return find(rank, ofOwner, isNext) ?? find(rank, isHeldUp, isNext)
  }
  return (
    findFair('opening') ??
    (pool.growing < half ? find('growing', ofOwner, isOpen) : null) ??
    findFair('shown') ??
    findFair('rest') ??
    find('growing', ofOwner, isOpen) ??
    // A kind that has its share waits only for what can start.
    find('opening', ofOwner, isOpenToAll) ??
    find('shown', ofOwner, isOpenToAll) ??
    find('rest', ofOwner, isOpenToAll)
  )
}

function startOf(
  { kind, start, place }: Piece,
  owner: Owner,
  queue: keyof Queues<Owner>,
  pool: Pool,
): () => void {
  owner.running += 1
  owner.kinds.push(kind)
  if (kind) {
    kind.running += 1
    kind.waiting -= 1
  }
  if (place !== null) pool.places.set(place, (pool.places.get(place) ?? 0) + 1)
  if (queue === 'growing') pool.growing += 1
  return start
}

function leavePlace(places: Pool['places'], place: string | null): void {
  if (place === null) return
  const left = (places.get(place) ?? 0) - 1
  if (left > 0) places.set(place, left)
  else places.delete(place)
}

/** Those that came last mostly go last. */
function addInOrder(owners: Owner[], owner: Owner): void {
  const before = owners.findLastIndex(({ order }) => order < owner.order)
  owners.splice(before + 1, 0, owner)
}

/** Who may start one more: what those who want little leave of their part is shared by the others. */
function shareFairly<T extends { readonly running: number }>(
  those: ReadonlyMap<unknown, T>,
  demandOf: (one: T) => number,
  size: number,
): (one: Pick<T, 'running'>) => boolean {
  if (those.size >= size) return ({ running }) => running === 0
  const all = [...those.values()]
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

function demandOf({ running, waiting, growing }: Owner): number {
  if (growing > 0) return Number.POSITIVE_INFINITY
  return running + ranks.reduce((sum, rank) => sum + waiting[rank].length, 0)
}
