import { describe, expect, test } from 'vitest'
import { findParameterMeanings } from '../../src/query/parameter-meaning.ts'
import { readSavedText } from '../../src/query/saved-text.ts'

function meaningsIn(text: string) {
  const { query } = readSavedText(text, 'asked', 'asked.jmespath', true)
  if (!query) throw new Error('no query')
  return Object.fromEntries(findParameterMeanings(query))
}

describe('with what a saved query compares a parameter is found', () => {
  test.each([
    [
      'a key and the value of its tag',
      '# param: text KEY\n# param: text VALUE\nReservations[].Instances[?Tags[?Key==$KEY && Value==$VALUE]][]',
      {
        KEY: { type: 'tag-key' },
        VALUE: { type: 'tag-value', key: 'KEY', parameter: true },
      },
    ],
    [
      'the value of one tag',
      "# param: OWNER\nReservations[].Instances[?Tags[?Key=='Owner' && Value==$OWNER]][]",
      { OWNER: { type: 'tag-value', key: 'Owner', parameter: false } },
    ],
    [
      'a column, by the path that the kind has for it',
      '# param: STATE\n# param: text TYPE\nReservations[].Instances[?$STATE==State.Name && starts_with(InstanceType, $TYPE)][]',
      { STATE: { type: 'column', name: 'State' }, TYPE: { type: 'column', name: 'InstanceType' } },
    ],
    [
      'nothing for a time, a number and what no column holds',
      '# param: time SINCE = -7d\n# param: ODD\nReservations[].Instances[?LaunchTime>=$SINCE && Odd==$ODD][]',
      {},
    ],
    [
      'another member of a list that has no tags',
      '# param: VALUE\nReservations[].Instances[?Odd[?Key==$VALUE]][]',
      {},
    ],
  ])('%s', (_, text, meanings) => {
    expect(meaningsIn(text)).toEqual(meanings)
  })
})
