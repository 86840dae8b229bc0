/**
 * A number with its text, for numbers whose text JavaScript would not give back, such as `80.0` or 9007199254740993.
 * Its type is number: it computes and compares as one (only `typeof` says object), and prints as it was written.
 */
export function makeExactNumber(text: string): number {
  return new ExactNumber(text) as unknown as number
}

export function isExact(value: unknown): boolean {
  return value instanceof ExactNumber
}

/** The plain number, for comparisons; anything else as it is. */
export function toPlainNumber<T>(value: T): T {
  return value instanceof ExactNumber ? (Number(value) as T) : value
}

/** The one class that is not an error: in JavaScript only an object with methods can act as a number. */
export class ExactNumber extends Number {
  readonly #text: string

  constructor(text: string) {
    super(text)
    this.#text = text
  }

  override toString(): string {
    return this.#text
  }

  /** JSON.stringify writes it as it was; Node has rawJSON since 21 (TC39, JSON.parse source text access). */
  toJSON(): unknown {
    return (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON(this.#text)
  }
}
