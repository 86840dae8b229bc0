import type { JsonObject, Kind, Parent } from '../model.ts'

/** What the SDK's schemas do not say of Describe operations, from the EC2 API reference. */

/**
 * The member that names one resource, if it is neither `<Singular>Id` nor the id of the item's shape: the one that EC2's
 * own calls take to name it. An operation without a line here whose items have no such member is known by the whole
 * item.
 */
export const uniqueIds: Readonly<Record<string, string>> = {
  DescribeAccountAttributes: 'AttributeName',
  DescribeAddresses: 'AllocationId',
  DescribeAddressesAttribute: 'AllocationId',
  DescribeAvailabilityZones: 'ZoneName',
  DescribeBundleTasks: 'BundleId',
  DescribeByoipCidrs: 'Cidr',
  DescribeCapacityBlockStatus: 'CapacityBlockId',
  DescribeClientVpnConnections: 'ConnectionId',
  DescribeClientVpnTargetNetworks: 'AssociationId',
  DescribeCoipPools: 'PoolId',
  DescribeDeclarativePoliciesReports: 'ReportId',
  DescribeFastLaunchImages: 'ImageId',
  DescribeFleetInstances: 'InstanceId',
  DescribeIamInstanceProfileAssociations: 'AssociationId',
  DescribeImageUsageReports: 'ReportId',
  DescribeImportImageTasks: 'ImportTaskId',
  DescribeImportSnapshotTasks: 'ImportTaskId',
  DescribeInstanceConnectEndpoints: 'InstanceConnectEndpointId',
  DescribeInstanceCreditSpecifications: 'InstanceId',
  DescribeInstanceImageMetadata: 'InstanceId',
  DescribeInstanceSqlHaStates: 'InstanceId',
  DescribeInstanceStatus: 'InstanceId',
  DescribeInstanceTopology: 'InstanceId',
  DescribeIpv6Pools: 'PoolId',
  DescribeLockedSnapshots: 'SnapshotId',
  DescribeMacHosts: 'HostId',
  DescribeManagedPrefixLists: 'PrefixListId',
  DescribeNetworkingFlexCostAllocationPolicies: 'FcaPolicyId',
  DescribeNetworkingFlexCostAllocationPolicyAssociations: 'FcaPolicyAssociationId',
  DescribePlacementGroups: 'GroupId',
  DescribePublicIpv4Pools: 'PoolId',
  DescribeReservedInstances: 'ReservedInstancesId',
  DescribeSecurityGroups: 'GroupId',
  DescribeSnapshotTierStatus: 'SnapshotId',
  DescribeSpotFleetInstances: 'InstanceId',
  DescribeStaleSecurityGroups: 'GroupId',
  DescribeTransitGatewayConnects: 'TransitGatewayAttachmentId',
  DescribeTransitGatewayPeeringAttachments: 'TransitGatewayAttachmentId',
  DescribeTransitGatewayVpcAttachments: 'TransitGatewayAttachmentId',
  DescribeTrunkInterfaceAssociations: 'AssociationId',
  DescribeVerifiedAccessInstanceLoggingConfigurations: 'VerifiedAccessInstanceId',
  DescribeVolumeStatus: 'VolumeId',
  DescribeVolumesModifications: 'VolumeId',
  DescribeVpcBlockPublicAccessExclusions: 'ExclusionId',
  DescribeVpcEndpointAssociations: 'Id',
  DescribeVpcEndpointConnectionNotifications: 'ConnectionNotificationId',
  DescribeVpcEndpointServiceConfigurations: 'ServiceId',
  DescribeVpcEndpointServicePermissions: 'ServicePermissionId',
}

