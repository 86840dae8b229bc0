import { parseArgs } from 'node:util'
import { usageError } from '../errors.ts'
import { findNearest } from '../nearest.ts'
import { type Option, optionTable } from './option-table.ts'

/** The name of an option in code. */
export type OptionName = keyof typeof optionTable

/** A command line as it was read: the value of each option of the program, whether the command has it or not. */
export type Args = {
  readonly [Name in OptionName]: ValueOf<(typeof optionTable)[Name]>
} & { readonly words: readonly string[] }

type ValueOf<Declared> =
  Declared extends Option<'switch'>
    ? boolean
    : Declared extends Option<'list'>
      ? readonly string[]
      : Declared extends Option<'number'>
        ? number | null
        : string | null

/** An option of a command: its name, or its name with help of its own. */
export type CommandOption =
  | OptionName
  | { readonly name: OptionName; readonly value?: string; readonly help: string }

/** An option as help and reference show it. */
export interface ShownOption {
  /** `--page-size`. */
  readonly flag: string
  readonly value: string | null
  readonly help: string
}

const selection = ['profile', 'region', 'account'] as const
const roles = ['role', 'sourceProfile', 'externalId', 'duration'] as const
const calls = ['concurrency', 'pageSize', 'progress'] as const
const sync = ['fresh', 'offline', 'sync', ...calls] as const
const live = ['live', 'maxItems', 'startingToken'] as const
const shape = [
  'query',
  'set',
  'engine',
  'columns',
  'filter',
  'countBy',
  'sum',
  'top',
  'sort',
  'limit',
  'noOrigin',
  'output',
  'noHeaders',
  'exitCode',
  'raw',
  'bom',
] as const

/** Options that several commands share, by what they are about. */
export const optionGroups = {
  selection,
  roles,
  calls,
  sync,
  shape,
  everywhere: ['cache', 'demo', 'demoIfNoProfiles', 'debug', 'help'],
  /** What `muster query` takes, and the screen. */
  query: [
    ...selection,
    ...roles,
    'mfaCode',
    'kind',
    ...shape,
    'save',
    'force',
    'input',
    ...sync,
    ...live,
    'coverage',
  ],
} as const satisfies Record<string, readonly OptionName[]>

/** `pageSize` → `--page-size`. */
export function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** An option as help and reference show it. */
export function shownOption(option: CommandOption): ShownOption {
  const { name, ...own } = typeof option === 'string' ? { name: option } : option
  const { value, help } = optionTable[name]
  return { flag: flagOf(name), value, help, ...own }
}

/** Whether an option was given. */
export function isGiven(args: Args, name: OptionName): boolean {
  const value = args[name]
  return typeof value === 'boolean' ? value : Array.isArray(value) ? value.length > 0 : value !== null
}

/** The options that were given, as flags, without their values. */
export function givenOptions(args: Args): string[] {
  return names.filter((name) => isGiven(args, name)).map(flagOf)
}

/** Whether the word is an option whose value is the word after it. */
export function takesNextWord(word: string): boolean {
  return names.some((name) => flagOf(name) === word && optionTable[name].value !== null)
}

/**
 * Reads a command's words and options. A usage error names the nearest option if the command does not have the given
 * one, and the bounds if a number is outside them.
 */
export function parseOptions(argv: readonly string[], known: readonly CommandOption[]): Args {
  const own = known.map((option) => (typeof option === 'string' ? option : option.name))
  const { values, positionals } = parseWords(argv, own)
  const read = (name: OptionName): unknown => {
    const { type }: Option = optionTable[name]
    const value = values[flagOf(name).slice(2)]
    if (type === 'switch') return value === true
    const given = Array.isArray(value) ? value.map(String) : []
    if (type === 'list') return given
    const last = given.at(-1) ?? null
    return last !== null && type === 'number' ? numberIn(name, last) : last
  }
  const options = Object.fromEntries(names.map((name) => [name, read(name)]))
  return { ...options, words: positionals } as unknown as Args
}

const names = Object.keys(optionTable) as OptionName[]

function numberIn(name: OptionName, written: string): number {
  const { least = 0, most = 0 }: Option = optionTable[name]
  const value = Number(written)
  if (/^\d+$/.test(written) && value >= least && value <= most) return value
  throw usageError(`${flagOf(name)} takes a whole number from ${least} to ${most}, not '${written}'.`)
}

function parseWords(argv: readonly string[], own: readonly OptionName[]) {
  const options = Object.fromEntries(
    own.map((name) => [
      flagOf(name).slice(2),
      optionTable[name].type === 'switch'
        ? { type: 'boolean' as const, ...(name === 'help' ? { short: 'h' } : {}) }
        : { type: 'string' as const, multiple: true },
    ]),
  )
  for (const word of argv) {
    if (word === '--') break
    const name = /^--([^=]+)/.exec(word)?.[1]
    if (name === undefined || name in options) continue
    const near = findNearest(name, Object.keys(options))
    throw usageError(
      `There is no option --${name} here${near ? `; did you mean --${near}?` : '.'} See --help.`,
    )
  }
  try {
    return (
      readPlainWords(argv, options) ??
      parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
    )
  } catch (error) {
    const text = error instanceof Error ? (error.message.split(/\.\s|\.$/)[0] ?? '') : String(error)
    throw usageError(`${describeDash(argv, options) ?? describeShort(argv) ?? text}. See --help.`, error)
  }
}

/**
 * What parseArgs gives of words that are options by their whole names, their values and other words; null if there is anything
 * else. Node loads and compiles parseArgs for a fiftieth of what a query takes that finds nothing.
 */
export function readPlainWords(
  argv: readonly string[],
  options: Readonly<Record<string, { readonly type: string }>>,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: string[] } | null {
  const values: Record<string, true | string[]> = {}
  const positionals: string[] = []
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (!word.startsWith('-')) {
      positionals.push(word)
      continue
    }
    const name = word.slice(2)
    const type = word.startsWith('--') && Object.hasOwn(options, name) ? options[name]?.type : null
    if (type === 'boolean') values[name] = true
    else {
      at += 1
      const value = argv[at]
      if (type !== 'string' || value === undefined || value.startsWith('-')) return null
      const given = values[name]
      if (Array.isArray(given)) given.push(value)
      else values[name] = [value]
    }
  }
  return { values, positionals }
}

/** The option whose value begins with a dash, or was left out before another option; null if none is so. */
function describeDash(
  argv: readonly string[],
  options: Readonly<Record<string, { readonly type: string }>>,
): string | null {
  const place = argv.findIndex((word, at) => {
    const isOpen = word.startsWith('--') && options[word.slice(2)]?.type === 'string'
    return isOpen && argv[at + 1]?.startsWith('-') && argv[at + 1] !== '-'
  })
  const [option, value] = argv.slice(place, place + 2)
  if (place < 0 || value === undefined) return null
  return value.startsWith('--')
    ? `${option} takes a value, which is missing before ${value}`
    : `${option} takes a value, and '${value}' begins with a dash: write ${option}=${value}`
}

/** The word that begins with one dash, which nearly no option does; null if there is not one. */
function describeShort(argv: readonly string[]): string | null {
  const end = argv.indexOf('--')
  const word = argv.slice(0, end < 0 ? argv.length : end).find((each) => /^-[^-]/.test(each) && each !== '-h')
  if (word === undefined) return null
  return `There is no option '${word}'; a word that begins with a dash goes after '--': -- ${word}`
}
