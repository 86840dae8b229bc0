import { formatCell } from '../../output/cell.ts'
import type { LoginOverlay, WelcomeOverlay } from './short-page-state.ts'
import { countBodyRows, type State, type Step, stepTo } from './state.ts'
import { wrapLines } from './wrapping.ts'

/** A line of a page that muster writes itself. `key`: it begins with a key in angle brackets. */
export interface StyledLine {
  readonly text: string
  readonly style: 'bold' | 'cyan' | 'key' | null
}

/** Problems of ~/.aws that the first page names; more are a number. */
const maxNamed = 5

/** The lines of a sign-in, or of the first page for users without a profile, no wider than the terminal. */
export function linesOfShortPage(
  overlay: LoginOverlay | WelcomeOverlay,
  state: State,
): readonly StyledLine[] {
  const lines = overlay.type === 'login' ? describeLogin(overlay, state.demo) : describeWelcome(overlay)
  const wrapped = lines.flatMap(({ text, style }) =>
    wrapLines([text], state.columns).map((part) => ({ text: part, style })),
  )
  // Where not all has room, no line is left empty.
  return wrapped.length > countLines(state) ? wrapped.filter(({ text }) => text !== '') : wrapped
}

/** Scrolls such a page, no further than its last line. */
export function scrollShortPage(state: State, by: number): Step {
  const { overlay } = state
  if (overlay?.type !== 'login' && overlay?.type !== 'welcome') return stepTo(state)
  const last = Math.max(0, linesOfShortPage(overlay, state).length - countLines(state))
  // After the terminal got larger, the place may be behind the last line.
  const top = Math.max(0, Math.min(Math.min(overlay.top, last) + by, last))
  return stepTo({ ...state, overlay: { ...overlay, top } })
}

/** There is no header: one line more than a table has rows. */
export function countLines(state: Pick<State, 'rows'>): number {
  return countBodyRows(state) + 1
}

const plain = (...texts: readonly string[]): StyledLine[] => texts.map((text) => ({ text, style: null }))

/** Address and code are made by AWS. */
function describeLogin({ name, url, code, complete }: LoginOverlay, demo: boolean): readonly StyledLine[] {
  const head = [
    ...plain(''),
    { text: `  Sign in to ${formatCell(name)}`, style: 'bold' } as const,
    ...plain(''),
  ]
  if (complete === null || url === null || code === null)
    return [...head, ...plain('  Asking AWS for a code …')]
  return [
    ...head,
    ...plain('  Open this address in any browser, on any machine:', ''),
    { text: `    ${formatCell(complete)}`, style: 'cyan' },
    ...plain('', `  and see that it shows this code, or enter it at ${formatCell(url)}`, ''),
    { text: `    ${formatCell(code)}`, style: 'bold' },
    ...plain(
      '',
      demo
        ? '  In the demo it is allowed by itself, in a few seconds.'
        : '  The accounts behind it are read as soon as you have allowed it there.',
    ),
  ]
}

/** Where muster looked, what is wrong there, and what a person can do. */
function describeWelcome({ looked, problems }: WelcomeOverlay): readonly StyledLine[] {
  const key = (name: string, does: string) => ({ text: `    <${name}> ${does}`, style: 'key' }) as const
  const more = problems.length > maxNamed ? [`    and ${problems.length - maxNamed} more`] : []
  const wrong =
    problems.length === 0
      ? []
      : plain(
          '  Some of it is not read as it looks:',
          ...problems.slice(0, maxNamed).map((problem) => `    ${formatCell(problem)}`),
          ...more,
          '  `muster doctor` names all of it and says how to fix it.',
          '',
        )
  return [
    ...plain(''),
    { text: '  muster shows every EC2 resource in every AWS account.', style: 'bold' },
    ...plain(
      '',
      '  It found no AWS profile that can sign in. It looked in',
      ...looked.map((file) => `    ${formatCell(file)}`),
      '  and for keys in the environment.',
      '',
    ),
    ...wrong,
    key('d', 'look around in the demo fleet'),
    key('i', "use this machine's own role, on an EC2 instance"),
    key('q', 'quit'),
    ...plain('', '  `aws configure sso` makes a profile; then start muster again.'),
  ]
}
