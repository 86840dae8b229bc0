import type { Command } from '../app/command.ts'
import { readServeOptions, serveExample, serveOptions } from '../demo/serve-options.ts'
import { exitCodes, usageError } from '../errors.ts'
import { query } from './query/query.ts'

const serveFlags = serveOptions.map(({ name, help }) => ({ name, value: 'N', help: `serve: ${help}` }))

export const demo: Command = {
  usage: 'demo [serve] [OPTIONS]',
  about:
    'The embedded, made-up fleet. `muster demo` is `muster --demo`. `muster demo serve` runs its AWS endpoint on\n127.0.0.1 until ctrl-c, for the AWS CLI or any SDK, and prints how to reach it.',
  flags: [...serveFlags, ...query.flags],
  examples: ['muster demo', serveExample, 'muster query running --demo'],
  async run(args, io) {
    const [verb, ...more] = args.words
    if (verb === undefined) return query.run({ ...args, on: (name) => name === 'demo' || args.on(name) }, io)
    if (verb !== 'serve' || more.length > 0) throw usageError('Say `muster demo`, or `muster demo serve`.')
    const [{ startEndpoint }, { demoConfig }, { ssoDemoConfig }] = await Promise.all([
      import('../demo/server.ts'),
      import('../demo/demo-config.ts'),
      import('../demo/sso/sso-config.ts'),
    ])
    const endpoint = await startEndpoint(readServeOptions(args.number))
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
