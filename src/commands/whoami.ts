import type { Command } from '../app/command.ts'
import { accessOf, chooseProfiles, selectionOf } from '../app/context.ts'
import { inContext } from '../app/open-context.ts'
import { optionGroups } from '../app/options.ts'
import { printList } from '../app/print.ts'
import { incompleteExitCode } from '../app/report.ts'
import { drawChain } from '../config/chain.ts'
import type { SelectedProfile } from '../config/selection.ts'
import { type ExitCode, exitCodes } from '../errors.ts'
import type { Session } from '../identity/session.ts'
import { timeText } from '../identity/usable.ts'
import type { Fault, JsonObject } from '../model.ts'
import { makePool } from '../sync/limits.ts'

const columns = ['Profile', 'Account', 'Arn', 'Source', 'Chain', 'Expiry', 'Fault', 'Next']

export const whoami: Command = {
  summary: 'prove which account each profile leads to',
  usage: 'whoami [OPTIONS]',
  about:
    'Asks AWS (GetCallerIdentity) which account and role each selected profile leads to, and says where its\ncredentials come from and when they end. Without a profile it says which source was used.',
  options: [...optionGroups.selection, ...optionGroups.roles, 'mfaCode', 'output'],
  examples: ['muster whoami --profile prod', "muster whoami --profile '*' --output csv"],
  async run(args, io) {
    return inContext(args, io, async (context) => {
      const chosen = chooseProfiles(context, selectionOf(args))
      const { openSessions } = await import('../identity/session.ts')
      const sessions = openSessions({
        io: context.io,
        config: context.config,
        chosen,
        ...accessOf(context),
      })
      const limit = makePool(context.settings.concurrency)
      const faults: Fault[] = []
      const identifyProfile = async (each: SelectedProfile, session: Session): Promise<JsonObject> => {
        const base = {
          Profile: each.name,
          Source: each.profile?.kind ?? each.source,
          Chain: each.profile ? drawChain(each.profile) : null,
        }
        try {
          const { account, arn } = await session.identify(io.signal)
          const end = await session.readExpiry()
          const expiry = end === null ? null : timeText(end)
          return { ...base, Account: account, Arn: arn, Expiry: expiry, Fault: null, Next: null }
        } catch (error) {
          io.signal.throwIfAborted()
          const fault = session.toFault(error, null)
          faults.push(fault)
          return {
            ...base,
            Account: each.account,
            Arn: null,
            Expiry: null,
            Fault: `${fault.code}: ${fault.message}`,
            Next: fault.next,
          }
        }
      }
      const rows = await Promise.all(
        chosen.map(async (each) => {
          const session = sessions.open(each)
          await session.collectCodes()
          return limit(() => identifyProfile(each, session))
        }),
      )
      sessions.close()
      await printList('Identities', columns, rows, args, io)
      return exitCodeOf(faults, chosen.length, (text) => io.err(text))
    })
  },
}

function exitCodeOf(faults: readonly Fault[], profiles: number, say: (text: string) => void): ExitCode {
  if (faults.length === 0) return exitCodes.done
  say(`${faults.length} of ${profiles} profiles could not sign in.\n`)
  return incompleteExitCode(faults, faults.length < profiles)
}
