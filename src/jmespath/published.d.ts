/** JMESPath with the answers of jmespath.py 1.1.0, the engine inside the AWS CLI. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** An expression, ready to be run as often as one likes. */
export interface Expression {
  readonly expression: string
  /**
   * Runs it over a document as `JSON.parse` gives one; nothing is changed in it, and parts of it may be parts of the
   * result. A Date is taken for an object without members: convert it before.
   * @throws JmespathError of every kind but `syntax`
   */
  readonly search: (document: unknown) => Json
}

/**
 * Compiles an expression.
 * @throws JmespathError of kind `syntax`
 */
export function compile(expression: string): Expression

/**
 * Compiles an expression and runs it once: `search('Reservations[].Instances[].InstanceId', document)`.
 * @throws JmespathError
 */
export function search(expression: string, document: unknown): Json

/**
 * An expression that cannot be read (`syntax`), or cannot be answered over this document. If its place is known, the
 * message ends with the expression and a caret under it.
 */
export class JmespathError extends Error {
  readonly kind: 'syntax' | 'type' | 'arity' | 'unknown-function' | 'value'
  /** Where in the expression, in UTF-16 units from 0; null if no one place is to blame. */
  readonly position: number | null

  private constructor()
}
