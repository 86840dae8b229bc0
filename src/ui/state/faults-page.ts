import { formatAge } from '../../output/age.ts'
import type { FaultLines, FaultReport, FaultScope, WaitingScope } from '../threads/fault-messages.ts'
import type { PageLine, PageSection, Tone } from '../threads/messages.ts'
import { sayOnScreen } from './next-step.ts'
import type { LiveFaults, State, TextState } from './state.ts'
import { isSyncing } from './state.ts'
import { makePage } from './text-page.ts'

/** Names of accounts and of regions in one line; the others are a number. */
const mostNamed = 3

/**
 * The page of what could not be read: what waits, with its time, and then the causes, each with its next step and where it
 * stands. `group`: the cause of which every scope is shown; null for the page of all causes.
 */
export function makeFaultsPage(report: FaultReport, group: string | null, state: State): TextState {
  const live: LiveFaults = { type: 'faults', report, group }
  const found = group === null ? null : findGroup(report, group)
  if (group === null) return { ...makePage('Faults', describeAll(report, state)), live }
  const sections = found ? describeGroup(found) : [textSection(['Nothing of this cause is left.'], 'good')]
  return { ...makePage(`Faults: ${found ? found.cause : 'none'}`, sections, undefined, 'One fault'), live }
}

/** The same page at another time: the time that scopes wait for gets shorter. */
export function agePage(page: TextState, state: State): TextState {
  const { live } = page
  return live && live.report.waiting.length > 0 ? makeFaultsPage(live.report, live.group, state) : page
}

/** While a sync runs, what has not failed is still being read. */
function describeAll(report: FaultReport, state: State): readonly PageSection[] {
  const { missing, accepted, others, skipped, waiting } = report
  const syncing = isSyncing(state)
  const coming = syncing ? missing.filter(({ failed }) => !failed).flatMap(({ scopes }) => scopes) : []
  const sections: readonly PageSection[] = [
    textSection(
      state.notes.map((note) => `Warning: ${sayOnScreen(note)}`),
      'warn',
      'wide',
    ),
    describeWaiting(waiting, state.now),
    ...missing.filter(({ failed }) => failed || !syncing).map((group) => groupSection(group, '✕')),
    describeComing(coming),
    ...accepted.map((group) => groupSection(group, '○', 'Accepted in the settings: ')),
    ...others.map((group) => groupSection(group, '○')),
    textSection(
      skipped === 0
        ? []
        : [`${skipped.toLocaleString('en-US')} skipped: the region is not enabled in the account.`],
      'dim',
    ),
  ]
  const shown = sections.filter(({ lines }) => lines.length > 0)
  return shown.some(({ place }) => place === 'flow')
    ? shown
    : [...shown, textSection(['Everything that is selected could be read.'], 'good')]
}

function textSection(
  texts: readonly string[],
  tone: Tone,
  place: PageSection['place'] = 'flow',
): PageSection {
  return { title: null, place, lines: texts.map((text) => ({ type: 'text', depth: 0, text, tone })) }
}

/** A cause: enter on it shows all of its scopes. */
function groupSection(group: FaultLines, sign: '✕' | '○', before = ''): PageSection {
  const tone = sign === '✕' ? 'bad' : 'strong'
  return {
    title: null,
    place: 'flow',
    lines: [
      {
        type: 'text',
        depth: 0,
        text: `${sign} ${before}${sayOnScreen(group.cause)}`,
        tone,
        link: { type: 'fault', group: group.key },
      },
      pair('next', sayOnScreen(group.next)),
      pair('where', formatExtent(group.scopes)),
    ],
  }
}

function pair(key: string, value: string, depth = 1): PageLine {
  return { type: 'pair', depth, key, value }
}

function describeComing(scopes: readonly FaultScope[]): PageSection {
  if (scopes.length === 0) return textSection([], 'plain')
  const head: PageLine = {
    type: 'text',
    depth: 0,
    text: `◐ ${scopes.length.toLocaleString('en-US')} being read now`,
    tone: 'warn',
    link: { type: 'fault', group: comingKey },
  }
  return { title: null, place: 'flow', lines: [head, pair('where', formatExtent(scopes))] }
}

