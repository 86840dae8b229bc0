import type { AwsConfig } from '../config/aws-config.ts'
import { splitList } from '../config/patterns.ts'
import type { Profile } from '../config/profile.ts'
import { profileNamed } from '../config/profile-named.ts'
import { partitionOf } from '../config/region-names.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { findNearest } from '../nearest.ts'
import { type Args, flagOf } from './options.ts'

/**
 * The profiles that --role makes, one for each account of --account, named `ROLE@ACCOUNT`; none without --role. A usage
 * error says which of the options that belong to it is missing.
 */
export function readAdHocNames(args: Args): readonly string[] {
  const role = args.role
  if (role === null) {
    const stray = (['sourceProfile', 'externalId', 'duration'] as const).find((name) => args[name] !== null)
    if (stray === undefined) return []
    throw usageError(`${flagOf(stray)} is about assuming a role: add --role NAME, or leave it out.`)
  }
  if (!/^[\w+=,.@/-]+$/.test(role)) {
    throw usageError(`--role takes the name of a role, as 'Deploy' or 'team/Deploy', not '${role}'.`)
  }
  if (args.profile.length > 0) {
    throw usageError('--role makes its own profiles: give --source-profile instead of --profile.')
  }
  const accounts = splitList(args.account)
  const bad = accounts.find((account) => !/^\d{12}$/.test(account))
  if (bad !== undefined) {
    throw usageError(
      `--role needs whole account ids in --account: '${bad}' has no 12 digits, and patterns match nothing here.`,
    )
  }
  if (accounts.length === 0) throw usageError('--role needs the accounts: add --account 111122223333,….')
  return [...new Set(accounts)].map((account) => `${role}@${account}`)
}

/** A configuration in which the profiles of --role come before those of ~/.aws. */
export function withAdHocRoles(config: AwsConfig, args: Args, env: Io['env']): AwsConfig {
  const names = readAdHocNames(args)
  if (names.length === 0) return config
  const source = findSourceProfile(config, args)
  const profiles = names.map((name) => makeRoleProfile(name, source, args, env))
  return {
    ...config,
    profiles: [...profiles, ...config.profiles.filter(({ name }) => !names.includes(name))],
  }
}

/** The words of the command line that make the same profiles. */
export function formatAdHocWords(args: Args): readonly string[] {
  if (args.role === null) return []
  const formatFlag = (name: string, value: string | number | null) =>
    value === null ? [] : [`--${name}`, String(value)]
  return [
    ...formatFlag('role', args.role),
    ...formatFlag('account', splitList(args.account).join(',')),
    ...formatFlag('source-profile', args.sourceProfile),
    ...formatFlag('external-id', args.externalId),
    ...formatFlag('duration', args.duration),
  ]
}

function findSourceProfile({ profiles, configFile }: AwsConfig, args: Args): Profile {
  const name = args.sourceProfile
  if (name === null)
    throw usageError('--role needs the profile to assume it with: add --source-profile NAME.')
  const source = profileNamed(profiles, name)
  if (source) return source
  const near = findNearest(
    name,
    profiles.map((profile) => profile.name),
  )
  throw usageError(
    `There is no profile '${name}' (from --source-profile) in ${configFile}${near ? `; did you mean '${near}'?` : '.'} See muster profiles.`,
  )
}

function makeRoleProfile(name: string, source: Profile, args: Args, env: Io['env']): Profile {
  const at = name.lastIndexOf('@')
  const [role, account] = [name.slice(0, at), name.slice(at + 1)]
  const externalId = args.externalId
  const duration = args.duration
  const region = source.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || null)
  const { kindAsSource, problemAsSource, keys } = source
  return {
    ...source,
    name,
    kind: 'role',
    kindAsSource: 'role',
    keys: null,
    account,
    role: role.split('/').at(-1) ?? role,
    source: source.name,
    chain: [name, ...(kindAsSource === 'role' ? source.chain : [source.name])],
    sources: [
      { kind: kindAsSource, keys, values: source.values },
      ...(kindAsSource === 'role' ? source.sources : []),
    ],
    values: {
      role_arn: `arn:${partitionOf(region ?? '')}:iam::${account}:role/${role}`,
      source_profile: source.name,
      ...(externalId === null ? {} : { external_id: externalId }),
      ...(duration === null ? {} : { duration_seconds: String(duration) }),
    },
    file: '--role',
    line: 1,
    problem: problemAsSource,
    problemAsSource,
  }
}
