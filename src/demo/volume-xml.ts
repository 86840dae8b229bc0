import type { DemoVolume } from './volume.ts'
import { element, tagSet, xmlTime } from './xml.ts'

/** `<item>` of a volumeSet, with the members that EC2 sends. */
export function volumeXml(volume: DemoVolume): string {
  return `<item><volumeId>${volume.volumeId}</volumeId><size>${volume.size}</size><snapshotId>${volume.snapshotId}</snapshotId><availabilityZone>${volume.availabilityZone}</availabilityZone><status>${volume.state}</status><createTime>${xmlTime(volume.createTime)}</createTime>${attachmentXml(volume)}${tagSet(volume.tags)}<volumeType>${volume.type}</volumeType>${element('iops', volume.iops)}<encrypted>${volume.encrypted}</encrypted>${element('kmsKeyId', volume.kmsKeyId)}<multiAttachEnabled>false</multiAttachEnabled>${element('throughput', volume.throughput)}<operator><managed>false</managed></operator></item>`
}

function attachmentXml({ attachment, volumeId, createTime }: DemoVolume): string {
  if (attachment === null) return '<attachmentSet/>'
  return `<attachmentSet><item><volumeId>${volumeId}</volumeId><instanceId>${attachment.instanceId}</instanceId><device>${attachment.device}</device><status>attached</status><attachTime>${xmlTime(createTime)}</attachTime><deleteOnTermination>${attachment.root}</deleteOnTermination></item></attachmentSet>`
}
