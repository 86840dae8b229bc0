import { lineUsages } from '../state/command-line.ts'
import type { PageLine, PageSection } from '../threads/messages.ts'
import type { Binding, KeyPlace } from './binding.ts'

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

/** Help as sections of a page, drawn from the table of keys. */
export function describeKeys(bindings: readonly Binding[]): readonly PageSection[] {
  const keys = places.map(({ place, title }): PageSection => {
    const own = bindings.filter((binding) => binding.place === place)
    const lines = own.map((binding) => pairOf(binding.keys.map(formatKey).join(' '), binding.does))
    return { title, lines, place: 'flow' }
  })
  const commands = lineUsages.map(({ usage, does }) => pairOf(usage, does))
  return [...keys, { title: 'After :', lines: commands, place: 'flow' }]
}

function pairOf(key: string, value: string): PageLine {
  return { type: 'pair', depth: 1, key, value }
}
