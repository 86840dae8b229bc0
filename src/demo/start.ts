import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DemoConfig } from './demo-config.ts'
import type { DemoOptions } from './server.ts'

export interface Demo extends DemoConfig {
  readonly url: string
  /** Text for a `~/.aws/config` that reaches the same fleet by SSO. */
  readonly ssoConfig: string
  readonly close: () => Promise<void>
}

/** What can be sent to another thread. */
export type StartOptions = Omit<DemoOptions, 'onRequest' | 'clock' | 'edition'>

/**
 * Starts the simulated endpoint in a thread of its own, so that the caller's is never blocked; it does not
 * hold the process. Rejects if the port is taken.
 */
export async function startDemo(options: StartOptions = {}): Promise<Demo> {
  const worker = new Worker(workerUrl(), { workerData: options })
  const [listening] = (await once(worker, 'message')) as [Omit<Demo, 'close'>]
  const { url, config, credentials, settings, ssoConfig } = listening
  worker.unref()
  return {
    url,
    config,
    credentials,
    settings,
    ssoConfig,
    close: async () => {
      await worker.terminate()
    },
  }
}

/** The worker's source beside this file, or what the bundler made of it beside the chunk. */
function workerUrl(): URL {
  const bundled = !import.meta.url.endsWith('.ts')
  return new URL(bundled ? './demo-worker.js' : './demo-thread.ts', import.meta.url)
}
