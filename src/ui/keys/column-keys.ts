import { stepBack } from '../state/actions.ts'
import * as choose from '../state/column-chooser.ts'
import type { ColumnsState } from '../state/columns-state.ts'
import { lineOf } from '../state/line.ts'
import { countBodyRows as page, type State, stepTo } from '../state/state.ts'
import { type Act, type Binding, makeBinder, makeChanger, quit, redraw, suspend } from './binding.ts'

const bindColumns = makeBinder('columns')

const change = makeChanger('columns')

const move = (by: (columns: ColumnsState, state: State) => number): Act =>
  change((columns, state) => choose.moveInColumns(columns, by(columns, state)))

/** The keys in the list of columns. */
export const columnKeys: readonly Binding[] = [
  bindColumns('space', 'show the column, or hide it', change(choose.toggleColumn), 'show'),
  bindColumns(
    'enter',
    'take what is marked, and remember it for the kind',
    (state) => (state.overlay?.type === 'columns' ? choose.takeColumns(state, state.overlay) : stepTo(state)),
    'take',
  ),
  bindColumns(
    '/',
    'find a column, or add one: a tag, a member of the documents, an expression',
    change((columns) => choose.typeColumn(columns, lineOf(''))),
    'add',
  ),
  bindColumns(
    'J',
    'move the column down: to the right',
    change((columns) => choose.shiftColumn(columns, 1)),
    'down',
  ),
  bindColumns(
    'K',
    'move the column up: to the left',
    change((columns) => choose.shiftColumn(columns, -1)),
    'up',
  ),
  bindColumns(
    '>',
    'make the column wider',
    change((columns) => choose.resizeColumn(columns, 1)),
    'wider',
  ),
  bindColumns(
    '<',
    'make the column narrower',
    change((columns) => choose.resizeColumn(columns, -1)),
    'narrower',
  ),
  bindColumns(
    '0',
    'as wide as its values again',
    change((columns) => choose.resizeColumn(columns, 0)),
  ),
  bindColumns('d', 'the usual columns of the kind', change(choose.resetColumns), 'usual'),
  bindColumns('esc q', 'back, as it was before', stepBack, 'back'),
  bindColumns(
    'j down',
    'down',
    move(({ index }) => index + 1),
  ),
  bindColumns(
    'k up',
    'up',
    move(({ index }) => index - 1),
  ),
  bindColumns(
    'g home',
    'first',
    move(() => 0),
  ),
  bindColumns(
    'G end',
    'last',
    move(({ items }) => items.length),
  ),
  bindColumns(
    'ctrl-f pgdn',
    'a page down',
    move(({ index }, state) => index + page(state)),
  ),
  bindColumns(
    'ctrl-b pgup',
    'a page up',
    move(({ index }, state) => index - page(state)),
  ),
  bindColumns('ctrl-l', 'draw the screen again', redraw),
  bindColumns('ctrl-z', 'suspend; fg comes back', suspend),
  bindColumns('ctrl-c', 'quit', quit),
]
