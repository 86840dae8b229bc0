import { formatCell } from '../../output/cell.ts'
import type { State } from '../state/state.ts'
import { wrapLines } from '../state/text-page.ts'
import type { Paint } from './style.ts'

/** The page for users without a profile: where muster looked, and what they can do. */
export function drawWelcome(looked: readonly string[], { columns }: State, paint: Paint): readonly string[] {
  const formatKey = (name: string, does: string) => `    ${paint(`<${name}>`, 'bold', 'cyan')} ${does}`
  const wrapSentences = (...lines: string[]) => wrapLines(lines, columns)
  return [
    '',
    ...wrapSentences('  muster shows every EC2 resource in every AWS account.').map((line) =>
      paint(line, 'bold'),
    ),
    '',
    ...wrapSentences('  It found no AWS profile that can sign in. It looked in'),
    ...wrapSentences(...looked.map((file) => `    ${formatCell(file)}`)),
    ...wrapSentences('  and for keys in the environment.'),
    '',
    formatKey('d', 'look around in the demo fleet'),
    formatKey('i', "use this machine's own role"),
    formatKey('q', 'quit'),
    '',
    ...wrapSentences('  `aws configure sso` makes a profile; then start muster again.'),
  ]
}
