import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { openMachine } from './in-process.ts'

let made: Awaited<ReturnType<typeof openMachine>>

beforeAll(async () => {
  made = await openMachine({ accounts: 4, regions: 2, instances: 120 })
  await made.muster('sync', '--kind', 'instances,volumes,instance-status')
})
afterAll(() => made.close())

describe('--filter', () => {
  test.each<[words: readonly string[], passes: (instance: Instance) => boolean]>([
    [['state=running'], ({ State }) => State.Name === 'running'],
    [['state!=running'], ({ State }) => State.Name !== 'running'],
    [['state:n'], ({ State }) => State.Name.includes('n')],
    [['type:m5', '!region=us-east-1'], (each) => /m5/.test(each.InstanceType) && each.Region !== 'us-east-1'],
    [['type:m5 !region=us-east-1'], (each) => /m5/.test(each.InstanceType) && each.Region !== 'us-east-1'],
    [['tag:Team=payments'], (each) => tagOf(each, 'Team') === 'payments'],
    [['Team=payments'], (each) => tagOf(each, 'Team') === 'payments'],
    [['!tag:Owner'], (each) => tagOf(each, 'Owner') === null],
    [['launched<2024-01-01'], ({ LaunchTime }) => LaunchTime < '2024-01-01'],
    [
      ['ip:10.0.0.0/9'],
      ({ PrivateIpAddress: ip }) => Number(/^10\.(\d+)\./.exec(ip ?? '')?.[1] ?? 999) < 128,
    ],
    [['publicip=""'], ({ PublicIpAddress }) => PublicIpAddress === undefined],
    [["[?State.Name=='stopped']"], ({ State }) => State.Name === 'stopped'],
    [['id:/[02468]$/'], ({ InstanceId }) => /[02468]$/.test(InstanceId)],
  ])('%j leaves the rows of a table and of an expression that pass', async (words, passes) => {
    const all = await ask('Reservations[].Instances[]')
    const wanted = all
      .filter((each) => passes(each as unknown as Instance))
      .map(({ InstanceId }) => InstanceId)
    expect(wanted.length).toBeGreaterThan(0)
    expect(wanted.length).toBeLessThan(all.length)
    const flags = words.flatMap((word) => ['--filter', word])
    const ids = async (...more: string[]) =>
      (await ask(...more, ...flags)).map(({ InstanceId }) => InstanceId)
    expect((await ids()).toSorted()).toEqual(wanted.toSorted())
    expect(await ids('Reservations[].Instances[]')).toEqual(wanted)
  })

  test('takes part in groups, saved queries and exports', async () => {
    const filter = ['--filter', 'state=running']
    const running = await ask(...filter)
    expect(await ask('by-state', ...filter)).toEqual([{ State: 'running', Count: running.length }])
    expect(await ask('running', '--filter', '"nobody has this"')).toEqual([])
    const file = join(made.home, 'running.ndjson')
    const { code } = await made.muster('export', ...filter, '--to', file, '--offline')
    expect(code).toBe(0)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(running.length)
  })

  test('looks into a joined column that it names, shown or not', async () => {
    const impaired = await ask('--filter', 'statuschecks=impaired', '--columns', 'InstanceId')
    const shown = await ask('--columns', 'InstanceId,StatusChecks')
    const wanted = shown.filter(({ StatusChecks }) => StatusChecks === 'impaired')
    expect(wanted.length).toBeGreaterThan(0)
    expect(impaired.map(({ InstanceId }) => InstanceId)).toEqual(wanted.map(({ InstanceId }) => InstanceId))
    const wide = await ask('--filter', 'statuschecks=impaired', '--columns', 'InstanceId,tag:x')
    expect(wide).toHaveLength(wanted.length)
    const live = await made.muster('query', '--live', '--filter', 'statuschecks=impaired')
    expect(live.code).toBe(2)
    expect(live.err).toContain('StatusChecks comes from the cache')
  })

  test.each([
    ['"web', 'The quote is not closed', 0],
    ['web size>', 'The value is missing after size>', 9],
    ['vcpus>many', "Vcpus is compared with a number, not 'many'", 6],
    ['x /(/', 'The regex is not valid', 2],
    ['ip:10.0.0.0/40', 'PrivateIpAddress is compared with a range', 3],
    ['[?State.]', 'Found ] where a field name after the dot should be', 8],
  ])('%s is a usage error under its place, before anything is read', async (filter, says, place) => {
    const before = made.endpoint.countRequests()
    const { code, out, err } = await made.muster('query', '--filter', filter, '--sync')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    const [sentence, shown, caret] = err.split('\n')
    expect(sentence).toContain(`--filter: ${says}`)
    expect(shown).toBe(filter)
    expect(caret).toBe(`${' '.repeat(place)}^`)
    expect(made.endpoint.countRequests()).toBe(before)
  })

  test.each([
    [[], 'stae=running', "no column 'stae'; did you mean 'State'?"],
    [['--kind', 'volumes'], 'szie>100', "no column 'szie'; did you mean 'Size'?"],
    [
      ['Reservations[].Instances[].{Id: InstanceId, Status: State.Name}'],
      'staus=running',
      "no column 'staus'; did you mean 'Status'?",
    ],
    [['running'], 'state=running', "no column 'state' in the rows; they have Name, InstanceId, InstanceType"],
    [
      ['Reservations[].Instances[].{Id: InstanceId, Type: InstanceType}'],
      'state=running',
      "no column 'state' in the rows; they have Id, Type. It is taken for the tag 'state'.",
    ],
    [
      ['Reservations[].Instances[].[InstanceId, InstanceType]'],
      'state:running',
      "no column 'state' in the rows; they have 1, 2. It is taken for the text 'state:running'.",
    ],
    [
      ['Reservations[].Instances[].{Id: InstanceId}'],
      'Env=prod',
      "no column 'Env' in the rows; they have Id. It is taken for the tag 'Env'.",
    ],
  ])('%j with %s says which name no row has, and answers', async (words, filter, hint) => {
    const { code, out, err } = await made.muster('query', ...words, '--filter', filter, ...offline)
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain(`hint: --filter: there is ${hint}`)
  })

  test.each([
    ['Reservations[].Instances[]', 'zone:us tag:Environment=prod Environment=prod'],
    ['Reservations[].Instances[].{Id: InstanceId, Tags: Tags}', 'Environment=prod !tag:Owner'],
    ['running', 'type:m5 account:prod fe80::1 arn:aws:iam'],
    ['Reservations[].Instances[].{Id: InstanceId} || Reservations', 'state=running tag:Owner'],
  ])('over the rows of %s, %s holds no name that they cannot have', async (expression, filter) => {
    const { code, err } = await made.muster('query', expression, '--filter', filter, ...offline)
    expect(code).toBe(0)
    expect(err).not.toContain('hint:')
  })

  test.each([[[]], [['--exit-code']], [['--output', 'table']], [['Reservations[].Instances[].InstanceId']]])(
    'a regular expression without slashes that finds nothing gets a hint: %j',
    async (words) => {
      const filter = ['--filter', 'payments|web', '--offline']
      const { code, out, err } = await made.muster('query', ...words, ...filter)
      expect({ code, out: out.includes('i-0') }).toEqual({ code: 0, out: false })
      const sentence = 'A regular expression stands between slashes: /payments|web/'
      expect(err).toContain(`hint: --filter: no row passes. ${sentence}\n`)
    },
  )

  test('an export gets it, too, and so does the filter of a saved query, by its name', async () => {
    const sentence = 'no row passes. A regular expression stands between slashes: /payments|web/'
    const to = ['--offline', '--to', join(made.home, 'none.csv'), '--force']
    const exported = await made.muster('export', '--filter', 'payments|web', ...to)
    expect(exported.err).toContain(`hint: --filter: ${sentence}\n`)
    const saving = await made.muster('query', '--filter', 'payments|web', '--save', 'pay-web')
    expect(saving.code).toBe(0)
    for (const words of [
      ['query', 'pay-web', ...offline],
      ['export', 'pay-web', ...to],
      ['query', 'pay-web', '--filter', '!db', ...offline],
    ]) {
      const { code, err } = await made.muster(...words)
      expect({ code, hint: err.includes(`hint: the filter of pay-web: ${sentence}\n`) }).toEqual({
        code: 0,
        hint: true,
      })
    }
    const found = await made.muster('query', 'running', '--filter', 'payments|web', ...offline)
    expect(found.err).toContain(`hint: --filter: ${sentence}\n`)
  })

  test('what finds rows, as a glob of addresses, gets no hint and the same exit code', async () => {
    const { code, out, err } = await made.muster('query', '--filter', '10.*', ...offline)
    expect({ code, hint: err.includes('hint:') }).toEqual({ code: 0, hint: false })
    expect(out).not.toBe('')
  })

  test('over rows without tags a term about tags gets a hint', async () => {
    const { code, err } = await made.muster('query', 'running', '--filter', '!tag:Owner', ...offline)
    expect(code).toBe(0)
    expect(err).toContain('hint: --filter: the rows have no tags; they have Name, InstanceId')
  })
})

const offline = ['--offline', '--output', 'ndjson']

interface Instance {
  readonly InstanceId: string
  readonly InstanceType: string
  readonly LaunchTime: string
  readonly PrivateIpAddress?: string
  readonly PublicIpAddress?: string
  readonly Region: string
  readonly State: { readonly Name: string }
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
}

function tagOf({ Tags = [] }: Instance, key: string): string | null {
  return Tags.find(({ Key }) => Key === key)?.Value ?? null
}

async function ask(...words: readonly string[]): Promise<readonly JsonObject[]> {
  const { code, out, err } = await made.muster('query', ...words, ...offline)
  expect(code, err).toBe(0)
  const lines = out.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as JsonObject)
}
