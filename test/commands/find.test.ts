import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindOfId } from '../../src/kinds/id-prefixes.ts'
import { kinds as handMade } from '../../src/kinds.ts'
import { find as findWords } from '../../src/mentions/find.ts'
import { neighboursOf } from '../../src/mentions/neighbours.ts'
import { formats } from '../../src/output/format-names.ts'
import { runThrough } from '../../src/run-through.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open-store.ts'
import { machine, openMachine } from './in-process.ts'
import { type Machine, program } from './program.ts'

let on: Machine
let close: () => Promise<void>
let one: { InstanceId: string; PrivateIpAddress: string; VpcId: string; SubnetId: string; Name: string }
const kinds =
  'instances,volumes,network-interfaces,subnets,vpcs,security-groups,instance-status,transit-gateways'

beforeAll(async () => {
  const opened = await openMachine({ instances: 60 })
  on = opened
  close = opened.close
  const synced = await on.muster('sync', '--profile', '*', '--region', '*', '--kind', kinds)
  expect([0, 3]).toContain(synced.code)
  const words = ['--profile', '*', '--region', '*', '--filter', 'name:prod', '--limit', '1', '--offline']
  const columns = 'InstanceId,PrivateIpAddress,VpcId,SubnetId,Name'
  one = JSON.parse((await on.muster('query', '--columns', columns, ...words, '--output', 'json')).out)[0]
})
afterAll(() => close())

interface Row {
  Word: string
  Kind: string
  Id: string
  Name: string | null
  Where: string
  AccountName: string
  SeenFrom: string | null
}

async function find(...words: string[]) {
  const { out, code, err } = await on.muster('find', ...words, '--output', 'json')
  return { rows: JSON.parse(out) as Row[], code, err }
}

