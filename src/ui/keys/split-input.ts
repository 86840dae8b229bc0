import { type MouseReport, readMouseReport } from './mouse-report.ts'

/** Takes what a terminal sends apart, as Ink cannot. */
export interface InputSplitter {
  /** What Ink gets of a piece of input. What is not whole yet waits for the next piece. */
  push(text: string): string
  /** Whether something waits. */
  isWaiting(): boolean
  /** Nothing more came for a while: what waits is complete as it is. */
  flush(): string
}

/** The escape key as the kitty keyboard protocol writes it, which Ink reads: nothing that follows belongs to it. */
const escapeKey = '\u001b[27u'

/** Sequences of keys: CSI (rxvt ends some with `$`), and SS3 of the keys that Ink knows. */
const keySequence = /\u001b\[\[?[0-?]*[ -/]*[@-~]|\u001b\[[235678]\$|\u001bO[A-FHMP-Sa-e]/y
/** The beginning of one. */
const keyBeginning = /\u001b(?:\[\[?[0-?]*[ -/]*|O)?$/y
/**
 * A terminal's answer to a question, mostly one that another program asked before: OSC (colours, the clipboard), DCS
 * (its name, its settings), APC (kitty's pictures). ECMA-48 ends them with ST, xterm takes BEL too.
 */
const reply = /\u001b(?:\]\d|P[\d>!+$=?]|_G)[^\u0007\u001b]*(?:\u0007|\u001b\\)/y
const replyBeginning = /\u001b(?:\]\d|P[\d>!+$=?]|_G)[^\u0007\u001b]*\u001b?$/y
/** What a reply begins with, and what may be two keys. */
const unclear = /\u001b[\]P_]$/y
const pasteStart = '\u001b[200~'
const pasteEnd = '\u001b[201~'

/**
 * Makes a splitter. Ink takes `esc` and the next key of one read for an alt key, and a terminal's replies for typed
 * text: here the first are two keys, and the others nothing. Reports of the mouse go to their listener. Pastes stay as they
 * are.
 */
export function makeInputSplitter(onMouse: (report: MouseReport) => void = () => {}): InputSplitter {
  let waiting = ''
  let isPasting = false

  const read = (text: string, isLast: boolean): string => {
    let out = ''
    let at = 0
    while (at < text.length) {
      if (isPasting) {
        const end = text.indexOf(pasteEnd, at)
        const until = end >= 0 ? end + pasteEnd.length : text.length - beginningOf(pasteEnd, text)
        out += text.slice(at, until)
        isPasting = end < 0
        at = until
        if (!isPasting) continue
        break
      }
      const begin = text.indexOf('\u001b', at)
      if (begin < 0) return out + text.slice(at)
      out += text.slice(at, begin)
      at = begin
      if (!isLast && [keyBeginning, replyBeginning, unclear].some((each) => lengthOf(each, text, at) > 0))
        break
      // A reply that is cut off is no text either.
      const answer = Math.max(lengthOf(reply, text, at), isLast ? lengthOf(replyBeginning, text, at) : 0)
      const key = lengthOf(keySequence, text, at)
      const mouse = readMouseReport(text.slice(at, at + key))
      if (mouse !== null) {
        if (mouse !== 'ignored') onMouse(mouse)
        at += key
        continue
      }
      isPasting = text.startsWith(pasteStart, at)
      if (answer > 0) at += answer
      else {
        out += key > 0 ? text.slice(at, at + key) : escapeKey
        at += key > 0 ? key : 1
      }
    }
    waiting = text.slice(at)
    return out
  }

  const take = (text: string, isLast: boolean): string => {
    const all = waiting + text
    waiting = ''
    return read(all, isLast)
  }
  return {
    push: (text) => take(text, false),
    isWaiting: () => waiting !== '' && !isPasting,
    flush: () => take('', true),
  }
}

/** The length of what a sticky expression finds at this place; 0 if it finds nothing. */
function lengthOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at
  return expression.exec(text)?.[0].length ?? 0
}

/** How many characters at the end of a text may be the beginning of a mark. */
function beginningOf(mark: string, text: string): number {
  for (let size = mark.length - 1; size > 0; size -= 1) if (text.endsWith(mark.slice(0, size))) return size
  return 0
}
