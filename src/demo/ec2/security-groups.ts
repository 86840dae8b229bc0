import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import { itemXml, tagMembers, type XmlMembers } from '../xml.ts'
import { type DemoGroup, type DemoRule, groupsOf, rulesIn } from './security-group-rules.ts'

export const securityGroups: SimulatedKind<DemoSecurityGroup> = {
  operation: 'DescribeSecurityGroups',
  list: 'securityGroupInfo',
  idParameter: 'GroupId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => groupsOf(cell).length,
  itemAt: (cell, n) => {
    const group = groupsOf(cell)[n] as DemoGroup
    return { ...group, rules: rulesIn(cell, group) }
  },
  idOf: ({ groupId }) => groupId,
  xmlOf: groupXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    description: ({ description }) => description,
    'egress.ip-permission.cidr': (group) => cidrsOf(group, true),
    'group-id': ({ groupId }) => groupId,
    'group-name': ({ name }) => name,
    'ip-permission.cidr': (group) => cidrsOf(group, false),
    'ip-permission.from-port': ({ rules }) =>
      rules.filter(({ egress, from }) => !egress && from >= 0).map(({ from }) => String(from)),
    'ip-permission.group-id': ({ rules }) =>
      rules.flatMap(({ egress, peer }) => (!egress && 'groupId' in peer ? peer.groupId : [])),
    'ip-permission.protocol': ({ rules }) =>
      rules.filter(({ egress }) => !egress).map(({ protocol }) => protocol),
    'owner-id': ({ ownerId }) => ownerId,
    'vpc-id': ({ vpcId }) => vpcId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidGroup.NotFound', 'security group', ids),
}

export interface DemoSecurityGroup extends DemoGroup {
  readonly rules: readonly DemoRule[]
}

function cidrsOf({ rules }: DemoSecurityGroup, egress: boolean): readonly string[] {
  return rules.flatMap((rule) => (rule.egress === egress && 'cidr' in rule.peer ? rule.peer.cidr : []))
}

function groupXml(group: DemoSecurityGroup): string {
  const { groupId, name, description, vpcId, ownerId, region, rules, tags } = group
  return itemXml({
    ownerId,
    groupId,
    groupName: name,
    groupDescription: description,
    vpcId,
    securityGroupArn: `arn:aws:ec2:${region}:${ownerId}:security-group/${groupId}`,
    ipPermissions: permissionsOf(rules.filter(({ egress }) => !egress)),
    ipPermissionsEgress: permissionsOf(rules.filter(({ egress }) => egress)),
    tagSet: tagMembers(tags),
  })
}

/** EC2 puts rules of one protocol and one range of ports together, and gives no ports where it is all of them. */
function permissionsOf(rules: readonly DemoRule[]): readonly XmlMembers[] {
  const groups = Map.groupBy(rules, ({ protocol, from, to }) => `${protocol} ${from} ${to}`)
  return [...groups.values()].flatMap((same) => {
    const [first] = same
    if (!first) return []
    const all = first.protocol === '-1'
    return {
      ipProtocol: first.protocol,
      fromPort: all ? null : first.from,
      toPort: all ? null : first.to,
      groups: same.flatMap(({ peer, ownerId, description }) =>
        'groupId' in peer ? { userId: ownerId, groupId: peer.groupId, description } : [],
      ),
      ipRanges: same.flatMap(({ peer, description }) =>
        'cidr' in peer ? { cidrIp: peer.cidr, description } : [],
      ),
      ipv6Ranges: same.flatMap(({ peer, description }) =>
        'cidr6' in peer ? { cidrIpv6: peer.cidr6, description } : [],
      ),
      prefixListIds: [],
    }
  })
}
