import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readAwsConfig } from '../config/aws-config.ts'
import { parseSettings } from '../config/settings.ts'
import { startDemo } from '../demo/start.ts'
import { mayMakeFolder } from '../folders.ts'
import type { Io } from '../io.ts'
import { type Context, locateCacheFile } from './context.ts'
import { makeMfaCodes } from './mfa-codes.ts'
import type { Args } from './options.ts'

/**
 * Starts the demo fleet's endpoint in a worker and returns a context that knows nothing else: its own ~/.aws in
 * a temporary folder, its own settings, its own cache file.
 */
export async function openDemo(args: Args, io: Io): Promise<Context> {
  io.err('DEMO: a made-up fleet, not your AWS accounts.\n')
  const demo = await startDemo({ sso: { allowedAfter: patience } })
  const folder = mkdtempSync(join(tmpdir(), 'muster-demo-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  // `muster --demo … | head` ends the program before it closes what it opened.
  const leave = io.atExit(remove)
  const configFile = join(folder, 'config')
  const credentialsFile = join(folder, 'credentials')
  writeFileSync(configFile, demo.config, { mode: 0o600 })
  writeFileSync(credentialsFile, demo.credentials, { mode: 0o600 })
  const ssoFile = join(folder, 'sso-config')
  writeFileSync(ssoFile, demo.ssoConfig, { mode: 0o600 })
  const demoIo: Io = { ...io, env: makeDemoEnvironment(io.env, configFile, credentialsFile) }
  return {
    io: demoIo,
    config: readAwsConfig(demoIo),
    settings: parseSettings({ profiles: ['*'], ...demo.settings }, 'the demo settings'),
    cacheFile: demoCache(args, io) ?? join(folder, 'demo.db'),
    demo: true,
    // A login is kept in the home folder: this one must not be among the user's.
    signIns: {
      config: readAwsConfig({ ...demoIo, env: { ...demoIo.env, AWS_CONFIG_FILE: ssoFile } }),
      io: { ...demoIo, home: folder },
    },
    mfa: makeMfaCodes(args.mfaCode, io),
    async close() {
      leave()
      remove()
      await demo.close()
    },
  }
}

/** Seconds that the demo's sign-in waits, so that its page can be looked at, before it is allowed by itself. */
const patience = 5

/** The demo's own cache; null if no file can be kept, so that the cache lasts as long as the command. */
function demoCache(args: Args, io: Io): string | null {
  if (args.cache !== null) return args.cache
  try {
    if (!mayMakeFolder('cache', io)) return null
    const file = locateCacheFile(args, io, 'demo.db')
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    accessSync(dirname(file), constants.W_OK)
    if (existsSync(file)) accessSync(file, constants.W_OK)
    return file
  } catch {
    return null
  }
}

/** The environment without any variable that could lead to a place other than the demo, or send anything there. */
function makeDemoEnvironment(env: Io['env'], config: string, credentials: string): Io['env'] {
  const otherVariables = Object.entries(env).filter(([name]) => !/^AWS_|_PROXY$/i.test(name))
  return {
    ...Object.fromEntries(otherVariables),
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}
