import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { lookForProxy } from './causes.ts'
import { FaultError } from './faults.ts'

/**
 * Makes an error of each answer that switches protocols (HTTP status 101). Node closes its connection and says so to
 * nobody, unless somebody listens: the request would last until its time for an answer is over.
 */
export function refuseUpgrades(): void {
  const channel = 'http.client.request.start'
  unsubscribe(channel, refuseUpgrade)
  subscribe(channel, refuseUpgrade)
}

function refuseUpgrade(message: unknown): void {
  const { request } = message as { readonly request: ClientRequest }
  request.once('upgrade', (_, socket) => {
    socket.destroy()
    request.emit(
      'error',
      new FaultError({
        class: 'malformed',
        code: 'MalformedAnswer',
        message: 'The answer switches to another protocol (HTTP status 101), which AWS does not do.',
        next: lookForProxy,
      }),
    )
  })
}
