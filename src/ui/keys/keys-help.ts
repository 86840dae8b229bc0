import { lineUsages } from '../state/command-line.ts'
import type { Binding, KeyPlace } from './binding.ts'

/** The headings under which keys are listed. */
export const places: readonly { readonly place: KeyPlace; readonly title: string }[] = [
  { place: 'table', title: 'On a table' },
  { place: 'text', title: 'On a page of text' },
  { place: 'picker', title: 'In a list to choose from' },
  { place: 'line', title: 'While typing a line' },
  { place: 'login', title: 'While signing in' },
  { place: 'leaving', title: 'When asked whether to quit' },
  { place: 'welcome', title: 'On the first page, without profiles' },
]

/** A key as people read it. */
export function formatKey(key: string): string {
  return key === 'O' ? 'shift-o' : key
}

/** Help as text, drawn from the table of keys. */
export function formatHelp(bindings: readonly Binding[]): string {
  const keys = places.flatMap(({ place, title }) => [
    title,
    ...bindings
      .filter((binding) => binding.place === place)
      .map((binding) => `  ${binding.keys.map(formatKey).join(' ').padEnd(22)} ${binding.does}`),
    '',
  ])
  const commands = lineUsages.map(({ usage, does }) => `  ${usage.padEnd(22)} ${does}`)
  return [...keys, 'After :', ...commands].join('\n')
}
