import { describe, expect, test } from 'vitest'
import { type DemoInstance, instances } from '../../src/demo/ec2/instances.ts'
import { type Fleet, makeFleet } from '../../src/demo/fleet.ts'
import { wildValues } from '../../src/demo/tags.ts'
import { resourcesOf } from './resources.ts'

describe('the demo fleet', () => {
  test('the same seed gives the same fleet, another seed another', () => {
    expect(allInstances(makeFleet({ seed: 7 }))).toEqual(allInstances(makeFleet({ seed: 7 })))
    expect(allInstances(makeFleet({ seed: 7 }))).not.toEqual(allInstances(makeFleet({ seed: 8 })))
  })

  test('has exactly the instances asked for, with ids that are unique', () => {
    const all = allInstances(makeFleet({ accounts: 40, regions: 17, instances: 20_000 }))
    expect(all).toHaveLength(20_000)
    expect(new Set(all.map(({ instanceId }) => instanceId)).size).toBe(20_000)
    expect(new Set(makeFleet({ accounts: 300 }).accounts.map(({ id }) => id)).size).toBe(300)
  })

  test('by default shows the things that an inventory must cope with', () => {
    const fleet = makeFleet()
    const all = allInstances(fleet)
    const tags = all.flatMap((instance) => instance.tags)
    const share = (condition: (instance: DemoInstance) => boolean) =>
      all.filter(condition).length / all.length
    expect(all).toHaveLength(400)
    expect(share(({ state }) => state === 'running')).toBeGreaterThan(0.7)
    for (const state of ['stopped', 'terminated', 'pending']) {
      expect(share((instance) => instance.state === state)).toBeGreaterThan(0)
    }
    expect(share(({ httpTokens }) => httpTokens === 'optional')).toBeGreaterThan(0.1)
    expect(share(({ publicIp }) => publicIp !== null)).toBeGreaterThan(0.05)
    expect(share((instance) => !instance.tags.some(([key]) => key === 'Name'))).toBeGreaterThan(0.02)
    expect(share((instance) => !instance.tags.some(([key]) => key === 'Owner'))).toBeGreaterThan(0.05)
    for (const [state, reason, shown] of [
      ['stopped', 'Server.SpotInstanceShutdown', 'Server.SpotInstanceShutdown'],
      ['stopped', 'Server.ScheduledStop', 'Server.ScheduledStop'],
      ['stopped', 'Client.InstanceInitiatedShutdown', ''],
      ['terminated', 'Server.SpotInstanceTermination', 'Server.SpotInstanceTermination'],
      ['terminated', 'Client.UserInitiatedShutdown', expect.stringMatching(/^User initiated \(2/)],
    ] as const) {
      const [found] = all.filter((each) => each.state === state && each.stateReason === reason)
      expect(found?.stateTransitionReason, reason).toEqual(shown)
    }
    expect(
      share(({ spotRequestId, state }) => spotRequestId !== null && state === 'running'),
    ).toBeGreaterThan(0.1)
    for (const { spotRequestId, stateReason } of all)
      if (stateReason?.includes('Spot')) expect(spotRequestId).toMatch(/^sir-[0-9a-f]{8}$/)
    for (const value of wildValues) expect(tags.map(([, each]) => each)).toContain(value)
    expect(fleet.accounts.filter(({ denied }) => denied)).toHaveLength(1)
    expect(fleet.accounts.filter(({ weight }) => weight === 0).length).toBeGreaterThan(1)
    expect(fleet.regions.filter(({ optIn }) => optIn === 'not-opted-in')).toHaveLength(1)
  })

  test('instances were launched before now, and stopped after they were launched', () => {
    const fleet = makeFleet()
    for (const instance of allInstances(fleet)) {
      expect(instance.launchTime).toBeLessThan(fleet.now)
      const at = /\((.*)\)/.exec(instance.stateTransitionReason)?.[1]
      if (at) expect(Date.parse(at)).toBeGreaterThanOrEqual(instance.launchTime - 1000)
    }
  })

  test('a million instances take no longer to be there, or to be rendered, than some thousands', () => {
    const many = leastWork(() => makeFleet({ instances: 1_000_000 }))
    const few = leastWork(() => makeFleet({ instances: 20_000 }))
    expect(many.work).toBeLessThan(10 * few.work + 5)
    const renderAt = (fleet: Fleet, from: number) => {
      const cell = fleet.findCell(fleet.accounts[1]?.id ?? '', 'us-east-1')
      if (!cell) throw new Error('the fleet has no such cell')
      return leastWork(() => {
        let bytes = 0
        for (let n = 0; n < 1000; n++) bytes += instances.xmlOf(instances.itemAt(cell, from + n)).length
        return bytes
      })
    }
    const late = renderAt(many.value, 50_000)
    const early = renderAt(few.value, 0)
    expect(late.value).toBeGreaterThan(4_000_000)
    expect(late.work).toBeLessThan(10 * early.work + 5)
  })
})

/** The least that some work took of the processor, in ms, of seven times: other programs are no part of it. */
function leastWork<T>(work: () => T): { readonly value: T; readonly work: number } {
  const times: number[] = []
  for (;;) {
    const before = process.cpuUsage()
    const value = work()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
    if (times.length === 7) return { value, work: Math.min(...times) }
  }
}

function allInstances(fleet: Fleet): DemoInstance[] {
  return fleet.accounts.flatMap(({ id }) =>
    fleet.regions.flatMap(({ name }) => resourcesOf(instances, fleet, id, name)),
  )
}
