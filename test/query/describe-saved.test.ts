import { expect, test } from 'vitest'
import { describeSaved } from '../../src/query/describe-saved.ts'
import { parseSavedQuery } from '../../src/query/saved.ts'

test.each([
  ['# A title\n# kind: volumes\n', 'A title'],
  ['# kind: volumes\n', 'Volumes'],
  [
    '# kind: volumes\n# filter: state=in-use\n# filter: !web\n# sort: Size desc\n# limit: 9\n',
    'Volumes that pass state=in-use !web, by Size desc, 9 at most',
  ],
  [
    '# kind: volumes\n# count-by: AccountName\n# sum: Size\n# top: 3\n',
    'Volumes, counted by AccountName, with the sum of Size, the 3 largest',
  ],
  ['# show: Name,tag:Team\n# kind: volumes\n', 'Volumes, columns Name,tag:Team'],
  [
    '# kinds: volumes, vpcs\n{ v: Volumes,\n  n: length(Vpcs) }\n',
    'Volumes, VPCs, { v: Volumes, n: length(Vpcs) }',
  ],
])('a saved query is described by its title, or else by what it asks for: %j', (text, words) => {
  expect(describeSaved(parseSavedQuery(text, 'mine', 'mine.jmespath', true))).toBe(words)
})
