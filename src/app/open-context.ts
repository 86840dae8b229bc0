import { readAwsConfig } from '../config/aws-config.ts'
import { readSettings } from '../config/settings.ts'
import type { Io } from '../io.ts'
import { adHocNames, withAdHocRoles } from './ad-hoc-roles.ts'
import { type Context, cacheFile } from './context.ts'
import { mfaCodes } from './mfa-codes.ts'
import type { Args } from './options.ts'

/** Reads ~/.aws and the settings, or starts the demo fleet. Close it in the end. */
export async function openContext(args: Args, io: Io): Promise<Context> {
  // What is wrong with --role is said before anything is read or started.
  adHocNames(args)
  const context = await rawContext(args, io)
  return { ...context, config: withAdHocRoles(context.config, args, context.io.env) }
}

async function rawContext(args: Args, io: Io): Promise<Context> {
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
    mfa: mfaCodes(args.list('mfa-code'), io),
    close: async () => {},
  }
}

function lacksProfiles(io: Io): boolean {
  return readAwsConfig(io).profiles.every(({ kind }) => kind === 'none') && !io.env.AWS_ACCESS_KEY_ID
}
