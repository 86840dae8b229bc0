import { cellText } from '../../output/cell.ts'
import type { State } from '../state/state.ts'
import { wrapped } from '../state/text-page.ts'
import type { Paint } from './style.ts'

/** The page for those who have no profile yet: what was looked for, and what can be done. */
export function welcomeLines(looked: readonly string[], { columns }: State, paint: Paint): readonly string[] {
  const key = (name: string, does: string) => `    ${paint(`<${name}>`, 'bold', 'cyan')} ${does}`
  const sentences = (...lines: string[]) => wrapped(lines, columns)
  return [
    '',
    ...sentences('  muster shows every EC2 resource in every AWS account.').map((line) =>
      paint(line, 'bold'),
    ),
    '',
    ...sentences('  It found no AWS profile that can sign in. It looked in'),
    ...sentences(...looked.map((file) => `    ${cellText(file)}`)),
    ...sentences('  and for keys in the environment.'),
    '',
    key('d', 'look around in the demo fleet'),
    key('i', "use this machine's own role"),
    key('q', 'quit'),
    '',
    ...sentences('  `aws configure sso` makes a profile; then start muster again.'),
  ]
}
