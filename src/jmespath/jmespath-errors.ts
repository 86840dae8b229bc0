import { exitCodes, MusterError } from '../errors.ts'

export type JmespathErrorKind = 'syntax' | 'type' | 'arity' | 'unknown-function' | 'value'

/**
 * An expression that cannot be read (`syntax`) or cannot be answered over this document (the other kinds). The message
 * is one sentence or two; if a place is known, two more lines follow: the expression and a caret. It holds no control
 * characters, whatever the expression held.
 */
export class JmespathError extends MusterError {
  readonly kind: JmespathErrorKind
  /** Where in the expression, in UTF-16 units from 0; null if no one place is to blame. */
  readonly position: number | null

  constructor(kind: JmespathErrorKind, message: string, position: number | null = null) {
    super(message.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/gu, ' '), exitCodes.usage)
    this.name = 'JmespathError'
    this.kind = kind
    this.position = position
  }
}

/** A syntax error that shows its place. */
export function syntaxError(sentence: string, expression: string, position: number): JmespathError {
  return new JmespathError('syntax', pointAt(sentence, expression, position), position)
}

/** Three lines: the sentence, the expression, a caret under `position`. They hold no control characters. */
export function pointAt(sentence: string, expression: string, position: number): string {
  const before = toPrintable(expression.slice(0, position))
  const after = toPrintable(expression.slice(position))
  const head = before.length > around ? ['…', ...before.slice(-around)] : before
  const tail = after.length > around ? [...after.slice(0, around), '…'] : after
  const lines = [sentence, head.concat(tail).join(''), `${' '.repeat(head.length)}^`]
  return lines.join('\n')
}

/** Characters shown on either side of the caret. */
const around = 60

/** The characters as they may go to a terminal: one cell each, as far as that can be known. */
function toPrintable(text: string): string[] {
  return Array.from(text, (char) => (/[\s\p{Cc}\p{Cf}\p{Cs}]/u.test(char) ? ' ' : char))
}
