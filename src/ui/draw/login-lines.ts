import { formatCell } from '../../output/cell.ts'
import type { LoginOverlay, State } from '../state/state.ts'
import { wrapLines } from '../state/text-page.ts'
import type { Paint } from './style.ts'

/** The page of a sign-in: the address and the code. Accounts that can be read are still read behind it. */
export function drawLogin(login: LoginOverlay, { columns }: State, paint: Paint): readonly string[] {
  const { name, url, code, complete } = login
  const wrapSentences = (...lines: string[]) => wrapLines(lines, columns)
  const paintBold = (line: string) => paint(line, 'bold')
  const head = ['', ...wrapSentences(`  Sign in to ${formatCell(name)}`).map(paintBold), '']
  if (complete === null || url === null || code === null)
    return [...head, ...wrapSentences('  Asking AWS for a code …')]
  return [
    ...head,
    ...wrapSentences('  Open this address in any browser, on any machine:'),
    '',
    ...wrapSentences(`    ${formatCell(complete)}`).map((line) => paint(line, 'cyan')),
    '',
    ...wrapSentences(`  and see that it shows this code, or enter it at ${formatCell(url)}`),
    '',
    ...wrapSentences(`    ${formatCell(code)}`).map(paintBold),
    '',
    ...wrapSentences('  The accounts behind it are read as soon as you have allowed it there.'),
  ]
}
