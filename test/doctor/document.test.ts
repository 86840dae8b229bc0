import { expect, test } from 'vitest'
import { applyEdits, bytesOf, documentOf, type Edit, textOf } from '../../src/doctor/document.ts'

const edit = (line: number, removed: number, ...lines: string[]): Edit => ({
  file: 'config',
  line,
  removed,
  lines,
})

const rows: readonly (readonly [what: string, before: string, edits: readonly Edit[], after: string])[] = [
  ['a line is replaced', 'a\nb\nc\n', [edit(2, 1, 'B')], 'a\nB\nc\n'],
  ['a line becomes two', 'a\nb\nc\n', [edit(2, 1, 'x', 'y')], 'a\nx\ny\nc\n'],
  ['a line goes', 'a\nb\nc\n', [edit(2, 1)], 'a\nc\n'],
  ['lines come before the first', 'a\n', [edit(1, 0, 'x', 'y')], 'x\ny\na\n'],
  ['lines come at the end', 'a\n', [edit(2, 0, 'x')], 'a\nx\n'],
  ['what comes after an open last line ends it first', 'a\nb', [edit(3, 0, 'x')], 'a\nb\nx\n'],
  ['the open last line stays open when it is replaced', 'a\nb', [edit(2, 1, 'B')], 'a\nB'],
  [
    'CR LF stays what lines end with',
    'a\r\nb\r\n',
    [edit(1, 1, 'A', 'x'), edit(3, 0, 'c')],
    'A\r\nx\r\nb\r\nc\r\n',
  ],
  ['CR LF goes where the edit says so', 'a\r\nb\r\n', [{ ...edit(1, 1, 'a'), end: '\n' }], 'a\nb\r\n'],
  [
    'edits name the lines as they were',
    'a\nb\nc\n',
    [edit(1, 1), edit(3, 1, 'C'), edit(3, 0, 'x')],
    'b\nx\nC\n',
  ],
  ['at one place, lines go before others come', 'a\nb\nc\n', [edit(2, 0, 'x'), edit(2, 1)], 'a\nx\nc\n'],
  [
    'two lots that come at one place keep their order',
    'a\n',
    [edit(2, 0, 'x'), edit(2, 0, 'y')],
    'a\nx\ny\n',
  ],
  ['edits of the other file do nothing', 'a\n', [{ ...edit(1, 1), file: 'credentials' }], 'a\n'],
]

test.each(rows)('%s', (_, before, edits, after) => {
  expect(bytesOf(applyEdits(documentOf('config', '/c', Buffer.from(before)), edits)).toString()).toBe(after)
})

test('bytes that are not UTF-8 stay as they are', () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0a, 0xe9, 0x0d, 0x0a, 0x00, 0xff])
  const document = documentOf('config', '/c', bytes)
  expect(bytesOf(document).equals(bytes)).toBe(true)
  expect(textOf(document).valid).toBe(false)
  const after = bytesOf(applyEdits(document, [edit(1, 1, 'x')]))
  expect(after.equals(Buffer.from([0x78, 0x0a, 0xe9, 0x0d, 0x0a, 0x00, 0xff]))).toBe(true)
})

test('a file that is not there comes into being with its first line', () => {
  const document = documentOf('config', '/c', null)
  expect(document.exists).toBe(false)
  const after = applyEdits(document, [edit(1, 0, '[profile a]')])
  expect(after.exists).toBe(true)
  expect(bytesOf(after).toString()).toBe('[profile a]\n')
})
