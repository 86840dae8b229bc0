import type { Command } from '../app/command.ts'
import { inContext } from '../app/open-context.ts'
import { openInBrowser, signIn } from '../app/sign-in.ts'
import { chooseSession, signInOf } from '../app/sso-choice.ts'
import { exitCodes } from '../errors.ts'
import type { NamedSession } from '../identity/sso/sso-faults.ts'
import type { LoginEvent } from '../identity/sso/sso-login.ts'
import type { Io } from '../io.ts'
import { formatAge } from '../output/age.ts'
import { sanitise } from '../output/sanitise.ts'

export const login: Command = {
  summary: 'sign in to an SSO session, for all its accounts',
  usage: 'login [OPTIONS]',
  about:
    'Signs in to an SSO session, for all its accounts and for the AWS CLI as well. A browser is opened here (PKCE),\nor, with --no-browser and for profiles without an sso-session, a code is shown to be entered in any browser.',
  options: ['ssoSession', signInOf, 'noBrowser'],
  examples: [
    'muster login',
    'muster login --sso-session empresa',
    'muster login --profile prod --no-browser',
  ],
  async run(args, io) {
    return inContext(args, io, async (context) => {
      const session = chooseSession(args, context)
      const opensBrowser = !args.noBrowser
      let output = Promise.resolve()
      const printEvent = (event: LoginEvent, sign: NamedSession): void => {
        output = output.then(async () => {
          await io.out(formatEvent(event, sign, opensBrowser, io))
          const url = event.type === 'url' ? event.url : event.type === 'code' ? event.complete : null
          if (url === null || !opensBrowser || (await openInBrowser(url, io.env))) return
          io.err('No browser could be started; open the address yourself.\n')
        })
      }
      await signIn(session, opensBrowser ? 'browser' : 'device', context, printEvent)
      await output
      return exitCodes.done
    })
  },
}

function formatEvent(event: LoginEvent, sign: NamedSession, opens: boolean, io: Pick<Io, 'now'>): string {
  const [name, words] = [sanitise(sign.name), sanitise(sign.login)]
  switch (event.type) {
    case 'url':
      return `To sign in to ${name}, a browser is being opened on this machine at\n\n  ${sanitise(event.url)}\n\nIf it cannot be: ctrl-c, then muster login ${words} --no-browser\n`
    case 'code': {
      const how = opens ? 'a browser is being opened at' : 'open'
      return `To sign in to ${name}, ${how}\n\n  ${sanitise(event.complete)}\n\nand see that the page shows the code ${sanitise(event.code)}, or enter it at ${sanitise(event.url)}\n`
    }
    case 'done': {
      const end = event.renews
        ? 'it renews by itself'
        : `for ${formatAge(event.until - io.now())}, until ${new Date(event.until).toISOString().slice(0, 16)}Z`
      return `Signed in to ${name}: ${end}.\n`
    }
  }
}
