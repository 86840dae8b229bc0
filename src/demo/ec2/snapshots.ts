import { notFoundRefusal } from '../describe/describe-call.ts'
import { amazonId, ownerTest } from '../describe/owners.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { publicSnapshotIdOf, snapshotIdOf } from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'
import { volumes } from './volumes.ts'

export const snapshots: SimulatedKind<DemoSnapshot> = {
  operation: 'DescribeSnapshots',
  list: 'snapshotSet',
  idParameter: 'SnapshotId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => (cell.instances === 0 ? 0 : ofImages + backupCount(cell) + amazonsOwn),
  itemAt: makeSnapshot,
  idOf: ({ snapshotId }) => snapshotId,
  xmlOf: snapshotXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    description: ({ description }) => description,
    encrypted: ({ encrypted }) => String(encrypted),
    'owner-alias': ({ ownerId }) => (ownerId === amazonId ? 'amazon' : null),
    'owner-id': ({ ownerId }) => ownerId,
    progress: ({ state }) => progressOf(state),
    'snapshot-id': ({ snapshotId }) => snapshotId,
    'start-time': ({ startTime }) => xmlTime(startTime),
    status: ({ state }) => state,
    'storage-tier': ({ archived }) => (archived ? 'archive' : 'standard'),
    'volume-id': ({ volumeId }) => volumeId,
    'volume-size': ({ size }) => String(size),
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidSnapshot.NotFound', 'snapshot', ids),
  own: {
    names: ['Owner', 'RestorableBy'],
    makeTest: (params, cell) => {
      const isAsked = ownerTest(params, cell)
      return ({ ownerId }) => isAsked(ownerId)
    },
  },
}

export interface DemoSnapshot {
  readonly snapshotId: string
  /** `vol-ffffffff` for a copy; the volume may be gone. */
  readonly volumeId: string
  readonly ownerId: string
  readonly region: string
  readonly state: 'completed' | 'pending' | 'error'
  /** In ms since 1970. */
  readonly startTime: number
  /** GiB. */
  readonly size: number
  readonly description: string
  readonly encrypted: boolean
  readonly archived: boolean
  readonly tags: readonly Tag[]
}

/** Snapshots that images and root volumes are made from. */
const ofImages = 5
const amazonsOwn = 2
const day = 86_400_000

/** One backup for every third volume. */
function backupCount(cell: Cell): number {
  return Math.ceil(volumes.countItems(cell) / 3)
}

function makeSnapshot(cell: Cell, n: number): DemoSnapshot {
  const backups = backupCount(cell)
  if (n < ofImages) return ofImage(cell, snapshotIdOf(cell, n), cell.account.id, n)
  if (n < ofImages + backups) return makeBackup(cell, n - ofImages)
  const k = n - ofImages - backups
  return ofImage(cell, publicSnapshotIdOf(cell, k), amazonId, k)
}

function ofImage(cell: Cell, snapshotId: string, ownerId: string, k: number): DemoSnapshot {
  return {
    snapshotId,
    volumeId: 'vol-ffffffff',
    ownerId,
    region: cell.region,
    state: 'completed',
    startTime: cell.now - (30 + (hash(cell.seed, k, 97) % 1400)) * day,
    size: 8,
    description: 'Copied for an image',
    encrypted: false,
    archived: false,
    tags: ownerId === cell.account.id ? cellTags(cell, `${cell.account.team}-image-${k + 1}`) : [],
  }
}

/** Of one in six the volume is gone. */
function makeBackup(cell: Cell, n: number): DemoSnapshot {
  const h = hash(cell.seed, n, 98)
  const volume = volumes.itemAt(cell, (n * 3) % volumes.countItems(cell))
  const gone = h % 6 === 0
  const percent = (h >>> 4) % 100
  return {
    snapshotId: `snap-${hexId(cell.seed, n, 99)}`,
    volumeId: gone ? `vol-${hexId(cell.seed, n, 94)}` : volume.volumeId,
    ownerId: cell.account.id,
    region: cell.region,
    state: percent === 98 ? 'pending' : percent === 99 ? 'error' : 'completed',
    startTime: Math.max(volume.createTime, cell.now - (1 + ((h >>> 11) % 1100)) * day),
    size: volume.size,
    description: 'Nightly backup',
    encrypted: volume.encrypted,
    archived: (h >>> 7) % 9 === 0,
    tags: gone ? [] : volume.tags,
  }
}

function progressOf(state: DemoSnapshot['state']): string {
  return state === 'completed' ? '100%' : '42%'
}

function snapshotXml(snapshot: DemoSnapshot): string {
  const { state, ownerId, encrypted, region, size } = snapshot
  return itemXml({
    snapshotId: snapshot.snapshotId,
    volumeId: snapshot.volumeId,
    status: state,
    statusMessage: state === 'error' ? 'The given key ID is not accessible' : null,
    startTime: xmlTime(snapshot.startTime),
    completionTime: state === 'completed' ? xmlTime(snapshot.startTime + 600_000) : null,
    progress: progressOf(state),
    ownerId,
    ownerAlias: ownerId === amazonId ? 'amazon' : null,
    volumeSize: size,
    fullSnapshotSizeInBytes: size * 2 ** 29,
    description: snapshot.description,
    encrypted,
    kmsKeyId: encrypted ? `arn:aws:kms:${region}:${ownerId}:key/1234abcd-12ab-34cd-56ef-1234567890ab` : null,
    storageTier: snapshot.archived ? 'archive' : 'standard',
    tagSet: tagMembers(snapshot.tags),
  })
}