describe('muster find', () => {
  test('gives the resource of an id before those that mention it, and asks AWS for nothing', async () => {
    const calls = on.endpoint.countRequests()
    const { rows, code } = await find(one.InstanceId)
    expect(code).toBe(0)
    expect(rows[0]).toMatchObject({ Kind: 'instances', Id: one.InstanceId, Name: one.Name, Where: 'id' })
    expect(rows[1]).toMatchObject({ Kind: 'instance-status', Id: one.InstanceId, Where: 'InstanceId' })
    const others = rows.slice(2).map(({ Kind, Where }) => `${Kind} ${Where}`)
    expect(new Set(others)).toEqual(
      new Set(['volumes Attachments[].InstanceId', 'network-interfaces Attachment.InstanceId']),
    )
    expect(on.endpoint.countRequests()).toBe(calls)
  })

  test('gives who has an address, and the subnet and VPC in whose ranges it lies, the narrower first', async () => {
    const { rows } = await find(one.PrivateIpAddress)
    const own = rows.filter(({ Kind }) => Kind === 'subnets' || Kind === 'vpcs')
    expect(rows.find(({ Kind }) => Kind === 'instances')).toMatchObject({ Where: 'PrivateIpAddress' })
    expect(own.map(({ Kind }) => Kind)).toEqual(own.map(({ Kind }) => Kind).sort())
    expect(own.map(({ Id }) => Id)).toEqual(expect.arrayContaining([one.SubnetId, one.VpcId]))
    expect(rows.at(-1)?.Kind).toBe('vpcs')
  })

  test('gives names and tags, of which a part is enough, and where each was found', async () => {
    const { rows } = await find(one.Name)
    expect(rows.filter(({ Id }) => Id === one.InstanceId)).toMatchObject([{ Where: 'name' }])
    const tagged = await find('terraform')
    expect(new Set(tagged.rows.map(({ Where }) => Where))).toEqual(new Set(['tag:ManagedBy']))
    expect((await find('Terraform')).code).not.toBe(0)
    expect((await find('ManagedBy=terraform')).rows.length).toBe(tagged.rows.length)
    expect((await find('terra*m')).rows.length).toBe(tagged.rows.length)
    // The key of a tag is not one of its values.
    expect((await find('ManagedBy')).rows).toEqual([])
  })

  test('gives the same for many words at once as for each alone', async () => {
    const names = (await find('payments')).rows.map(({ Name }) => Name ?? '')
    const words = [...new Set(names)].slice(0, 6)
    words.push(
      'Owner=platform@acme.example',
      'terra*m',
      'web?prod',
      '(a|b)',
      one.InstanceId,
      'internal',
      one.PrivateIpAddress,
    )
    const together = await find(...words)
    const alone = await Promise.all(words.map(async (word) => (await find(word)).rows))
    expect(together.rows).toEqual(alone.flat())
    expect(alone.filter((rows) => rows.length > 0).length).toBeGreaterThan(8)
  })

  test('folds a gateway that is shared into the row of its owner, which names who else sees it', async () => {
    const listed = await on.muster(
      ...['query', '--kind', 'transit-gateways', '--profile', '*', '--region', '*', '--offline'],
      ...['--columns', 'TransitGatewayId,OwnerId,AccountId', '--output', 'json'],
    )
    const gateways = JSON.parse(listed.out) as {
      TransitGatewayId: string
      OwnerId: string
      AccountId: string
    }[]
    const shared = gateways.find(({ OwnerId, AccountId }) => OwnerId !== AccountId)
    const seen = gateways.filter(({ TransitGatewayId }) => TransitGatewayId === shared?.TransitGatewayId)
    expect(seen.length).toBeGreaterThan(1)
    const { rows } = await find(shared?.TransitGatewayId ?? '')
    const own = rows.filter(({ Where }) => Where === 'id')
    expect(own).toMatchObject([{ AccountId: shared?.OwnerId }])
    expect(own[0]?.SeenFrom?.split(' ')).toHaveLength(seen.length - 1)
  })

  test('takes several words, and exits with 6 for one that is nowhere, or 3 if not all was read', async () => {
    const account = on.endpoint.fleet.accounts.find(({ denied }) => !denied)?.id ?? ''
    const words = ['--account', account, '--region', 'us-east-1', '--kind', kinds]
    const whole = await find('vol-00000000000000000', 'no-such-thing', ...words)
    expect(whole.code).toBe(6)
    expect(whole.rows).toEqual([])
    expect(whole.err).toMatch(/\nnot found: vol-00000000000000000, no-such-thing\n$/)
    // Snapshots were never read: the form of the id says that one of them is meant.
    const part = await find('snap-00000000000000000', ...words.slice(0, 4))
    expect(part.code).toBe(3)
    expect(part.err).toMatch(
      /\nnot found: snap-00000000000000000; not read: snapshots of [\w-]+ \(--fresh 15m reads them first\)\n$/,
    )
    expect(part.err).toContain('never synced\n    -> Give the same command with --fresh 15m.\n')
    // So does that of an address, which may be that of a gateway.
    const address = await find('8.8.8.8', ...words.slice(0, 4))
    expect(address.code).toBe(3)
    expect(address.err).toMatch(/not read: nat-gateways, addresses, [\w-]+ and [\w-]+ of acme-management \(/)
    // Of a name nothing is known: what was looked into is named.
    const name = await find('no-such-thing', ...words.slice(0, 4))
    expect(name.code).toBe(6)
    expect(name.err).toMatch(
      /\nnot found: no-such-thing among 8 kinds \(instances, .*\), the kinds of which the cache has something\n$/,
    )
    const found = await find('snap-00000000000000000', one.InstanceId, '--kind', 'instances')
    expect(found.rows.map(({ Word }) => Word)).toContain(one.InstanceId)
    expect(found.code).not.toBe(0)
  })

  test('reads first what --fresh asks for', async () => {
    const calls = on.endpoint.countRequests()
    const words = ['--kind', 'key-pairs', '--region', 'us-east-1']
    expect((await find('acme-payments', ...words)).rows).toEqual([])
    expect(on.endpoint.countRequests()).toBe(calls)
    expect((await find('acme-payments', ...words, '--fresh', '15m')).rows[0]).toMatchObject({
      Kind: 'key-pairs',
    })
  })

  test.each(formats)('prints %s', async (format) => {
    const { out, code } = await on.muster('find', one.InstanceId, '--output', format)
    expect(code).toBe(0)
    expect(out).toContain(one.InstanceId)
    expect(out).toContain('Attachments[].InstanceId')
  })

  test('reads words from standard input, one a line', async () => {
    const words = [program, 'find', '-', '--output', 'csv', '--no-headers']
    const run = spawnSync(process.execPath, words, {
      env: on.env,
      input: `${one.InstanceId}\r\n\n${one.PrivateIpAddress}\n`,
      encoding: 'utf8',
    })
    expect(run.status).toBe(0)
    const found = run.stdout.split('\r\n').map((line) => line.split(',')[0])
    expect(new Set(found)).toEqual(new Set([one.InstanceId, one.PrivateIpAddress, '']))
  })

  test('says what to give if there is no word', async () => {
    expect(await on.muster('find', '-', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('give it alone'),
    })
    expect(await on.muster('find', ' ')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Give a word'),
    })
  })
})

