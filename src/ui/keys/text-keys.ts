import {
  openAgain,
  openLink,
  openPicker,
  requestLogins,
  stepBack,
  syncAgain,
  typeFind,
  viewPage,
} from '../state/actions.ts'
import { goBack, goForward } from '../state/history.ts'
import { lineOf } from '../state/line.ts'
import { countBodyRows as page, type State, type Step, step, stepTo, type TextState } from '../state/state.ts'
import {
  beginSearch,
  chooseLink,
  findChosenLink,
  findNext,
  layOut,
  scrollTo,
  stepThrough,
} from '../state/text-page.ts'
import type { ItemForm } from '../threads/messages.ts'
import {
  type Act,
  type Binding,
  countHalfBodyRows,
  makeBinder,
  makeChanger,
  quit,
  redraw,
  suspend,
} from './binding.ts'

const bindText = makeBinder('text')

const change = makeChanger('text')

const scroll = (to: (page: TextState, state: State) => number): Act =>
  change((each, state) => scrollTo(each, to(each, state), state))

const onPage =
  (holds: (page: TextState, state: State) => boolean) =>
  (state: State): boolean =>
    state.overlay?.type === 'text' && holds(state.overlay, state)

const hasLinks = onPage((each, state) => layOut(each, state).links.length > 0)
const canShow = (as: ItemForm) => onPage(({ item }) => item?.about != null && item.as !== as)

/** The keys on a page of text. `openHelp` opens the help. */
export const makeTextKeys = (openHelp: Act): readonly Binding[] => [
  bindText('esc q', 'back: end the search, what was before', stepBack, 'back'),
  bindText(
    'enter',
    'open what is under the cursor',
    openLink,
    'open',
    onPage((each, state) => findChosenLink(each, state) !== null),
  ),
  bindText(
    'j down',
    'the next link if it is on the screen, else a line down',
    change((each, state) => stepThrough(each, 1, state)),
    'down',
  ),
  bindText(
    'k up',
    'the link before if it is on the screen, else a line up',
    change((each, state) => stepThrough(each, -1, state)),
  ),
  bindText(
    'tab',
    'the next link, wherever it is',
    change((each, state) => chooseLink(each, 1, state)),
    'next link',
    hasLinks,
  ),
  bindText(
    'shift-tab',
    'the link before',
    change((each, state) => chooseLink(each, -1, state)),
    undefined,
    hasLinks,
  ),
  bindText('/', 'search in the page', change(beginSearch), 'search'),
  bindText(
    'n',
    'the next line that is found',
    change((each, state) => findNext(each, 1, state)),
  ),
  bindText(
    'N',
    'the line before that is found',
    change((each, state) => findNext(each, -1, state)),
  ),
  bindText('[', 'back to where one was', goBack),
  bindText(']', 'forward again', goForward),
  bindText('y', 'the resource as YAML', (state) => openAgain(state, 'yaml'), 'yaml', canShow('yaml')),
  bindText('J', 'the resource as JSON', (state) => openAgain(state, 'json'), 'json', canShow('json')),
  bindText('d', 'the resource in detail', (state) => openAgain(state, 'detail'), 'detail', canShow('detail')),
  bindText(
    'g home',
    'to the top',
    scroll(() => 0),
  ),
  bindText(
    'G end',
    'to the end',
    scroll(() => Number.MAX_SAFE_INTEGER),
  ),
  bindText(
    'ctrl-f pgdn space',
    'a page down',
    scroll(({ top }, state) => top + page(state)),
  ),
  bindText(
    'ctrl-b pgup',
    'a page up',
    scroll(({ top }, state) => top - page(state)),
  ),
  bindText(
    'ctrl-d',
    'half a page down',
    scroll(({ top }, state) => top + countHalfBodyRows(state)),
  ),
  bindText(
    'ctrl-u',
    'half a page up',
    scroll(({ top }, state) => top - countHalfBodyRows(state)),
  ),
  bindText('c', 'copy all of it', copyText, 'copy'),
  bindText('e', 'open it in $PAGER, else $EDITOR', viewPage, 'pager'),
  bindText('f', 'find a word in every kind and account of the cache', typeFind, 'find'),
  bindText(':', 'command line', openCommandLine, 'command'),
  bindText('?', 'the keys', openHelp, 'help'),
  // What a page of faults says to press.
  bindText('L', 'sign in to an SSO session', requestLogins),
  bindText('ctrl-r', 'sync again', syncAgain),
  bindText('P', 'choose profiles', (state) => openPicker(state, 'profiles')),
  bindText('R', 'choose regions', (state) => openPicker(state, 'regions')),
  bindText('ctrl-l', 'draw the screen again', redraw),
  bindText('ctrl-z', 'suspend; fg comes back', suspend),
  bindText('ctrl-c', 'quit', quit),
]

function openCommandLine(state: State): Step {
  const { overlay } = state
  const over = overlay?.type === 'text' ? { over: overlay } : {}
  return stepTo({ ...state, overlay: { type: 'command', line: lineOf(''), ...over } })
}

function copyText(state: State): Step {
  const { overlay } = state
  if (overlay?.type !== 'text') return stepTo(state)
  const { copy, title } = overlay
  const lines = copy.replace(/\n$/, '').split('\n').length
  return step(state, {
    type: 'copy',
    text: copy,
    what: lines === 1 ? copy.trim() : `${lines} lines of “${title}”`,
  })
}
