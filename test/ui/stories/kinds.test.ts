import { describe, expect, test } from 'vitest'
import { allColumnsOf } from '../../../src/ui/state/table-columns.ts'
import { machine, syncedMachine } from '../../commands/in-process.ts'
import { open, sizes } from '../terminal.ts'
import { idsIn, options, shows } from './story.ts'

describe.each(sizes)('at $name', ({ size }) => {
  test('an expression is about the kind that is shown, and = gives a command with the same answer', async () => {
    const on = await syncedMachine(options, '--kind', 'instances,volumes')
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

  test('a kind is found by a part of its name: title, columns, copy, detail, export and command follow it', async () => {
    const on = await syncedMachine(options, '--kind', 'instances,nat-gateways')
    const { out } = await on.muster('query', '--kind', 'nat-gateways', '--offline', '--output', 'json')
    const all = JSON.parse(out) as { NatGatewayId: string }[]
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    await run.press(':', ...'gatew', 'tab')
    await shows(run, /^:nat-gateways/)
    await shows(run, /\binternet-gateways\b/)
    await run.press('enter')
    await shows(run, new RegExp(`NAT gateways\\(.*\\[${all.length}\\]`))
    await run.press('c')
    await shows(run, /Sent nat-[0-9a-f]+ to/)
    const [, id = ''] = /Sent (nat-[0-9a-f]+) to/.exec(run.lines().join('\n')) ?? []
    expect(all.map(({ NatGatewayId }) => NatGatewayId)).toContain(id)
    await run.press('enter')
    await shows(run, /^NatGatewayId +nat-/)
    expect(run.lines()[0]).toContain(id)
    await run.press('esc', 'ctrl-s')
    await shows(run, 'export to: nat-gateways.csv')
    await run.press('esc', '=')
    // On a wide terminal more columns have come by themselves.
    await shows(run, /^muster query --kind nat-gateways(?: --columns |$)/)
  })

  test('a part of a name that several kinds have is a sentence that names them', async () => {
    const on = await syncedMachine(options)
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    await run.press(':', ...'gatew', 'enter')
    await shows(run, /^:gatew may be :nat-gateways, :internet-gateways or \d+ others; tab completes it\./)
  })

  test('with other settings = names the kind that is no longer the usual one', async () => {
    const on = await machine(options, { kind: 'volumes' })
    expect((await on.muster('sync', '--kind', 'instances,volumes')).code).toBe(0)
    const run = open(on, size, '--offline')
    await shows(run, 'Volumes(')
    await run.press('=')
    await shows(run, /^muster query(?: --columns |$)/)
    await run.press('esc', ':', ...'instances', 'enter')
    await shows(run, 'Instances(')
    await run.press('=')
    await shows(run, /^muster query --kind instances(?: --columns |$)/)
    const { out } = await on.muster('query', '--kind', 'instances', '--offline', '--output', 'json')
    expect(JSON.parse(out)).toHaveLength(60)
  })

  test('all columns hold the status checks of another kind, which sort and filter as any', async () => {
    const on = await syncedMachine(options, '--kind', 'instances,instance-status')
    const { out } = await on.muster('query', 'impaired-instances', '--offline', '--output', 'json')
    const impaired = JSON.parse(out) as { InstanceId: string }[]
    expect(impaired.length).toBeGreaterThan(0)
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    await run.press('ctrl-w')
    await run.until((lines) => /\+\d\d/.test(lines[1] ?? ''), 'more columns than there is room for')
    const toJoined = allColumnsOf('instances').indexOf('StatusChecks')
    await run.press(...Array.from({ length: toJoined }, () => 'l'))
    await run.until((lines) => /STATUS CHECKS/.test(lines[1] ?? ''), 'the joined column')
    await run.press('O')
    await run.until((lines) => /STATUS CHECKS ?[↑↓]/.test(lines[1] ?? ''), 'its sort')
    await run.press('/', ...'impaired', 'enter')
    await shows(run, `[${impaired.length}]`)
    await run.press(...Array.from({ length: toJoined }, () => 'h'))
    await run.until((lines) => idsIn(lines).length > 0, 'the first columns again')
    expect(idsIn(run.lines()).sort()).toEqual(impaired.map(({ InstanceId }) => InstanceId).sort())
  })

  test('a volume is titled and copied by its own id, not by that of its instance', async () => {
    const on = await syncedMachine(options, '--kind', 'instances,volumes')
    const { out } = await on.muster('query', 'unencrypted-volumes', '--offline', '--output', 'json')
    const at = (JSON.parse(out) as { InstanceId: string | null }[]).findIndex(({ InstanceId }) => InstanceId)
    const { VolumeId } = JSON.parse(out)[at] as { VolumeId: string }
    const run = open(on, size, '--offline')
    await shows(run, '[60]')
    await run.press(':', ...'query unencrypted-volumes', 'enter')
    await shows(run, 'Volumes: unencrypted-volumes')
    await shows(run, VolumeId)
    await run.press(...Array.from({ length: at }, () => 'j'), 'c')
    await shows(run, `Sent ${VolumeId} to the terminal’s clipboard.`)
    await run.press('enter')
    await shows(run, /^InstanceId +i-/)
    expect(run.lines()[0]).toContain(VolumeId)
    expect(run.lines()[0]).not.toContain(' i-')
  })
})
