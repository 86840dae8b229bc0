import { parseArgs } from 'node:util'
import { usageError } from '../errors.ts'
import { defaultKind, kinds } from '../kinds.ts'
import { nearest } from '../nearest.ts'

/** One option of the command line, as help and README show it. */
export interface Flag {
  /** The word after the dashes. */
  readonly name: string
  /** What stands for its value; null for a switch. */
  readonly value: string | null
  readonly help: string
}

const selectionFlags: readonly Flag[] = [
  {
    name: 'profile',
    value: 'NAMES',
    help: 'profiles: names, comma lists, globs, !excludes; may be repeated',
  },
  { name: 'region', value: 'NAMES', help: "regions likewise; '*' for all enabled; default: the profile's" },
  { name: 'account', value: 'IDS', help: 'only these accounts: ids, globs over ids and names' },
]

const roleFlags: readonly Flag[] = [
  {
    name: 'role',
    value: 'NAME',
    help: 'assume this role in every account of --account; needs --source-profile',
  },
  { name: 'source-profile', value: 'NAME', help: 'with --role: the profile to assume it with' },
  { name: 'external-id', value: 'ID', help: 'with --role: the external id that its trust asks for' },
  { name: 'duration', value: 'SECONDS', help: 'with --role: how long its sessions last, 900 to 43200' },
]

const mfaFlag: Flag = {
  name: 'mfa-code',
  value: 'CODE',
  help: "the MFA device's six digits; SERIAL=CODE for each of several; may be repeated",
}

const kindFlag: Flag = { name: 'kind', value: 'KIND', help: kindHelp() }

const globalFlags: readonly Flag[] = [
  { name: 'cache', value: 'FILE', help: 'the cache file; default $XDG_CACHE_HOME/muster/inventory.db' },
  { name: 'demo', value: null, help: 'use the embedded demo fleet, with a cache of its own' },
  { name: 'demo-if-no-profiles', value: null, help: 'the same, only where no AWS profile exists' },
  { name: 'help', value: null, help: 'show the help of the command' },
]

const callFlags: readonly Flag[] = [
  { name: 'concurrency', value: 'N', help: 'scopes read at once, 1 to 256; default 16' },
  { name: 'page-size', value: 'N', help: "resources a call (MaxResults); default the kind's largest" },
]

const syncFlags: readonly Flag[] = [
  { name: 'fresh', value: 'AGE', help: 'sync scopes older than this first, as 15m, 2h, 1d; default 15m' },
  { name: 'offline', value: null, help: 'answer from the cache and never call AWS' },
  { name: 'sync', value: null, help: 'sync every selected scope first' },
  ...callFlags,
]

const liveFlags: readonly Flag[] = [
  { name: 'live', value: null, help: 'read from AWS page by page, not through the cache' },
  {
    name: 'max-items',
    value: 'N',
    help: `with --live: at most N resources (${defaultKind.name}, not reservations)`,
  },
  {
    name: 'starting-token',
    value: 'TOKEN',
    help: "with --live: go on where 'next token: TOKEN' was printed",
  },
]

const coverageFlag: Flag = {
  name: 'coverage',
  value: 'FILE',
  help: "write where every scope of the answer stands, as JSON ('-': standard error)",
}

const inputFlag: Flag = {
  name: 'input',
  value: 'FILE',
  help: "ask a JSON document ('-': standard input) instead of AWS or the cache",
}

const sessionFlag: Flag = {
  name: 'sso-session',
  value: 'NAME',
  help: 'the [sso-session NAME] of ~/.aws/config',
}

const loginFlags: readonly Flag[] = [
  sessionFlag,
  { name: 'profile', value: 'NAME', help: 'the sign-in of this profile, or of the end of its chain' },
  {
    name: 'no-browser',
    value: null,
    help: 'login: a code to enter in a browser anywhere, instead of opening one here',
  },
]

