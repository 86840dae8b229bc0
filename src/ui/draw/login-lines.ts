import { cellText } from '../../output/cell.ts'
import type { LoginOverlay, State } from '../state/state.ts'
import { wrapped } from '../state/text-page.ts'
import type { Paint } from './style.ts'

/** The page of a sign-in: the address and the code, while accounts that can be read go on coming in behind it. */
export function loginLines(login: LoginOverlay, { columns }: State, paint: Paint): readonly string[] {
  const { name, url, code, complete } = login
  const sentences = (...lines: string[]) => wrapped(lines, columns)
  const bold = (line: string) => paint(line, 'bold')
  const head = ['', ...sentences(`  Sign in to ${cellText(name)}`).map(bold), '']
  if (complete === null || url === null || code === null)
    return [...head, ...sentences('  Asking AWS for a code …')]
  return [
    ...head,
    ...sentences('  Open this address in any browser, on any machine:'),
    '',
    ...sentences(`    ${cellText(complete)}`).map((line) => paint(line, 'cyan')),
    '',
    ...sentences(`  and see that it shows this code, or enter it at ${cellText(url)}`),
    '',
    ...sentences(`    ${cellText(code)}`).map(bold),
    '',
    ...sentences('  The accounts behind it are read as soon as you have allowed it there.'),
  ]
}
