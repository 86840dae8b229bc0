import { bindings } from '../../src/ui/keys/all-keys.ts'
import { formatKey, places } from '../../src/ui/keys/keys-help.ts'
import { lineCommands } from '../../src/ui/state/command-line.ts'

/** What stands around the table in the README. */
export const marks = { begin: '<!-- keys: made by npm run screens -->', end: '<!-- /keys -->' } as const

/** Every key and every command of the command line as Markdown, drawn from the same tables as the help. */
export function keysMarkdown(): string {
  const keys = places.flatMap(({ place, title }) => [
    `| **${title}** | |`,
    ...bindings
      .filter((binding) => binding.place === place)
      .map(({ keys: names, does }) => `| ${names.map(code).join(' ')} | ${cell(does)} |`),
  ])
  const commands = lineCommands.map(({ name, argument, does }) => {
    return `| \`:${name}${argument === null ? '' : ` ${argument.toUpperCase()}`}\` | ${cell(does)} |`
  })
  return ['| key | what it does |', '|---|---|', ...keys, '| **After `:`** | |', ...commands].join('\n')
}

/** The README with the table of today between its marks. */
export function withKeys(readme: string): string {
  const [before, rest = ''] = readme.split(marks.begin)
  const after = rest.split(marks.end)[1]
  if (after === undefined) throw new Error(`README.md has lost the marks ${marks.begin} and ${marks.end}`)
  return `${before}${marks.begin}\n\n${keysMarkdown()}\n\n${marks.end}${after}`
}

function code(key: string): string {
  return `\`${formatKey(key).replace('|', '\\|')}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
