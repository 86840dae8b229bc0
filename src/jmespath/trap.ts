import type { Shape } from './shapes.ts'

/** The AWS CLI's document: its list (`Reservations`), and the list in each of those (`Instances`) or null. */
export interface AwsDocument {
  readonly list: string
  readonly nested: string | null
  readonly shape: Shape
}

/** A place of an expression that is valid and cannot do what was meant. */
export interface Trap {
  readonly sentence: string
  readonly position: number
}
