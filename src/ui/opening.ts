import { type Context, selectionOf } from '../app/context.ts'
import type { Args } from '../app/options.ts'
import { commercialRegions } from '../config/region-names.ts'
import { readRemembered } from '../config/remembered.ts'
import type { Selection } from '../model.ts'
import { formatCell } from '../output/cell.ts'
import { ownRegion } from './state/picker.ts'
import type { PickerItem } from './state/state.ts'

/** What the first screen is: the table; the list of profiles to choose from; or a page for those who have none. */
export interface Opening {
  readonly first: 'table' | 'profiles' | 'welcome'
  readonly selection: Selection
}

/**
 * Decides what to start with: what the command line, the environment or the settings select; or else what was chosen on
 * the screen last time; or else, if there is a choice, the user is asked.
 */
export function chooseOpening(context: Context, args: Args, machine: boolean): Opening {
  const { config, settings, io, demo } = context
  const given = selectionOf(args)
  const usable = config.profiles.filter(({ kind }) => kind !== 'none').map(({ name }) => name)
  const hasKeys = Boolean(io.env.AWS_ACCESS_KEY_ID && io.env.AWS_SECRET_ACCESS_KEY)
  const container = io.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || io.env.AWS_CONTAINER_CREDENTIALS_FULL_URI
  const hasWebIdentity = Boolean(io.env.AWS_ROLE_ARN && io.env.AWS_WEB_IDENTITY_TOKEN_FILE)
  const hasProfileChoice =
    given.profiles.length > 0 ||
    hasKeys ||
    hasWebIdentity ||
    Boolean(io.env.AWS_PROFILE) ||
    settings.profiles.length > 0
  const remembered = demo ? { profiles: [], regions: [] } : readRemembered(io)
  const profiles = hasProfileChoice
    ? given.profiles
    : remembered.profiles.filter((name) => usable.includes(name))
  const hasRegionChoice =
    given.regions.length > 0 ||
    Boolean(io.env.AWS_REGION || io.env.AWS_DEFAULT_REGION) ||
    settings.regions.length > 0
  const regions = hasRegionChoice ? given.regions : remembered.regions
  const selection = { profiles, accounts: given.accounts, regions }
  if (hasProfileChoice || profiles.length > 0) return { first: 'table', selection }
  if (usable.length === 1 && usable[0] === 'default') return { first: 'table', selection }
  if (usable.length > 0) return { first: 'profiles', selection }
  return { first: machine || container ? 'table' : 'welcome', selection }
}

/** The profiles to choose from: how each signs in, to which account, and what is wrong with it. */
export function makeProfileItems({ config }: Context): readonly PickerItem[] {
  return config.profiles
    .filter(({ kind }) => kind !== 'none')
    .map(({ name, kind, account, region, problem }) => {
      const parts = [kind, account, region, problem].filter((part) => part !== null)
      return { value: name, note: formatCell(parts.join('  ')) }
    })
}

/** The regions to choose from. Those that are known to be enabled in an account come first. */
export function makeRegionItems(enabled: readonly string[]): readonly PickerItem[] {
  const all = [...new Set([...enabled, ...commercialRegions])]
  return [
    { value: ownRegion, note: 'the one that each profile names' },
    { value: '*', note: 'all that are enabled in each account' },
    ...all.map((value) => ({ value, note: enabled.includes(value) ? 'enabled' : '' })),
  ]
}