const discoverFlags: readonly Flag[] = [
  sessionFlag,
  { name: 'write', value: null, help: 'discover: append the missing profiles to ~/.aws/config' },
  {
    name: 'name',
    value: 'TEMPLATE',
    help: "their names; default '{account-name}-{role}'; {account-id} and {session} too",
  },
  { name: 'region', value: 'NAME', help: 'the region of the written profiles; default none' },
]

const outputFlag: Flag = {
  name: 'output',
  value: 'FORMAT',
  help: 'table (default), json, ndjson, csv, text, yaml or aws-table',
}

const viewFlags: readonly Flag[] = [
  { name: 'query', value: 'EXPR', help: 'a JMESPath expression, whatever it looks like' },
  {
    name: 'set',
    value: 'NAME=VALUE',
    help: 'the value of a parameter of the saved query; may be repeated',
  },
  {
    name: 'engine',
    value: 'ENGINE',
    help: 'muster (default), as the AWS CLI answers, or jmespath, the stock package',
  },
  {
    name: 'columns',
    value: 'NAMES',
    help: `columns to show: Name,${defaultKind.id},tag:Env or any JMESPath`,
  },
  {
    name: 'filter',
    value: 'TEXT',
    help: 'rows that hold the text in a column or a tag; !TEXT for the others',
  },
  { name: 'sort', value: 'COLUMN', help: "by this column; 'COLUMN desc' for the largest first" },
  {
    name: 'no-origin',
    value: null,
    help: 'leave AccountId, AccountName, Profile and Region out of the resources',
  },
  outputFlag,
  { name: 'raw', value: null, help: 'CSV: keep cells that a spreadsheet would run as a formula' },
  { name: 'bom', value: null, help: 'CSV: begin with a byte order mark, by which Excel knows UTF-8' },
]

/** The options that the commands share, by what they are about. */
export const flags = {
  selection: selectionFlags,
  roles: roleFlags,
  mfa: mfaFlag,
  kind: kindFlag,
  calls: callFlags,
  sync: syncFlags,
  live: liveFlags,
  view: viewFlags,
  coverage: coverageFlag,
  input: inputFlag,
  login: loginFlags,
  discover: discoverFlags,
  output: outputFlag,
  global: globalFlags,
}

/** A command line that was understood. */
export interface Args {
  readonly words: readonly string[]
  /** The last value of an option; null where it was not given. */
  text(name: string): string | null
  /** Every value of an option, in order. */
  list(name: string): readonly string[]
  on(name: string): boolean
  /** A whole number between the bounds; null where it was not given. */
  number(name: string, min: number, max: number): number | null
}

/** Reads a command's words and options; a usage error with the nearest name for one that it does not have. */
export function parseFlags(argv: readonly string[], known: readonly Flag[]): Args {
  const { values, positionals } = parsed(argv, known)
  const list = (name: string): string[] => {
    const value = values[name]
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
  }
  const text = (name: string) => list(name).at(-1) ?? null
  return {
    words: positionals,
    list,
    text,
    on: (name) => values[name] === true,
    number(name, min, max) {
      const written = text(name)
      if (written === null) return null
      const value = Number(written)
      if (/^\d+$/.test(written) && value >= min && value <= max) return value
      throw usageError(`--${name} takes a whole number from ${min} to ${max}, not '${written}'.`)
    },
  }
}

function parsed(argv: readonly string[], known: readonly Flag[]) {
  const options = Object.fromEntries(
    known.map(({ name, value }) => [
      name,
      value === null ? { type: 'boolean' as const } : { type: 'string' as const, multiple: true },
    ]),
  )
  for (const word of argv) {
    if (word === '--') break
    const name = /^--([^=]+)/.exec(word)?.[1]
    if (name === undefined || name in options) continue
    const near = nearest(name, Object.keys(options))
    throw usageError(
      `There is no option --${name} here${near ? `; did you mean --${near}?` : '.'} See --help.`,
    )
  }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    const text = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error)
    throw usageError(`${text}. See --help.`, error)
  }
}

function kindHelp(): string {
  const names = kinds.map(({ name }) => (name === defaultKind.name ? `${name} (default)` : name))
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