describe('muster show', () => {
  test('gives a resource with what it mentions and what mentions it, in a documented shape', async () => {
    const { out, code } = await on.muster('show', one.InstanceId, '--output', 'json')
    expect(code).toBe(0)
    const shown = JSON.parse(out)
    expect(shown).toMatchObject({
      Kind: 'instances',
      Id: one.InstanceId,
      Name: one.Name,
      First: { InstanceId: one.InstanceId, PrivateIpAddress: one.PrivateIpAddress },
      Resource: { InstanceId: one.InstanceId },
    })
    const mentions = shown.Mentions as { Kind: string; Resources: { Id: string; State: string }[] }[]
    const idsOf = (kind: string) => mentions.find(({ Kind }) => Kind === kind)?.Resources.map(({ Id }) => Id)
    expect(idsOf('vpcs')).toEqual([one.VpcId])
    expect(idsOf('subnets')).toEqual([one.SubnetId])
    expect(shown.NotInCache).toMatchObject([
      { Kind: 'images', Where: 'ImageId', Reason: 'images were not read' },
    ])
    expect(shown.MentionedBy.map(({ Kind }: { Kind: string }) => Kind).sort()).toEqual([
      'instance-status',
      'network-interfaces',
      'volumes',
    ])
  })

  test('is a page for people, and rows in other formats', async () => {
    const { out } = await on.muster('show', one.InstanceId)
    expect(out).toMatch(/^Instances {2}i-\w+ {2}\S+\n\nName /)
    for (const title of [
      '\nMentions\n  Volumes (',
      '\nNot in the cache\n',
      '\nMentioned by\n',
      '\nEverything\n',
    ])
      expect(out).toContain(title)
    const csv = await on.muster('show', one.InstanceId, '--output', 'csv')
    expect(csv.out).toMatch(
      /^Section,Kind,Id,Name,State,AccountName,Region,Where,Value\r\nresource,instances,i-/,
    )
    expect(csv.out).toMatch(/\r\nmentioned by,volumes,vol-\w+,/)
  })

  test('takes a name or an address of one resource, and refuses that of several', async () => {
    const named = await on.muster('show', one.Name, '--kind', 'instances', '--output', 'json')
    expect(JSON.parse(named.out).Id).toBe(one.InstanceId)
    expect(await on.muster('show', 'terraform')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/leads to \d+ resources: muster find terraform lists them/),
    })
    expect(await on.muster('show')).toMatchObject({ code: 2 })
  })

  test('exits with 6 if everything was read and nothing has the id', async () => {
    const account = on.endpoint.fleet.accounts.find(({ denied }) => !denied)?.id ?? ''
    const words = ['--account', account, '--region', 'us-east-1', '--kind', kinds]
    const { code, out } = await on.muster('show', 'vol-00000000000000000', ...words)
    expect({ code, out }).toEqual({ code: 6, out: '' })
  })
})

