import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { syncedMachine } from '../../commands/in-process.ts'
import { open } from '../terminal.ts'
import { options, shows } from './story.ts'

test('chosen columns are on the table at the next start; a damaged file is named, and kept when columns are chosen again', async () => {
  const on = await syncedMachine(options)
  const file = join(on.home, '.local/state/muster/columns.json')
  const first = open(on, [100, 24], '--offline')
  await shows(first, '[60]')
  await first.press('w')
  await shows(first, 'Columns of Instances(9 shown)')
  await first.press('/', ...'tag:team')
  await shows(first, /^\[ ] tag:Team/)
  await first.press('enter', 'enter')
  await shows(first, /^NAME .*tag:Team/)
  await first.press('=')
  await shows(first, 'tag:Team,LaunchTime')
  await first.press('ctrl-c')
  expect((await first.ended).code).toBe(0)
  const { columns } = JSON.parse(readFileSync(file, 'utf8')).instances
  expect(columns.slice(-2)).toEqual(['tag:Team', 'LaunchTime'])

  const second = open(on, [100, 24], '--offline')
  await shows(second, /^NAME .*tag:Team/)
  const { out } = await on.muster('query', '--columns', columns.join(','), '--offline', '--output', 'json')
  const [row] = (JSON.parse(out) as Record<string, string>[]).filter((each) => each['tag:Team'])
  await shows(second, new RegExp(`${row?.InstanceId}.* ${row?.['tag:Team']} +\\S+$`))
  await second.press('ctrl-c')
  await second.ended

  writeFileSync(file, '{"instances": ')
  const third = open(on, [100, 24], '--offline')
  await shows(third, /columns\.json is not what/)
  await third.press('w', 'j', 'space', 'enter')
  await shows(third, /columns\.json\.damaged/)
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe('{"instances": ')
})
