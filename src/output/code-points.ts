/** Python's order; JavaScript's `<` compares UTF-16 units, which puts emoji before U+E000 and above. */
export function compareCodePoints(a: string, b: string): number {
  if (ascii.test(a) && ascii.test(b)) return a < b ? -1 : a > b ? 1 : 0
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

const ascii = /^[\u0000-\u007f]*$/
