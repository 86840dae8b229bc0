import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { DemoRegion } from '../fleet.ts'
import { AwsRefusal } from '../http-answer.ts'

export const regions: SimulatedKind<DemoRegion> = {
  operation: 'DescribeRegions',
  list: 'regionInfo',
  idParameter: 'RegionName',
  pages: null,
  countItems: (cell) => cell.regions.length,
  itemAt: (cell, n) => cell.regions[n] as DemoRegion,
  idOf: ({ name }) => name,
  xmlOf: ({ name, optIn }) =>
    `<item><regionName>${name}</regionName><regionEndpoint>${endpointOf(name)}</regionEndpoint><optInStatus>${optIn}</optInStatus></item>`,
  filters: {
    endpoint: ({ name }) => endpointOf(name),
    'opt-in-status': ({ optIn }) => optIn,
    'region-name': ({ name }) => name,
  },
  unknownRefusal: (ids) =>
    new AwsRefusal(400, 'InvalidParameterValue', `Invalid region provided: [${ids.join(', ')}]`),
  own: {
    names: ['AllRegions'],
    makeTest: (params) => {
      const all = params.get('AllRegions') === 'true' || params.has('RegionName.1')
      return ({ optIn }) => all || optIn !== 'not-opted-in'
    },
  },
  allowedToAll: true,
}

function endpointOf(region: string): string {
  return `ec2.${region}.amazonaws.com`
}
