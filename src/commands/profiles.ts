import type { Command } from '../app/command.ts'
import type { Context } from '../app/context.ts'
import { inContext } from '../app/open-context.ts'
import { printList } from '../app/print.ts'
import { drawChain } from '../config/chain.ts'
import type { Profile } from '../config/profile.ts'
import { durationBounds, sessionLengthOf } from '../config/session-length.ts'
import { exitCodes, MusterError } from '../errors.ts'
import { timeText, usabilityOf } from '../identity/usable.ts'
import { formatAge } from '../output/age.ts'
import { sanitise } from '../output/sanitise.ts'

const columns = [
  'Profile',
  'Kind',
  'Account',
  'Role',
  'Region',
  'Chain',
  'Session',
  'Usable',
  'By',
  'Problem',
  'From',
]

export const profiles: Command = {
  summary: 'the profiles of ~/.aws and how they sign in',
  usage: 'profiles [OPTIONS]',
  about:
    'The profiles of ~/.aws: how each signs in, which account and region it declares, how long its sessions last, and\nwhether it has access now with what this machine keeps. Calls nothing.',
  options: ['output'],
  examples: ['muster profiles', 'muster profiles --output json'],
  async run(args, io) {
    return inContext(args, io, async (context) => {
      const { config } = context
      if (config.profiles.length === 0) {
        throw new MusterError(
          `No AWS profile was found in ${config.configFile} or ${config.credentialsFile}: make one with \`aws configure sso\`, or try \`muster demo\`.`,
          exitCodes.credentials,
        )
      }
      const items = config.profiles.map((profile) => ({
        ...describeUsability(profile, context),
        Profile: profile.name,
        Kind: profile.kind,
        Account: profile.account,
        Role: profile.role,
        Region: profile.region,
        Chain: drawChain(profile),
        Session: formatSession(profile),
        Problem: profile.problem ?? profile.network.problem,
        From: `${profile.file}:${profile.line}`,
      }))
      await printList('Profiles', columns, items, args, io)
      for (const problem of config.problems) io.err(`${sanitise(problem)}\n`)
      return exitCodes.done
    })
  },
}

function describeUsability(profile: Profile, { config, io }: Context) {
  const { usable, by, until } = usabilityOf(profile, config, io)
  const whole = until === undefined ? by : `${by} until ${timeText(until)}`
  return { Usable: usable === null ? null : usable ? 'yes' : 'no', By: whole }
}

/**
 * `1h`, or `1h, not 2h` if STS refuses what `duration_seconds` asks for; null if the config does not say, or asks for
 * less than STS gives.
 */
function formatSession(profile: Profile): string | null {
  const { seconds, refused } = sessionLengthOf(profile)
  if (seconds === null) return null
  const requested = Number(profile.values.duration_seconds) * 1000
  if (requested < durationBounds.least * 1000) return null
  return refused ? `${formatAge(seconds * 1000)}, not ${formatAge(requested)}` : formatAge(seconds * 1000)
}
