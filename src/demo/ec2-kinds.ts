import type { SimulatedKind } from './describe/simulated-kind.ts'
import { addresses } from './ec2/addresses.ts'
import { capacityReservations } from './ec2/capacity-reservations.ts'
import { customerGateways } from './ec2/customer-gateways.ts'
import { regions } from './ec2/described-regions.ts'
import { dhcpOptions } from './ec2/dhcp-options.ts'
import { flowLogs } from './ec2/flow-logs.ts'
import { hosts } from './ec2/hosts.ts'
import { images } from './ec2/images.ts'
import { instanceStatus } from './ec2/instance-status.ts'
import { instances } from './ec2/instances.ts'
import { internetGateways } from './ec2/internet-gateways.ts'
import { keyPairs } from './ec2/key-pairs.ts'
import { launchTemplates } from './ec2/launch-templates.ts'
import { natGateways } from './ec2/nat-gateways.ts'
import { networkAcls } from './ec2/network-acls.ts'
import { networkInterfaces } from './ec2/network-interfaces.ts'
import { placementGroups } from './ec2/placement-groups.ts'
import { prefixLists } from './ec2/prefix-lists.ts'
import { reservedInstances } from './ec2/reserved-instances.ts'
import { routeTables } from './ec2/route-tables.ts'
import { securityGroupRules } from './ec2/security-group-rules.ts'
import { securityGroups } from './ec2/security-groups.ts'
import { snapshots } from './ec2/snapshots.ts'
import { spotRequests } from './ec2/spot-requests.ts'
import { subnets } from './ec2/subnets.ts'
import { transitGatewayAttachments } from './ec2/transit-gateway-attachments.ts'
import { transitGateways } from './ec2/transit-gateways.ts'
import { volumes } from './ec2/volumes.ts'
import { vpcEndpoints } from './ec2/vpc-endpoints.ts'
import { vpcPeeringConnections } from './ec2/vpc-peering-connections.ts'
import { vpcs } from './ec2/vpcs.ts'
import { vpnConnections } from './ec2/vpn-connections.ts'
import { vpnGateways } from './ec2/vpn-gateways.ts'

/** The kinds that the simulated EC2 answers for. Adding one is a file in ec2/ and a line here. */
export const simulatedKinds: readonly SimulatedKind[] = [
  instances,
  regions,
  volumes,
  vpcs,
  subnets,
  securityGroups,
  securityGroupRules,
  natGateways,
  internetGateways,
  routeTables,
  addresses,
  networkInterfaces,
  networkAcls,
  vpcEndpoints,
  vpcPeeringConnections,
  transitGateways,
  transitGatewayAttachments,
  customerGateways,
  vpnGateways,
  vpnConnections,
  dhcpOptions,
  flowLogs,
  prefixLists,
  snapshots,
  images,
  keyPairs,
  launchTemplates,
  placementGroups,
  hosts,
  capacityReservations,
  reservedInstances,
  spotRequests,
  instanceStatus,
]
