import { kindNamed } from '../../kinds.ts'
import type { StateMeaning } from '../../model.ts'
import type { Ask } from '../threads/messages.ts'
import type { Style } from './style.ts'

type Signed = {
  readonly text: string
  readonly style: Extract<Style, 'green' | 'yellow' | 'red' | 'dim'> | null
}

type Meanings = Readonly<Record<string, StateMeaning>>

const signs: Readonly<Record<StateMeaning, readonly [sign: string, style: Signed['style']]>> = {
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
  skipped: 'inactive',
  never: 'inactive',
  failed: 'ended',
}

/** What the states in a table mean. */
export function stateMeanings({ type, view }: Ask): Meanings {
  return type === 'scopes' ? scopeStates : (kindNamed(view.kind).state?.meanings ?? {})
}

/** A state by sign and colour: neither alone, for those who cannot see the other. */
export function stateSign(state: string, meanings: Meanings): Signed {
  const meaning = Object.hasOwn(meanings, state) ? meanings[state] : undefined
  if (!meaning) return { text: state, style: null }
  const [sign, style] = signs[meaning]
  return { text: `${sign} ${state}`, style }
}
