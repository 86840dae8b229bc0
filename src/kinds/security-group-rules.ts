import type { Kind } from '../model.ts'
import { nameColumn, nameTag, numberColumn, textColumn } from './column.ts'

export const securityGroupRules: Kind = {
  name: 'security-group-rules',
  title: 'Security group rules',
  area: 'network',
  operation: 'DescribeSecurityGroupRules',
  input: {},
  list: 'SecurityGroupRules',
  nested: null,
  id: 'SecurityGroupRuleId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('SecurityGroupRuleId', { label: 'RULE' }),
    textColumn('GroupId', { label: 'GROUP' }),
    textColumn('Direction', { from: "IsEgress && 'out' || 'in'" }),
    textColumn('IpProtocol', { label: 'PROTOCOL' }),
    numberColumn('FromPort', { label: 'FROM' }),
    numberColumn('ToPort', { label: 'TO' }),
    nameColumn('Peer', {
      from: 'CidrIpv4 || CidrIpv6 || PrefixListId || ReferencedGroupInfo.GroupId',
      least: 15,
    }),
    nameColumn('Description', { least: 15 }),
    textColumn('GroupOwnerId', { label: 'OWNER' }),
  ],
  table: [
    'GroupId',
    'SecurityGroupRuleId',
    'Direction',
    'IpProtocol',
    'FromPort',
    'ToPort',
    'Peer',
    'AccountName',
    'Region',
    'Description',
  ],
  spare: ['Description', 'SecurityGroupRuleId', 'Profile', 'Region'],
  state: null,
}
