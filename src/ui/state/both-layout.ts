import { fitText, measureWidth } from '../../output/cell.ts'
import type { PageLine, Tone } from '../threads/messages.ts'
import { wrapText } from './wrapping.ts'

type Both = Extract<PageLine, { type: 'both' }>
type Piece = { readonly text: string; readonly tone: Tone; readonly link: null }

/** From so many columns on, two values stand beside one another. */
const sideBySide = 100
const gap = 2
const absent = 'not there'

/** Members of two items: side by side where there is room, else one value under the other. */
export function layOutBoth(lines: readonly Both[], width: number): readonly (readonly Piece[])[] {
  return width < sideBySide ? lines.flatMap((line) => stackValues(line, width)) : joinValues(lines, width)
}

function stackValues({ key, left, right }: Both, width: number): readonly (readonly Piece[])[] {
  const names = key === '' ? [] : wrapText(key, width).map((text) => [piece(text, 'key')])
  const indent = key === '' ? '' : '  '
  const sides = [
    ['- ', left, 'bad'],
    ['+ ', right, 'good'],
  ] as const
  return [
    ...names,
    ...sides.flatMap(([sign, value, tone]) =>
      wrapText(value ?? absent, Math.max(8, width - indent.length - 2)).map((text, at) => [
        piece(indent + (at === 0 ? sign : '  '), tone),
        piece(text, value === null ? 'dim' : tone),
      ]),
    ),
  ]
}

/** The keys take a third of the line at most. */
function joinValues(lines: readonly Both[], width: number): readonly (readonly Piece[])[] {
  const most = Math.floor(width / 3)
  const size = Math.min(most, Math.max(...lines.map(({ key }) => measureWidth(key))))
  const room = Math.floor((width - size - 2 * gap) / 2)
  const blank = ' '.repeat(gap)
  return lines.flatMap(({ key, left, right }) => {
    const [keys, lefts, rights] = [
      wrapText(key, size),
      wrapText(left ?? absent, room),
      wrapText(right ?? absent, room),
    ]
    const toneOf = (value: string | null, tone: Tone): Tone =>
      value === null ? 'dim' : key === '' ? 'strong' : tone
    const count = Math.max(keys.length, lefts.length, rights.length)
    return Array.from({ length: count }, (_, at) => [
      piece(fitText(keys[at] ?? '', size) + blank, 'key'),
      piece(fitText(lefts[at] ?? '', room) + blank, toneOf(left, 'bad')),
      piece(rights[at] ?? '', toneOf(right, 'good')),
    ])
  })
}

function piece(text: string, tone: Tone): Piece {
  return { text, tone, link: null }
}
