import { performance } from 'node:perf_hooks'
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

  test('a million instances are there at once, and a page of 1000 is rendered in milliseconds', () => {
    const began = performance.now()
    const fleet = makeFleet({ instances: 1_000_000 })
    expect(performance.now() - began).toBeLessThan(200)
    const cell = fleet.findCell(fleet.accounts[1]?.id ?? '', 'us-east-1')
    if (!cell) throw new Error('the fleet has no such cell')
    const render = () => {
      const start = performance.now()
      let bytes = 0
      for (let n = 0; n < 1000; n++) {
        bytes += instances.xmlOf(instances.itemAt(cell, 50_000 + n)).length
      }
      expect(bytes).toBeGreaterThan(4_000_000)
      return performance.now() - start
    }
    const times = Array.from({ length: 7 }, render)
    expect(Math.min(...times)).toBeLessThan(60)
  })
})

function allInstances(fleet: Fleet): DemoInstance[] {
  return fleet.accounts.flatMap(({ id }) =>
    fleet.regions.flatMap(({ name }) => resourcesOf(instances, fleet, id, name)),
  )
}
