/** The options of `muster demo serve`: whole numbers from `least` to `most`. */
export const serveOptions = {
  port: number('the port on 127.0.0.1; default any free one', 0, 65_535),
  accounts: number('accounts of the fleet; default 12', 1, 5000),
  regions: number('regions; default 5', 1, 40),
  instances: number('instances in all', 0, 100_000_000),
  seed: number('the same number, the same fleet; default 1', 0, Number.MAX_SAFE_INTEGER),
}

export const serveOptionNames = Object.keys(serveOptions) as readonly (keyof typeof serveOptions)[]

/** How a large fleet is served, as an example. */
export const serveExample = 'muster demo serve --port 4566 --instances 100000'

function number(help: string, least: number, most: number) {
  return { type: 'number' as const, value: 'N', help, least, most }
}
