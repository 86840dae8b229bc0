import type { Option, optionTable } from '../../app/option-table.ts'
import type { OptionName } from '../../app/options.ts'
import { type Settings, themeNames } from '../../config/settings.ts'

/** What can stand as the value of an option; null if it can only be typed. */
export type ValueSource =
  | 'profiles'
  | 'regions'
  | 'accounts'
  | 'kinds'
  | 'columns'
  | 'number columns'
  | 'conditions'
  | 'parameters'
  | 'queries'
  | 'formats'
  | 'ids and names'
  | 'settings'
  | 'values of a setting'
  | 'SSO sessions'
  | 'files'
  | readonly string[]
  | null

/** An option that takes a text or a list. */
type TextOption = {
  [Name in OptionName]: (typeof optionTable)[Name] extends Option<'switch' | 'number'> ? never : Name
}[OptionName]

const ages = ['15m', '1h', '1d']
const times = ['30s', '5m', '1h']

/** Of every option that takes a text or a list: the compiler asks for each. */
export const optionValues: Readonly<Record<TextOption, ValueSource>> = {
  profile: 'profiles',
  region: 'regions',
  account: 'accounts',
  role: null,
  sourceProfile: 'profiles',
  externalId: null,
  mfaCode: null,
  kind: 'kinds',
  query: null,
  set: 'parameters',
  engine: ['muster', 'jmespath'],
  columns: 'columns',
  template: ['ansible-inventory', 'hosts-file', 'prometheus-file-sd', 'ssh-config'],
  filter: 'conditions',
  sort: 'columns',
  countBy: 'columns',
  sum: 'number columns',
  output: 'formats',
  input: 'files',
  coverage: 'files',
  to: 'files',
  every: times,
  theme: themeNames,
  partition: ['date,account,region'],
  save: 'queries',
  fresh: ages,
  progress: ['auto', 'lines', 'json', 'none'],
  startingToken: null,
  ssoSession: 'SSO sessions',
  name: null,
  cache: 'files',
}

/** What a setting can be, for `muster config set`; null if it can only be typed. */
export const settingValues: Readonly<Record<keyof Settings, ValueSource>> = {
  profiles: 'profiles',
  regions: 'regions',
  kind: 'kinds',
  kinds: 'kinds',
  fresh: ages,
  preferRoles: null,
  accepted: null,
  concurrency: null,
  pageSize: null,
  keepGone: ['7d', '30d', '90d'],
  keepGoneMegabytes: null,
  every: times,
  theme: themeNames,
  mouse: ['true', 'false'],
}

/** What stands for a word in capitals in the usage of a command. */
export const operandValues: Readonly<Record<string, Exclude<ValueSource, null | 'files'>>> = {
  KEY: 'settings',
  VALUE: 'values of a setting',
  NAME: 'queries',
  ID: 'ids and names',
  WORD: 'ids and names',
}
