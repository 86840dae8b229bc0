import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { machine, syncedMachine } from '../commands/in-process.ts'
import { idsIn, options, shows } from './stories/story.ts'
import { open, sizes } from './terminal.ts'

const size = sizes[0]?.size ?? [80, 24]

test.each<[string, string[]]>([
  ['the first rows in an order of several columns', ['--sort', 'account,LaunchTime desc', '--limit', '7']],
  ['columns of all tags', ['--columns', 'InstanceId,tag:*', '--limit', '7']],
])('the screen shows %s as the command does', async (_, words) => {
  const on = await syncedMachine(options)
  const run = open(on, size, ...words)
  await shows(run, '[7]')
  const { out } = await on.muster('query', ...words, '--offline', '--output', 'json')
  const rows = JSON.parse(out) as { InstanceId: string }[]
  expect(idsIn(run.lines())).toEqual(rows.map(({ InstanceId }) => InstanceId))
})

test('the screen shows the groups that are asked for, and = the command for them', async () => {
  const on = await syncedMachine(options)
  const run = open(on, size, '--count-by', 'account,State', '--top', '2')
  await shows(run, '[2]')
  await shows(run, /COUNT|Count/)
  await run.press('=')
  await shows(run, '--count-by=AccountName,State --top=2')
})

test('the screen opens a saved query of a table with all that its header asks', async () => {
  const on = await machine(options)
  const folder = join(on.home, '.config/muster/queries')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'aaa.jmespath'),
    '# kind: volumes\n# filter: us-east-1\n# columns: VolumeId,Size\n# sort: Size desc\n# limit: 3\n',
  )
  expect((await on.muster('sync', '--kind', 'instances,volumes')).code).toBe(0)
  const run = open(on, size)
  await shows(run, '[60]')
  await run.press('Q')
  await shows(run, 'aaa')
  await run.press('enter')
  await shows(run, '[3]')
  const { out } = await on.muster('query', 'aaa', '--offline', '--output', 'json')
  const ids = (JSON.parse(out) as { VolumeId: string }[]).map(({ VolumeId }) => VolumeId)
  const shown = run.lines().flatMap((line) => line.match(/vol-[0-9a-f]+/g) ?? [])
  expect(shown).toEqual(ids)
})
