import { kindNamed } from '../../kinds.ts'
import type { Ask, ListedColumn } from '../threads/messages.ts'

const originLabels: Readonly<Record<string, string>> = {
  AccountName: 'ACCOUNT',
  AccountId: 'ACCOUNT ID',
  Profile: 'PROFILE',
  Region: 'REGION',
}

/** The title over a column. What an expression gives keeps its own names. */
export function labelOf({ name }: ListedColumn, ask: Ask): string {
  if (ask.type === 'scopes') return name.replace(/(?<=[a-z])(?=[A-Z])/, ' ').toUpperCase()
  if (ask.view.expression !== null) return name
  const kind = kindNamed(ask.view.kind)
  if (name === kind.id) return 'ID'
  return kind.columns.find((column) => column.name === name)?.label ?? originLabels[name] ?? name
}

/** Cells that a column keeps when the terminal is narrow; null for as many as its type needs. */
export function keptCells({ name }: ListedColumn, { view }: Ask): number | null {
  if (name === 'AccountName') return 10
  return kindNamed(view.kind).columns.find((column) => column.name === name)?.least ?? null
}

/** Columns that go first where the terminal is too narrow for all, before those on the right. */
export function goFirst({ type, view }: Ask): readonly string[] {
  return type === 'scopes' ? ['Next', 'Profile', 'Kind'] : kindNamed(view.kind).spare
}
