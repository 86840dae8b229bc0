/** Where a pause point lies: between two statements of SQLite, or inside one, while no other can be run. */
export type PausePlace = 'between' | 'inside'

type Visit = (place: PausePlace) => void

const visitor: { visit: Visit | null } = { visit: null }

/**
 * A place in long work where whoever runs it may do something else for a moment, or end it by an error. It costs a few ns
 * if nobody does.
 */
export function passPausePoint(place: PausePlace = 'between'): void {
  visitor.visit?.(place)
}

/** Makes the function that passes a pause point once in so many calls: for what takes less than a µs. */
export function makePausePoints(calls: number): () => void {
  let passed = 0
  return () => {
    passed += 1
    if (passed % calls === 0) passPausePoint()
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
