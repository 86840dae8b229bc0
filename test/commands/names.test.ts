import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { machine, syncedMachine } from './in-process.ts'
import type { Machine } from './program.ts'

test('a name that matches nothing is a usage error with the nearest one, before anything is read', async () => {
  const made = await machine()
  save(made, 'mine', '# Mine\n# sort: Lunched desc\nReservations[].Instances[].{Launched: LaunchTime}\n')
  const verdicts = [
    [
      ['query', '--columns', 'Name,instanceType'],
      "--columns: instances have no 'instanceType'; did you mean 'InstanceType'?",
    ],
    [
      ['query', '--sort', 'instancetype'],
      "--sort: instances have no 'instancetype'; did you mean 'InstanceType'?",
    ],
    [
      ['query', '--kind', 'volumes', '--columns', 'size'],
      "--columns: volumes have no 'size'; did you mean 'Size'?",
    ],
    [
      ['query', 'running', '--columns', 'Nope'],
      "--columns: 'Nope' is in no row; they have Name, InstanceId,",
    ],
    [
      ['query', 'by-state', '--sort', 'LaunchTime'],
      "--sort: 'LaunchTime' is in no row; they have State, Count.",
    ],
    [['query', 'mine'], /mine\.jmespath:2:9: 'Lunched' is in no row; they have Launched\./],
    [
      ['export', '--to', join(made.home, 'x.csv'), '--columns', 'Nope'],
      "--columns: instances have no 'Nope'; give one such as",
    ],
    [['query', '--live', '--columns', 'Nope'], "--columns: instances have no 'Nope'"],
  ] as const
  for (const [words, says] of verdicts) {
    const { code, out, err } = await made.muster(...words)
    expect({ words, code, out }).toEqual({ words, code: 2, out: '' })
    if (typeof says === 'string') expect(err).toContain(says)
    else expect(err).toMatch(says)
  }
  expect(made.endpoint.countRequests()).toBe(0)
  const { out } = await made.muster('query', 'mine', '--sort', 'Launched', '--offline')
  expect(out).toBe('')
})

test('a name that only rows of unknown shape may lack is a hint, and the answer stays', async () => {
  const { muster } = await syncedMachine()
  const expression = 'Reservations[].Instances[] || values(@)'
  const plain = await muster('query', expression, '--columns', 'InstanceId', '--output', 'csv')
  const { code, out, err } = await muster(
    'query',
    expression,
    '--columns',
    'InstanceId,Nope',
    '--output',
    'csv',
  )
  expect(code).toBe(0)
  expect(err).toMatch(/^hint: --columns: 'Nope' is in no row; /m)
  expect(out).toBe(plain.out.replaceAll('\r\n', ',\r\n').replace('InstanceId,', 'InstanceId,Nope'))
})

test('columns take expressions with commas, and tags with a comma in their key', async () => {
  const { muster } = await syncedMachine()
  const columns = 'InstanceId,join(\'-\',Tags[].Key),[State.Name,InstanceType],"tag:a,b"'
  const { code, out } = await muster('query', '--columns', columns, '--output', 'json', '--offline')
  expect(code).toBe(0)
  const rows = JSON.parse(out) as Record<string, unknown>[]
  expect(Object.keys(rows[0] ?? {})).toEqual([
    'InstanceId',
    "join('-',Tags[].Key)",
    '[State.Name,InstanceType]',
    'tag:a,b',
  ])
  const whole = await muster('query', 'Reservations[].Instances[]', '--output', 'json', '--offline')
  const first = (JSON.parse(whole.out) as { State: { Name: string }; InstanceType: string }[])[0]
  expect(rows[0]?.['[State.Name,InstanceType]']).toEqual([first?.State.Name, first?.InstanceType])
})

function save({ home }: Machine, name: string, text: string): void {
  const folder = join(home, '.config/muster/queries')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.jmespath`), text)
}
