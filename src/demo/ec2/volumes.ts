import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { snapshotIdOf } from '../ids.ts'
import { hash, hexId, pick } from '../random.ts'
import type { Tag } from '../tags.ts'
import { elementXml, tagSetXml, xmlTime } from '../xml.ts'
import { makeInstance } from './instances.ts'

export const volumes: SimulatedKind<DemoVolume> = {
  operation: 'DescribeVolumes',
  list: 'volumeSet',
  idParameter: 'VolumeId',
  // The AWS CLI sends MaxResults=1000 unasked (awscli/customizations/ec2/paginate.py); the API reference says 500.
  pages: { min: 5, accepts: 1000, gives: 500 },
  countItems: ({ instances }) => volumeCount(instances),
  itemAt: makeVolume,
  idOf: ({ volumeId }) => volumeId,
  xmlOf: volumeXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    'attachment.instance-id': ({ attachment }) => attachment?.instanceId ?? null,
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'create-time': ({ createTime }) => xmlTime(createTime),
    encrypted: ({ encrypted }) => String(encrypted),
    size: ({ size }) => String(size),
    'snapshot-id': ({ snapshotId }) => snapshotId || null,
    status: ({ state }) => state,
    'volume-id': ({ volumeId }) => volumeId,
    'volume-type': ({ type }) => type,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidVolume.NotFound', 'volume', ids),
}

export interface DemoVolume {
  readonly volumeId: string
  readonly region: string
  readonly availabilityZone: string
  readonly state: 'in-use' | 'available'
  readonly type: 'gp3' | 'gp2' | 'io2' | 'st1'
  /** GiB. */
  readonly size: number
  readonly iops: number | null
  readonly throughput: number | null
  readonly encrypted: boolean
  readonly kmsKeyId: string | null
  readonly snapshotId: string
  /** In ms since 1970. */
  readonly createTime: number
  readonly attachment: { readonly instanceId: string; readonly device: string; readonly root: boolean } | null
  readonly tags: readonly Tag[]
}

/** Volumes beside so many instances: a root each, data for every second, one unattached per eight. */
function volumeCount(instances: number): number {
  return instances === 0 ? 0 : attachedCount(instances) + Math.floor(instances / 8) + 1
}

/** The nth volume of an account and region. */
function makeVolume(cell: Cell, n: number): DemoVolume {
  const attached = attachedCount(cell.instances)
  if (n >= attached) return makeUnattachedVolume(cell, n - attached)
  const place = n % 3
  const data = place === 1
  const instance = makeInstance(cell, Math.floor(n / 3) * 2 + (place === 2 ? 1 : 0))
  const gone = instance.state === 'terminated'
  return {
    ...volumeFacts(cell, hash(cell.seed, n, 51), data),
    volumeId: data && instance.dataVolumeId ? instance.dataVolumeId : instance.rootVolumeId,
    availabilityZone: instance.availabilityZone,
    state: gone ? 'available' : 'in-use',
    createTime: instance.launchTime,
    attachment: gone
      ? null
      : { instanceId: instance.instanceId, device: data ? '/dev/sdf' : '/dev/xvda', root: !data },
    tags: instance.tags.filter(([key]) => !key.startsWith('aws:')),
  }
}

function attachedCount(instances: number): number {
  return instances + Math.ceil(instances / 2)
}

function makeUnattachedVolume(cell: Cell, n: number): DemoVolume {
  const h = hash(cell.seed, n, 52)
  return {
    ...volumeFacts(cell, h, true),
    volumeId: `vol-${hexId(cell.seed, n, 53)}`,
    availabilityZone: `${cell.region}${'abc'[h % 3]}`,
    state: 'available',
    createTime: cell.now - (30 + (h % 900)) * 86_400_000,
    attachment: null,
    tags: h % 3 === 0 ? [] : [['Name', `old-${cell.account.team}-data-${n + 1}`]],
  }
}

function volumeFacts(cell: Cell, h: number, data: boolean) {
  const type = data ? pick(['gp3', 'gp3', 'gp2', 'io2', 'st1'] as const, h >>> 3) : 'gp3'
  const encrypted = (h >>> 6) % 5 !== 0
  return {
    region: cell.region,
    type,
    size: type === 'st1' ? 500 : data ? pick([50, 100, 200, 500, 1000], h >>> 9) : pick([8, 20, 30], h >>> 9),
    iops: type === 'st1' ? null : type === 'io2' ? 6000 : 3000,
    throughput: type === 'gp3' ? 125 : null,
    encrypted,
    kmsKeyId: encrypted
      ? `arn:aws:kms:${cell.region}:${cell.account.id}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
      : null,
    snapshotId: data ? '' : snapshotIdOf(cell, h % 5),
  }
}

/** `<item>` of a volumeSet, with the members that EC2 sends. */
function volumeXml(volume: DemoVolume): string {
  return `<item><volumeId>${volume.volumeId}</volumeId><size>${volume.size}</size><snapshotId>${volume.snapshotId}</snapshotId><availabilityZone>${volume.availabilityZone}</availabilityZone><status>${volume.state}</status><createTime>${xmlTime(volume.createTime)}</createTime>${attachmentXml(volume)}${tagSetXml(volume.tags)}<volumeType>${volume.type}</volumeType>${elementXml('iops', volume.iops)}<encrypted>${volume.encrypted}</encrypted>${elementXml('kmsKeyId', volume.kmsKeyId)}<multiAttachEnabled>false</multiAttachEnabled>${elementXml('throughput', volume.throughput)}<operator><managed>false</managed></operator></item>`
}

function attachmentXml({ attachment, volumeId, createTime }: DemoVolume): string {
  if (attachment === null) return '<attachmentSet/>'
  return `<attachmentSet><item><volumeId>${volumeId}</volumeId><instanceId>${attachment.instanceId}</instanceId><device>${attachment.device}</device><status>attached</status><attachTime>${xmlTime(createTime)}</attachTime><deleteOnTermination>${attachment.root}</deleteOnTermination></item></attachmentSet>`
}
