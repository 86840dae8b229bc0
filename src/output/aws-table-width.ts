import stringWidth from 'string-width'

/**
 * Cells that the AWS CLI counts for a text: two for each code point whose East Asian Width is wide, full or
 * ambiguous (UAX #11), one for any other, marks and controls included. Terminals may show fewer.
 */
export function measureCells(text: string): number {
  if (ascii.test(text)) return text.length
  let width = 0
  for (const character of text) width += measureCharacter(character)
  return width
}

const ascii = /^[\u0000-\u007f]*$/
/** Ambiguous or wide, though they take no place of their own: stringWidth counts none for them. */
const wideMarks =
  /\u00ad|[\u0300-\u036f]|[\u302a-\u302d]|[\u3099\u309a]|\u3164|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u
/** Halves of flags: neutral each, though stringWidth counts a flag. */
const regional = /[\u{1f1e6}-\u{1f1ff}]/u

function measureCharacter(character: string): number {
  if (regional.test(character)) return 1
  return stringWidth(character, { ambiguousIsNarrow: false }) || (wideMarks.test(character) ? 2 : 1)
}
