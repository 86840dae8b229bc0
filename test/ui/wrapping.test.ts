import { expect, test } from 'vitest'
import { wrapText } from '../../src/ui/state/wrapping.ts'

test.each([
  ['aaaa  bbbb  cccc', 5, '', ['aaaa ', 'bbbb ', 'cccc']],
  ['aaaaa  bbbbb', 5, '', ['aaaaa', 'bbbbb']],
  ['aa bbb  c', 6, '', ['aa bbb', 'c']],
  ['aa bbbb c', 6, '', ['aa ', 'bbbb c']],
  ['aaaaaaa bb', 5, '  ', ['aaaaa', '  aa ', '  bb']],
])(
  'a line that is continued does not begin with the blanks between two words: %j in %i',
  (text, width, indent, lines) => {
    expect(wrapText(text, width, indent)).toEqual(lines)
  },
)