/** The scopes whose next attempt waits, by account, the next one first. */
function describeWaiting(waiting: readonly WaitingScope[], now: number): PageSection {
  const accounts = Map.groupBy(
    waiting.toSorted((a, b) => a.until - b.until),
    ({ account, throttled }) => `${throttled} ${account}`,
  )
  const lines = [...accounts.values()].flatMap((scopes): PageLine[] => {
    const [first] = scopes
    if (!first) return []
    const regions = scopes.map((each) => each.region ?? allRegions)
    const why = first.throttled ? 'AWS throttles it' : 'AWS or the network failed'
    const tries = Math.max(...scopes.map((each) => each.tries))
    return [
      { type: 'text', depth: 0, text: `◐ ${first.account}: ${nameSome(regions, 'region')}`, tone: 'warn' },
      pair(
        'next',
        `tried again ${formatWait(first.until - now)}: ${why}, so far ${tries === 1 ? 'once' : `${tries} times`}`,
      ),
    ]
  })
  return { title: null, place: 'flow', lines }
}

function formatWait(ms: number): string {
  return ms < 1000 ? 'now' : `in ${formatAge(ms)}`
}

/** Of scopes whose regions are not known. */
const allRegions = 'all regions'

/** `1,200 scopes: 40 accounts (acme-dev, acme-prod, acme-qa …) in 30 regions (af-south-1 …)`. */
function formatExtent(scopes: readonly FaultScope[]): string {
  const accounts = nameSome(distinct(scopes.map(({ account }) => account)), 'account')
  const kinds = distinct(scopes.flatMap(({ kind }) => kind ?? []))
  const what = kinds.length === 0 ? '' : `; ${nameSome(kinds, 'kind')}`
  return `${count(scopes.length, 'scope')}: ${accounts} in ${formatRegions(scopes)}${what}`
}

/** `30 regions (af-south-1 …), 2 accounts in all regions`. */
function formatRegions(scopes: readonly FaultScope[]): string {
  const named = distinct(scopes.flatMap(({ region }) => region ?? []))
  if (named.length === 0) return allRegions
  const whole = new Set(scopes.filter(({ region }) => region === null).map(({ account }) => account))
  const rest = whole.size === 0 ? '' : `, ${count(whole.size, 'account')} in ${allRegions}`
  return `${nameSome(named, 'region')}${rest}`
}

function nameSome(names: readonly string[], thing: string): string {
  if (names.length <= mostNamed + 1) return names.join(', ')
  return `${names.length.toLocaleString('en-US')} ${thing}s (${names.slice(0, mostNamed).join(', ')} …)`
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

/** The key of what is being read now, which is no cause. */
const comingKey = ' being read'

function findGroup({ missing, accepted, others }: FaultReport, key: string): FaultLines | null {
  if (key !== comingKey)
    return [...missing, ...accepted, ...others].find((group) => group.key === key) ?? null
  const scopes = missing.filter(({ failed }) => !failed).flatMap((group) => group.scopes)
  if (scopes.length === 0) return null
  return { key, cause: 'being read now', words: null, next: 'Wait for its end.', failed: false, scopes }
}

/** Every scope of a cause: a line for each account, with its regions. */
function describeGroup({ cause, words, next, scopes }: FaultLines): readonly PageSection[] {
  const accounts = Map.groupBy(
    scopes,
    ({ account, profile, kind }) => `${account}\n${profile}\n${kind ?? ''}`,
  )
  const lines = [...accounts.values()].flatMap((own): PageLine[] => {
    const [first] = own
    if (!first) return []
    const name = first.profile === first.account ? first.account : `${first.account} (${first.profile})`
    const kind = first.kind === null ? '' : `: ${first.kind}`
    return [pair(name, `${own.map(({ region }) => region ?? allRegions).join(' ')}${kind}`)]
  })
  const regions = distinct(scopes.flatMap(({ region }) => region ?? []))
  const counts = [
    count(new Set(scopes.map(({ account }) => account)).size, 'account'),
    ...(regions.length === 0 ? [] : [count(regions.length, 'region')]),
  ]
  const head: readonly PageLine[] = [
    { type: 'text', depth: 0, text: sayOnScreen(cause), tone: 'bad' },
    ...(words === null ? [] : [pair('AWS says', words)]),
    pair('next', sayOnScreen(next)),
  ]
  return [
    { title: null, place: 'wide', lines: head },
    { title: count(scopes.length, 'scope'), note: `in ${counts.join(' and ')}`, place: 'flow', lines },
  ]
}

function count(number: number, thing: string): string {
  return `${number.toLocaleString('en-US')} ${thing}${number === 1 ? '' : 's'}`
}
