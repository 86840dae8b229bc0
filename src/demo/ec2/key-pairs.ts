import { notFoundRefusal } from '../describe/describe-call.ts'
import type { SimulatedKind } from '../describe/simulated-kind.ts'
import type { Cell } from '../fleet.ts'
import { keyPairNameOf } from '../ids.ts'
import { hash, hexId } from '../random.ts'
import { cellTags, type Tag } from '../tags.ts'
import { itemXml, tagMembers, xmlTime } from '../xml.ts'

export const keyPairs: SimulatedKind<DemoKeyPair> = {
  operation: 'DescribeKeyPairs',
  list: 'keySet',
  idParameter: 'KeyPairId',
  pages: null,
  countItems: (cell) => (cell.instances === 0 ? 0 : 1 + leftOver),
  itemAt: makeKeyPair,
  idOf: ({ keyPairId }) => keyPairId,
  xmlOf: ({ keyPairId, name, type, fingerprint, createTime, tags }) =>
    itemXml({
      keyPairId,
      keyFingerprint: fingerprint,
      keyName: name,
      keyType: type,
      tagSet: tagMembers(tags),
      createTime: xmlTime(createTime),
    }),
  tagsOf: ({ tags }) => tags,
  filters: {
    fingerprint: ({ fingerprint }) => fingerprint,
    'key-name': ({ name }) => name,
    'key-pair-id': ({ keyPairId }) => keyPairId,
  },
  unknownRefusal: (ids) => notFoundRefusal('InvalidKeyPair.NotFound', 'key pair', ids),
  own: { names: ['KeyName', 'IncludePublicKey'], makeTest: () => () => true },
}

export interface DemoKeyPair {
  readonly keyPairId: string
  readonly name: string
  readonly type: 'rsa' | 'ed25519'
  readonly fingerprint: string
  /** In ms since 1970. */
  readonly createTime: number
  readonly tags: readonly Tag[]
}

/** Key pairs of people, with which no instance was launched. */
const leftOver = 2

function makeKeyPair(cell: Cell, n: number): DemoKeyPair {
  const keyPairId = `key-${hexId(cell.seed, n, 101)}`
  const name = n === 0 ? keyPairNameOf(cell) : `${cell.account.team}-laptop-${n}`
  const print = `${hexId(cell.seed, n, 102)}${hexId(cell.seed, n, 103)}`.slice(0, 32)
  return {
    keyPairId,
    name,
    type: n === 0 ? 'ed25519' : 'rsa',
    fingerprint: print.replace(/..(?=.)/g, '$&:'),
    createTime: cell.now - (n * 600 + (hash(cell.seed, n, 104) % 900) + 1) * 86_400_000,
    tags: n === 0 ? cellTags(cell, name) : [],
  }
}
