import { sortKey } from '../../kinds/order.ts'
import type { ColumnType } from '../../model.ts'
import { parseSpan } from '../../time-span.ts'
import { parseRange } from '../ranges.ts'
import { FilterError } from './filter-error.ts'
import type { Operator, Pattern } from './parse-filter.ts'
import { isNumeric, makeTextTest, type TextTest, type ValueTest } from './value-test.ts'

/** A column's name and type as a filter compares with it; null for a type that is not known. */
interface ComparedColumn {
  readonly name: string
  readonly type: ColumnType | null
}

/**
 * What the values of a column must be. Ages count from `now`, in ms since 1970. `filter` is the text that an error shows.
 * @throws FilterError
 */
export function bindValue(
  { name, type }: ComparedColumn,
  operator: Operator,
  value: Pattern,
  now: number,
  filter: string,
): ValueTest {
  const { form, text, position } = value
  const fail = (what: string) => new FilterError(`${name} ${what}, not '${text}'.`, filter, position)
  if (operator === ':' || operator === '=') {
    if (form === 'text' && text === '') return { type: 'empty' }
    if (form !== 'text') return makeTextTest(form, text)
  }
  if (type === 'time' && (operator === ':' || operator === '=') && parseSpan(text) !== null)
    throw new FilterError(`An age is compared by < or >: write ${name}>${text}.`, filter, position)
  if (operator === ':') return bindPart(type, text, fail)
  const whole: readonly ValueTest[] = operator === '=' ? [makeTextTest('whole', text)] : []
  switch (type) {
    case 'number':
      if (!isNumeric(text)) throw fail('is compared with a number')
      return { type: 'number', operator, value: Number(text) }
    case 'time': {
      const time = bindTime(operator, text, now)
      if (!time) throw fail('is compared with an age, as 30d or 1y30d, or a time, as 2026-01-31 or -7d')
      return time
    }
    case null: {
      // The values show what they are.
      const number: ValueTest[] = isNumeric(text) ? [{ type: 'number', operator, value: Number(text) }] : []
      const time = bindTime(operator, text, now)
      if (number.length + (time ? 1 : 0) > 0)
        return { type: 'any', of: [...whole, ...number, ...(time ? [time] : [])] }
      return operator === '=' ? makeTextTest('whole', text) : orderTest(type, operator, text)
    }
    default:
      return operator === '=' ? makeTextTest('whole', text) : orderTest(type, operator, text)
  }
}

/** What a word asks of any value. */
export function wordTest({ form, text }: Pattern): TextTest {
  return makeTextTest(form === 'text' ? 'part' : form, text)
}

function bindPart(type: ColumnType | null, text: string, fail: (what: string) => FilterError): ValueTest {
  const part = makeTextTest('part', text)
  if ((type !== 'address' && type !== null) || !/^[\da-f.:]+\/\d*$/i.test(text)) return part
  const isRange = parseRange(text) !== null
  if (type === 'address' && !isRange) throw fail('is compared with a range, as 10.1.0.0/16')
  return isRange ? { type: 'any', of: [{ type: 'range', range: text }, part] } : part
}

function orderTest(type: ColumnType | null, operator: Exclude<Operator, ':'>, text: string): ValueTest {
  return { type: 'order', operator, key: sortKey(text, type), of: type }
}

/** Null if the text is neither an age nor a time. */
function bindTime(operator: Exclude<Operator, ':'>, text: string, now: number): ValueTest | null {
  const age = parseSpan(text)
  if (age !== null) return operator === '=' ? null : bindAge(operator, Math.floor(now / 1000) * 1000 - age)
  const period = periodOf(text, now)
  if (!period) return null
  const [first, next] = period
  switch (operator) {
    case '=':
      return timeTest(first, next)
    case '<':
      return timeTest(null, first)
    case '<=':
      return timeTest(null, next)
    case '>':
      return timeTest(next, null)
    case '>=':
      return timeTest(first, null)
  }
}

/** What is older came before. */
function bindAge(operator: '<' | '<=' | '>' | '>=', born: number): ValueTest {
  switch (operator) {
    case '>':
      return timeTest(null, born)
    case '>=':
      return timeTest(null, born + 1000)
    case '<':
      return timeTest(born + 1000, null)
    case '<=':
      return timeTest(born, null)
  }
}

function timeTest(from: number | null, before: number | null): ValueTest {
  const write = (at: number) => new Date(Math.max(earliest, Math.min(at, latest))).toISOString().slice(0, 19)
  return {
    type: 'time',
    from: from === null ? null : write(from),
    before: before === null ? null : write(before),
  }
}

const dateParts = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|\+00:00)?)?)?)?$/

/** `2026`, `2026-01`, `2026-01-31`, `2026-01-31T08:00` or `-7d`, in UTC: where it begins, and where what follows does. */
function periodOf(text: string, now: number): readonly [first: number, next: number] | null {
  const span = /^[-+]/.test(text) ? parseSpan(text.slice(1)) : null
  if (span !== null) {
    const at = Math.floor(now / 1000) * 1000 + (text.startsWith('+') ? span : -span)
    return isWritable(at) ? [at, at + 1000] : null
  }
  const [found, year, month, day, hour, minute, second] = dateParts.exec(text) ?? []
  if (found === undefined) return null
  const parts = [year, month ?? '01', day ?? '01', hour ?? '00', minute ?? '00', second ?? '00'] as const
  const [y, mo, d, h, mi, s] = parts.map(Number) as [number, number, number, number, number, number]
  const first = Date.UTC(y, mo - 1, d, h, mi, s)
  const written = `${parts.slice(0, 3).join('-')}T${parts.slice(3).join(':')}`
  // Date would turn a 30th of February into a day of March.
  if (!isWritable(first) || new Date(first).toISOString().slice(0, 19) !== written) return null
  if (month === undefined) return [first, Date.UTC(y + 1, 0)]
  if (day === undefined) return [first, Date.UTC(y, mo)]
  const length = hour === undefined ? 86_400_000 : second === undefined ? 60_000 : 1000
  return [first, first + length]
}

function isWritable(at: number): boolean {
  return at >= earliest && at <= latest
}

/** Years of four digits, so that the text of a time compares with others. Date takes those before 100 for 1900 and on. */
const earliest = Date.UTC(100, 0)
const latest = Date.UTC(9999, 0)
