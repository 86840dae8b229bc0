import type { Kind } from '../model.ts'
import { nameColumn, nameTag, textColumn, timeColumn } from './column.ts'

export const keyPairs: Kind = {
  name: 'key-pairs',
  title: 'Key pairs',
  area: 'compute',
  operation: 'DescribeKeyPairs',
  input: {},
  list: 'KeyPairs',
  nested: null,
  id: 'KeyPairId',
  pageSize: null,
  edition: 1,
  columns: [
    nameTag,
    textColumn('KeyPairId', { label: 'KEY PAIR' }),
    nameColumn('KeyName', { label: 'KEY NAME', least: 15 }),
    textColumn('KeyType', { label: 'TYPE' }),
    textColumn('KeyFingerprint', { label: 'FINGERPRINT' }),
    timeColumn('CreateTime', { label: 'AGE' }),
  ],
  table: ['KeyName', 'KeyPairId', 'KeyType', 'AccountName', 'Region', 'CreateTime'],
  spare: ['KeyPairId', 'Profile', 'Region'],
  state: null,
}
