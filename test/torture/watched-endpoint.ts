import type { Fleet, FleetOptions } from '../../src/demo/fleet.ts'
import type { FaultRule } from '../../src/demo/injected-faults.ts'
import { type Endpoint, type SeenRequest, startEndpoint } from '../../src/demo/server.ts'
import { placeOf } from './judge.ts'

/** A request for a page of instances. */
export interface Asked {
  /** Account and region. */
  readonly place: string
  /** Where the page begins in the endpoint's list, from 0; null for a request without a token. */
  readonly from: number | null
  readonly size: number
  /** Which edition of the fleet it saw. */
  readonly edition: number
  /** How often the endpoint had been started again by then. */
  readonly restarts: number
  /** Whether its token is of an earlier start, and refused. */
  readonly isRefused: boolean
  /** At which of the addresses, from 0. */
  readonly door: number
  /** In ms of `performance.now()`. */
  readonly at: number
}

/** An endpoint in this process, so that each request is known when it comes. */
export interface WatchedEndpoint {
  /** Addresses of the same, so that it can be seen which of several processes asked. */
  readonly urls: readonly string[]
  readonly fleet: Fleet
  /** The requests for instances since it was last emptied. */
  readonly requests: readonly Asked[]
  /** When the first request of any kind came since then, by the address. */
  readonly firstAt: readonly number[]
  forget: () => void
  /** The edition that requests see from now on. */
  setEdition: (edition: number) => void
  /** Stops, and starts again at the same addresses with page tokens of its own: those it gave before are dead. */
  restart: () => Promise<void>
  close: () => Promise<void>
}

export async function watchEndpoint(
  options: FleetOptions & { readonly faults?: readonly FaultRule[] },
  doors = 1,
): Promise<WatchedEndpoint> {
  const requests: Asked[] = []
  const firstAt: number[] = []
  let current = 0
  let restarts = 0
  const note = ({ operation, account, region, token, maxResults }: SeenRequest, door: number) => {
    firstAt[door] ??= performance.now()
    if (operation !== 'DescribeInstances') return
    const [from, secret] = token === null ? [null, null] : readToken(token)
    const isRefused = secret !== null && secret !== secretOf(restarts)
    const of = { place: placeOf(account, region), from, size: maxResults ?? 1000, isRefused }
    requests.push({ ...of, edition: current, restarts, door, at: performance.now() })
  }
  const start = (port: number, door: number): Promise<Endpoint> =>
    startEndpoint({
      ...options,
      port,
      tokenSecret: secretOf(restarts),
      edition: () => current,
      onRequest: (request) => note(request, door),
    })
  const open = (ports: readonly number[]) => Promise.all(ports.map(start))
  let endpoints = await open(Array.from({ length: doors }, () => 0))
  const close = async () => {
    await Promise.all(endpoints.map((each) => each.close()))
  }
  return {
    urls: endpoints.map(({ url }) => url),
    fleet: (endpoints[0] as Endpoint).fleet,
    requests,
    firstAt,
    forget() {
      requests.length = 0
      firstAt.length = 0
    },
    setEdition(edition) {
      current = edition
    },
    async restart() {
      await close()
      restarts += 1
      endpoints = await open(endpoints.map(({ port }) => port))
    },
    close,
  }
}

const secretOf = (restarts: number) => `start ${restarts}`

/** The place that a token of the simulated EC2 leads to, and the secret of its endpoint (describe/page-tokens.ts). */
function readToken(token: string): readonly [place: number, secret: string] {
  const parts = JSON.parse(Buffer.from(token, 'base64url').toString()) as readonly unknown[]
  return [Number(parts[3]), String(parts[5])]
}
