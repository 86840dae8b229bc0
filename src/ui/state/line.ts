/** One line of text being edited; `at` counts characters before the caret. */
export interface EditedLine {
  readonly text: string
  readonly at: number
}

export function lineOf(text: string): EditedLine {
  return { text, at: text.length }
}

/** Edits a line as a shell does: typed text, backspace, arrows, ctrl-a/e/u/w. Null if the key is not one of these. */
export function editLine(line: EditedLine, key: string): EditedLine | null {
  const { text, at } = line
  const before = text.slice(0, at)
  const after = text.slice(at)
  switch (key) {
    case 'backspace':
      return { text: removeLast(before) + after, at: removeLast(before).length }
    case 'delete':
      return { text: before + after.slice(firstCharacterOf(after).length), at }
    case 'left':
      return { text, at: removeLast(before).length }
    case 'right':
      return { text, at: at + firstCharacterOf(after).length }
    case 'home':
    case 'ctrl-a':
      return { text, at: 0 }
    case 'end':
    case 'ctrl-e':
      return { text, at: text.length }
    case 'ctrl-u':
      return { text: after, at: 0 }
    case 'ctrl-w': {
      const rest = before.replace(/\S+\s*$/, '')
      return { text: rest + after, at: rest.length }
    }
    default:
      return isTyped(key) ? { text: before + key + after, at: at + key.length } : null
  }
}

/** Puts pasted text into the line: its lines are one, tabs and line ends are blanks, other controls are left out. */
export function pasteText(line: EditedLine, text: string): EditedLine {
  const clean = text
    .replace(/[\r\n]+$/, '')
    .replace(/\r\n?|[\n\t\u0085\u2028\u2029]/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  return { text: line.text.slice(0, line.at) + clean + line.text.slice(line.at), at: line.at + clean.length }
}

/** Whether a key is text to be typed rather than the name of a key: one character, as people count them. */
function isTyped(key: string): boolean {
  return key.length > 0 && firstCharacterOf(key) === key && !/^[\u0000-\u001f\u007f-\u009f]/.test(key)
}

const segmenter = new Intl.Segmenter()

function firstCharacterOf(text: string): string {
  for (const { segment } of segmenter.segment(text)) return segment
  return ''
}

function removeLast(text: string): string {
  const last = [...segmenter.segment(text)].at(-1)?.segment ?? ''
  return text.slice(0, text.length - last.length)
}
