import { describe, expect, test } from 'vitest'
import { machine } from '../../commands/program.ts'
import { open, sizes } from '../terminal.ts'
import { options, shows } from './story.ts'

describe.each(sizes)('at $name', ({ size }) => {
  test('an expression is about the kind that is shown, and = gives a command with the same answer', async () => {
    const on = await machine(options)
    expect((await on.muster('sync', '--kind', 'instances,volumes')).code).toBe(0)
    const { out } = await on.muster('query', '--kind', 'volumes', 'length(Volumes)', '--offline')
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    await run.press(':', ...'volumes', 'enter')
    await shows(run, `[${out.trim()}]`)
    await run.press(':', ...'query length(Volumes)', 'enter')
    await shows(run, 'Volumes: length(Volumes)')
    await shows(run, new RegExp(`^\\s*${out.trim()}$`))
    await run.press('=')
    await shows(run, "muster query --query 'length(Volumes)' --kind volumes")
  })

  test('with other settings = names the kind that is no longer the usual one', async () => {
    const on = await machine(options, { kind: 'volumes' })
    expect((await on.muster('sync', '--kind', 'instances,volumes')).code).toBe(0)
    const run = open(on, size, '--offline')
    await shows(run, 'Volumes(')
    await run.press('=')
    await shows(run, /^muster query$/)
    await run.press('esc', ':', ...'instances', 'enter')
    await shows(run, 'Instances(')
    await run.press('=')
    await shows(run, /^muster query --kind instances$/)
    const { out } = await on.muster('query', '--kind', 'instances', '--offline', '--output', 'json')
    expect(JSON.parse(out)).toHaveLength(60)
  })

  test('a volume is titled and copied by its own id, not by that of its instance', async () => {
    const on = await machine(options)
    expect((await on.muster('sync', '--kind', 'instances,volumes')).code).toBe(0)
    const { out } = await on.muster('query', 'unencrypted-volumes', '--offline', '--output', 'json')
    const at = (JSON.parse(out) as { InstanceId: string | null }[]).findIndex(({ InstanceId }) => InstanceId)
    const { VolumeId } = JSON.parse(out)[at] as { VolumeId: string }
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    await run.press(':', ...'query unencrypted-volumes', 'enter')
    await shows(run, 'Volumes: unencrypted-volumes')
    await shows(run, VolumeId)
    await run.press(...Array.from({ length: at }, () => 'j'), 'c')
    await shows(run, `Copied ${VolumeId}.`)
    await run.press('enter')
    await shows(run, /^InstanceId +i-/)
    expect(run.lines()[0]).toContain(VolumeId)
    expect(run.lines()[0]).not.toContain(' i-')
  })
})
