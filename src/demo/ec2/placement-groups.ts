import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { AwsRefusal } from '../http-answer.ts'
import { placementGroupIdOf, placementGroupNameOf } from '../ids.ts'
import { hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'

export const placementGroups: SimulatedKind<DemoPlacementGroup> = {
  operation: 'DescribePlacementGroups',
  list: 'placementGroupSet',
  idParameter: 'GroupId',
  pages: null,
  countItems: (cell) => (cell.instances === 0 ? 0 : strategies.length),
  itemAt: makePlacementGroup,
  idOf: ({ groupId }) => groupId,
  xmlOf: placementGroupXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'group-arn': ({ arn }) => arn,
    'group-name': ({ name }) => name,
    'spread-level': ({ strategy }) => (strategy === 'spread' ? 'rack' : null),
    state: () => 'available',
    strategy: ({ strategy }) => strategy,
  },
  unknownRefusal: (ids) => {
    const message = `The Placement Group '${ids.join("', '")}' is unknown.`
    return new AwsRefusal(400, 'InvalidPlacementGroup.Unknown', message)
  },
  own: { names: ['GroupName'], makeTest: () => () => true },
}

export interface DemoPlacementGroup {
  readonly groupId: string
  readonly name: string
  readonly arn: string
  readonly strategy: 'cluster' | 'spread' | 'partition'
  readonly tags: readonly Tag[]
}

/** The first one has instances in it. */
const strategies = ['cluster', 'spread', 'partition'] as const

function makePlacementGroup(cell: Cell, n: number): DemoPlacementGroup {
  const { account, region } = cell
  const strategy = strategies[n] ?? 'spread'
  const name = n === 0 ? placementGroupNameOf(cell) : `${account.team}-${strategy}`
  return {
    groupId: n === 0 ? placementGroupIdOf(cell) : `pg-${hexId(cell.seed, n, 112)}`,
    name,
    arn: `arn:aws:ec2:${region}:${account.id}:placement-group/${name}`,
    strategy,
    tags: n === 2 ? [] : cellTags(cell, name),
  }
}

function placementGroupXml({ groupId, name, arn, strategy, tags }: DemoPlacementGroup): string {
  return itemXml({
    groupName: name,
    strategy,
    state: 'available',
    groupId,
    tagSet: tagMembers(tags),
    groupArn: arn,
    partitionCount: strategy === 'partition' ? 3 : null,
    spreadLevel: strategy === 'spread' ? 'rack' : null,
  })
}
