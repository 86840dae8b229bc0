import { kindNamed } from '../../kinds.ts'
import type { Ask, ListedColumn } from '../protocol.ts'

/** Short titles for the kinds' columns. What an expression gives keeps its own names. */
const labels: Readonly<Record<string, string>> = {
  Name: 'NAME',
  State: 'STATE',
  InstanceType: 'TYPE',
  VolumeType: 'TYPE',
  AccountName: 'ACCOUNT',
  AccountId: 'ACCOUNT ID',
  Profile: 'PROFILE',
  Region: 'REGION',
  PrivateIpAddress: 'PRIVATE IP',
  PublicIpAddress: 'PUBLIC IP',
  LaunchTime: 'AGE',
  CreateTime: 'AGE',
  AvailabilityZone: 'ZONE',
  ImageId: 'IMAGE',
  VpcId: 'VPC',
  SubnetId: 'SUBNET',
  Architecture: 'ARCH',
  PlatformDetails: 'PLATFORM',
  KeyName: 'KEY',
  InstanceProfile: 'INSTANCE PROFILE',
  Size: 'GIB',
  Iops: 'IOPS',
  Encrypted: 'ENCRYPTED',
  SnapshotId: 'SNAPSHOT',
}

/** The title over a column. */
export function labelOf({ name }: ListedColumn, ask: Ask): string {
  if (ask.type === 'scopes') return name.replace(/(?<=[a-z])(?=[A-Z])/, ' ').toUpperCase()
  if (ask.view.expression !== null) return name
  if (name === kindNamed(ask.view.kind).id) return 'ID'
  return labels[name] ?? (name === 'InstanceId' ? 'INSTANCE' : name)
}

/** Columns that go first where the terminal is too narrow for all, before those on the right. */
export function goFirst({ type }: Ask): readonly string[] {
  return type === 'scopes' ? ['Next', 'Profile', 'Kind'] : goFirstOfResources
}

const goFirstOfResources: readonly string[] = [
  'Encrypted',
  'PublicIpAddress',
  'PrivateIpAddress',
  'Iops',
  'Profile',
  'Region',
]
