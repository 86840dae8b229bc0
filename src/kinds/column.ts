import type { Column } from '../model.ts'

interface ColumnDetails {
  /** Where the value stands in the resource, as JMESPath; the member of the column's name if not given. */
  readonly from?: string
  /** The title over the column on the screen; the column's name in capitals if not given. */
  readonly label?: string
  /** Cells that it keeps when a narrow terminal cuts it. */
  readonly least?: number
}

/** The value of the tag `Name`, which most kinds show first. */
export const nameTag: Column = nameColumn('Name', { from: "Tags[?Key=='Name'].Value | [0]", least: 15 })

/** Text whose digits are not numbers, such as ids and states: it sorts by code point. */
export function textColumn(column: string, details: ColumnDetails = {}): Column {
  return makeColumn(column, 'text', details)
}

/** Names that people gave: they sort as people count, `web-2` before `web-10`. */
export function nameColumn(column: string, details: ColumnDetails = {}): Column {
  return makeColumn(column, 'name', details)
}

/** IPv4 and IPv6 addresses and ranges. */
export function addressColumn(column: string, details: ColumnDetails = {}): Column {
  return makeColumn(column, 'address', details)
}

/** Instance types: they sort by family, then by size. */
export function instanceTypeColumn(column: string, details: ColumnDetails = {}): Column {
  return makeColumn(column, 'instance-type', details)
}

export function numberColumn(column: string, details: ColumnDetails = {}): Column {
  return makeColumn(column, 'number', details)
}

/** ISO 8601, as the AWS CLI prints times. */
export function timeColumn(column: string, details: ColumnDetails = {}): Column {
  return makeColumn(column, 'time', details)
}

function makeColumn(column: string, type: Column['type'], { from, label, least }: ColumnDetails): Column {
  return {
    name: column,
    expression: from ?? column,
    type,
    label: label ?? column.toUpperCase(),
    least: least ?? null,
  }
}
