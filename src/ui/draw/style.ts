/** Text attributes (ECMA-48, SGR), each with the code that ends it. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const

export type Style = keyof typeof codes

/** Puts attributes around harmless text. */
export type Paint = (text: string, ...styles: readonly Style[]) => string

const colours: ReadonlySet<Style> = new Set(['red', 'green', 'yellow', 'cyan'])

/** A painter. Without colour, bold, dim and inverse stay: https://no-color.org is about colour alone. */
export function makePaint(colour: boolean): Paint {
  return (text, ...styles) => {
    const wanted = colour ? styles : styles.filter((style) => !colours.has(style))
    if (text === '') return text
    return wanted.reduce(
      (inner, style) => `\u001b[${codes[style][0]}m${inner}\u001b[${codes[style][1]}m`,
      text,
    )
  }
}
