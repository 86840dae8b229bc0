import type { Command } from '../app/command.ts'
import { inContext } from '../app/open-context.ts'
import { findRequestedSession, signInOf } from '../app/sso-choice.ts'
import { exitCodes } from '../errors.ts'
import { sanitise } from '../output/sanitise.ts'

export const logout: Command = {
  summary: 'end SSO logins',
  usage: 'logout [OPTIONS]',
  about:
    'Ends SSO logins, at AWS and in ~/.aws/sso/cache, and forgets the role credentials of their profiles in\n~/.aws/cli/cache. Without an option: those of every SSO session of ~/.aws.',
  options: ['ssoSession', signInOf],
  examples: ['muster logout', 'muster logout --sso-session empresa'],
  async run(args, io) {
    return inContext(args, io, async (context) => {
      const { config } = context
      const [{ logout: end }, { openSso }, { allSessions }] = await Promise.all([
        import('../identity/sso/sso-logout.ts'),
        import('../identity/sso/open-page.ts'),
        import('../identity/sso/session-standing.ts'),
      ])
      const one = findRequestedSession(args, context)
      const sessions = one ? [one] : allSessions(config)
      let complete = true
      for (const session of sessions) {
        const client = openSso(session, config, context.io)
        const { wasLoggedIn, roles, awsFailure } = await end(client, config.profiles).finally(client.close)
        const forgotten =
          roles === 0 ? '' : `, and the AWS CLI's credentials of ${roles} role${roles === 1 ? '' : 's'}`
        const what = wasLoggedIn ? 'logged out' : 'was not logged in'
        await io.out(`${sanitise(client.name)}: ${what}${forgotten}\n`)
        if (awsFailure === null) continue
        complete = false
        io.err(
          `AWS could not be asked to end the session of ${sanitise(client.name)} (${awsFailure}): there it lasts to its end.\n`,
        )
      }
      if (sessions.length === 0) await io.out('There is no SSO session in ~/.aws.\n')
      return complete ? exitCodes.done : exitCodes.incomplete
    })
  },
}
