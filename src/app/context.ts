import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AwsConfig } from '../config/aws-config.ts'
import { splitList } from '../config/patterns.ts'
import { type SelectedProfile, selectProfiles } from '../config/selection.ts'
import { type Settings, settingsFolder } from '../config/settings.ts'
import { ownFolder } from '../folders.ts'
import type { Access } from '../identity/session.ts'
import type { Io } from '../io.ts'
import type { Selection } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { readAdHocNames } from './ad-hoc-roles.ts'
import type { MfaCodes } from './mfa-codes.ts'
import type { Args } from './options.ts'

/** What every command starts from: the profiles, the settings, the cache's place, the demo if the user asked for it. */
export interface Context {
  /** The process as the command sees it. With the demo, its environment leads to the demo fleet alone. */
  readonly io: Io
  readonly config: AwsConfig
  readonly settings: Settings
  readonly cacheFile: string
  readonly demo: boolean
  /** What the screen signs in with, if that is not the context's own: the demo has an SSO session to be tried. */
  readonly signIns?: { readonly config: AwsConfig; readonly io: Io }
  readonly mfa: MfaCodes
  close(): Promise<void>
}

/** The patterns of --profile, --account and --region; with --role the names of the profiles that it makes. */
export function selectionOf(args: Args): Selection {
  const adHoc = readAdHocNames(args)
  return {
    profiles: adHoc.length > 0 ? adHoc : splitList(args.profile),
    accounts: adHoc.length > 0 ? [] : splitList(args.account),
    regions: splitList(args.region),
  }
}

/** Up to this many problems of ~/.aws are named one by one; more are one line. */
const maxListedProblems = 5

/** The selected profiles; usage and credential errors say how to select some. */
export function chooseProfiles(context: Context, selection: Selection): readonly SelectedProfile[] {
  const { config, settings, io } = context
  // A line that is not understood may hide a whole profile: without a warning the answer would look complete.
  const { problems } = config
  if (problems.length <= maxListedProblems) for (const problem of problems) io.err(`${sanitise(problem)}\n`)
  else
    io.err(
      `${problems.length} lines of ~/.aws are read in another way than they look, or not at all: muster doctor names each.\n`,
    )
  const chosen = selectProfiles({ selection, config, settings, env: io.env, allowInstance: true })
  if (io.debug) for (const each of chosen) io.debug.write('config', describeSelected(each))
  return chosen
}

/** `selected prod: role of base, account 111122223333, regions us-east-1`. */
function describeSelected({ name, source, profile, account, regions }: SelectedProfile): string {
  const way = profile ? `${profile.kind}${profile.source === null ? '' : ` by ${profile.source}`}` : source
  const where =
    regions.type === 'named'
      ? regions.names.join(' ')
      : regions.type === 'none'
        ? 'not named'
        : `enabled ones that match ${regions.patterns.join(' ')}`
  return `selected ${name}: ${way}, account ${account ?? 'not declared'}, regions ${where}`
}

/** How a command's sessions sign in, beyond what ~/.aws says. The demo leaves the AWS CLI's cache alone. */
export function accessOf({ mfa, demo }: Context): Access {
  return { askMfa: mfa.ask, lendTerminal: mfa.lendTerminal, shareRoles: !demo }
}

/** Where the saved queries are: those that ship, and the user's own. */
export function findQueryFolders(io: Io): { shipped: string; own: string } {
  const shipped = new URL(import.meta.url.endsWith('.ts') ? '../../queries' : '../queries', import.meta.url)
  return { shipped: fileURLToPath(shipped), own: join(settingsFolder(io), 'queries') }
}

/** The cache's path: --cache, or muster's folder among the user's caches. */
export function locateCacheFile(args: Args, io: Io, name: string): string {
  return args.cache ?? join(ownFolder('cache', io), name)
}
