import type { Command } from '../app/command.ts'
import { type CommandOption, optionGroups, shownOption } from '../app/options.ts'
import { serveExample, serveOptionNames } from '../demo/serve-options.ts'
import { exitCodes, usageError } from '../errors.ts'
import { query } from './query/query.ts'

const serveOptions: readonly CommandOption[] = serveOptionNames.map((name) => ({
  name,
  help: `serve: ${shownOption(name).help}`,
}))

export const demo: Command = {
  summary: 'the embedded fleet; `demo serve` runs its AWS endpoint',
  usage: 'demo [serve] [OPTIONS]',
  about:
    'The embedded, made-up fleet. `muster demo` is `muster --demo`. `muster demo serve` runs its AWS endpoint on\n127.0.0.1 until ctrl-c, for the AWS CLI or any SDK, and prints how to reach it.',
  options: [...serveOptions, ...optionGroups.query],
  examples: ['muster demo', serveExample, 'muster query running --demo'],
  async run(args, io) {
    const [verb, ...more] = args.words
    if (verb === undefined) return query.run({ ...args, demo: true }, io)
    if (verb !== 'serve' || more.length > 0) throw usageError('Say `muster demo`, or `muster demo serve`.')
    const [{ startEndpoint }, { demoConfig }, { ssoDemoConfig }] = await Promise.all([
      import('../demo/server.ts'),
      import('../demo/demo-config.ts'),
      import('../demo/sso/sso-config.ts'),
    ])
    const endpoint = await startEndpoint(
      Object.fromEntries(
        serveOptionNames.flatMap((name) => (args[name] === null ? [] : [[name, args[name]]])),
      ),
    )
    const { config, credentials } = demoConfig(endpoint.fleet, endpoint.url)
    const sso = ssoDemoConfig(endpoint.fleet, endpoint.url)
    await io.out(
      `listening on ${endpoint.url}\n\n# ~/.aws/config\n${config}\n# ~/.aws/credentials\n${credentials}\n# the same accounts by SSO, in ~/.aws/config: then muster login --sso-session acme\n${sso}`,
    )
    await new Promise((resolve) => io.signal.addEventListener('abort', resolve))
    await endpoint.close()
    return exitCodes.interrupted
  },
}
