import { lineUsages } from '../state/command-line.ts'
import type { PageLine, PageSection } from '../threads/messages.ts'
import type { Binding, KeyPlace } from './binding.ts'
import { k9sKeys, type PeerKey } from './k9s-keys.ts'

/** The headings under which keys are listed. */
export const places: readonly { readonly place: KeyPlace; readonly title: string }[] = [
  { place: 'table', title: 'On a table' },
  { place: 'text', title: 'On a page of text' },
  { place: 'picker', title: 'In a list to choose from' },
  { place: 'columns', title: 'In the list of columns' },
  { place: 'line', title: 'While typing a line' },
  { place: 'login', title: 'While signing in' },
  { place: 'leaving', title: 'When asked whether to quit' },
  { place: 'welcome', title: 'On the first page, without profiles' },
]

/** A key as people read it. */
export function formatKey(key: string): string {
  return key === 'O' ? 'shift-o' : key
}

/** Help as sections of a page, drawn from the table of keys: first those of the place where one is. */
export function describeKeys(bindings: readonly Binding[], here: KeyPlace = 'table'): readonly PageSection[] {
  const ordered = [
    ...places.filter(({ place }) => place === here),
    ...places.filter(({ place }) => place !== here),
  ]
  const keys = ordered.map(({ place, title }): PageSection => {
    const own = bindings.filter((binding) => binding.place === place)
    const lines = own.map((binding) => pairOf(binding.keys.map(formatKey).join(' '), binding.does))
    return { title, lines, place: 'short' }
  })
  const commands = lineUsages.map(({ usage, does }) => pairOf(usage, does))
  const peers = k9sKeys.map((each) => pairOf(each.key, comparePeer(each)))
  const [first, ...others] = keys
  return [
    ...(first ? [first] : []),
    { title: 'After :', lines: commands, place: 'short' },
    ...others,
    { title: 'Keys of k9s', note: 'and those of muster', lines: peers, place: 'short' },
  ]
}

/** What a key of k9s does there, and what does it here. */
function comparePeer({ key, does, muster, why }: PeerKey): string {
  const own = muster === null ? null : formatKey(muster)
  const isSame = own !== null && key.split(' ').includes(own)
  const reason = why === 'the same' ? '' : why
  if (isSame) return reason === '' ? `${does}: the same` : `${does}; ${reason}`
  if (own === null) return `${does}: ${reason}`
  return `${does}: here ${reason.startsWith(`${own} `) ? '' : `${own}; `}${reason}`
}

function pairOf(key: string, value: string): PageLine {
  return { type: 'pair', depth: 1, key, value }
}
