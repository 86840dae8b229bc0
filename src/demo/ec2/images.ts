import { notFoundRefusal } from '../describe/describe-call.ts'
import { amazonId, ownerTest } from '../describe/owners.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { imageIdOf, publicSnapshotIdOf, snapshotIdOf } from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'

export const images: SimulatedKind<DemoImage> = {
  operation: 'DescribeImages',
  list: 'imagesSet',
  idParameter: 'ImageId',
  pages: { min: 5, accepts: 1000, gives: 1000 },
  countItems: (cell) => (cell.instances === 0 ? 0 : inUse + old),
  itemAt: makeImage,
  idOf: ({ imageId }) => imageId,
  xmlOf: imageXml,
  tagsOf: ({ tags }) => tags,
  filters: {
    architecture: ({ architecture }) => architecture,
    'block-device-mapping.snapshot-id': ({ snapshotId }) => snapshotId,
    'creation-date': ({ creationTime }) => xmlTime(creationTime),
    description: ({ description }) => description,
    'image-id': ({ imageId }) => imageId,
    'is-public': ({ isPublic }) => String(isPublic),
    name: ({ name }) => name,
    'owner-alias': ({ ownerId }) => (ownerId === amazonId ? 'amazon' : null),
    'owner-id': ({ ownerId }) => ownerId,
    'root-device-name': () => '/dev/xvda',
    state: ({ state }) => state,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidAMIID.NotFound', 'image', ids),
  own: {
    names: ['Owner', 'ExecutableBy', 'IncludeDeprecated', 'IncludeDisabled'],
    makeTest: (params, cell) => {
      const isAsked = ownerTest(params, cell)
      const all = params.get('IncludeDisabled') === 'true' || params.has('ImageId.1')
      return ({ ownerId, state }) => isAsked(ownerId) && (all || state !== 'disabled')
    },
  },
}

export interface DemoImage {
  readonly imageId: string
  readonly name: string
  readonly description: string
  readonly ownerId: string
  readonly state: 'available' | 'disabled' | 'failed'
  readonly architecture: 'x86_64' | 'arm64'
  /** In ms since 1970. */
  readonly creationTime: number
  readonly snapshotId: string
  /** Whether everybody may launch it: Amazon's, and in some cells one by mistake. */
  readonly isPublic: boolean
  readonly tags: readonly Tag[]
}

/** Four for each length that a type's name may have, from 8 to 11; the first of the four is Amazon's. */
const inUse = 16
/** Images that no instance runs: one of them is disabled, and one has failed. */
const old = 4
const day = 86_400_000

function makeImage(cell: Cell, n: number): DemoImage {
  const { account } = cell
  const h = hash(cell.seed, n, 100)
  const amazons = n < inUse && n % 4 === 0
  const isOld = n >= inUse
  const architecture = n % 4 === 3 ? 'arm64' : 'x86_64'
  const name = amazons
    ? `al2023-ami-2023.${n}.20260101.0-kernel-6.1-${architecture}`
    : `${account.team}-${isOld ? 'old' : 'golden'}-${n + 1}`
  return {
    imageId: isOld ? `ami-${hexId(cell.seed, n, 95)}` : imageIdOf(cell, 8 + Math.floor(n / 4), n % 4),
    name,
    description: amazons ? 'Amazon Linux 2023' : `Image of the team ${account.team}`,
    ownerId: amazons ? amazonId : account.id,
    state: n === inUse + 2 ? 'disabled' : n === inUse + 3 ? 'failed' : 'available',
    architecture,
    creationTime: cell.now - (isOld ? 700 + (h % 900) : 20 + (h % 900)) * day,
    snapshotId: amazons ? publicSnapshotIdOf(cell, (n / 4) % 2) : snapshotIdOf(cell, n % 5),
    isPublic: amazons || (n === inUse + 1 && h % 7 === 0),
    tags: amazons ? [] : cellTags(cell, name),
  }
}

function imageXml(image: DemoImage): string {
  const { imageId, name, ownerId, state, architecture, creationTime, snapshotId, isPublic } = image
  const amazons = ownerId === amazonId
  return itemXml({
    imageId,
    imageLocation: `${amazons ? 'amazon' : ownerId}/${name}`,
    imageState: state,
    imageOwnerId: ownerId,
    imageOwnerAlias: amazons ? 'amazon' : null,
    isPublic,
    architecture,
    imageType: 'machine',
    name,
    description: image.description,
    creationDate: xmlTime(creationTime),
    deprecationTime: xmlTime(creationTime + 730 * day),
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: [
      {
        deviceName: '/dev/xvda',
        ebs: { snapshotId, volumeSize: 8, deleteOnTermination: true, volumeType: 'gp3', encrypted: false },
      },
    ],
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    enaSupport: true,
    imdsSupport: amazons ? 'v2.0' : null,
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    bootMode: architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
    stateReason:
      state === 'failed'
        ? { code: 'Client.InternalError', message: 'Client.InternalError: the copy failed' }
        : null,
    tagSet: tagMembers(image.tags),
  })
}