/** Operations whose items no member identifies: the member that people look for first, and why it is not enough. */
export const sharedIds: Readonly<Record<string, readonly [member: string, reason: string]>> = {
  DescribeAddressTransfers: [
    'AllocationId',
    'an address may be offered again while its last transfer is listed',
  ],
  DescribeApplicationStatusCheckAssociations: ['ApplicationStatusCheckId', 'a check has many associations'],
  DescribeAwsNetworkPerformanceMetricSubscriptions: ['Source', 'a subscription is all of its members'],
  DescribeCapacityBlockExtensionHistory: ['CapacityReservationId', 'a reservation is extended many times'],
  DescribeCapacityReservationTopology: ['CapacityReservationId', 'a reservation may stand in several places'],
  DescribeClientVpnAuthorizationRules: ['ClientVpnEndpointId', 'an endpoint has many rules'],
  DescribeClientVpnRoutes: ['ClientVpnEndpointId', 'an endpoint has many routes'],
  DescribeFastSnapshotRestores: ['SnapshotId', 'a snapshot is enabled zone by zone'],
  DescribeImageUsageReportEntries: ['ReportId', 'a report has many entries'],
  DescribeInstanceSqlHaHistoryStates: ['InstanceId', 'an instance has many states'],
  DescribeIpamByoasn: ['Asn', 'a number may stand in several IPAMs'],
  DescribeLaunchTemplateVersions: ['LaunchTemplateId', 'a template has many versions'],
  DescribeSecurityGroupVpcAssociations: ['GroupId', 'a group is associated with many VPCs'],
  DescribeStoreImageTasks: ['AmiId', 'an image is stored many times'],
  DescribeTags: ['ResourceId', 'a resource has many tags'],
}

/** The list, if the answer has several and one of them is the list of resources. */
export const chosenLists: Readonly<Record<string, string>> = {
  DescribeApplicationStatusCheckAssociations: 'Associations',
}

/** Input that every call needs, beside owner and page. */
export const fixedInputs: Readonly<Record<string, JsonObject>> = {
  // The only attribute that there is.
  DescribeAddressesAttribute: { Attribute: 'domain-name' },
  // Otherwise zones that the account has not opted in to are left out.
  DescribeAvailabilityZones: { AllAvailabilityZones: true },
}

/** Operations that list what belongs to one resource of another kind, and that a person would ask for. */
export const parents: Readonly<Record<string, Parent>> = {
  DescribeClientVpnAuthorizationRules: ofClientVpnEndpoint(),
  DescribeClientVpnConnections: ofClientVpnEndpoint(),
  DescribeClientVpnRoutes: ofClientVpnEndpoint(),
  DescribeClientVpnTargetNetworks: ofClientVpnEndpoint(),
  DescribeFleetInstances: {
    kind: 'fleets',
    id: 'FleetId',
    parameter: 'FleetId',
    // EC2 API reference, DescribeFleetInstances: not supported for fleets of type instant, which list theirs.
    except: { member: 'Type', value: 'instant' },
  },
  DescribeLaunchTemplateVersions: {
    kind: 'launch-templates',
    id: 'LaunchTemplateId',
    parameter: 'LaunchTemplateId',
  },
  DescribeSpotFleetInstances: {
    kind: 'spot-fleet-requests',
    id: 'SpotFleetRequestId',
    parameter: 'SpotFleetRequestId',
  },
  DescribeStaleSecurityGroups: { kind: 'vpcs', id: 'VpcId', parameter: 'VpcId' },
  DescribeVpcEndpointServicePermissions: {
    kind: 'vpc-endpoint-service-configurations',
    id: 'ServiceId',
    parameter: 'ServiceId',
  },
}

function ofClientVpnEndpoint(): Parent {
  return { kind: 'client-vpn-endpoints', id: 'ClientVpnEndpointId', parameter: 'ClientVpnEndpointId' }
}

