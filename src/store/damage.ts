import { MusterError } from '../errors.ts'

/** The cache file as a whole cannot be trusted. `found` says what is wrong, without a full stop. */
export class DamagedCache extends MusterError {
  readonly found: string

  constructor(file: string, found: string, cause?: unknown) {
    super(
      `The cache ${file} is damaged (${found}): run \`muster cache rebuild\`, which keeps what can be read and the old file beside it, or give another with --cache FILE.`,
      1,
      { cause },
    )
    this.name = 'DamagedCache'
    this.found = found
  }
}

/** What a scope holds cannot be trusted: it can be read again from AWS, the rest of the cache is not concerned. */
export class DamagedScope extends MusterError {
  readonly scopeId: number
  readonly found: string

  constructor(file: string, scopeId: number, found: string, cause?: unknown) {
    super(`The cache ${file} holds damaged rows (${found}): run \`muster sync\`.`, 1, { cause })
    this.name = 'DamagedScope'
    this.scopeId = scopeId
    this.found = found
  }
}

/** Whether SQLite says by its code that the file itself is damaged. A file that was cut short is read past its end. */
export function isDamageCode(code: string): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ|IOERR_CORRUPTFS)/.test(code)
}

/** Whether a value can stand in a cell: SQLite gives a blob or a big integer only if a bit of its type is wrong. */
export function isCell(value: unknown): value is string | number | null {
  return value === null || typeof value === 'string' || typeof value === 'number'
}
