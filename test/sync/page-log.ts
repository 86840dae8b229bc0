import type { SeenRequest } from '../../src/demo/server.ts'
import type { Ended, Machine } from '../commands/program.ts'

/** Requests for pages, as they come. */
export interface PageLog {
  readonly onRequest: (request: SeenRequest) => void
  readonly requests: readonly SeenRequest[]
  /** Their tokens since `forget`. */
  readonly tokens: () => readonly (string | null)[]
  /** Resolves when the nth since `forget` comes, from 1. */
  readonly nth: (n: number) => Promise<void>
  readonly forget: () => void
}

export function logPages(isLogged: (request: SeenRequest) => boolean = isOfInstances): PageLog {
  const requests: SeenRequest[] = []
  let waiting: { readonly n: number; readonly resolve: () => void } | null = null
  return {
    requests,
    tokens: () => requests.map(({ token }) => token),
    onRequest(request) {
      if (!isLogged(request)) return
      requests.push(request)
      if (waiting?.n === requests.length) waiting.resolve()
    },
    nth: (n) =>
      new Promise((resolve) => {
        waiting = { n, resolve }
      }),
    forget() {
      requests.length = 0
    },
  }
}

export const isOfInstances = ({ operation }: SeenRequest) => operation === 'DescribeInstances'

/** Starts muster and sends it a signal when it asks for the nth page; the pages before are on their way or stored. */
export async function breakOff(
  on: Machine,
  log: PageLog,
  { at = 4, signal = 'SIGKILL' }: { readonly at?: number; readonly signal?: NodeJS.Signals },
  ...words: readonly string[]
): Promise<Ended> {
  const { child, ended } = on.start(...words)
  await Promise.race([
    log.nth(at),
    ended.then(({ code, err }) => {
      throw new Error(`it ended with ${code} before page ${at}: ${err}`)
    }),
  ])
  child.kill(signal)
  return ended
}
