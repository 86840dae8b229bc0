import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMachine } from './in-process.ts'
import type { Ended, Machine } from './program.ts'

interface Instance {
  readonly InstanceId: string
  readonly InstanceType: string
  readonly LaunchTime: string
  readonly State: { readonly Name: string }
  readonly StateTransitionReason: string
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[]
}

const day = 86_400_000
let made: Machine & { readonly close: () => Promise<void> }
let fleet: readonly Instance[]

beforeAll(async () => {
  made = await openMachine({ accounts: 3, regions: 2, instances: 300 })
  expect((await made.muster('sync')).code).toBe(0)
  fleet = JSON.parse((await askOffline('--query', 'Reservations[].Instances[]')).out) as Instance[]
  save('shown', '# The value\n# param: time SINCE = -1s\nReservations[].[$SINCE]\n')
  save('size', '# By number\n# param: MIN = 5\n[`10`] | [?@ >= $MIN]\n')
  save('wrong', '# T\n# param: A = x\n\n  Reservations[?a==$A ||\n   b==$B]\n')
})
afterAll(() => made.close())

describe('a saved query with parameters', () => {
  test('finds by tag', async () => {
    const wanted = fleet.filter(({ Tags }) =>
      Tags.some(({ Key, Value }) => Key === 'Role' && Value === 'web'),
    )
    expect(wanted.length).toBeGreaterThan(10)
    expect(wanted.length).toBeLessThan(fleet.length)
    expect(idsIn(await askOffline('by-tag', ...set('KEY=Role', 'VALUE=web')))).toEqual(idsOf(wanted))
  })

  test.each(['t3.micro', 't3', 'm5'])('finds by type and by family: %s', async (type) => {
    const wanted = fleet.filter(({ InstanceType: each }) => each === type || each.startsWith(`${type}.`))
    expect(wanted.length).toBeGreaterThan(0)
    expect(idsIn(await askOffline('of-type', ...set(`TYPE=${type}`)))).toEqual(idsOf(wanted))
  })

  test('finds what was launched since', async () => {
    for (const [written, since] of [
      ['-90d', Date.now() - 90 * day],
      ['2w', Date.now() - 14 * day],
      ['2026-01-01', Date.parse('2026-01-01T00:00Z')],
      ['2026-01-01T01:00:00+02:00', Date.parse('2025-12-31T23:00Z')],
    ] as const) {
      const wanted = fleet.filter(({ LaunchTime }) => Date.parse(LaunchTime) >= since)
      expect(wanted.length, written).toBeGreaterThan(0)
      expect(idsIn(await askOffline('launched-since', ...set(`SINCE=${written}`)))).toEqual(idsOf(wanted))
    }
  })

  test('finds what has been stopped for longer, to the second', async () => {
    const all = fleet.filter(({ State }) => State.Name === 'stopped')
    const unknown = all.filter((each) => !each.StateTransitionReason.startsWith('User initiated (2'))
    const stopped = all
      .filter((each) => !unknown.includes(each))
      .map((each) => ({ ...each, at: stoppedAt(each) }))
      .sort((a, b) => a.at - b.at)
    const middle = stopped[Math.floor(stopped.length / 2)]
    if (!middle) throw new Error('nothing is stopped')
    // The threshold itself is not longer ago; a second later it is.
    const before = new Date(middle.at).toISOString()
    const after = new Date(middle.at + 1000).toISOString()
    const older = stopped.filter(({ at }) => at < middle.at)
    expect(idsIn(await askOffline('stopped-longer-than', ...set(`AGE=${before}`)))).toEqual(
      idsOf([...older, ...unknown]),
    )
    expect(idsIn(await askOffline('stopped-longer-than', ...set(`AGE=${after}`)))).toEqual(
      idsOf([...older, middle, ...unknown]),
    )
  })

  test('takes defaults, numbers and whatever text as values', async () => {
    expect((await askOffline('size')).out).toBe('[\n    10\n]\n')
    expect((await askOffline('size', ...set('MIN=11'))).out).toBe('[]\n')
    for (const value of ["x'] || @ || ['", '`true`', '$KEY', ''])
      expect((await askOffline('by-tag', ...set('KEY=Environment', `VALUE=${value}`))).out).toBe('[]\n')
  })

  test('answers the same through the stock package', async () => {
    for (const words of [
      ['by-tag', ...set('KEY=Role', 'VALUE=web')],
      ['launched-since', ...set('SINCE=2026-01-01')],
      ['by-tag', ...set('KEY=Environment', "VALUE=` || @ || `'\\")],
    ]) {
      expect((await askOffline(...words, '--engine', 'jmespath')).out).toBe((await askOffline(...words)).out)
    }
  })

  test('is exported with its values', async () => {
    const words = ['by-tag', ...set('KEY=Role', 'VALUE=web')]
    const file = join(made.home, 'by-tag.json')
    expect((await made.muster('export', ...words, '--to', file)).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe((await askOffline(...words)).out)
  })

  test('shows its parameters in the list', async () => {
    const list = JSON.parse((await made.muster('queries', '--output', 'json')).out) as Record<
      string,
      string
    >[]
    const shown = new Map(list.map((row) => [row.Name, row.Parameters]))
    expect(shown.get('by-tag')).toBe('KEY VALUE')
    expect(shown.get('launched-since')).toBe('SINCE=-7d')
    expect(shown.get('running')).toBeNull()
    expect((await made.muster('queries', 'show', 'by-tag')).out).toContain('# param: text KEY\n')
  })
})

describe('a live reading', () => {
  test('asks with the time of its first call until its last page', async () => {
    const words = ['query', 'shown', '--live', '--output', 'json', '--profile', 'acme-prod-web']
    const first = await made.muster(...words, '--max-items', '5')
    const token = /next token: (\S+)/.exec(first.err)?.[1] ?? ''
    await pause(1100)
    const again = await made.muster(...words, '--starting-token', token)
    const times = [first, again].map(({ out }) => new Set((JSON.parse(out) as string[][]).flat()))
    expect(times[0]?.size).toBe(1)
    expect(times[1]).toEqual(times[0])
    const fresh = await made.muster(...words, '--max-items', '5')
    expect(fresh.out).not.toBe(first.out)
  })

  test('cannot go on with other values', async () => {
    const words = ['query', 'of-type', '--live', '--profile', 'acme-prod-web', '--set']
    const { err } = await made.muster(...words, 'TYPE=t3', '--max-items', '5')
    const token = /next token: (\S+)/.exec(err)?.[1] ?? ''
    const ended = await made.muster(...words, 'TYPE=m5', '--starting-token', token)
    expect(ended.err).toMatch(/belongs to another query/)
    expect(ended.code).toBe(2)
  })
})

describe('a value that does not fit is one sentence and exit code 2', () => {
  test.each([
    [
      ['by-tag'],
      /'by-tag' needs KEY and VALUE: give --set KEY=… --set VALUE=… \(.*by-tag\.jmespath:2\)\.\n$/,
    ],
    [['by-tag', '--set', 'KEY=a'], /needs VALUE.*by-tag\.jmespath:3/],
    [['by-tag', '--set', 'KEYS=a'], /no parameter 'KEYS': it has KEY, VALUE \(.*by-tag\.jmespath:2\)/],
    [['running', '--set', 'A=b'], /'running' has no parameter 'A': it has none/],
    [['by-tag', '--set', 'KEY'], /--set takes NAME=value, not 'KEY'/],
    [
      ['length(@)', '--set', 'A=b'],
      /--set A gives a value to a parameter of a saved query, and this is not one/,
    ],
    [['--set', 'A=b'], /and this is not one/],
    [['launched-since', '--set', 'SINCE=soon'], /SINCE takes a time, as -30d.*not 'soon' \(.*:2\)/],
    [['size', '--set', 'MIN=x'], /MIN takes a number, not 'x' \(.*size\.jmespath:2\)/],
    [['wrong'], /wrong\.jmespath:5:7: \$B is not declared; add a line '# param: B' to the header\.\n/],
    [['wrong', '--engine', 'jmespath'], /wrong\.jmespath:5:7: \$B is not declared/],
    [['a == $B'], /\$ means nothing in JMESPath/],
    [['running', '--engine', 'jp'], /--engine takes muster \(the default\) or jmespath, not 'jp'/],
    [['foo(', '--engine', 'jmespath'], /The jmespath package refuses this: /],
    [['nope(@)', '--engine', 'jmespath'], /The jmespath package refuses this: Unknown function: nope\(\)/],
  ])('muster query %j', async (words, says) => {
    for (const command of ['query', 'export']) {
      const more = command === 'export' ? ['--to', join(made.home, 'never.json')] : []
      const { code, out, err } = await made.muster(command, ...words, ...more)
      expect(err).toMatch(says)
      expect(out).toBe('')
      expect(code).toBe(2)
    }
  })
})

describe('the stock package', () => {
  test('gives its own answer, over the whole document, where the two engines differ', async () => {
    const words = ['--query', 'max_by(Reservations[].Instances[], &LaunchTime).LaunchTime']
    const times = fleet.map(({ LaunchTime }) => LaunchTime).sort()
    expect((await askOffline(...words)).out).toBe(`"${times.at(-1)}"\n`)
    expect((await askOffline(...words, '--engine', 'jmespath')).out).toBe('null\n')
    const count = ['--query', 'length(Reservations[].Instances[])']
    expect((await askOffline(...count, '--engine', 'jmespath')).out).toBe(`${fleet.length}\n`)
    const leak = await askOffline('--query', 'Reservations[0].constructor', '--engine', 'jmespath')
    expect(leak).toMatchObject({ code: 0, out: 'null\n' })
  })
})

function askOffline(...words: string[]): Promise<Ended> {
  return made.muster('query', ...words, '--output', 'json')
}

function set(...settings: string[]): string[] {
  return settings.flatMap((each) => ['--set', each])
}

function idsIn({ code, out, err }: Ended): string[] {
  expect(code, err).toBe(0)
  return idsOf(JSON.parse(out) as Instance[])
}

function idsOf(instances: readonly Pick<Instance, 'InstanceId'>[]): string[] {
  return instances.map(({ InstanceId }) => InstanceId).sort()
}

function stoppedAt({ StateTransitionReason }: Instance): number {
  const [, date, time] = /\((\S+) (\S+) GMT\)/.exec(StateTransitionReason) ?? []
  return Date.parse(`${date}T${time}Z`)
}

function save(name: string, text: string): void {
  const folder = join(made.home, '.config/muster/queries')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.jmespath`), text)
}
