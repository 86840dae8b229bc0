import type { Style } from './style.ts'

type Signed = {
  readonly text: string
  readonly style: Extract<Style, 'green' | 'yellow' | 'red' | 'dim'> | null
}

const signs: Readonly<Record<string, readonly [sign: string, style: Signed['style']]>> = {
  running: ['●', 'green'],
  'in-use': ['●', 'green'],
  fresh: ['●', 'green'],
  pending: ['◐', 'yellow'],
  stopping: ['◐', 'yellow'],
  'shutting-down': ['◐', 'yellow'],
  creating: ['◐', 'yellow'],
  deleting: ['◐', 'yellow'],
  stale: ['◐', 'yellow'],
  interrupted: ['◐', 'yellow'],
  stopped: ['○', 'dim'],
  available: ['○', null],
  skipped: ['○', 'dim'],
  never: ['○', 'dim'],
  terminated: ['✕', 'red'],
  error: ['✕', 'red'],
  failed: ['✕', 'red'],
}

/** A state by sign and colour: neither alone, for those who cannot see the other. */
export function stateSign(state: string): Signed {
  const known = signs[state]
  return known ? { text: `${known[0]} ${state}`, style: known[1] } : { text: state, style: null }
}
