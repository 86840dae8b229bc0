import { showMessage } from './actions.ts'
import { lineOf } from './line.ts'
import { type State, type Step, step, stepTo } from './state.ts'
import type { SaveState } from './typed-line.ts'

/** Keeps what is shown as a saved query: under a name that is asked for, unless it is given. */
export function saveShown(state: State, name = ''): Step {
  const { ask } = state.table
  if (ask.type !== 'view') {
    const what = ask.type === 'scopes' ? 'The table of scopes' : 'What was found'
    return showMessage(state, `${what} is not a query: open a kind or a query, and save that.`, 'error')
  }
  const save: SaveState = { type: 'save', line: lineOf(name), exists: false }
  const opened = { ...state, overlay: save }
  return name === '' ? stepTo(opened) : takeSave(opened, save)
}

/** Enter: the name is taken. */
export function takeSave(state: State, { line, exists }: SaveState): Step {
  const { ask } = state.table
  const name = line.text.trim()
  if (name === '') return showMessage(state, 'Give the query a name.', 'error')
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name))
    return showMessage(state, `A name has letters, digits and dashes: “${name}” has others.`, 'error')
  return step(state, { type: 'save', name, force: exists, view: ask.view })
}
