import type { PageLimits } from '../describe/simulated-kind.ts'

/**
 * What MaxResults may be in an operation, and the most that a page holds: a few, so that the handful of items that a
 * cell has comes in two pages.
 */
export function pageLimitsOf(operation: string): PageLimits {
  const name = operation.slice('Describe'.length)
  const found = limits.find(([, , names]) => names.includes(name))
  const [min, accepts] = found ?? [5, 1000]
  return { min, accepts, gives: 2 }
}

/**
 * The operations whose limits are not 5 and 1000, by the service model of botocore 1.43 and, for the last two lines,
 * the API reference of EC2.
 */
const limits: readonly (readonly [min: number, accepts: number, names: readonly string[]])[] = [
  [0, 100, ['AwsNetworkPerformanceMetricSubscriptions']],
  [0, 200, ['FastLaunchImages', 'FastSnapshotRestores']],
  [1, 10, ['CapacityReservationTopology', 'PublicIpv4Pools', 'VerifiedAccessInstanceLoggingConfigurations']],
  [1, 50, ['InstanceConnectEndpoints', 'ReplaceRootVolumeTasks']],
  [1, 100, ['ByoipCidrs', 'CapacityReservationFleets', 'InstanceTopology', 'IpamByoasn']],
  [1, 100, ['ManagedPrefixLists', 'NetworkInsightsAccessScopeAnalyses', 'NetworkInsightsAccessScopes']],
  [1, 100, ['NetworkInsightsAnalyses', 'NetworkInsightsPaths', 'VpcEndpointAssociations']],
  [1, 200, ['LaunchTemplates', 'StoreImageTasks']],
  [1, 500, ['ExportImageTasks', 'MacModificationTasks']],
  [1, 1000, ['AddressesAttribute', 'CapacityBlockExtensionHistory', 'CapacityBlockExtensionOfferings']],
  [1, 1000, ['CapacityBlockOfferings', 'CapacityBlockStatus', 'CapacityBlocks', 'CapacityReservations']],
  [1, 1000, ['CapacityManagerDataExports', 'CapacityReservationBillingRequests', 'Ipv6Pools']],
  [1, 1000, ['DeclarativePoliciesReports', 'InstanceImageMetadata', 'InstanceSqlHaHistoryStates']],
  [1, 1000, ['InstanceSqlHaStates', 'PrincipalIdFormat', 'SpotFleetInstances', 'SpotFleetRequestHistory']],
  [1, 1000, ['ImageUsageReportEntries', 'ImageUsageReports']],
  [5, 100, ['InstanceTypes']],
  [5, 200, ['VerifiedAccessInstances', 'VerifiedAccessTrustProviders']],
  [5, 255, ['EgressOnlyInternetGateways', 'NetworkInterfacePermissions', 'StaleSecurityGroups']],
  [5, 255, ['TrunkInterfaceAssociations', 'VpcClassicLinkDnsSupport']],
  [5, 300, ['ScheduledInstanceAvailability']],
  [5, 500, ['HostReservationOfferings', 'MacHosts']],
  [10, 1000, ['ElasticGpus']],
  [20, 500, ['InstanceEventWindows']],
  [200, 1000, ['VpnConcentrators']],
  [1000, 100_000, ['IpamPoolAllocations']],
  [1, 200, ['LaunchTemplateVersions']],
  [5, 500, ['HostReservations', 'Hosts']],
]
