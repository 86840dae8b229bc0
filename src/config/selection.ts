import { exitCodes, MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Selection } from '../model.ts'
import { nearest } from '../nearest.ts'
import { accountPatterns, refuseUnmatchedAccounts } from './account-words.ts'
import type { AwsConfig } from './aws-config.ts'
import type { Network } from './network.ts'
import { globTest, isExclude, isGlob, matchPatterns, splitList } from './patterns.ts'
import type { Profile } from './profile.ts'
import { type RegionChoice, regionsFrom } from './region-choice.ts'
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
  const accounts = accountPatterns(request.selection.accounts)
  const selected = chosen(request)
  const wanted = selected.filter(
    (each) => each.account === null || accountWanted(accounts, each.account, each.name),
  )
  if (wanted.length === 0) {
    throw usageError(
      `No selected profile leads to an account that matches --account ${accounts.join(',')}; the selected ones declare ${listed(distinct(selected.flatMap((each) => each.account ?? [])))}.`,
    )
  }
  refuseUnmatchedAccounts(accounts, selected)
  return collapsedByAccount(wanted, request.settings.preferRoles)
}

/** Whether --account wants this account: its id or its name matches. No words want every account. */
export function accountWanted(patterns: readonly string[], account: string, name: string | null): boolean {
  const words = splitList(patterns)
  const matches = (glob: string) => globTest(glob)(account) || (name !== null && globTest(glob)(name))
  const includes = words.filter((word) => !isExclude(word))
  if (words.some((word) => isExclude(word) && matches(word.slice(1)))) return false
  return includes.length === 0 || includes.some(matches)
}

function chosen(request: SelectionRequest): readonly SelectedProfile[] {
  const { selection, config, settings, env } = request
  const words = splitList(selection.profiles)
  if (words.length > 0) return named(words, '--profile', request)
  // Half a key stops the AWS CLI as well: another source would be another account.
  if (env.AWS_ACCESS_KEY_ID) return [ambient('environment', request)]
  const chosen = profileOfEnvironment(request)
  if (chosen) return [withoutFlag(chosen, request)]
  if (settings.profiles.length > 0) return named(splitList(settings.profiles), 'the settings', request)
  const usable = usableNames(config)
  const defaults = config.profiles.find(({ name }) => name === 'default')
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && !assumesRole(defaults)) return [ambient('web-identity', request)]
  if (usable.length === 1 && usable[0] === 'default') return named(['default'], '~/.aws', request)
  if (usable.length > 0) {
    throw usageError(
      `Which profiles? Give --profile NAME, or --profile '*' for all of them. There are: ${listed(usable)}.`,
    )
  }
  const machine = machineSource(request)
  if (machine) return [ambient(machine, request)]
  throw new MusterError(
    `No AWS profile with credentials was found in ${config.configFile} or ${config.credentialsFile}; run aws configure sso to add one, or muster demo to try muster without.`,
    exitCodes.credentials,
  )
}

/**
 * The profiles that words choose. A profile that holds no credentials (it sets a region for others, or is only a
 * source) is not what a glob means; its exact name chooses it.
 */
function named(
  words: readonly string[],
  origin: string,
  request: SelectionRequest,
): readonly SelectedProfile[] {
  const { config } = request
  for (const word of words) {
    const bare = isExclude(word) ? word.slice(1) : word
    if (!isGlob(bare)) profileNamed(bare, request, origin)
    else if (!isExclude(word) && matchPatterns([word], usableNames(config)).length === 0) {
      throw usageError(
        `No profile matches '${word}' (from ${origin}). There are: ${listed(usableNames(config))}.`,
      )
    }
  }
  const names = config.profiles
    .filter((profile) => profile.kind !== 'none' || words.includes(profile.name))
    .map((profile) => profile.name)
  const matched = matchPatterns(words, names)
  if (matched.length > 0)
    return matched.map((name) => selectedProfile(profileNamed(name, request, origin), request))
  throw usageError(`No profile is left of '${words.join(',')}' (from ${origin}); take a '!' word away.`)
}

