import type { FleetOptions } from './fleet.ts'

/** The options of an endpoint, as whole numbers from `least` to `most`. */
export const serveOptions = [
  { name: 'port', help: 'the port on 127.0.0.1; default any free one', least: 0, most: 65_535 },
  { name: 'accounts', help: 'accounts of the fleet; default 12', least: 1, most: 5000 },
  { name: 'regions', help: 'regions; default 5', least: 1, most: 40 },
  { name: 'instances', help: 'instances in all', least: 0, most: 100_000_000 },
  {
    name: 'seed',
    help: 'the same number, the same fleet; default 1',
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
  },
] as const

/** How a large fleet is served, as an example. */
export const serveExample = 'muster demo serve --port 4566 --instances 100000'

/** What the options say; `number` reads one of them, null if it was not given. */
export function readServeOptions(
  number: (name: string, least: number, most: number) => number | null,
): FleetOptions & { readonly port?: number } {
  const given = serveOptions.map(({ name, least, most }) => [name, number(name, least, most)] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== null))
}
