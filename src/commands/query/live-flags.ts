import { type Args, flagOf, isGiven, type OptionName } from '../../app/options.ts'
import { usageError } from '../../errors.ts'

/** Refuses options that mean nothing without --live, and those that mean nothing with it. */
export function checkLiveFlags(args: Args): void {
  const live = args.live
  const stray = (live ? cacheOnly : liveOnly).find((name) => isGiven(args, name))
  if (stray === undefined) return
  throw usageError(
    live
      ? `--live reads from AWS, page by page, and not through the cache: leave ${flagOf(stray)} out.`
      : `${flagOf(stray)} is about reading from AWS page by page: add --live, or leave it out.`,
  )
}

const cacheOnly: readonly OptionName[] = ['offline', 'sync', 'fresh', 'concurrency']
const liveOnly: readonly OptionName[] = ['maxItems', 'startingToken']
