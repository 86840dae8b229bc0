import type { Terminal } from '../io.ts'
import { repaint } from './draw/repaint.ts'

/** The terminal's output for Ink, and what only we know of it. */
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
/** How Ink erases its last frame. */
const erasing = /^(?:\u001b\[2K(?:\u001b\[1A)?)*(?:\u001b\[G)?(?:\u001b\[1;1H\u001b\[J)?/
/** The cursor stays where it was when a terminal changes to its other screen, which some do not empty. */
const emptyFromHome = '\u001b[H\u001b[J'
/** Terminals that are known by no name scroll no regions. */
const nameless: readonly (string | undefined)[] = [undefined, '', 'dumb', 'unknown']

/**
 * The terminal's output for Ink. Ink sends whole frames (without incremental rendering), each erased and written again;
 * the terminal gets only what differs from the frame that it shows.
 */
export function makeOutput(stdout: Terminal['stdout'], term: string | undefined): TerminalOutput {
  const scrolls = !nameless.includes(term)
  /** The frame that the terminal shows; null if nobody knows what it shows. */
  let shown: readonly string[] | null = null
  /** The last frame of Ink's, and whether it waits for the end of a synchronized part. */
  let frame: readonly string[] | null = null
  let isOpen = false
  let isWaiting = false
  const forget = () => {
    shown = null
  }
  const flush = () => {
    isWaiting = false
    if (frame === null) return
    const size = { columns: stdout.columns || 80, rows: stdout.rows || 24 }
    const update = repaint(shown, frame, size, scrolls)
    shown = frame
    if (update !== '') stdout.write(frameBegins + update + frameEnds)
  }
  const setModes = (data: string) => {
    if (data === frameBegins) isOpen = true
    else if (data === frameEnds) {
      isOpen = false
      if (isWaiting) flush()
    } else {
      if (data.includes(toAlternateScreen)) shown = []
      if (data.includes(fromAlternateScreen)) forget()
      stdout.write(data.replaceAll(toAlternateScreen, toAlternateScreen + emptyFromHome))
    }
  }
  const takeFrame = (data: string) => {
    const text = data.replace(erasing, '')
    if (text === '') return
    frame = text.replace(/\n$/, '').split('\n')
    isWaiting = true
    if (!isOpen) flush()
  }
  const write = (data: string | Uint8Array, ...rest: unknown[]): boolean => {
    if (typeof data !== 'string') return stdout.write(data)
    if (modes.test(data)) setModes(data)
    else if (data !== '') takeFrame(data)
    const done = rest.at(-1)
    // What Ink waits for has been written when what came before has.
    return typeof done === 'function' ? stdout.write('', () => done()) : true
  }
  stdout.on('resize', forget)
  const stream = new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return {
    stream,
    redraw() {
      forget()
      flush()
    },
    close: () => void stdout.off('resize', forget),
  }
}
