import type { Kind } from '../model.ts'
import { nameTag, numberColumn, textColumn } from './column.ts'

export const networkAcls: Kind = {
  name: 'network-acls',
  title: 'Network ACLs',
  area: 'network',
  operation: 'DescribeNetworkAcls',
  input: {},
  list: 'NetworkAcls',
  nested: null,
  id: 'NetworkAclId',
  pageSize: { min: 5, max: 1000 },
  edition: 1,
  columns: [
    nameTag,
    textColumn('NetworkAclId', { label: 'NETWORK ACL' }),
    textColumn('VpcId', { label: 'VPC' }),
    textColumn('IsDefault', { from: 'to_string(IsDefault)', label: 'DEFAULT' }),
    numberColumn('SubnetCount', { from: 'length(Associations || `[]`)', label: 'SUBNETS' }),
    numberColumn('RulesIn', { from: `length(${rulesThat('!Egress')})`, label: 'RULES IN' }),
    numberColumn('RulesOut', { from: `length(${rulesThat('Egress')})`, label: 'RULES OUT' }),
    numberColumn('DenyingRules', { from: `length(${rulesThat("RuleAction=='deny'")})`, label: 'DENYING' }),
    textColumn('OwnerId', { label: 'OWNER' }),
  ],
  table: [
    'Name',
    'NetworkAclId',
    'VpcId',
    'IsDefault',
    'SubnetCount',
    'RulesIn',
    'RulesOut',
    'DenyingRules',
    'AccountName',
    'Region',
  ],
  spare: ['DenyingRules', 'RulesOut', 'RulesIn', 'VpcId', 'Profile', 'Region'],
  state: null,
}

/** Rules that a person made: every ACL ends with the rules * (32767, for IPv6 32768), which deny the rest. */
function rulesThat(condition: string): string {
  return `Entries[?RuleNumber<\`32767\` && ${condition}] || \`[]\``
}
