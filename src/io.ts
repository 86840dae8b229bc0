import type { Piece } from './model.ts'

/** The terminal that a screen is drawn on. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  /** Stops the program as ctrl-z does in a shell; resolves when it goes on. */
  readonly suspend: () => Promise<void>
  /** Lends it to another program while work is done: ctrl-c is that program's. Its size is read again afterwards. */
  readonly lend: (work: () => Promise<void>) => Promise<void>
  /** Calls back whenever the terminal was given a size, after `resize` of stdout, which does not come for the same size. */
  readonly watchSize: (listener: () => void) => () => void
}

/** A person who can be asked in the middle of a command. */
export interface Keyboard {
  readonly stdin: NodeJS.ReadStream
  /** Does what ctrl-c does: in raw mode the terminal does not do it. */
  readonly interrupt: () => void
}

/** Whose work a line of the debug log is about. */
export type DebugPart =
  | 'muster'
  | 'config'
  | 'cache'
  | 'credentials'
  | 'call'
  | 'due'
  | 'sync'
  | 'screen'
  | 'reader'

/**
 * What muster does, line by line, for whoever looks for a fault. No secret is ever given to it; what looks like one is
 * taken out besides. Write `io.debug?.write(…)`: without a log not even the text is made.
 */
export interface DebugLog {
  readonly write: (part: DebugPart, text: string) => void
  /** The file, open to be appended to, for threads to write to as well; null for standard error. */
  readonly handle: number | null
}

/** Everything of the process that code may touch; `main.ts` makes the real one, tests make their own. */
export interface Io {
  /** Writes to standard output; resolves when more may be written (backpressure). */
  readonly out: (piece: Piece) => Promise<void>
  /** Standard input, to be read once. */
  readonly stdin: () => AsyncIterable<Uint8Array>
  /** Writes to standard error. */
  readonly err: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number
  /** The home folder, where `~/.aws` and `~/.config` are looked for. */
  readonly home: string
  readonly cwd: string
  /** Width of standard output in cells; null if it is not a terminal. */
  readonly columns: number | null
  /** Whether standard error is a terminal, so that progress may be drawn on it. */
  readonly errIsTerminal: boolean
  /** Width of that terminal in cells, as it is now. */
  readonly errColumns: number
  /** Null unless standard input and output are both a terminal. */
  readonly terminal: Terminal | null
  /** Null unless standard input and standard error are both a terminal. */
  readonly keyboard: Keyboard | null
  /** Does some last work when the program ends, except by SIGKILL. Returns a function that cancels it. */
  readonly atExit: (work: () => void) => () => void
  /** Has a file removed when the process has ended, however it did: by SIGKILL and in `hold`, too. */
  readonly removeAfterwards: (file: string) => void
  /** Aborted by ctrl-c and SIGTERM with an Interruption, and by an error that nobody caught with that error. */
  readonly signal: AbortSignal
  /**
   * Does work that may hold the thread for long and that leaves nothing to clean up: meanwhile ctrl-c, SIGTERM and
   * SIGHUP end the process at once, by the signal. A signal that came before throws an Interruption here. Not to be
   * nested.
   */
  readonly hold: <T>(work: () => T | Promise<T>) => Promise<T>
  /** Undefined unless --debug or MUSTER_DEBUG asks for a log. */
  readonly debug?: DebugLog | undefined
}
