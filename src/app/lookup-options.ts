import { type CommandOption, optionGroups } from './options.ts'

/** The options of commands that look into all that the cache holds, and call AWS only if they are asked to. */
export const lookupOptions: readonly CommandOption[] = [
  { name: 'profile', help: 'only these profiles: names, comma lists, globs, !excludes; default all' },
  { name: 'region', help: 'only these regions likewise; default all that are enabled' },
  'account',
  {
    name: 'kind',
    help: 'only these kinds: names, comma lists, globs, !excludes, groups; default all of which the cache has something',
  },
  { name: 'fresh', help: 'sync what is older than this first, as 15m, 2h, 1d; nothing is synced without it' },
  { name: 'offline', help: 'never call AWS, for the demo fleet either' },
  'sync',
  ...optionGroups.calls,
  'output',
  'noHeaders',
  'raw',
  'bom',
  'coverage',
]
