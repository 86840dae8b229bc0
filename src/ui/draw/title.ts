import { findKind } from '../../kinds.ts'
import { cut, measureWidth } from '../../output/cell.ts'
import { sanitise } from '../../output/sanitise.ts'
import { formatSetting } from '../../query/question-line.ts'
import { findPage } from '../state/history.ts'
import { everything, isMultiple, namedItems } from '../state/picker.ts'
import type { State } from '../state/state.ts'
import { formatCrumbs, formatPosition, formatShortPosition } from './breadcrumbs.ts'
import type { Paint } from './style.ts'

/**
 * `── Instances(12 accounts, 5 regions)[4,812] </web> ───── DEMO ──`, as wide as the terminal; if that is narrow,
 * `── Instances 4,812 </web> 12×5 ── DEMO ──`.
 */
export function drawTitle(state: State, paint: Paint): string {
  const { columns } = state
  const badge = state.demo ? ' DEMO ' : ''
  const room = Math.max(1, columns - 4 - badge.length)
  const whole = sanitise(formatTitle(state))
  const title = measureWidth(whole) + 2 > room ? sanitise(formatTitle(state, true)) : whole
  const crumbs = sanitise(formatCrumbs(state, room - 2 - measureWidth(title)))
  const text = cut(` ${crumbs}${title} `, room)
  const rest = Math.max(0, columns - 2 - measureWidth(text) - badge.length)
  const tail = Math.min(2, Math.max(0, rest - 1))
  const drawRule = (size: number) => paint('─'.repeat(Math.max(0, size)), 'dim')
  return `${drawRule(Math.min(2, columns))}${paint(text, 'bold')}${drawRule(rest - tail)}${paint(badge, 'bold', 'inverse', 'yellow')}${drawRule(tail)}`
}

/** What is looked at, where, and how many there are; `brief`: what says most first, in few cells. */
export function formatTitle(state: State, brief = false): string {
  const { overlay, table } = state
  const page = findPage(state)
  if (page) return `${page.title}${formatPosition(page, state)}`
  switch (overlay?.type) {
    case 'picker': {
      const names = {
        profiles: 'Profiles',
        regions: 'Regions',
        queries: 'Saved queries',
        logins: 'SSO sessions',
        groups: 'Columns',
      }
      const marked = overlay.marks.includes(everything) ? 'all' : overlay.marks.length
      const marks = !isMultiple(overlay) ? '' : `(${marked} marked)`
      const search = overlay.search.text === '' ? '' : ` </${overlay.search.text}>`
      return `${names[overlay.which]}${marks}[${namedItems(overlay).length}]${search}`
    }
    case 'columns':
      return `Columns of ${findKind(overlay.kind).title}(${overlay.items.filter(({ on }) => on).length} shown)[${overlay.items.length}]`
    case 'login':
      return `Sign in${formatShortPosition(overlay, state)}`
    case 'welcome':
      return `muster${formatShortPosition(overlay, state)}`
    default:
      break
  }
  const { view } = table.ask
  const kind = findKind(view.kind).title
  const what =
    table.ask.type === 'scopes'
      ? 'Scopes'
      : table.ask.type === 'find'
        ? `Find ${table.ask.words.join(' ')}`
        : view.query !== null
          ? `${kind}: ${[view.query, ...view.parameters.map(({ name, written }) => formatSetting([name, written]))].join(' ')}`
          : formatExpression(kind, view.expression)
  const current = table.shown === table.question
  const total = table.listed && current ? table.listed.total.toLocaleString('en-US') : '…'
  const { fixed, fixedAs } = table
  const named = fixedAs === null ? view.filters : [fixedAs, ...view.filters.slice(fixed.length)]
  const filters = named.map((text) => ` </${text}>`).join('')
  const marked = state.marked === null ? '' : ` · marked: ${state.marked.title}`
  const groups = table.ask.type === 'view' && table.ask.counted ? ` by ${view.group?.join(', ')}` : ''
  if (!brief)
    return `${what}${groups}${table.listed ? formatExtent(table.listed.coverage) : ''}[${total}]${filters}${marked}`
  const { accounts, regions } = table.listed?.coverage ?? {}
  return `${what}${groups} ${total}${filters}${accounts === undefined ? '' : ` ${accounts}×${regions}`}${marked}`
}

function formatExpression(kind: string, expression: string | null): string {
  return expression === null ? kind : `${kind}: ${expression.replace(/\s+/g, ' ').slice(0, 40)}`
}

function formatExtent({ accounts, regions }: { accounts: number; regions: number }): string {
  return `(${formatCount(accounts, 'account')}, ${formatCount(regions, 'region')})`
}

function formatCount(count: number, thing: string): string {
  return `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`
}
