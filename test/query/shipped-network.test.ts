import { describe, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { expectOnlyWanted, type ListCase } from './ask-document.ts'

/** A network ACL of a subnet with one rule, by which the whole internet comes in by TCP if nothing else is given. */
const acl = (rule: JsonObject) => ({
  IsDefault: false,
  Associations: [{ SubnetId: 'subnet-1' }],
  Entries: [{ Egress: false, RuleAction: 'allow', Protocol: '6', CidrBlock: '0.0.0.0/0', ...rule }],
})
const nameServers = (...servers: readonly string[]) => ({
  DhcpConfigurations: [{ Key: 'domain-name-servers', Values: servers.map((Value) => ({ Value })) }],
})

/** The list, the id, what a person would want in the answer, and what would lead that person astray. */
const documents: readonly ListCase[] = [
  [
    'open-acls',
    'NetworkAcls',
    'NetworkAclId',
    [
      acl({ PortRange: { From: 22, To: 22 } }),
      acl({ PortRange: { From: 3000, To: 3400 } }),
      acl({}),
      acl({ Protocol: '-1' }),
      acl({ CidrBlock: null, Ipv6CidrBlock: '::/0', PortRange: { From: 0, To: 65_535 } }),
    ],
    [
      { ...acl({}), IsDefault: true },
      acl({ PortRange: { From: 443, To: 443 } }),
      acl({ PortRange: { From: 23, To: 3388 } }),
      acl({ Egress: true }),
      acl({ RuleAction: 'deny' }),
      acl({ CidrBlock: '10.0.0.0/8' }),
      acl({ Protocol: '17', PortRange: { From: 22, To: 22 } }),
    ],
  ],
  [
    'unused-acls',
    'NetworkAcls',
    'NetworkAclId',
    [{ IsDefault: false, Associations: [] }],
    [
      { IsDefault: true, Associations: [] },
      { IsDefault: false, Associations: [{ SubnetId: 'subnet-1' }] },
    ],
  ],
  [
    'own-name-servers',
    'DhcpOptions',
    'DhcpOptionsId',
    [nameServers('10.0.0.2', '10.0.0.3')],
    [
      nameServers('AmazonProvidedDNS'),
      nameServers('10.0.0.2', 'AmazonProvidedDNS'),
      { DhcpConfigurations: [{ Key: 'domain-name', Values: [{ Value: 'acme.example' }] }] },
      { DhcpConfigurations: [] },
    ],
  ],
  [
    'own-prefix-lists',
    'PrefixLists',
    'PrefixListId',
    [{ OwnerId: '111122223333' }],
    [{ OwnerId: 'AWS', PrefixListName: 'com.amazonaws.eu-west-1.s3' }],
  ],
  [
    'failing-flow-logs',
    'FlowLogs',
    'FlowLogId',
    [{ FlowLogStatus: 'ACTIVE', DeliverLogsStatus: 'FAILED' }],
    [{ FlowLogStatus: 'ACTIVE', DeliverLogsStatus: 'SUCCESS' }],
  ],
  [
    'endpoints-not-available',
    'VpcEndpoints',
    'VpcEndpointId',
    [{ State: 'pendingAcceptance' }, { State: 'Rejected' }, { State: 'failed' }, { State: 'expired' }],
    [{ State: 'available' }, { State: 'Available' }, { State: 'deleted' }, { State: 'deleting' }],
  ],
  [
    'peerings-not-active',
    'VpcPeeringConnections',
    'VpcPeeringConnectionId',
    ['initiating-request', 'pending-acceptance', 'rejected', 'expired', 'failed', 'provisioning'].map(
      (Code) => ({ Status: { Code } }),
    ),
    ['active', 'deleting', 'deleted'].map((Code) => ({ Status: { Code } })),
  ],
  [
    'auto-accepting-gateways',
    'TransitGateways',
    'TransitGatewayId',
    [
      { State: 'available', Options: { AutoAcceptSharedAttachments: 'enable' } },
      { State: 'modifying', Options: { AutoAcceptSharedAttachments: 'enable' } },
    ],
    [
      { State: 'available', Options: { AutoAcceptSharedAttachments: 'disable' } },
      { State: 'deleted', Options: { AutoAcceptSharedAttachments: 'enable' } },
    ],
  ],
  [
    'customer-gateway-addresses',
    'CustomerGateways',
    'CustomerGatewayId',
    [
      { State: 'available', IpAddress: '198.51.100.1' },
      { State: 'pending', IpAddress: '198.51.100.2' },
    ],
    [
      { State: 'deleting', IpAddress: '198.51.100.3' },
      { State: 'deleted', IpAddress: '198.51.100.4' },
    ],
  ],
  [
    'vpn-tunnels-down',
    'VpnConnections',
    'VpnConnectionId',
    [
      { State: 'available', VgwTelemetry: [{ Status: 'UP' }, { Status: 'DOWN' }] },
      { State: 'available', VgwTelemetry: [{ Status: 'DOWN', StatusMessage: 'IPSEC IS DOWN' }] },
    ],
    [
      { State: 'available', VgwTelemetry: [{ Status: 'UP' }, { Status: 'UP' }] },
      { State: 'deleted', VgwTelemetry: [{ Status: 'DOWN' }] },
      { State: 'pending', VgwTelemetry: [] },
      { State: 'pending' },
    ],
  ],
  [
    'attachments-not-available',
    'TransitGatewayAttachments',
    'TransitGatewayAttachmentId',
    [
      'initiating',
      'initiatingRequest',
      'pendingAcceptance',
      'pending',
      'rejected',
      'failed',
      'rollingBack',
    ].map((State) => ({ State })),
    ['available', 'modifying', 'deleting', 'deleted'].map((State) => ({ State })),
  ],
]

describe('a saved query about networks that ships lists what its title says', () => {
  test.each(documents)('%s', expectOnlyWanted)
})