describe('every id that a document holds', () => {
  test('leads to its resource or is named as not in the cache, both ways, as a plain search says', async () => {
    const fleet = await machine({ accounts: 5, regions: 2, instances: 40 })
    await fleet.muster(
      'sync',
      '--profile',
      '*',
      '--region',
      '*',
      '--kind',
      handMade.map(({ name }) => name).join(','),
    )
    const store = openStore(fleet.cache)
    try {
      const inventory = { store, lines: readLedger(store) }
      const resources = inventory.lines.flatMap(({ scope, scopeId }) =>
        (store.db.prepare(plainRows(scope.kind)).all(scopeId) as PlainRow[]).map((each) => ({
          ...each,
          kind: scope.kind,
          key: `${scope.kind} ${each.id} ${scope.region}`,
          ids: new Set(`${each.body} ${each.fields}`.match(plainId) ?? []),
        })),
      )
      const ids = new Set(resources.flatMap((each) => [...each.ids]))
      expect(ids.size).toBeGreaterThan(1000)
      // A plain search through all documents.
      const holders = Map.groupBy(
        resources.flatMap(({ ids: held, key }) => [...held].map((id) => ({ id, key }))),
        ({ id }) => id,
      )
      for (const { word, count, findings } of findWords(inventory, [...ids])) {
        const found = Array.from(findings, ({ resource }) => keyOf(resource))
        expect(found, word).toHaveLength(count)
        const wanted = new Set(holders.get(word)?.map(({ key }) => key))
        expect(new Set(found), word).toEqual(wanted)
      }
      const owned = new Set(resources.map(({ id }) => id))
      const ofKinds = new Set(resources.map((each) => `${each.kind} ${each.id}`))
      let links = 0
      let lost = 0
      for (const { row, kind, id, ids: held, key } of resources) {
        const { mentions, unknown, mentionedBy } = runThrough(neighboursOf(inventory, row))
        // What is said of a resource, as its status, has the id of it.
        const others = [...held].filter((each) => each !== id || (kindOfId(id) ?? kind) !== kind)
        const leads = mentions.flatMap(({ neighbours }) => neighbours.map(({ resource }) => resource.id))
        // Some resources, as key pairs, are mentioned by ids that have no form.
        expect(new Set(leads.filter((each) => ids.has(each))), key).toEqual(
          new Set(others.filter((each) => owned.has(each))),
        )
        const nowhere = others.filter((each) => {
          const named = kindOfId(each)
          return named !== null && !ofKinds.has(`${named} ${each}`)
        })
        expect(new Set(unknown.map(({ word }) => word)), key).toEqual(new Set(nowhere))
        const back = mentionedBy.flatMap(({ neighbours }) =>
          neighbours.map(({ resource }) => keyOf(resource)),
        )
        // The same resource, as another account or the other region of a peering has it, is not another one.
        const holding = (holders.get(id) ?? []).filter((each) => !each.key.startsWith(`${kind} ${id} `))
        if (ids.has(id)) expect(new Set(back), key).toEqual(new Set(holding.map((each) => each.key)))
        links += leads.length
        lost += nowhere.length
      }
      expect(links).toBeGreaterThan(1000)
      expect(lost).toBeGreaterThan(10)
    } finally {
      store.close()
    }
  })
})

function keyOf({ kind, id, region }: { kind: string; id: string; region: string | null }): string {
  return `${kind} ${id} ${region}`
}

interface PlainRow {
  readonly row: number
  readonly id: string
  readonly body: string
  readonly fields: string | null
}

function plainRows(kind: string): string {
  return `SELECT r._row AS row, r._id AS id, json(d.body) AS body, d.group_fields AS fields
    FROM "row_${kind}" r JOIN document d ON d.resource_id = r._row WHERE r._scope = ?`
}

const plainId = /(?<![\w.-])[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![\w-])/g
