import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newHome } from './fleet.ts'

/** Instances on a page. */
export const perPage = 1000

/** What `made-pages.ts` serves. */
export interface MadeOptions {
  readonly accounts: number
  readonly regions: number
  /** In all scopes together: whole pages in each. */
  readonly instances: number
  /** How many scopes hold something; all unless it is given. */
  readonly filled?: number
  /** How many pages are made; scopes share them. Default 100. */
  readonly distinct?: number
  /** What each answer waits, in ms. */
  readonly latency?: number
}

/** A home folder whose profiles, each with keys of its own, lead to an endpoint with pages made beforehand. */
export interface MadeFleet {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly url: string
  readonly scopes: readonly MadeScope[]
  readonly count: () => Promise<MadeCounts>
  readonly close: () => void
}

export interface MadeScope {
  readonly profile: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface MadeCounts {
  readonly requests: number
  readonly bytes: number
  /** When the first page with instances had left, in ms since 1970. */
  readonly firstSentAt: number
}

export async function serveMadePages(options: MadeOptions): Promise<MadeFleet> {
  const home = newHome()
  const file = new URL('made-pages.ts', import.meta.url).pathname
  const serving = spawn(process.execPath, [file, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => serving.kill())
  const url = await addressOf(serving)
  const names = Array.from({ length: options.accounts }, (_, index) => `account-${index}`)
  const config = names.map((name) => `[profile ${name}]\nregion = ${regionName(0)}\nendpoint_url = ${url}\n`)
  const keys = names.map(
    (name, index) => `[${name}]\naws_access_key_id = ${keyOf(index)}\naws_secret_access_key = ${secret}\n`,
  )
  mkdirSync(join(home, '.aws'), { recursive: true })
  writeFileSync(join(home, '.aws/config'), config.join('\n'))
  writeFileSync(join(home, '.aws/credentials'), keys.join('\n'))
  return {
    home,
    env: { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true' },
    url,
    scopes: names.flatMap((profile, index) =>
      Array.from({ length: options.regions }, (_, region) => ({
        profile,
        region: regionName(region),
        accessKeyId: keyOf(index),
        secretAccessKey: secret,
      })),
    ),
    count: async () => (await (await fetch(`${url}/counts`)).json()) as MadeCounts,
    close: () => void serving.kill('SIGTERM'),
  }
}

/** The 12 digits of the account at a place. */
export function accountOf(index: number): string {
  return String(100_000_000_000 + index)
}

export function regionName(index: number): string {
  return `us-east-${index + 1}`
}

const secret = 'secret-of-the-made-pages'

function keyOf(index: number): string {
  return `AKIA${String(index).padStart(16, '0')}`
}

async function addressOf(serving: ChildProcess): Promise<string> {
  if (!serving.stdout) throw new Error('the endpoint has no output')
  const [line] = (await once(serving.stdout, 'data')) as [Buffer]
  return line.toString().trim()
}
