import { bounds, themeNames } from '../config/settings.ts'
import { serveOptions } from '../demo/serve-options.ts'
import { areas } from '../kinds/areas.ts'
import { defaultKind } from '../kinds.ts'
import { printedFormats } from '../output/format-names.ts'

/** One option of the command line. Parsing, help, reference and the type of its value come from here. */
export interface Option<Type extends OptionType = OptionType> {
  readonly type: Type
  /** The word for its value in the help; null for a switch. */
  readonly value: string | null
  readonly help: string
  /** Of a number. */
  readonly least?: number
  readonly most?: number
}

/** A `switch` takes no value. Of a `text` or a `number` that is given twice, the last one wins, as in the AWS CLI. */
export type OptionType = 'switch' | 'text' | 'number' | 'list'

const areaNames = Object.keys(areas).join(', ')

/** Every option of every command by its name in code: `pageSize` is `--page-size`. */
export const optionTable = {
  profile: list('NAMES', 'profiles: names, comma lists, globs, !excludes; may be repeated'),
  region: list(
    'NAMES',
    "regions likewise; '*' for all enabled, '*,!me-south-1' for all but one; default: the profile's",
  ),
  account: list('IDS', 'only these accounts: ids, globs over ids and names, !excludes'),

  role: text('NAME', 'assume this role in every account of --account; needs --source-profile'),
  sourceProfile: text('NAME', 'with --role: the profile to assume it with'),
  externalId: text('ID', 'with --role: the external id that its trust asks for'),
  duration: number('SECONDS', 'with --role: how long its sessions last, 900 to 43200', 900, 43_200),
  mfaCode: list('CODE', "the MFA device's six digits; SERIAL=CODE for each of several; may be repeated"),

  kind: list(
    'KIND',
    `kinds: names, comma lists, globs, !excludes, groups (${areaNames}, all); muster kinds lists them; default ${defaultKind.name}`,
  ),
  query: text('EXPR', 'a JMESPath expression, whatever it looks like'),
  set: list('NAME=VALUE', 'the value of a parameter of the saved query; may be repeated'),
  engine: text('ENGINE', 'muster (default), as the AWS CLI answers, or jmespath, the stock package'),
  columns: list(
    'NAMES',
    `columns to show: Name,${defaultKind.id},tag:Env or any JMESPath; +tag:Team adds one, '*' is all, 'tag:*' every tag`,
  ),
  filter: list(
    'FILTER',
    'rows that hold all words: web !prod state=running tag:Env=prod size>100 age>30d; may be repeated; see muster help filters',
  ),
  sort: text(
    'COLUMNS',
    "by these columns, each with its direction, as 'Account,Name desc': the first decides first",
  ),
  countBy: list('COLUMNS', 'how many rows there are of each value of these columns, the most first'),
  sum: text('COLUMN', 'with --count-by: also the sum of this column, the largest first'),
  top: number('N', 'with --count-by: only the N largest groups', 0, Number.MAX_SAFE_INTEGER),
  limit: number('N', 'at most N rows, the first ones after --sort', 0, Number.MAX_SAFE_INTEGER),
  noOrigin: toggle('leave AccountId, AccountName, Profile and Region out of the resources'),
  output: text(
    'FORMAT',
    `${printedFormats
      .map((name, index) => (index === 0 ? `${name} (default)` : name))
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1')}`,
  ),
  noHeaders: toggle('table, csv and text: no line with the names of the columns'),
  exitCode: toggle('exit with 5 if there are rows and with 0 if there are none; incomplete stays 3 or 4'),
  raw: toggle('CSV: keep cells that a spreadsheet would run as a formula'),
  bom: toggle('CSV: begin with a byte order mark, by which Excel knows UTF-8'),
  input: text('FILE', "ask a JSON document ('-': standard input) instead of AWS or the cache"),
  explain: toggle('print how the question is answered from the cache, instead of the answer'),
  coverage: text('FILE', "write where every scope of the answer stands, as JSON ('-': standard error)"),
  to: text('FILE', "the file; its ending chooses the format if --output does not; '-': standard output"),
  partition: text(
    'KEYS',
    'date,account,region: a tree of files by kind and these, for Athena, Trino and DuckDB; --to is its folder',
  ),
  athena: toggle('the CREATE EXTERNAL TABLE of Amazon Athena, with partition projection'),
  trino: toggle('the CREATE TABLE of Trino’s Hive connector, with partition projection'),
  duckdb: toggle('the views of DuckDB'),
  template: text(
    'TEXT',
    'lines of your own, as {{Name}}: a text, a file, or ansible-inventory, hosts-file, prometheus-file-sd, ssh-config; see muster help formats',
  ),
  save: text('NAME', 'keep what is asked as a saved query of your own, and answer nothing'),
  force: toggle('replace the file if it exists'),

  fresh: text('AGE', 'sync scopes older than this first, as 15m, 2h, 1d; default 15m'),
  offline: toggle('answer from the cache and never call AWS'),
  sync: toggle('sync every selected scope first'),
  concurrency: number('N', 'scopes read at once, 1 to 256; default 64', ...bounds.concurrency),
  pageSize: number('N', "resources a call (MaxResults); default the kind's largest", ...bounds.pageSize),
  progress: text(
    'FORM',
    'on standard error: auto (default; a bar on a terminal, else a line each 10 s), lines, json (each second) or none',
  ),
  live: toggle('read from AWS page by page, not through the cache'),
  maxItems: number(
    'N',
    `with --live: at most N resources (${defaultKind.name}, not reservations)`,
    1,
    Number.MAX_SAFE_INTEGER,
  ),
  startingToken: text('TOKEN', "with --live: go on where 'next token: TOKEN' was printed"),

  every: text('TIME', 'the screen reads again by itself, as 30s, 5m or 1h'),
  theme: text('NAME', `the colours of the screen: ${themeNames.join(', ').replace(/, ([^,]*)$/, ' or $1')}`),

  ssoSession: text('NAME', 'the [sso-session NAME] of ~/.aws/config'),
  noBrowser: toggle('a code to enter in a browser anywhere, instead of opening one here'),
  write: toggle('append the missing profiles to ~/.aws/config'),
  name: text('TEMPLATE', "their names; default '{account-name}-{role}'; {account-id} and {session} too"),
  online: toggle('also try each profile (GetCallerIdentity)'),

  ...serveOptions,

  cache: text('FILE', 'the cache file; default $XDG_CACHE_HOME/muster/inventory.db'),
  demo: toggle('use the embedded demo fleet, with a cache of its own'),
  demoIfNoProfiles: toggle('the same, only if no AWS profile exists'),
  debug: toggle('say on standard error what is read, asked and stored; MUSTER_DEBUG=FILE: into a file'),
  help: toggle('show the help of the command; -h too'),
} satisfies Record<string, Option>

function toggle(help: string): Option<'switch'> {
  return { type: 'switch', value: null, help }
}

function text(value: string, help: string): Option<'text'> {
  return { type: 'text', value, help }
}

function list(value: string, help: string): Option<'list'> {
  return { type: 'list', value, help }
}

function number(value: string, help: string, least: number, most: number): Option<'number'> {
  return { type: 'number', value, help, least, most }
}
