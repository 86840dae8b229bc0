import { join } from 'node:path'
import { splitList } from '../config/patterns.ts'
import { type AwsConfig, readAwsConfig } from '../config/profiles.ts'
import { type SelectedProfile, selectProfiles } from '../config/selection.ts'
import { readSettings, type Settings, settingsFolder } from '../config/settings.ts'
import type { Io } from '../io.ts'
import type { Selection } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import type { Args } from './flags.ts'

/** What every command starts from: the profiles, the settings, the cache's place, the demo where it is asked for. */
export interface Context {
  /** The process as the command sees it; with the demo, its environment leads to the demo fleet alone. */
  readonly io: Io
  readonly config: AwsConfig
  readonly settings: Settings
  readonly cacheFile: string
  readonly demo: boolean
  close(): Promise<void>
}

/** Reads ~/.aws and the settings, or starts the demo fleet. Close it in the end. */
export async function openContext(args: Args, io: Io): Promise<Context> {
  const demo = args.on('demo') || (args.on('demo-if-no-profiles') && lacksProfiles(io))
  if (demo) {
    const { openDemo } = await import('./demo-context.ts')
    return openDemo(args, io)
  }
  return {
    io,
    config: readAwsConfig(io),
    settings: readSettings(io),
    cacheFile: cacheFile(args, io, 'inventory.db'),
    demo: false,
    close: async () => {},
  }
}

/** The patterns of --profile, --account and --region. */
export function selectionOf(args: Args): Selection {
  return {
    profiles: splitList(args.list('profile')),
    accounts: splitList(args.list('account')),
    regions: splitList(args.list('region')),
  }
}

/** The selected profiles; usage and credential errors say how to select some. */
export function selected(context: Context, selection: Selection): readonly SelectedProfile[] {
  const { config, settings, io } = context
  // A line that says nothing may hide a whole profile: without a word the answer would look complete.
  for (const problem of config.problems) io.err(`${sanitise(problem)}\n`)
  return selectProfiles({ selection, config, settings, env: io.env, allowInstance: true })
}

/** Where the saved queries are: those that ship, and the user's own. */
export function queryFolders(io: Io): { shipped: string; own: string } {
  const shipped = new URL(import.meta.url.endsWith('.ts') ? '../../queries' : '../queries', import.meta.url)
  return { shipped: shipped.pathname, own: join(settingsFolder(io), 'queries') }
}

/** The cache's path: --cache, or muster's folder among the user's caches. */
export function cacheFile(args: Args, io: Io, name: string): string {
  return args.text('cache') ?? join(io.env.XDG_CACHE_HOME || join(io.home, '.cache'), 'muster', name)
}

function lacksProfiles(io: Io): boolean {
  return readAwsConfig(io).profiles.every(({ kind }) => kind === 'none') && !io.env.AWS_ACCESS_KEY_ID
}
