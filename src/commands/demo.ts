import { exitCodes, usageError } from '../errors.ts'
import type { Command } from './command.ts'
import type { Args } from './flags.ts'
import { query } from './query.ts'

const serveFlags = [
  { name: 'port', value: 'N', help: 'serve: the port on 127.0.0.1; default any free one' },
  { name: 'accounts', value: 'N', help: 'serve: accounts of the fleet; default 12' },
  { name: 'regions', value: 'N', help: 'serve: regions; default 5' },
  { name: 'instances', value: 'N', help: 'serve: instances in all' },
  { name: 'seed', value: 'N', help: 'serve: the same number, the same fleet; default 1' },
]

export const demo: Command = {
  usage: 'demo [serve] [OPTIONS]',
  about:
    'The embedded, made-up fleet. `muster demo` is `muster --demo`. `muster demo serve` runs its AWS endpoint on\n127.0.0.1 until ctrl-c, for the AWS CLI or any SDK, and prints how to reach it.',
  flags: [...serveFlags, ...query.flags],
  examples: [
    'muster demo',
    'muster demo serve --port 4566 --instances 100000',
    'muster query running --demo',
  ],
  async run(args, io) {
    const [verb, ...more] = args.words
    if (verb === undefined) return query.run({ ...args, on: (name) => name === 'demo' || args.on(name) }, io)
    if (verb !== 'serve' || more.length > 0) throw usageError('Say `muster demo`, or `muster demo serve`.')
    const [{ startEndpoint }, { demoConfig }, { ssoDemoConfig }] = await Promise.all([
      import('../demo/server.ts'),
      import('../demo/config.ts'),
      import('../demo/sso-config.ts'),
    ])
    const endpoint = await startEndpoint(fleetOf(args))
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

function fleetOf(args: Args) {
  const most = Number.MAX_SAFE_INTEGER
  const options = {
    port: args.number('port', 0, 65_535),
    accounts: args.number('accounts', 1, 5000),
    regions: args.number('regions', 1, 40),
    instances: args.number('instances', 0, 100_000_000),
    seed: args.number('seed', 0, most),
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null))
}
