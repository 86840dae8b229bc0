import { usageError } from '../errors.ts'
import type { BoundParameter } from '../model.ts'
import { parseSpan } from '../time-span.ts'

/** What a parameter takes; `any`: a text, or a relative time as `time` writes it. */
export type ParameterType = 'any' | 'text' | 'number' | 'time' | 'gmt'

/** A parameter as the header of a saved query declares it. */
export interface DeclaredParameter {
  readonly name: string
  readonly type: ParameterType
  /** Null if a value must be given. */
  readonly default: string | null
  /** The line of the file, from 1. */
  readonly line: number
}

/** `NAME=value`, as --set and the screen's command line give it. */
export type ParameterSetting = readonly [name: string, written: string]

/** What parameters are bound for: the query's name, its file, and what it declares. */
export interface QueryWithParameters {
  readonly name: string
  readonly file: string
  readonly parameters: readonly DeclaredParameter[]
}

/**
 * Reads what follows `param:` in a header: `NAME`, `NAME = default`, `TYPE NAME = default`. Without a type, a default
 * that is a relative time makes a time, and one that is a number makes a number. Returns a string if something is
 * wrong.
 */
export function parseParameter(text: string, line: number): DeclaredParameter | string {
  const [, word, name = '', written] =
    /^(?:(\w+)\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*(?:=\s*(.*))?$/s.exec(text) ?? []
  if (name === '')
    return `'${text}' is not a parameter; write it as 'NAME', 'NAME = default' or 'time NAME = -30d'`
  const type = types.find((each) => each === word)
  if (word !== undefined && !type) return `there is no type '${word}'; choose one of ${types.join(', ')}`
  const fallback = written ?? null
  const declared = { name, type: type ?? typeOfDefault(fallback), default: fallback, line }
  if (fallback === null || parseValue(declared.type, fallback, 0) !== null) return declared
  return `the default of ${describeParameter(declared)}, not '${fallback}'`
}

/**
 * Gives every parameter its value: the one that was set, else its default. Relative times count from `now` (in ms
 * since 1970), back unless they begin with a plus. Usage errors for an unknown name, a value that does not fit and a missing value.
 */
export function bindParameters(
  query: QueryWithParameters,
  settings: readonly ParameterSetting[],
  now: number,
): readonly BoundParameter[] {
  const set = new Map<string, string>()
  for (const [name, written] of settings) {
    if (!query.parameters.some((each) => each.name === name)) throw unknownParameterError(query, name)
    if (set.has(name)) throw usageError(`${name} is set twice: give it once.`)
    set.set(name, written)
  }
  const missing = query.parameters.filter((each) => each.default === null && !set.has(each.name))
  const [first] = missing
  if (first) {
    const needs = missing.map(({ name }) => name).join(' and ')
    const words = missing.map(({ name }) => `--set ${name}=…`).join(' ')
    throw usageError(
      `The saved query '${query.name}' needs ${needs}: give ${words} (${query.file}:${first.line}).`,
    )
  }
  return query.parameters.map((each) => {
    const written = set.get(each.name) ?? each.default ?? ''
    const value = parseValue(each.type, written, now)
    if (value === null)
      throw usageError(`${describeParameter(each)}, not '${written}' (${query.file}:${each.line}).`)
    return { name: each.name, written, value }
  })
}

/** Reads `NAME=value`; null if the text has another form. */
export function parseSetting(text: string): ParameterSetting | null {
  const [, name, written] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? []
  return name === undefined || written === undefined ? null : [name, written]
}

/** `KEY VALUE SINCE=-7d`: the names, with their defaults. */
export function formatParameters(parameters: readonly DeclaredParameter[]): string {
  return parameters
    .map((each) => (each.default === null ? each.name : `${each.name}=${each.default}`))
    .join(' ')
}

/** A value that fits, with which an expression can be tried if none is given. */
export function exampleOf({ name, type, default: fallback }: DeclaredParameter, now: number): BoundParameter {
  const examples: Readonly<Record<ParameterType, string>> = {
    any: 'x',
    text: 'x',
    number: '0',
    time: '-1d',
    gmt: '-1d',
  }
  const written = fallback ?? examples[type]
  return { name, written, value: parseValue(type, written, now) ?? written }
}

const types: readonly ParameterType[] = ['text', 'number', 'time', 'gmt']
const numeric = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** Whether a text is a time before or after now, as `-30d` or `+1y`. */
function isRelative(text: string): boolean {
  return /^[-+]/.test(text) && parseSpan(text.slice(1)) !== null
}

function typeOfDefault(fallback: string | null): ParameterType {
  if (fallback === null) return 'any'
  return isRelative(fallback) ? 'time' : numeric.test(fallback) ? 'number' : 'any'
}

function describeParameter({ name, type }: Pick<DeclaredParameter, 'name' | 'type'>): string {
  return type === 'number'
    ? `${name} takes a number`
    : `${name} takes a time, as -30d, +30d, 2026-01-31 or 2026-01-31T08:00:00Z`
}

/** Null if the text does not fit the type. */
function parseValue(type: ParameterType, written: string, now: number): string | number | null {
  switch (type) {
    case 'text':
      return written
    case 'any':
      return isRelative(written) ? parseValue('time', written, now) : written
    case 'number':
      return numeric.test(written) && Number.isFinite(Number(written)) ? Number(written) : null
    case 'time':
    case 'gmt': {
      const at = parseTime(written, now)
      const text = at === null || Number.isNaN(new Date(at).valueOf()) ? '' : new Date(at).toISOString()
      if (!/^\d{4}-/.test(text)) return null
      return type === 'time' ? formatIsoTime(text) : `${text.slice(0, 19).replace('T', ' ')} GMT`
    }
  }
}

/** As the AWS CLI v2 prints times, and the cache holds them. */
function formatIsoTime(text: string): string {
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}+00:00` : `${text.slice(0, 23)}000+00:00`
}

/** `-30d` (or `30d`) before now or `+30d` after it, in whole seconds, or a date and time, in UTC if it names no zone: ms since 1970. */
function parseTime(written: string, now: number): number | null {
  const span = parseSpan(written.replace(/^[-+]/, ''))
  if (span !== null) return Math.floor(now / 1000) * 1000 + (written.startsWith('+') ? span : -span)
  const [, date, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(written) ?? []
  const midnight = Date.parse(`${date}T00:00Z`)
  // Date would turn a 30th of February into a day of March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return null
  return Date.parse(`${date}T${time}${zone}`)
}

function unknownParameterError({ name, file, parameters }: QueryWithParameters, wrong: string): Error {
  const [first] = parameters
  const what = first
    ? `it has ${parameters.map((each) => each.name).join(', ')} (${file}:${first.line})`
    : `it has none (${file})`
  return usageError(`The saved query '${name}' has no parameter '${wrong}': ${what}.`)
}
