/** What xterm sends for the keys that have names (xterm control sequences, PC-style function keys). */
const named: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  space: ' ',
  backspace: '\u007f',
  delete: '\u001b[3~',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pgup: '\u001b[5~',
  pgdn: '\u001b[6~',
  'shift-right': '\u001b[1;2C',
  'shift-tab': '\u001b[Z',
  'shift-left': '\u001b[1;2D',
}

/** The bytes of a key as the help names it: `j`, `G`, `ctrl-f`, `shift-left`, `pgdn`. */
export function bytesOf(key: string): string {
  const known = named[key]
  if (known !== undefined) return known
  const control = /^ctrl-([a-z])$/.exec(key)?.[1]
  if (control) return String.fromCharCode(control.charCodeAt(0) - 0x60)
  if (Array.from(key).length === 1) return key
  throw new Error(`there is no key ${key}`)
}
