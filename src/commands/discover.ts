import { withCache } from '../app/cache-of.ts'
import type { Command } from '../app/command.ts'
import type { Context } from '../app/context.ts'
import { inContext } from '../app/open-context.ts'
import type { Args } from '../app/options.ts'
import { printList } from '../app/print.ts'
import { chooseSession } from '../app/sso-choice.ts'
import { appendToFile } from '../config/append.ts'
import { readAwsConfig } from '../config/aws-config.ts'
import {
  checkTemplate,
  defaultTemplate,
  isUsableRole,
  newProfiles,
  profileFor,
  profileText,
} from '../config/new-profiles.ts'
import { splitList } from '../config/patterns.ts'
import type { SsoSession } from '../config/sso-sessions.ts'
import { type ExitCode, exitCodes, usageError } from '../errors.ts'
import type { DiscoveredRoles } from '../identity/sso/discover-roles.ts'
import { sanitise } from '../output/sanitise.ts'
import { whenFree, withBriefWait } from '../store/waiting.ts'

const columns = ['Account', 'AccountName', 'Email', 'Role', 'Profile']

export const discover: Command = {
  summary: 'the accounts and roles that an SSO session reaches',
  usage: 'discover [OPTIONS]',
  about:
    'Every account and role that an SSO session reaches, and the profile for it. --write appends a profile for each\nthat has none to ~/.aws/config; a copy of the file is kept.',
  options: [
    'ssoSession',
    'write',
    'name',
    { name: 'region', value: 'NAME', help: 'the region of the written profiles; default none' },
    'output',
  ],
  examples: [
    'muster discover --sso-session empresa',
    "muster discover --sso-session empresa --write --region eu-west-1 --name '{account-name}.{role}'",
  ],
  async run(args, io) {
    return inContext(args, io, async (context) => {
      const session = chooseSession(args, context)
      const options = readNewProfileOptions(args, session)
      const reach = await discoverReach(session, context)
      if (options) appendProfiles(reach, session, options, context)
      const { profiles } = options ? readAwsConfig(context.io) : context.config
      const rows = reach.roles.map((each) => ({
        Account: each.account,
        AccountName: each.accountName,
        Email: each.email,
        Role: each.role,
        Profile: profileFor(session, each, profiles),
      }))
      await printList('Accounts', columns, rows, args, io)
      await rememberNames(reach, context)
      return reportReach(reach, context)
    })
  },
}

async function discoverReach(session: SsoSession, { config, io }: Context): Promise<DiscoveredRoles> {
  const [{ discoverRoles }, { openSso }] = await Promise.all([
    import('../identity/sso/discover-roles.ts'),
    import('../identity/sso/open-page.ts'),
  ])
  const sso = { ...openSso(session, config, io), maxAttempts: Number(io.env.AWS_MAX_ATTEMPTS) || 9 }
  const showProgress = (done: number, all: number) => {
    if (io.errIsTerminal) io.err(`\r\u001b[K${done} of ${all} accounts`)
  }
  try {
    return await discoverRoles(sso, showProgress)
  } finally {
    if (io.errIsTerminal) io.err('\r\u001b[K')
    sso.close()
  }
}

/** Keeps the organisation's own names, for the tables. */
async function rememberNames({ accounts }: DiscoveredRoles, context: Context): Promise<void> {
  const { makeWriter } = await import('../store/writer.ts')
  await withCache(context, async (store) => {
    if (store.readOnly !== null)
      return context.io.err(`The cache cannot be written: the names of the accounts are not kept.\n`)
    const writer = makeWriter(store)
    await whenFree(context.io.signal, () => withBriefWait(store, () => writer.nameAccounts([...accounts])))
    store.checkPlace()
  })
}

function appendProfiles(
  reach: DiscoveredRoles,
  session: SsoSession,
  { template, region }: NewProfileOptions,
  context: Context,
): void {
  const { io } = context
  // Read the file again: AWS may have been slow, and somebody may have written some of the profiles meanwhile.
  const { configFile, profiles } = readAwsConfig(io)
  const added = newProfiles(session, reach.roles, profiles, template)
  if (added.length === 0) {
    io.err('Nothing to write: every role has a profile.\n')
    return
  }
  const text = added.map((each) => profileText(each, session.name ?? '', region)).join('\n')
  const copy = appendToFile(configFile, text, io.now())
  const copyNote = copy === null ? '' : `; ${copy} is what it was`
  io.err(`${added.length} profiles added to ${sanitise(configFile + copyNote)}\n`)
}

function reportReach({ roles, failed, accounts }: DiscoveredRoles, { io }: Context): ExitCode {
  for (const [cause, names] of groupByCause(failed)) {
    const more = names.length > 4 ? ` and ${names.length - 4} more` : ''
    io.err(`${sanitise(`accounts ${names.slice(0, 4).join(', ')}${more} ${cause}`)}\n`)
  }
  for (const each of roles.filter((role) => !isUsableRole(role))) {
    const name = `${each.account}/${each.role}`
    io.err(`${sanitise(name)} is not an id and a name as AWS gives them; no profile is written for it.\n`)
  }
  if (failed.length === 0) return exitCodes.done
  io.err(`The roles of ${failed.length} of ${accounts.size} accounts could not be listed.\n`)
  return exitCodes.incomplete
}

function groupByCause(failed: DiscoveredRoles['failed']): ReadonlyMap<string, readonly string[]> {
  const causes = new Map<string, string[]>()
  for (const { account, fault } of failed) {
    const cause = `${fault.code}: ${fault.message} ${fault.next}`
    causes.set(cause, [...(causes.get(cause) ?? []), account])
  }
  return causes
}

interface NewProfileOptions {
  readonly template: string
  /** For all of them; null for none. */
  readonly region: string | null
}

/** What --write asks for, checked before AWS is called; null without --write. */
function readNewProfileOptions(args: Args, { name }: SsoSession): NewProfileOptions | null {
  const [region = null, ...more] = splitList(args.region)
  const template = args.name
  if (!args.write) {
    if (region === null && template === null) return null
    throw usageError('--name and --region are about the profiles that --write makes: give --write too.')
  }
  if (name === null)
    throw usageError('--write needs an sso-session: make one with aws configure sso-session.')
  if (template !== null) checkTemplate(template)
  if (more.length > 0 || (region !== null && !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))) {
    throw usageError('--region takes the name of one region here, such as eu-west-1.')
  }
  return { template: template ?? defaultTemplate, region }
}
