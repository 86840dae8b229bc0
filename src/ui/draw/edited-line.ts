import { cut, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import type { EditedLine } from '../state/line.ts'
import type { Paint } from './style.ts'

/**
 * A line with its caret. Text far to the left of the caret is not shown. `wrongAt`: where in the text a mistake begins;
 * it is underlined up to the next blank.
 */
export function drawEditedLine(
  sign: string,
  { text, at }: EditedLine,
  columns: number,
  hint: string,
  paint: Paint,
  wrongAt?: number,
): string {
  const room = Math.max(4, columns - sign.length - 1)
  let before = sanitise(text.slice(0, at))
  while (measureWidth(before) > room - 1) before = before.slice(1)
  const rest = sanitise(text.slice(at))
  // The proposed completion begins under the caret.
  const [under = ' '] = rest === '' ? [...hint] : [...rest]
  const after = cut(rest.slice(under.length), Math.max(0, room - measureWidth(before) - measureWidth(under)))
  const used = sign.length + measureWidth(before) + measureWidth(under) + measureWidth(after)
  const further = rest === '' ? hint.slice(under.length) : hint
  const shownHint = further === '' ? '' : paint(cut(further, Math.max(0, columns - used)), 'dim')
  const mark = makeMarker(text, before.length - at, wrongAt, paint)
  const shown = mark(before, 0) + paint(under, 'inverse') + mark(after, before.length + under.length)
  return `${paint(sign, 'bold')}${shown}${shownHint}`
}

/**
 * Makes the function that underlines what is wrong in a part of what is shown. `shift`: how far the text has moved to
 * the right in it.
 */
function makeMarker(
  text: string,
  shift: number,
  wrongAt: number | undefined,
  paint: Paint,
): (part: string, from: number) => string {
  if (wrongAt === undefined) return (part) => part
  const [wrong = ''] = /^\S*/.exec(text.slice(wrongAt)) ?? []
  const [begins, ends] = [wrongAt + shift, wrongAt + shift + wrong.length]
  return (part, from) => {
    const [first, last] = [Math.max(0, begins - from), Math.max(0, ends - from)]
    if (first >= part.length || last <= first) return part
    return part.slice(0, first) + paint(part.slice(first, last), 'underline', 'red') + part.slice(last)
  }
}
