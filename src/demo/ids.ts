import type { Cell } from './fleet.ts'
import { hash, hexId } from './random.ts'

/*
 * The ids that one kind's resources give for another's, an instance for its volumes. All who name a resource
 * compute its id here: that is why they agree, whether or not the other kind is simulated yet.
 */

/** Of the cell's nth instance. */
export function instanceIdOf(cell: Cell, n: number): string {
  return `i-${hexId(cell.seed, n, 35)}`
}

/** Of the volume that the nth instance starts from. */
export function rootVolumeIdOf(cell: Cell, n: number): string {
  return `vol-${hexId(cell.seed, n, 40)}`
}

/** Of the nth instance's volume for data. Every second instance has one; null for the others. */
export function dataVolumeIdOf(cell: Cell, n: number): string | null {
  return n % 2 === 0 ? `vol-${hexId(cell.seed, n, 41)}` : null
}

/** Of one of the five snapshots that root volumes were made from, `k` from 0. */
export function snapshotIdOf(cell: Cell, k: number): string {
  return `snap-${hexId(cell.seed, k, 54)}`
}

/** Of one of the four images, `k` from 0, that instances whose type's name has that length run. */
export function imageIdOf(cell: Cell, typeLength: number, k: number): string {
  return `ami-${hexId(cell.seed, typeLength, k, 37)}`
}

/** Of the VPC in which all instances of the cell are. */
export function vpcIdOf(cell: Cell): string {
  return `vpc-${hexId(cell.seed, 38)}`
}

/** Of the subnet in a zone: 0, 1 or 2. */
export function subnetIdOf(cell: Cell, zone: number): string {
  return `subnet-${hexId(cell.seed, zone, 39)}`
}

/** Of the security group of the instances with that role. */
export function securityGroupIdOf(cell: Cell, role: string): string {
  const end = (role.length * 7 + role.charCodeAt(0)).toString(16).padStart(2, '0').slice(-2)
  return `sg-0${vpcIdOf(cell).slice(5, 19)}${end}`
}

/** The name of the cell's one key pair. */
export function keyPairNameOf(cell: Cell): string {
  return `acme-${cell.account.team}`
}

/** Of the nth instance's network interface. */
export function networkInterfaceIdOf(cell: Cell, n: number): string {
  return `eni-0${instanceIdOf(cell, n).slice(3)}`
}

/** Of the VPC that EC2 makes in every region. */
export function defaultVpcIdOf(cell: Cell): string {
  return `vpc-${hexId(cell.seed, 70)}`
}

/** Of the default VPC's subnet in a zone. */
export function defaultSubnetIdOf(cell: Cell, zone: number): string {
  return `subnet-${hexId(cell.seed, zone, 71)}`
}

/** Of the subnet of NAT gateways and load balancers in a zone. */
export function publicSubnetIdOf(cell: Cell, zone: number): string {
  return `subnet-${hexId(cell.seed, zone, 72)}`
}

/** Of the cell's one set of DHCP options. */
export function dhcpOptionsIdOf(cell: Cell): string {
  return `dopt-${hexId(cell.seed, 73)}`
}

/** The start of the addresses in the cell's VPC: `10.1.16` for `10.1.16.0/20`; `more` is added to the third number. */
export function vpcAddressOf({ accountIndex, regionIndex }: Cell, more: number): string {
  return `10.${accountIndex % 256}.${(regionIndex * 16 + more) % 256}`
}

/** The range of the VPC with all instances. */
export function mainRangeOf(cell: Cell): string {
  return `${vpcAddressOf(cell, 0)}.0/20`
}

/** Of the security group that EC2 makes for each VPC. */
export function defaultGroupIdOf(cell: Cell, vpcId: string): string {
  return `sg-${hexId(cell.seed, Number.parseInt(vpcId.slice(-7), 16), 75)}`
}

/** Of the internet gateway of a VPC; `''` for one that no VPC has. */
export function internetGatewayIdOf(cell: Cell, vpcId: string): string {
  return `igw-${hexId(cell.seed, Number.parseInt(vpcId.slice(-7) || '0', 16), 78)}`
}

