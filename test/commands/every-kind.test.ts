import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ec2 from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { withheldText } from '../../src/kinds/withheld.ts'
import { listKinds } from '../../src/kinds.ts'
import type { Json, JsonObject, Kind } from '../../src/model.ts'
import { machine } from './in-process.ts'

/** What the demo makes up where AWS's schema says that a member is sensitive, as text and as bytes. */
const secret = 'demo-secret-'
const secretBytes = Buffer.from('demo-secret').toString('base64').slice(0, 12)

describe('every kind', () => {
  test('is synced, stored, queried and exported, and holds what the SDK reads, but nothing sensitive', async () => {
    const made = await machine({ accounts: 3, regions: 2, instances: 120 })
    const { muster, home, cache } = made
    // The account and region in which the demo has some of everything.
    const { accounts, regions } = made.endpoint.fleet
    const account = accounts[1]
    const region = regions[0]?.name ?? ''
    const where = ['--account', account?.id ?? '', '--region', region] as const
    const client = new ec2.EC2Client({
      endpoint: made.endpoint.url,
      region,
      credentials: {
        accessKeyId: account?.accessKeyId ?? '',
        secretAccessKey: account?.secretAccessKey ?? '',
      },
    })
    const synced = await muster('sync', '--kind', 'all', ...where)
    expect(synced.code, synced.err).toBe(0)
    expect(synced.err).not.toContain('missing')
    const texts: string[] = [synced.out, synced.err]
    let withheld = 0
    for (const kind of listKinds()) {
      const list = kind.nested ? `${kind.list}[].${kind.nested.list}[]` : kind.list
      const words = ['--kind', kind.name, '--offline', ...where] as const
      const { code, out, err } = await muster(
        'query',
        '--query',
        list,
        ...words,
        '--no-origin',
        '--output',
        'json',
      )
      expect(code, err).toBe(err.includes('not covered') ? 3 : 0)
      const stored = JSON.parse(out) as readonly JsonObject[]
      if (!kind.parent && code === 0)
        expect(sorted(stored), kind.name).toEqual(sorted(await readWithSdk(client, kind)))
      const file = join(home, `${kind.name}.ndjson`)
      const exported = await muster('export', ...words, '--to', file)
      expect(exported.code, exported.err).toBe(code)
      const lines = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
      expect(lines.length, kind.name).toBe(stored.length)
      for (const line of lines) expect(Object.keys(JSON.parse(line))).toEqual(kind.table)
      if (code === 0) expect(stored.length, `${kind.name} on the demo fleet`).toBeGreaterThan(0)
      withheld += out.split(withheldText).length - 1
      texts.push(out, err, exported.err, ...lines)
    }
    expect(withheld).toBeGreaterThan(5)
    for (const file of [cache, `${cache}-wal`])
      texts.push(readFileSync(file, { encoding: 'latin1', flag: 'a+' }))
    for (const text of texts) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(secretBytes)
    }
  }, 240_000)
})

/** The same resources as the SDK gives them, page by page, as JSON: what is sensitive replaced as muster does it. */
async function readWithSdk(client: ec2.EC2Client, { operation, list, nested, input, pageSize }: Kind) {
  const commands = ec2 as unknown as Record<string, new (input: JsonObject) => never>
  const Command = commands[`${operation}Command`]
  if (!Command) throw new Error(`the SDK has no ${operation}`)
  const found: JsonObject[] = []
  let token: string | undefined
  do {
    const page = {
      ...(pageSize ? { MaxResults: Math.max(pageSize.min, 5) } : {}),
      ...(token ? { NextToken: token } : {}),
    }
    const answer = (await client.send(new Command({ ...input, ...page }))) as unknown as Record<
      string,
      unknown
    >
    found.push(...(plainOf(answer[list]) as JsonObject[]))
    token = answer.NextToken as string | undefined
  } while (token)
  return nested ? found.flatMap((group) => group[nested.list] as readonly JsonObject[]) : found
}

function plainOf(value: unknown): Json {
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}+00:00`
  if (value instanceof Uint8Array) return withheldText
  if (typeof value === 'string') return value.includes(secret) ? withheldText : value
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object' || value === null) return value as Json
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name, plainOf(member)]))
}

function sorted(list: readonly JsonObject[]): readonly string[] {
  return list.map((each) => JSON.stringify(each)).sort()
}
