import { findKind } from '../../kinds.ts'
import type { StateMeaning } from '../../model.ts'
import type { TableRequest } from '../threads/messages.ts'
import type { Style } from './style.ts'

type StateSign = {
  readonly text: string
  /** The sign alone; null for a state of which nobody knows what it means. */
  readonly sign: string | null
  readonly style: Extract<Style, 'green' | 'yellow' | 'red' | 'dim'> | null
}

type Meanings = Readonly<Record<string, StateMeaning>>

const signs: Readonly<Record<StateMeaning, readonly [sign: string, style: StateSign['style']]>> = {
  active: ['●', 'green'],
  changing: ['◐', 'yellow'],
  inactive: ['○', 'dim'],
  unused: ['○', null],
  ended: ['✕', 'red'],
}

const scopeStates: Meanings = {
  fresh: 'active',
  stale: 'changing',
  interrupted: 'changing',
  reading: 'changing',
  'reading elsewhere': 'changing',
  throttled: 'changing',
  // What the settings accept needs nobody.
  'failed (accepted)': 'inactive',
  'stale (accepted)': 'inactive',
  'interrupted (accepted)': 'inactive',
  skipped: 'inactive',
  never: 'inactive',
  failed: 'ended',
}

/** What the states in a table mean. */
export function meaningsOfStates({ type, view }: TableRequest): Meanings {
  if (type === 'find') return {}
  return type === 'scopes' ? scopeStates : (findKind(view.kind).state?.meanings ?? {})
}

/** A state as a sign and a colour: both, because some people can see only one of them. */
export function signOfState(state: string, meanings: Meanings): StateSign {
  const meaning = Object.hasOwn(meanings, state) ? meanings[state] : undefined
  if (!meaning) return { text: state, sign: null, style: null }
  const [sign, style] = signs[meaning]
  return { text: `${sign} ${state}`, sign, style }
}
