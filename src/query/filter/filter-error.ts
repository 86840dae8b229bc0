import { exitCodes, MusterError } from '../../errors.ts'
import { pointAt } from '../../jmespath/jmespath-errors.ts'

/** A filter that cannot be read: one sentence, the filter and a caret, without control characters. */
export class FilterError extends MusterError {
  /** The sentence alone, for a place with one line. */
  readonly sentence: string
  /** Where in the filter, in UTF-16 units from 0. */
  readonly position: number

  constructor(sentence: string, filter: string, position: number) {
    const harmless = sentence.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')
    super(pointAt(harmless, filter, position), exitCodes.usage)
    this.name = 'FilterError'
    this.sentence = harmless
    this.position = position
  }
}
