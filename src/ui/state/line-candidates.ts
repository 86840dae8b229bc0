import type { OfferedValues, WantedValues } from '../threads/messages.ts'
import type { EditedLine } from './line.ts'

/** What a line may become. */
export interface Candidate {
  /** What is new in it. */
  readonly label: string
  readonly note: string
  readonly line: EditedLine
}

/** The values that have come for what is wanted; of those for fewer letters, the ones that begin so. */
export function chooseOffered(
  wanted: WantedValues | null,
  offer: OfferedValues | undefined,
): OfferedValues['values'] {
  if (!wanted || !offer || !isSameSource(wanted, offer.wanted)) return []
  if (wanted.begun === offer.wanted.begun) return offer.values
  const begun = wanted.begun.toLowerCase()
  return offer.values.filter(({ value }) => value.toLowerCase().startsWith(begun))
}

/** Whether an offer answers a wish. */
export function isAnswerTo(wanted: WantedValues | null, offer: OfferedValues | undefined): boolean {
  return wanted !== null && offer?.wanted.begun === wanted.begun && isSameSource(wanted, offer.wanted)
}

export function isSameSource(one: WantedValues, other: WantedValues): boolean {
  return JSON.stringify([one.kind, one.of]) === JSON.stringify([other.kind, other.of])
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}
