/** Where a pause point lies: between two statements of SQLite, or inside one, while no other can be run. */
export type PausePlace = 'between' | 'inside'

type Visit = (place: PausePlace) => void

const visitor: { visit: Visit | null; isInside: boolean } = { visit: null, isInside: false }

/**
 * A place in long work where whoever runs it may do something else for a moment, or end it by an error. It costs a few ns
 * if nobody does.
 */
export function passPausePoint(place: PausePlace = 'between'): void {
  visitor.visit?.(visitor.isInside ? 'inside' : place)
}

/**
 * Makes the function that passes a pause point once in so many calls: for what takes less than a µs. `count`: as many calls
 * as one stands for.
 */
export function makePausePoints(calls: number): (count?: number) => void {
  let passed = 0
  return (count = 1) => {
    passed += count
    if (passed < calls) return
    passed = 0
    passPausePoint()
  }
}

/** Does work for which SQLite waits amid a statement: all of its pause points are inside. */
export function doInside<T>(work: () => T): T {
  const { isInside: before } = visitor
  visitor.isInside = true
  try {
    return work()
  } finally {
    visitor.isInside = before
  }
}

/** Does work that is visited at its pause points; not while it is visited. */
export function withPausePoints<T>(visit: Visit, work: () => T): T {
  const { visit: before } = visitor
  const visitAlone = (place: PausePlace) => {
    visitor.visit = null
    try {
      visit(place)
    } finally {
      visitor.visit = visitAlone
    }
  }
  visitor.visit = visitAlone
  try {
    return work()
  } finally {
    visitor.visit = before
  }
}
