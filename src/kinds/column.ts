import type { Column } from '../model.ts'

interface Details {
  /** Where the value stands in the resource, as JMESPath; the member of the column's name if not given. */
  readonly from?: string
  /** The title over the column on the screen; the column's name in capitals if not given. */
  readonly label?: string
  /** Cells that it keeps when a narrow terminal cuts it. */
  readonly least?: number
}

/** The value of the tag `Name`, which most kinds show first. */
export const nameTag: Column = name('Name', { from: "Tags[?Key=='Name'].Value | [0]", least: 15 })

/** Text in which digits mean no number, such as ids and states: it sorts by code point. */
export function text(column: string, details: Details = {}): Column {
  return made(column, 'text', details)
}

/** What people named: it sorts as people count, `web-2` before `web-10`. */
export function name(column: string, details: Details = {}): Column {
  return made(column, 'name', details)
}

/** IPv4 and IPv6 addresses and ranges. */
export function address(column: string, details: Details = {}): Column {
  return made(column, 'address', details)
}

/** Instance types: they sort by family, then by size. */
export function instanceType(column: string, details: Details = {}): Column {
  return made(column, 'instance-type', details)
}

export function number(column: string, details: Details = {}): Column {
  return made(column, 'number', details)
}

/** ISO 8601, as the AWS CLI prints times. */
export function time(column: string, details: Details = {}): Column {
  return made(column, 'time', details)
}

function made(column: string, type: Column['type'], { from, label, least }: Details): Column {
  return {
    name: column,
    expression: from ?? column,
    type,
    label: label ?? column.toUpperCase(),
    least: least ?? null,
  }
}
