import type { Message, State } from './state/state.ts'

/**
 * What there is to say at the start, in the line of messages. `!` leads to all of it: the line says so if there are
 * several, and if it has no room for the only one.
 */
export function sayNotes({
  notes,
  overlay,
}: Pick<State, 'notes' | 'overlay'>): Pick<Message, 'text' | 'rest'> {
  const [first = '', ...others] = notes
  const way = overlay === null ? 'press !' : '! on the table'
  const rest = others.length === 0 ? way : `${others.length} more: ${way}`
  return { text: others.length === 0 ? first : `${first} ${rest}`, rest }
}
