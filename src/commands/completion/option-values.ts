import type { Option, optionTable } from '../../app/option-table.ts'
import type { OptionName } from '../../app/options.ts'
import { themeNames } from '../../config/settings.ts'

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
  | 'SSO sessions'
  | 'files'
  | readonly string[]
  | null

/** An option that takes a text or a list. */
type TextOption = {
  [Name in OptionName]: (typeof optionTable)[Name] extends Option<'switch' | 'number'> ? never : Name
}[OptionName]

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
  every: ['30s', '5m', '1h'],
  theme: themeNames,
  partition: ['date,account,region'],
  save: 'queries',
  fresh: ['15m', '1h', '1d'],
  progress: ['auto', 'lines', 'json', 'none'],
  startingToken: null,
  ssoSession: 'SSO sessions',
  name: null,
  cache: 'files',
}
