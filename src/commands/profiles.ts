import { exitCodes, MusterError } from '../errors.ts'
import type { Command } from './command.ts'
import { openContext } from './context.ts'
import { flags } from './flags.ts'
import { printList } from './print.ts'

const columns = ['Profile', 'Kind', 'Account', 'Role', 'Region', 'Chain', 'Problem', 'From']

export const profiles: Command = {
  usage: 'profiles [OPTIONS]',
  about: 'The profiles of ~/.aws: how each gets in, which account and region it declares. Calls nothing.',
  flags: [flags.output],
  examples: ['muster profiles', 'muster profiles --output json'],
  async run(args, io) {
    const context = await openContext(args, io)
    try {
      const { config } = context
      if (config.profiles.length === 0) {
        throw new MusterError(
          `No AWS profile was found in ${config.configFile} or ${config.credentialsFile}: make one with \`aws configure sso\`, or try \`muster demo\`.`,
          exitCodes.credentials,
        )
      }
      const items = config.profiles.map((profile) => ({
        Profile: profile.name,
        Kind: profile.kind,
        Account: profile.account,
        Role: profile.role,
        Region: profile.region,
        Chain: profile.chain.length > 1 ? profile.chain.join(' < ') : null,
        Problem: profile.problem,
        From: `${profile.file}:${profile.line}`,
      }))
      await printList('Profiles', columns, items, args, io)
      for (const problem of config.problems) io.err(`${problem}\n`)
      return exitCodes.done
    } finally {
      await context.close()
    }
  },
}