/** Operations that list no resources of the account, with why not. */
export const excludedOperations: Readonly<Record<string, string>> = {
  DescribeAggregateIdFormat: 'a format, not a resource',
  DescribeCapacityBlockExtensionOfferings: 'a catalogue of what AWS offers',
  DescribeCapacityBlockOfferings: 'a catalogue of what AWS offers',
  DescribeClassicLinkInstances: 'EC2-Classic, which ended in 2022',
  DescribeElasticGpus: 'Elastic Graphics, which ended in 2024',
  DescribeHostReservationOfferings: 'a catalogue of what AWS offers',
  DescribeIdFormat: 'a format, not a resource',
  DescribeIdentityIdFormat: 'a format, not a resource',
  DescribeInstanceTypeOfferings: 'a catalogue of what AWS offers',
  DescribeInstanceTypes: 'a catalogue of what AWS offers',
  DescribeMovingAddresses: 'EC2-Classic, which ended in 2022',
  DescribePrefixLists: 'its lists are among those of DescribeManagedPrefixLists',
  DescribePrincipalIdFormat: 'a format, not a resource',
  DescribeRegions: 'muster asks for the regions by itself',
  DescribeReservedInstancesOfferings: 'a catalogue of what AWS offers',
  DescribeScheduledInstanceAvailability: 'a catalogue of what AWS offers',
  DescribeSpotPriceHistory: 'prices, not resources',
  DescribeVpcClassicLink: 'EC2-Classic, which ended in 2022',
  DescribeVpcClassicLinkDnsSupport: 'EC2-Classic, which ended in 2022',
  DescribeVpcEndpointServices: 'a catalogue of what AWS and others offer',
}

/** MaxResults of an operation that is not listed here. If AWS says otherwise, its own words are followed. */
export const usualLimits = { min: 5, max: 1000 }

/**
 * What MaxResults may be where botocore's model of EC2 (service-2.json) says something else than the usual. No model
 * says it of fleets, tags and some more: their limits are learnt from AWS's answer.
 */
export const pageLimits: Readonly<Record<string, Kind['pageSize']>> = {
  ...limitTo(
    1,
    10,
    'CapacityReservationTopology PublicIpv4Pools VerifiedAccessInstanceLoggingConfigurations',
  ),
  ...limitTo(1, 50, 'InstanceConnectEndpoints ReplaceRootVolumeTasks'),
  ...limitTo(
    1,
    100,
    'AwsNetworkPerformanceMetricSubscriptions ByoipCidrs CapacityReservationFleets InstanceTopology IpamByoasn',
  ),
  ...limitTo(1, 100, 'ManagedPrefixLists NetworkInsightsAccessScopeAnalyses NetworkInsightsAccessScopes'),
  ...limitTo(1, 100, 'NetworkInsightsAnalyses NetworkInsightsPaths VpcEndpointAssociations'),
  ...limitTo(1, 200, 'FastLaunchImages FastSnapshotRestores LaunchTemplates StoreImageTasks'),
  ...limitTo(1, 500, 'ExportImageTasks MacModificationTasks'),
  ...limitTo(1, 1000, 'AddressesAttribute CapacityBlockExtensionHistory CapacityBlockStatus CapacityBlocks'),
  ...limitTo(1, 1000, 'CapacityManagerDataExports CapacityReservations DeclarativePoliciesReports'),
  ...limitTo(1, 1000, 'ImageUsageReportEntries ImageUsageReports InstanceImageMetadata'),
  ...limitTo(1, 1000, 'InstanceSqlHaHistoryStates InstanceSqlHaStates Ipv6Pools SpotFleetInstances'),
  ...limitTo(5, 100, 'RouteTables'),
  ...limitTo(5, 200, 'VerifiedAccessInstances VerifiedAccessTrustProviders'),
  ...limitTo(5, 255, 'EgressOnlyInternetGateways NetworkInterfacePermissions StaleSecurityGroups'),
  ...limitTo(5, 255, 'TrunkInterfaceAssociations'),
  ...limitTo(5, 500, 'MacHosts'),
  ...limitTo(20, 500, 'InstanceEventWindows'),
  ...limitTo(200, 1000, 'VpnConcentrators'),
  ...limitTo(1000, 100_000, 'IpamPoolAllocations'),
}

function limitTo(min: number, max: number, names: string): Record<string, Kind['pageSize']> {
  return Object.fromEntries(names.split(' ').map((name) => [`Describe${name}`, { min, max }]))
}
