import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { defaultGroupIdOf, securityGroupIdOf, vpcIdOf } from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, roles, type Tag } from '../tags.ts'
import { itemXml, tagMembers } from '../xml.ts'
import { vpcsOf } from './vpcs.ts'

export const securityGroupRules: SimulatedKind<DemoRule> = {
  operation: 'DescribeSecurityGroupRules',
  list: 'securityGroupRuleSet',
  idParameter: 'SecurityGroupRuleId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => rulesOf(cell).length,
  itemAt: (cell, n) => rulesOf(cell)[n] as DemoRule,
  idOf: ({ ruleId }) => ruleId,
  xmlOf: ruleXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'group-id': ({ groupId }) => groupId,
    'security-group-rule-id': ({ ruleId }) => ruleId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidSecurityGroupRuleId.NotFound', 'security group rule', ids),
}

/** A security group without its rules. */
export interface DemoGroup {
  readonly groupId: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  readonly ownerId: string
  readonly region: string
  /** What it is for: the role of instances, `lb`, `old` or `default`. */
  readonly use: string
  readonly tags: readonly Tag[]
}

export interface DemoRule {
  readonly ruleId: string
  readonly groupId: string
  readonly ownerId: string
  readonly region: string
  readonly egress: boolean
  /** `tcp`, or `-1` for all. */
  readonly protocol: string
  /** -1 for all ports. */
  readonly from: number
  readonly to: number
  readonly peer: Peer
  readonly description: string | null
  readonly tags: readonly Tag[]
}

/** Whom a rule lets in or out. */
type Peer = { readonly cidr: string } | { readonly cidr6: string } | { readonly groupId: string }

type RuleFacts = readonly [from: number, to: number, peer: Peer, description?: string]

const world: Peer = { cidr: '0.0.0.0/0' }
const world6: Peer = { cidr6: '::/0' }
const office: Peer = { cidr: '198.51.100.0/24' }

/** The groups of an account and region: one of each VPC, one for each role, one for load balancers and an old one. */
export function groupsOf(cell: Cell): readonly DemoGroup[] {
  const common = { ownerId: cell.account.id, region: cell.region }
  const defaults = vpcsOf(cell).map(({ vpcId }) => ({
    ...common,
    groupId: defaultGroupIdOf(cell, vpcId),
    name: 'default',
    description: 'default VPC security group',
    vpcId,
    use: 'default',
    tags: [],
  }))
  if (cell.instances === 0) return defaults
  const ofUse = (use: string, description: string) => ({
    ...common,
    groupId: securityGroupIdOf(cell, use),
    name: `${use}-sg`,
    description,
    vpcId: vpcIdOf(cell),
    use,
    tags: cellTags(cell, `${cell.account.team}-${use}`),
  })
  return [
    ...defaults,
    ...roles.map((role) => ofUse(role, `Instances of the role ${role}`)),
    ofUse('lb', 'Load balancers'),
    ofUse('old', 'Created by launch-wizard-3'),
  ]
}

/** The rules of all groups, group by group. */
function rulesOf(cell: Cell): readonly DemoRule[] {
  return groupsOf(cell).flatMap((group) => rulesIn(cell, group))
}

/** The rules of a group: what it lets in, then what it lets out. */
export function rulesIn(cell: Cell, { groupId, use }: DemoGroup): readonly DemoRule[] {
  const make = (egress: boolean, [from, to, peer, description]: RuleFacts, index: number): DemoRule => ({
    ruleId: `sgr-${hexId(cell.seed, Number.parseInt(groupId.slice(-7), 16), index, 76)}`,
    groupId,
    ownerId: cell.account.id,
    region: cell.region,
    egress,
    protocol: from === -1 ? '-1' : 'tcp',
    from,
    to,
    peer,
    description: description ?? null,
    tags: description === undefined ? [] : [['Reason', description]],
  })
  const ingress = use === 'default' ? [[-1, -1, { groupId }] as const] : ingressOf(cell, use)
  return [
    ...ingress.map((facts, index) => make(false, facts, index)),
    make(true, [-1, -1, world], ingress.length),
  ]
}

/** Some groups are open to the world where they should not be. */
function ingressOf(cell: Cell, use: string): readonly RuleFacts[] {
  const h = hash(cell.seed, 77)
  const from = (role: string): Peer => ({ groupId: securityGroupIdOf(cell, role) })
  const careless = (often: number, facts: RuleFacts): readonly RuleFacts[] =>
    (h >>> often) % often === 0 ? [facts] : []
  switch (use) {
    case 'web':
      return [[80, 80, from('lb')]]
    case 'api':
      return [[8080, 8080, from('lb')]]
    case 'db':
      return [
        [5432, 5432, from('api')],
        [5432, 5432, from('worker')],
        ...careless(5, [5432, 5432, world, 'temporary, for the migration']),
      ]
    case 'cache':
      return [
        [6379, 6379, from('web')],
        [6379, 6379, from('api')],
      ]
    case 'queue':
      return [[5672, 5672, from('worker')]]
    case 'bastion':
      return [[22, 22, office, 'office'], ...careless(3, [22, 22, world])]
    case 'search':
      return [[9200, 9300, from('api')], ...careless(4, [9200, 9300, world])]
    case 'ci-runner':
      return [[22, 22, from('bastion')], ...careless(6, [3389, 3389, world6])]
    case 'lb':
      return [
        [80, 80, world],
        [443, 443, world],
        [443, 443, world6],
      ]
    case 'old':
      return [[22, 22, { cidr: '10.0.0.0/8' }], ...careless(2, [-1, -1, world])]
    default:
      return []
  }
}

function ruleXml(rule: DemoRule): string {
  const { ruleId, groupId, ownerId, region, egress, protocol, from, to, peer, description, tags } = rule
  return itemXml({
    securityGroupRuleId: ruleId,
    securityGroupRuleArn: `arn:aws:ec2:${region}:${ownerId}:security-group-rule/${ruleId}`,
    groupId,
    groupOwnerId: ownerId,
    isEgress: egress,
    ipProtocol: protocol,
    fromPort: from,
    toPort: to,
    cidrIpv4: 'cidr' in peer ? peer.cidr : null,
    cidrIpv6: 'cidr6' in peer ? peer.cidr6 : null,
    referencedGroupInfo: 'groupId' in peer ? { groupId: peer.groupId, userId: ownerId } : null,
    description,
    tagSet: tagMembers(tags),
  })
}
