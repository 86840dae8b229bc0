import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoConfig } from '../../src/demo/demo-config.ts'
import { startEndpoint } from '../../src/demo/server.ts'
import { muster, newHome } from './fleet.ts'

/**
 * Thousands of profiles in 17 regions each: how many requests come before the first that reads resources, how long that
 * takes from the start, the memory when 3,000 requests have been made, and what the doctor takes.
 */
export async function benchProfiles(sizes: readonly number[]): Promise<void> {
  console.log('\nprofiles in 17 regions each\n')
  const heads = ['requests before', 'ms until', 'MB', 'doctor s', 'doctor MB']
  console.log('profiles'.padEnd(10), ...heads.map((head) => head.padStart(16)))
  for (const size of sizes) {
    const sync = await firstCall(size)
    const doctor = await waitForEnd(sync.home, ['doctor'])
    const figures = [
      sync.requests,
      Math.round(sync.ms),
      Math.round(sync.megabytes),
      (doctor.ms / 1000).toFixed(2),
      Math.round(doctor.megabytes),
    ]
    console.log(String(size).padEnd(10), ...figures.map((figure) => String(figure).padStart(16)))
  }
}

async function firstCall(accounts: number) {
  const home = newHome()
  const enough = 3000
  let requests = 0
  let first: { readonly requests: number; readonly at: number } | null = null
  const many = Promise.withResolvers<void>()
  const endpoint = await startEndpoint({
    accounts,
    regions: 17,
    instances: 10_000,
    onRequest: ({ operation }) => {
      if (operation === 'DescribeInstances') first ??= { requests, at: performance.now() }
      requests += 1
      if (requests === enough) many.resolve()
    },
  })
  const { config, credentials } = demoConfig(endpoint.fleet, endpoint.url)
  mkdirSync(join(home, '.aws'))
  writeFileSync(join(home, '.aws/config'), config)
  writeFileSync(join(home, '.aws/credentials'), credentials)
  const began = performance.now()
  const run = start(home, ['sync', '--profile', '*', '--region', '*'])
  await Promise.race([many.promise, run.ended])
  run.child.kill('SIGINT')
  const { megabytes } = await run.ended
  await endpoint.close()
  const { requests: before, at } = first ?? { requests, at: performance.now() }
  return { home, requests: before, ms: at - began, megabytes }
}

async function waitForEnd(home: string, words: readonly string[]) {
  const began = performance.now()
  const { megabytes } = await start(home, words).ended
  return { ms: performance.now() - began, megabytes }
}

/** A run of muster, and its peak memory as it reports it on its way out. */
function start(home: string, words: readonly string[]) {
  const report =
    "data:text/javascript,process.on('exit',()=>process.send?.(process.resourceUsage().maxRSS/1024))"
  const child = spawn(process.execPath, ['--import', report, muster, ...words], {
    env: { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ends = new Promise<{ readonly megabytes: number }>((resolve) => {
    let megabytes = 0
    child.on('message', (message) => {
      megabytes = Number(message)
    })
    child.once('close', () => resolve({ megabytes }))
  })
  return { child, ended: ends }
}
