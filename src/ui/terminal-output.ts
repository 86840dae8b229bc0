import type { Terminal } from '../io.ts'
import { repaint } from './draw/repaint.ts'

/** The terminal's output for Ink, and what Ink knows nothing of. */
export interface TerminalOutput {
  readonly stream: Terminal['stdout']
  /** Draws everything again: somebody else has written on the terminal. */
  readonly redraw: () => void
  readonly close: () => void
}

/** Synchronized output (DEC private mode 2026): terminals show what is between both at once. */
const frameBegins = '\u001b[?2026h'
const frameEnds = '\u001b[?2026l'
const toAlternateScreen = '\u001b[?1049h'
const fromAlternateScreen = '\u001b[?1049l'
/** Modes of the terminal that Ink sets, one or several. */
const modes = /^(?:\u001b\[\?\d+[hl])+$/
/** The cursor stays where it was when a terminal changes to its other screen, which some do not empty. */
const emptyFromHome = '\u001b[H\u001b[J'
/** Terminals that are known by no name scroll no regions. */
const nameless: readonly (string | undefined)[] = [undefined, '', 'dumb', 'unknown']
/** How long after another size a frame of that size may take, in ms. */
const patience = 200

/**
 * The terminal's output for Ink. Ink says only that there is a frame to be drawn: what differs from the frame that the
 * terminal shows is written then. Ink's own way takes 60 % of the time of a frame, and writes each line of a table that
 * scrolls.
 */
export function makeOutput(
  { stdout, watchSize }: Pick<Terminal, 'stdout' | 'watchSize'>,
  term: string | undefined,
  getLines: () => readonly string[],
): TerminalOutput {
  const scrolls = !nameless.includes(term)
  /** Whether the terminal shows the alternate screen, and which frame; null if nobody knows what it shows. */
  let isOn = false
  let shown: readonly string[] | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const draw = () => {
    if (!isOn) return
    const lines = getLines()
    const size = { columns: stdout.columns || 80, rows: stdout.rows || 24 }
    const update = repaint(shown, lines, size, scrolls)
    shown = lines
    if (update !== '') stdout.write(frameBegins + update + frameEnds)
  }
  const setModes = (data: string) => {
    if (data === frameBegins || data === frameEnds) return
    if (data.includes(toAlternateScreen)) {
      isOn = true
      shown = []
    }
    if (data.includes(fromAlternateScreen)) isOn = false
    stdout.write(data.replaceAll(toAlternateScreen, toAlternateScreen + emptyFromHome))
  }
  const write = (data: string | Uint8Array, ...rest: unknown[]): boolean => {
    if (typeof data !== 'string') return stdout.write(data)
    if (modes.test(data)) setModes(data)
    else if (data !== '') draw()
    const done = rest.at(-1)
    // What Ink waits for has been written when what came before has.
    return typeof done === 'function' ? stdout.write('', () => done()) : true
  }
  const redraw = () => {
    shown = null
    draw()
  }
  let isResized = false
  const onResize = () => {
    isResized = true
    shown = null
    clearTimeout(timer)
    // A terminal that got its old size back gets no new frame.
    timer = setTimeout(() => shown === null && draw(), patience)
  }
  stdout.on('resize', onResize)
  // Another size and the old one again, before anybody looked: the terminal has cut off what was there.
  const cancelWatch = watchSize(() => {
    if (!isResized) onResize()
    isResized = false
  })
  const stream = new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const close = () => {
    clearTimeout(timer)
    stdout.off('resize', onResize)
    cancelWatch()
  }
  return { stream, redraw, close }
}
