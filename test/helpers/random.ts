/** A generator of numbers below 1, the same for the same seed (Mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of the choices. */
export function pickFrom<T>(choices: readonly T[], dice: () => number): T {
  return choices[Math.floor(dice() * choices.length)] as T
}
