import { readAwsConfig } from '../config/aws-config.ts'
import { readSettings } from '../config/settings.ts'
import type { Io } from '../io.ts'
import { readAdHocNames, withAdHocRoles } from './ad-hoc-roles.ts'
import { type Context, locateCacheFile } from './context.ts'
import { makeMfaCodes } from './mfa-codes.ts'
import type { Args } from './options.ts'

/** Reads ~/.aws and the settings, or starts the demo fleet. The caller closes it. */
export async function openContext(args: Args, io: Io): Promise<Context> {
  // Mistakes in --role are reported before anything is read or started.
  readAdHocNames(args)
  const context = await openRawContext(args, io)
  return { ...context, config: withAdHocRoles(context.config, args, context.io.env) }
}

/** Does a command's work in a context of its own, and closes the context however the work ends. */
export async function inContext<Result>(
  args: Args,
  io: Io,
  work: (context: Context) => Promise<Result>,
): Promise<Result> {
  const context = await openContext(args, io)
  try {
    return await work(context)
  } finally {
    await context.close()
  }
}

async function openRawContext(args: Args, io: Io): Promise<Context> {
  const demo = args.demo || (args.demoIfNoProfiles && hasNoProfiles(io))
  if (demo) {
    const { openDemo } = await import('./demo-context.ts')
    return openDemo(args, io)
  }
  return {
    io,
    config: readAwsConfig(io),
    settings: readSettings(io),
    cacheFile: locateCacheFile(args, io, 'inventory.db'),
    demo: false,
    mfa: makeMfaCodes(args.mfaCode, io),
    close: async () => {},
  }
}

function hasNoProfiles(io: Io): boolean {
  return readAwsConfig(io).profiles.every(({ kind }) => kind === 'none') && !io.env.AWS_ACCESS_KEY_ID
}
