import { parentPort, workerData } from 'node:worker_threads'
import { demoConfig } from './demo-config.ts'
import { type DemoOptions, startEndpoint } from './server.ts'
import { ssoDemoConfig } from './sso/sso-config.ts'

const endpoint = await startEndpoint(workerData as DemoOptions)
parentPort?.postMessage({
  url: endpoint.url,
  port: endpoint.port,
  ...demoConfig(endpoint.fleet, endpoint.url),
  ssoConfig: ssoDemoConfig(endpoint.fleet, endpoint.url),
})
parentPort?.once('message', () => endpoint.close().then(() => parentPort?.close()))
