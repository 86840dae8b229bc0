import { type Context, selectionOf } from '../app/context.ts'
import type { Args } from '../app/options.ts'
import type { Profile } from '../config/profile.ts'
import { commercialRegions } from '../config/region-names.ts'
import { type RememberedSelection, readRemembered } from '../config/remembered.ts'
import { usabilityOf } from '../identity/usable.ts'
import type { Selection } from '../model.ts'
import { formatAge } from '../output/age.ts'
import { formatCell } from '../output/cell.ts'
import { everything, ownRegion } from './state/picker.ts'
import type { PickerItem } from './state/state.ts'

/** What the first screen is: the table; the list of profiles to choose from; or a page for those who have none. */
export interface Opening {
  readonly first: 'table' | 'profiles' | 'welcome'
  readonly selection: Selection
  /** What has changed in ~/.aws since profiles were chosen on the screen. */
  readonly notes: readonly string[]
  /** What to remember once the notes are said; null to leave it, so that they are said again. */
  readonly remember: RememberedSelection | null
}

/**
 * Decides what to start with: what the command line, the environment or the settings select; or else what was chosen on
 * the screen last time; or else, if there is a choice, the user is asked.
 */
export function chooseOpening(context: Context, args: Args, machine: boolean): Opening {
  const { settings, io, demo } = context
  const given = selectionOf(args)
  const usable = namesOfUsable(context)
  const hasKeys = Boolean(io.env.AWS_ACCESS_KEY_ID && io.env.AWS_SECRET_ACCESS_KEY)
  const container = io.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || io.env.AWS_CONTAINER_CREDENTIALS_FULL_URI
  const hasWebIdentity = Boolean(io.env.AWS_ROLE_ARN && io.env.AWS_WEB_IDENTITY_TOKEN_FILE)
  const hasProfileChoice =
    given.profiles.length > 0 ||
    hasKeys ||
    hasWebIdentity ||
    Boolean(io.env.AWS_PROFILE) ||
    settings.profiles.length > 0
  const remembered = demo ? { profiles: [], regions: [], known: null } : readRemembered(io)
  const isThere = (name: string) => name === everything || usable.includes(name)
  const profiles = hasProfileChoice ? given.profiles : remembered.profiles.filter(isThere)
  const notes = hasProfileChoice ? [] : compareProfiles(remembered, usable)
  const hasRegionChoice =
    given.regions.length > 0 ||
    Boolean(io.env.AWS_REGION || io.env.AWS_DEFAULT_REGION) ||
    settings.regions.length > 0
  const regions = hasRegionChoice ? given.regions : remembered.regions
  const selection = { profiles, accounts: given.accounts, regions }
  // Those that are not shown stay worth a word.
  const isSaidOnce = notes.length > 0 && remembered.profiles.includes(everything)
  const parts = { selection, notes, remember: isSaidOnce ? { ...remembered, known: usable } : null }
  if (hasProfileChoice || (profiles.length > 0 && usable.length > 0)) return { first: 'table', ...parts }
  // One profile is no choice.
  if (usable.length === 1) return { first: 'table', ...parts, selection: { ...selection, profiles: usable } }
  if (usable.length > 0) return { first: 'profiles', ...parts }
  return { first: machine || container ? 'table' : 'welcome', ...parts }
}

/** The profiles that can be chosen: others set a region for them, or are a source of theirs. */
export function namesOfUsable({ config }: Context): readonly string[] {
  return config.profiles.filter(({ kind }) => kind !== 'none').map(({ name }) => name)
}

/** What a picker marks when it opens: `*` if all are asked for, `(own)` if no region is. */
export function findMarks(
  { settings, io: { env } }: Context,
  { profiles, regions }: Selection,
  names: readonly string[],
): Pick<Selection, 'profiles' | 'regions'> {
  const isFromEnvironment = Boolean(env.AWS_ACCESS_KEY_ID || env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE)
  const words = profiles.length > 0 ? profiles : isFromEnvironment ? [] : settings.profiles
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION
  const where = [regions, region ? [region] : [], settings.regions].find((each) => each.length > 0)
  return { profiles: words.join() === everything ? [everything] : names, regions: where ?? [ownRegion] }
}

/** Names the profiles that are missing or new since some, or all, were chosen. */
function compareProfiles({ profiles, known }: RememberedSelection, usable: readonly string[]): string[] {
  const isAll = profiles.includes(everything)
  const missing = (isAll ? (known ?? []) : profiles).filter((name) => !usable.includes(name))
  const added = known ? usable.filter((name) => !known.includes(name)) : []
  const nameThem = (names: readonly string[], one: string, several: string) =>
    names.length === 0
      ? []
      : names.length === 1
        ? [`Profile ${names[0]} ${one}.`]
        : [`${names.length} profiles ${several}: ${names.join(', ')}.`]
  return [
    ...nameThem(
      missing,
      'was shown last time and is not in ~/.aws any more',
      'were shown last time and are not in ~/.aws any more',
    ),
    ...(isAll
      ? nameThem(added, 'is new, and shown with the others', 'are new, and shown with the others')
      : nameThem(added, 'is new and not shown: P chooses it', 'are new and not shown (P chooses them)')),
  ]
}

/**
 * The profiles to choose from: to which account each leads, how it signs in, in which region. `now`: and whether it has
 * access now, by what this machine keeps.
 */
export function makeProfileItems({ config, io }: Context, now: boolean): readonly PickerItem[] {
  const items = config.profiles
    .filter(({ kind }) => kind !== 'none')
    .map((profile) => {
      const { name, account, region } = profile
      const standing = now ? formatStanding(profile, config, io) : ''
      const cells = [account ?? '', standing, region ?? '', formatEntry(profile)].map(formatCell)
      return { value: name, note: cells.join('  '), cells }
    })
  if (items.length < 2) return items
  return [{ value: everything, note: `all ${items.length}, and those to come` }, ...items]
}

/** How a profile signs in, in a word or two. */
function formatEntry({ kind, source, values }: Profile): string {
  switch (kind) {
    case 'static':
      return 'keys'
    case 'sso':
      return `sso ${values.sso_session ?? ''}`.trim()
    case 'role':
      return source === null ? 'role' : `role by ${source}`
    default:
      return kind
  }
}

function formatStanding(profile: Profile, config: Context['config'], io: Context['io']): string {
  const { usable, by, until } = usabilityOf(profile, config, io)
  const problem = profile.problem ?? profile.network.problem
  const rest = until === undefined ? '' : `for ${formatAge(until - io.now())}: `
  return `${usable === null ? '?' : usable ? '✓' : '✕'} ${problem ?? `${rest}${by}`}`
}

/** The regions to choose from. Those that are known to be enabled in an account come first. */
export function makeRegionItems(enabled: readonly string[]): readonly PickerItem[] {
  const all = [...new Set([...enabled, ...commercialRegions])]
  return [
    { value: ownRegion, note: 'the one that each profile names' },
    { value: everything, note: 'all that are enabled in each account' },
    ...all.map((value) => ({ value, note: enabled.includes(value) ? 'enabled' : '' })),
  ]
}
