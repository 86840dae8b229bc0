import type { Area, StateMeaning } from '../model.ts'

/** `DescribeIpv6Pools` → `ipv6-pools`. */
export function nameOf(operation: string): string {
  return splitName(operation.replace(/^Describe/, ''))
    .join('-')
    .toLowerCase()
}

/** `DescribeIpamPools` → `IPAM pools`. */
export function titleOf(operation: string): string {
  const words = splitName(operation.replace(/^Describe/, '')).map(
    (word) => spelling[word] ?? word.toLowerCase(),
  )
  const title = words.join(' ')
  return title.slice(0, 1).toUpperCase() + title.slice(1)
}

/** The title over a column: `TransitGatewayId` → `TRANSIT GATEWAY`. */
export function labelOf(member: string): string {
  const words = splitName(member)
  return (words.length > 1 && words.at(-1) === 'Id' ? words.slice(0, -1) : words).join(' ').toUpperCase()
}

/** `DescribeNetworkInsightsAnalyses` → `NetworkInsightsAnalysis`. */
export function singularOf(operation: string): string {
  return operation
    .replace(/^Describe/, '')
    .replace(/lyses$/, 'lysis')
    .replace(/ies$/, 'y')
    .replace(/(ss|ch|us)es$/, '$1')
    .replace(/(?<!s|u)s$/, '')
}

/** The group of kinds that a name belongs to, by the words in it; what no word places is about computing. */
export function areaOf(name: string): Area {
  if (/volume|snapshot|store-image/.test(name)) return 'storage'
  return networkWords.test(name) ? 'network' : 'compute'
}

const networkWords =
  /vpc|vpn|subnet|network|gateway|route|address|ip(am|v\d)|byoip|coip|interface|endpoint|security-group|prefix|acl|dhcp|traffic-mirror|verified-access|flow-log|outpost-lag/

/** Words of states that mean the same whatever has them; any other word has no sign. */
export const stateMeanings: Readonly<Record<string, StateMeaning>> = {
  ...meaning(
    'active',
    'active associated attached available completed enabled in-use running succeeded verified',
  ),
  ...meaning('active', 'create-complete modify-complete restore-complete provisioned approved optimized'),
  ...meaning(
    'changing',
    'associating attaching creating deleting detaching disabling disassociating enabling',
  ),
  ...meaning('changing', 'modifying optimizing pending provisioning updating in-progress pending-acceptance'),
  ...meaning(
    'changing',
    'create-in-progress modify-in-progress delete-in-progress restore-in-progress initiating',
  ),
  ...meaning('inactive', 'disabled inactive stopped suspended'),
  ...meaning(
    'ended',
    'cancelled deleted delete-complete deprovisioned detached disassociated expired failed',
  ),
  ...meaning('ended', 'create-failed delete-failed modify-failed rejected terminated error'),
}

function meaning(of: StateMeaning, words: string): Record<string, StateMeaning> {
  return Object.fromEntries(words.split(' ').map((word) => [word, of]))
}

function splitName(name: string): string[] {
  return name.split(/(?<=[a-z0-9])(?=[A-Z])/)
}

/** Words that are not written in lower case inside a title. */
const spelling: Readonly<Record<string, string>> = {
  Acls: 'ACLs',
  Aws: 'AWS',
  Byoasn: 'BYOASN',
  Byoip: 'BYOIP',
  Cidrs: 'CIDRs',
  Coip: 'CoIP',
  Dhcp: 'DHCP',
  Fpga: 'FPGA',
  Ha: 'HA',
  Iam: 'IAM',
  Ipam: 'IPAM',
  Ipams: 'IPAMs',
  Ipv4: 'IPv4',
  Ipv6: 'IPv6',
  Lags: 'LAGs',
  Mac: 'Mac',
  Nat: 'NAT',
  Sql: 'SQL',
  Vpc: 'VPC',
  Vpcs: 'VPCs',
  Vpn: 'VPN',
}
