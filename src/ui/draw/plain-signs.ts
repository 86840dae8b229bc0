import { measureWidth } from '../../output/cell.ts'

/** What stands for the signs of the screen where the terminal shows ASCII alone. */
const plainSigns: Readonly<Record<string, string>> = {
  '─': '-',
  '…': '~',
  '·': '.',
  '●': '*',
  '◐': '%',
  '○': 'o',
  '✕': 'x',
  '✓': 'v',
  '↑': '^',
  '↓': 'v',
  '›': '>',
  '“': '"',
  '”': '"',
  '’': "'",
  '–': '-',
  '×': 'x',
  '│': '|',
  Δ: '!',
}

/** A line of as many cells in ASCII: signs have plain ones, blocks of bars are `#`, and letters that are lost are `?`. */
export function toPlainSigns(line: string): string {
  return isAscii.test(line) ? line : line.replace(foreign, replaceSigns)
}

const isAscii = /^[\u0000-\u007e]*$/
const foreign = /[^\u0000-\u007e]+/g
const block = /[\u2580-\u259f]/
const segmenter = new Intl.Segmenter()

function replaceSigns(text: string): string {
  return Array.from(segmenter.segment(text), ({ segment }) => {
    const plain = plainSigns[segment] ?? (block.test(segment) ? '#' : null)
    return plain ?? '?'.repeat(measureWidth(segment))
  }).join('')
}
