/** Text attributes (ECMA-48, SGR), each with the code that ends it. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  underline: [4, 24],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const

export type Style = keyof typeof codes

/** Puts attributes around harmless text. */
export interface Paint {
  (text: string, ...styles: readonly Style[]): string
  /** A whole line of the screen, if there is a background of its own: over so many cells. */
  readonly fill?: (line: string, columns: number) => string
}

export const colours: ReadonlySet<Style> = new Set(['red', 'green', 'yellow', 'cyan'])

/** A painter. Without colour, bold, dim and inverse stay: https://no-color.org is about colour alone. */
export function makePaint(colour: boolean): Paint {
  return (text, ...styles) =>
    paintBy((style) => codes[style], text, colour ? styles : styles.filter((style) => !colours.has(style)))
}

/** The codes that begin and end a style. */
export type CodesOf = (style: Style) => readonly [begin: number | string, end: number | string]

/** Puts the codes of styles around text. */
export function paintBy(codesOf: CodesOf, text: string, styles: readonly Style[]): string {
  if (text === '') return text
  return styles.reduce((inner, style) => {
    const [begin, end] = codesOf(style)
    return `\u001b[${begin}m${inner}\u001b[${end}m`
  }, text)
}

/** The codes of a style in the terminal's own colours. */
export const ownCodes: CodesOf = (style) => codes[style]
