/** What a mouse did on the screen, on which of its lines: the first one is 0. */
export interface MouseReport {
  readonly does: 'wheel-up' | 'wheel-down' | 'click'
  readonly line: number
}

/** Asks a terminal for presses of buttons and the wheel, in the form that has no limit (xterm control sequences, modes 1000 and 1006). */
export const mouseOn = '\u001b[?1000h\u001b[?1006h'
export const mouseOff = '\u001b[?1006l\u001b[?1000l'

/** Reads a report of the mouse: null for anything else, `ignored` for one that means nothing here. */
export function readMouseReport(sequence: string): MouseReport | 'ignored' | null {
  const [, button, line, end] = /^\u001b\[<(\d+);\d+;(\d+)([Mm])$/.exec(sequence) ?? []
  if (button === undefined) return null
  const does = end === 'M' ? meanings[button] : undefined
  return does === undefined ? 'ignored' : { does, line: Number(line) - 1 }
}

/** With shift, alt or ctrl a press is the terminal's, or nobody's. */
const meanings: Readonly<Record<string, MouseReport['does']>> = {
  0: 'click',
  64: 'wheel-up',
  65: 'wheel-down',
}
