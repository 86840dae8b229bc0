import { exitCodes, MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Selection } from '../model.ts'
import { findNearest } from '../nearest.ts'
import { parseAccountPatterns, refuseUnmatchedAccounts } from './account-words.ts'
import type { AwsConfig } from './aws-config.ts'
import type { Network } from './network.ts'
import { isExclude, isGlob, makeGlobTest, matchPatterns, splitList } from './patterns.ts'
import type { Profile } from './profile.ts'
import { profileNamed } from './profile-named.ts'
import { chooseRegions, type RegionChoice } from './region-choice.ts'
import type { Settings } from './settings.ts'

export interface SelectionRequest {
  /** The words of the flags as they were given. */
  readonly selection: Selection
  readonly config: AwsConfig
  readonly settings: Settings
  readonly env: Io['env']
  /** Whether credentials of the machine that muster runs on may be looked for. */
  readonly allowInstance: boolean
}

/** One way to sign in, and where to look with it. */
export interface SelectedProfile {
  readonly name: string
  /** A profile, or where credentials without one come from: the AWS CLI's chain. */
  readonly source: 'profile' | 'environment' | 'web-identity' | 'container' | 'instance'
  /** The account that the profile declares. */
  readonly account: string | null
  readonly regions: RegionChoice
  readonly profile: Profile | null
  /** Without a profile, what the profile of AWS_PROFILE or `default` says, as for the AWS CLI. */
  readonly network: Network
  /** Other selected profiles that declare the same account, the preferred first: they read what this one may not. */
  readonly collapsed: readonly SelectedProfile[]
}

/**
 * The profiles that a command works with: those of --profile, else the keys in the environment, AWS_PROFILE, else
 * AWS_DEFAULT_PROFILE (AWS CLI v2; v1 takes them the other way round), the settings' profiles, a `default` that is
 * alone, or, without any profile, the role of the container or of the instance. A web identity of the environment
 * comes before such a profile unless that assumes a role, and the machine's role after one that holds no credentials,
 * both as for the AWS CLI. Profiles that declare an account that --account does not want are left out, those that
 * declare the same one become one. A usage error if the words match nothing or leave it open; exit code 4 if there is
 * nothing to sign in with.
 */
export function selectProfiles(request: SelectionRequest): readonly SelectedProfile[] {
  const accounts = parseAccountPatterns(request.selection.accounts)
  const selected = chooseProfiles(request)
  const wanted = selected.filter(
    (each) => each.account === null || isAccountWanted(accounts, each.account, each.name),
  )
  if (wanted.length === 0) {
    throw usageError(
      `No selected profile leads to an account that matches --account ${accounts.join(',')}; the selected ones declare ${formatNames(removeDuplicates(selected.flatMap((each) => each.account ?? [])))}.`,
    )
  }
  refuseUnmatchedAccounts(accounts, selected)
  return collapseByAccount(wanted, request.settings.preferRoles)
}

/** Whether --account wants this account: its id or its name matches. No words want every account. */
export function isAccountWanted(patterns: readonly string[], account: string, name: string | null): boolean {
  const words = splitList(patterns)
  const isMatch = (glob: string) => makeGlobTest(glob)(account) || (name !== null && makeGlobTest(glob)(name))
  const includes = words.filter((word) => !isExclude(word))
  if (words.some((word) => isExclude(word) && isMatch(word.slice(1)))) return false
  return includes.length === 0 || includes.some(isMatch)
}

function chooseProfiles(request: SelectionRequest): readonly SelectedProfile[] {
  const { selection, config, settings, env } = request
  const words = splitList(selection.profiles)
  if (words.length > 0) return matchProfiles(words, '--profile', request)
  // Half a key stops the AWS CLI as well: another source would be another account.
  if (env.AWS_ACCESS_KEY_ID) return [selectAmbientSource('environment', request)]
  const fromEnvironment = profileOfEnvironment(request)
  if (fromEnvironment) return [selectWithoutFlag(fromEnvironment, request)]
  if (settings.profiles.length > 0)
    return matchProfiles(splitList(settings.profiles), 'the settings', request)
  const usable = usableNamesOf(config)
  const defaults = profileNamed(config.profiles, 'default')
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && !assumesRole(defaults))
    return [selectAmbientSource('web-identity', request)]
  if (usable.length === 1 && usable[0] === 'default') return matchProfiles(['default'], '~/.aws', request)
  if (usable.length > 0) {
    throw usageError(
      `Which profiles? Give --profile NAME, or --profile '*' for all of them. There are: ${formatNames(usable)}.`,
    )
  }
  const machine = findMachineSource(request)
  if (machine) return [selectAmbientSource(machine, request)]
  throw new MusterError(
    `No AWS profile with credentials was found in ${config.configFile} or ${config.credentialsFile}; run aws configure sso to add one, or muster demo to try muster without.`,
    exitCodes.credentials,
  )
}

/**
 * The profiles that words choose. A profile that holds no credentials (it sets a region for others, or is only a
 * source) is not chosen by a glob, only by its exact name.
 */