/** Of the NAT gateway in a zone. */
export function natGatewayIdOf(cell: Cell, zone: number): string {
  return `nat-${hexId(cell.seed, zone, 79)}`
}

/** Of the network interface of the NAT gateway in a zone. */
export function natInterfaceIdOf(cell: Cell, zone: number): string {
  return `eni-${hexId(cell.seed, zone, 80)}`
}

/** Of the cell's kth Elastic IP address: NAT gateways have the first ones. */
export function allocationIdOf(cell: Cell, k: number): string {
  return `eipalloc-${hexId(cell.seed, k, 81)}`
}

/** Of the association of the kth Elastic IP address. */
export function associationIdOf(cell: Cell, k: number): string {
  return `eipassoc-${hexId(cell.seed, k, 82)}`
}

/** The kth Elastic IP address itself. */
export function elasticIpOf({ seed }: Cell, k: number): string {
  return `192.0.2.${(hash(seed, 83) + k) % 256}`
}

/** Of one of the two snapshots of Amazon's own images, which anybody may use. */
export function publicSnapshotIdOf(cell: Cell, k: number): string {
  return `snap-${hexId(cell.seed, k, 96)}`
}

/** Of the DHCP options of accounts with name servers of their own. */
export function ownDhcpOptionsIdOf(cell: Cell): string {
  return `dopt-${hexId(cell.seed, 107)}`
}

/** Of AWS's own prefix list of a service in the cell's region: `s3`, `dynamodb`. All accounts see the same one. */
export function amazonPrefixListIdOf({ regionIndex }: Cell, service: string): string {
  return `pl-${hexId(regionIndex, service.length, 115).slice(1, 9)}`
}

/** Of the kth route table of a VPC: the main one, the one of public subnets, then one for each NAT gateway. */
export function routeTableIdOf(cell: Cell, vpcId: string, k: number): string {
  return `rtb-${hexId(cell.seed, Number.parseInt(vpcId.slice(-7), 16), k, 88)}`
}

/** Of the kth VPC endpoint: the first ones are those that route tables lead to. */
export function endpointIdOf(cell: Cell, k: number): string {
  return `vpce-${hexId(cell.seed, k, 120)}`
}

/** Of the kth VPC endpoint's network interface in a zone. */
export function endpointInterfaceIdOf(cell: Cell, k: number, zone: number): string {
  return `eni-${hexId(cell.seed, k, zone, 124)}`
}

/** Of the transit gateway that a hub shares with its spokes. */
export function transitGatewayIdOf(hub: Cell): string {
  return `tgw-${hexId(hub.seed, 129)}`
}

/** Of its one route table. */
export function transitRouteTableIdOf(hub: Cell): string {
  return `tgw-rtb-${hexId(hub.seed, 130)}`
}

/** Of the kth device at the other end of VPN connections. */
export function customerGatewayIdOf(cell: Cell, k: number): string {
  return `cgw-${hexId(cell.seed, k, 131)}`
}

/** Of the kth VPN connection. */
export function vpnConnectionIdOf(cell: Cell, k: number): string {
  return `vpn-${hexId(cell.seed, k, 132)}`
}

/** Of the virtual private gateway of the VPC with all instances. */
export function vpnGatewayIdOf(cell: Cell): string {
  return `vgw-${hexId(cell.seed, 133)}`
}

/** Of the placement group that holds instances. */
export function placementGroupIdOf(cell: Cell): string {
  return `pg-${hexId(cell.seed, 113)}`
}

/** The name of the placement group that holds instances. */
export function placementGroupNameOf({ account }: Cell): string {
  return `${account.team}-search`
}

/** Of the cell's kth dedicated host. */
export function hostIdOf(cell: Cell, k: number): string {
  return `h-${hexId(cell.seed, k, 114)}`
}

/** Of the cell's kth capacity reservation. */
export function capacityReservationIdOf(cell: Cell, k: number): string {
  return `cr-${hexId(cell.seed, k, 115)}`
}