/** AWS_PROFILE is one name: a comma or a star in it is part of the name, as for the AWS CLI. */
function profileOfEnvironment(request: SelectionRequest): Profile | null {
  const variable = request.env.AWS_PROFILE ? 'AWS_PROFILE' : 'AWS_DEFAULT_PROFILE'
  const name = request.env[variable]
  return name ? profileNamed(name, request, variable) : null
}

/** What a profile that no flag names leads to: the environment's web identity and the machine's role are looked at, too. */
function withoutFlag(profile: Profile, request: SelectionRequest): SelectedProfile {
  if (request.env.AWS_WEB_IDENTITY_TOKEN_FILE && !assumesRole(profile)) {
    return ambient('web-identity', request)
  }
  const machine = profile.kind === 'none' ? machineSource(request) : null
  return machine ? ambient(machine, request) : selectedProfile(profile, request)
}

function assumesRole(profile: Profile | undefined): boolean {
  return profile?.kind === 'role' || profile?.kind === 'credential-source'
}

function profileNamed(name: string, { config }: SelectionRequest, origin: string): Profile {
  const profile = config.profiles.find((candidate) => candidate.name === name)
  if (profile) return profile
  const names = config.profiles.map((candidate) => candidate.name)
  const near = nearest(name, names)
  const hint = near === null ? '' : ` Did you mean '${near}'?`
  throw usageError(
    names.length === 0
      ? `There is no profile '${name}' (from ${origin}): ${config.configFile} holds none; run aws configure sso.`
      : `There is no profile '${name}' (from ${origin}).${hint} There are: ${listed(names)}.`,
  )
}

function selectedProfile(profile: Profile, request: SelectionRequest): SelectedProfile {
  return {
    name: profile.name,
    source: 'profile',
    account: profile.account,
    regions: regionsFrom(request, profile),
    profile,
    network: profile.network,
    collapsed: [],
  }
}

/** Credentials without a profile; region and network may still stand in that of AWS_PROFILE, or in `default`. */
function ambient(
  source: Exclude<SelectedProfile['source'], 'profile'>,
  request: SelectionRequest,
): SelectedProfile {
  const defaults = request.config.profiles.find((profile) => profile.name === 'default') ?? null
  const settings = profileOfEnvironment(request) ?? defaults
  const regions = regionsFrom(request, settings)
  const network = settings?.network ?? request.config.network
  return { name: source, source, account: null, regions, profile: null, network, collapsed: [] }
}

/** A container says that it has a role by a variable; an instance can only be asked, unless that is forbidden. */
function machineSource({ env, allowInstance }: SelectionRequest): 'container' | 'instance' | null {
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) return 'container'
  return allowInstance && env.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true' ? 'instance' : null
}

function collapsedByAccount(
  selected: readonly SelectedProfile[],
  preferRoles: readonly string[],
): readonly SelectedProfile[] {
  const groups = Map.groupBy(selected, ({ account, name }) => account ?? `profile ${name}`)
  return [...groups.values()].flatMap((group) => collapsed(group, preferRoles))
}

/** One profile for all of a group: one that can work, of the role most preferred, the first of those. */
function collapsed(group: readonly SelectedProfile[], preferRoles: readonly string[]): SelectedProfile[] {
  const rank = ({ profile }: SelectedProfile): number => {
    const preferred = preferRoles.indexOf(profile?.role ?? '')
    const place = preferred < 0 ? preferRoles.length : preferred
    return profile?.problem ? preferRoles.length + 1 + place : place
  }
  const [kept, ...others] = group.toSorted((a, b) => rank(a) - rank(b))
  if (!kept) return []
  return [{ ...kept, regions: union(group), collapsed: others }]
}

/** Patterns come from the request and are the same for all of a group; only names differ. */
function union(group: readonly SelectedProfile[]): RegionChoice {
  const choices = group.map((each) => each.regions)
  const names = distinct(choices.flatMap((choice) => (choice.type === 'named' ? choice.names : [])))
  const enabled = choices.find((choice) => choice.type === 'enabled')
  return enabled ?? (names.length > 0 ? { type: 'named', names } : { type: 'none' })
}

function usableNames(config: AwsConfig): readonly string[] {
  return config.profiles.filter((profile) => profile.kind !== 'none').map((profile) => profile.name)
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ')
  return names.length > 20 ? `${shown} … and ${names.length - 20} more` : shown || 'none'
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)]
}