function matchProfiles(
  words: readonly string[],
  origin: string,
  request: SelectionRequest,
): readonly SelectedProfile[] {
  const { config } = request
  for (const word of words) {
    const bare = isExclude(word) ? word.slice(1) : word
    if (!isGlob(bare)) findProfile(bare, request, origin)
    else if (!isExclude(word) && matchPatterns([word], usableNamesOf(config)).length === 0) {
      throw usageError(
        `No profile matches '${word}' (from ${origin}). There are: ${formatNames(usableNamesOf(config))}.`,
      )
    }
  }
  const names = config.profiles
    .filter((profile) => profile.kind !== 'none' || words.includes(profile.name))
    .map((profile) => profile.name)
  const matched = matchPatterns(words, names)
  if (matched.length > 0)
    return matched.map((name) => selectedProfileOf(findProfile(name, request, origin), request))
  throw usageError(`No profile is left of '${words.join(',')}' (from ${origin}); remove a '!' word.`)
}

/** AWS_PROFILE is one name: a comma or a star in it is part of the name, as for the AWS CLI. */
function profileOfEnvironment(request: SelectionRequest): Profile | null {
  const variable = request.env.AWS_PROFILE ? 'AWS_PROFILE' : 'AWS_DEFAULT_PROFILE'
  const name = request.env[variable]
  return name ? findProfile(name, request, variable) : null
}

/** What a profile that no flag names leads to: the environment's web identity and the machine's role are looked at, too. */
function selectWithoutFlag(profile: Profile, request: SelectionRequest): SelectedProfile {
  if (request.env.AWS_WEB_IDENTITY_TOKEN_FILE && !assumesRole(profile)) {
    return selectAmbientSource('web-identity', request)
  }
  const machine = profile.kind === 'none' ? findMachineSource(request) : null
  return machine ? selectAmbientSource(machine, request) : selectedProfileOf(profile, request)
}

function assumesRole(profile: Profile | undefined): boolean {
  return profile?.kind === 'role' || profile?.kind === 'credential-source'
}

function findProfile(name: string, { config }: SelectionRequest, origin: string): Profile {
  const profile = profileNamed(config.profiles, name)
  if (profile) return profile
  const names = config.profiles.map((candidate) => candidate.name)
  const near = findNearest(name, names)
  const hint = near === null ? '' : ` Did you mean '${near}'?`
  throw usageError(
    names.length === 0
      ? `There is no profile '${name}' (from ${origin}): ${config.configFile} holds none; run aws configure sso.`
      : `There is no profile '${name}' (from ${origin}).${hint} There are: ${formatNames(names)}.`,
  )
}

function selectedProfileOf(profile: Profile, request: SelectionRequest): SelectedProfile {
  return {
    name: profile.name,
    source: 'profile',
    account: profile.account,
    regions: chooseRegions(request, profile),
    profile,
    network: profile.network,
    collapsed: [],
  }
}

/** Credentials without a profile; region and network may still stand in that of AWS_PROFILE, or in `default`. */
function selectAmbientSource(
  source: Exclude<SelectedProfile['source'], 'profile'>,
  request: SelectionRequest,
): SelectedProfile {
  const defaults = profileNamed(request.config.profiles, 'default') ?? null
  const settings = profileOfEnvironment(request) ?? defaults
  const regions = chooseRegions(request, settings)
  const network = settings?.network ?? request.config.network
  return { name: source, source, account: null, regions, profile: null, network, collapsed: [] }
}

/** A container says that it has a role by a variable; an instance can only be asked, unless that is forbidden. */
function findMachineSource({ env, allowInstance }: SelectionRequest): 'container' | 'instance' | null {
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) return 'container'
  return allowInstance && env.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true' ? 'instance' : null
}

function collapseByAccount(
  selected: readonly SelectedProfile[],
  preferRoles: readonly string[],
): readonly SelectedProfile[] {
  const groups = Map.groupBy(selected, ({ account, name }) => account ?? `profile ${name}`)
  return [...groups.values()].flatMap((group) => collapseGroup(group, preferRoles))
}

/** One profile for all of a group: one that can work, of the role most preferred, the first of those. */
function collapseGroup(group: readonly SelectedProfile[], preferRoles: readonly string[]): SelectedProfile[] {
  const rankOf = ({ profile }: SelectedProfile): number => {
    const preferred = preferRoles.indexOf(profile?.role ?? '')
    const place = preferred < 0 ? preferRoles.length : preferred
    return profile?.problem ? preferRoles.length + 1 + place : place
  }
  const [first, ...others] = group.toSorted((a, b) => rankOf(a) - rankOf(b))
  if (!first) return []
  return [{ ...first, regions: unionOfRegions(group), collapsed: others }]
}

/** Patterns come from the request and are the same for all of a group; only names differ. */
function unionOfRegions(group: readonly SelectedProfile[]): RegionChoice {
  const choices = group.map((each) => each.regions)
  const names = removeDuplicates(choices.flatMap((choice) => (choice.type === 'named' ? choice.names : [])))
  const enabled = choices.find((choice) => choice.type === 'enabled')
  return enabled ?? (names.length > 0 ? { type: 'named', names } : { type: 'none' })
}

function usableNamesOf(config: AwsConfig): readonly string[] {
  return config.profiles.filter((profile) => profile.kind !== 'none').map((profile) => profile.name)
}

function formatNames(names: readonly string[]): string {
  const firstNames = names.slice(0, 20).join(', ')
  return names.length > 20 ? `${firstNames} … and ${names.length - 20} more` : firstNames || 'none'
}

function removeDuplicates(names: readonly string[]): string[] {
  return [...new Set(names)]
}
