import { findJoined, findKind } from '../../kinds.ts'
import type { ListedColumn, TableRequest } from '../threads/messages.ts'

const originLabels: Readonly<Record<string, string>> = {
  AccountName: 'ACCOUNT',
  AccountId: 'ACCOUNT ID',
  Profile: 'PROFILE',
  Region: 'REGION',
}

/** As on every other table, an account is known by its name. */
const scopeLabels: Readonly<Record<string, string>> = { Account: 'ACCOUNT ID', AccountName: 'ACCOUNT' }

/** The title over a column. Columns of an expression keep their own names. */
export function labelOf({ name }: ListedColumn, ask: TableRequest): string {
  if (ask.type === 'scopes') return scopeLabels[name] ?? name.toUpperCase()
  if (ask.type === 'find') return originLabels[name] ?? name.toUpperCase()
  if (ask.view.expression !== null) return name
  const kind = findKind(ask.view.kind)
  if (name === kind.id) return 'ID'
  const known = kind.columns.find((column) => column.name === name) ?? findJoined(name, kind)
  return known?.label ?? originLabels[name] ?? name
}

/** Cells that a column keeps when the terminal is narrow; null for as many as its type needs. */
export function minCellsOf({ name }: ListedColumn, { view }: TableRequest): number | null {
  if (name === 'AccountName') return 10
  return findKind(view.kind).columns.find((column) => column.name === name)?.least ?? null
}

/** Of the table of scopes: what says least about most scopes goes first. */
const scopesToHideFirst = [
  'Account',
  'Next',
  'Started',
  'Complete',
  'Finished',
  'Attempts',
  'Profile',
  'Kind',
  'Throttles',
  'Pages',
  'Changes',
]

/**
 * Columns that are hidden first if the terminal is too narrow for all, before those on the right: of the table of scopes
 * those that say nothing about any scope before those that say little.
 */
export function columnsToHideFirst(
  { type, view }: TableRequest,
  columns: readonly ListedColumn[],
): readonly string[] {
  if (type === 'find') return ['Word', 'Region']
  if (type === 'view') return findKind(view.kind).spare
  const empty = new Set(columns.filter((each) => each.saysNothing).map(({ name }) => name))
  const saysNothing = (name: string) => empty.has(name)
  return [...scopesToHideFirst.filter(saysNothing), ...scopesToHideFirst.filter((name) => !saysNothing(name))]
}
