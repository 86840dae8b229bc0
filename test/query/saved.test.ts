import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import {
  findQuery,
  isBareWord,
  parseSavedQuery,
  readSavedFiles,
  selectUsableQueries,
} from '../../src/query/saved.ts'
import { expressionsOf, locateInFile, type SavedQuery } from '../../src/query/saved-text.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const shipped = new URL('../../queries', import.meta.url).pathname

describe('a saved query', () => {
  test('says its kind, columns, sort and grouping in its header', () => {
    const text =
      '# A title\n# kind: volumes\n# columns: A, B\n# sort: A desc\n# count-by: B\nVolumes[].[A,\n B]\n'
    expect(parseSavedQuery(text, 'x', 'x.jmespath', true)).toMatchObject({
      title: 'A title',
      kind: 'volumes',
      columns: ['A', 'B'],
      sort: { column: 'A', descending: true },
      group: ['B'],
      expression: 'Volumes[].[A,\n B]',
    })
  })

  test.each([
    ['# colour: red\n@', /x\.jmespath:1: 'colour' is not a header/],
    ['# kind: buckets\n@', /x\.jmespath:1: there is no kind 'buckets'. `muster kinds` lists them\.$/],
    [
      '# kind: subnet\n@',
      /x\.jmespath:1: there is no kind 'subnet'; did you mean 'subnets'\? `muster kinds` lists them\.$/,
    ],
    ['# only a title\n', /the expression is missing/],
    ['# sort:\n@', /x\.jmespath:1: 'sort' says nothing/],
    ['# T\n# sort: LaunchTime descending\n@', /x\.jmespath:2: 'LaunchTime descending' is not a sort/],
    ['# sort: -\n@', /x\.jmespath:1: '-' is not a sort/],
    ['# sort: A desc, desc\n@', /x\.jmespath:1: 'A desc, desc' is not a sort/],
    ['# count-by: A,\n@', /x\.jmespath:1: 'A,' leaves a column without a name/],
    ['# Kind: volumes\n@', /x\.jmespath:1: 'Kind' is not a header/],
    ['# count_by: A\n@', /x\.jmespath:1: 'count_by' is not a header/],
    ['# param: colour X\n@', /x\.jmespath:1: there is no type 'colour'/],
    ['# param: number X = ten\n@', /x\.jmespath:1: the default of X takes a number, not 'ten'/],
    ['# param: X\n# param: X\n@', /x\.jmespath:2: the parameter X is declared twice/],
    ['# columns: A,,B\n@', /x\.jmespath:1: 'A,,B' leaves a column without a name/],
    ['# kind: volumes\n# kind: instances\n@', /x\.jmespath:2: 'kind' stands twice/],
  ])('that is malformed names its line: %j', (text, message) => {
    expect(() => parseSavedQuery(text, 'x', 'x.jmespath', true)).toThrow(message)
  })

  test.each(['\uFEFF# kind: volumes\nVolumes', '  # kind: volumes\r\n\r\nVolumes\r\n'])(
    'is read whatever editor wrote it: %j',
    (text) => {
      expect(parseSavedQuery(text, 'x', 'x.jmespath', true)).toMatchObject({
        kind: 'volumes',
        expression: 'Volumes',
      })
    },
  )

  test('of the user’s own wins by name', () => {
    const own = join(temporaryFolder(), 'queries')
    expect(findQuery('running', { shipped, own })?.own).toBe(false)
    mkdirSync(own)
    writeFileSync(join(own, 'running.jmespath'), '# Mine\nReservations[].Instances[].InstanceId\n')
    expect(findQuery('running', { shipped, own })).toMatchObject({ own: true, title: 'Mine' })
    expect(
      selectUsableQueries(readSavedFiles({ shipped, own })).filter(({ name }) => name === 'running'),
    ).toHaveLength(1)
  })

  test('declares its parameters, in any number', () => {
    const text = '# param: text KEY\n# T\n# param: SINCE = -30d\n# param: number MIN = 5\n@\n'
    expect(parseSavedQuery(text, 'x', 'x.jmespath', true)).toMatchObject({
      title: 'T',
      parameters: [
        { name: 'KEY', type: 'text', default: null, line: 1 },
        { name: 'SINCE', type: 'time', default: '-30d', line: 3 },
        { name: 'MIN', type: 'number', default: '5', line: 4 },
      ],
    })
  })

  test('knows where a place of its expression is in the file, in characters', () => {
    const text = '\uFEFF# T\r\n\r\n  Rés😀[].\r\n    Foo..Bar\r\n'
    const [query] = expressionsOf(parseSavedQuery(text, 'x', 'x.jmespath', true))
    if (!query) throw new Error('the expression is missing')
    expect(locateInFile(query, 0)).toEqual({ line: 3, column: 3 })
    expect(locateInFile(query, query.expression.indexOf('[]'))).toEqual({ line: 3, column: 7 })
    expect(locateInFile(query, query.expression.indexOf('..'))).toEqual({ line: 4, column: 8 })
  })

  test('that is malformed does not hide the others, and everything that is wrong in it is known', () => {
    const own = temporaryFolder()
    writeFileSync(join(own, 'bad.jmespath'), '# colour: red\n# kind: buckets\n')
    mkdirSync(join(own, 'folder.jmespath'))
    writeFileSync(join(own, 'good.jmespath'), '# Good\n@\n')
    const names = selectUsableQueries(readSavedFiles({ shipped, own })).map(({ name }) => name)
    expect(names).toContain('good')
    expect(names).toContain('running')
    expect(names).not.toContain('bad')
    const bad = readSavedFiles({ shipped, own }).find(({ name }) => name === 'bad')
    expect(bad?.problems.map(({ line, column }) => [line, column])).toEqual([
      [1, 3],
      [2, 9],
      [3, 1],
    ])
    expect(() => findQuery('folder', { shipped, own })).toThrow(/cannot be read: make it readable/)
  })

  test('never leads out of its folder', () => {
    for (const name of ['../running', 'a/b', '.', '..', '']) {
      expect(isBareWord(name)).toBe(false)
      expect(findQuery(name, { shipped, own: shipped })).toBeNull()
    }
  })

  test('ships at least a dozen times, each with a title and a valid expression', () => {
    const queries = selectUsableQueries(readSavedFiles({ shipped, own: '/nowhere' }))
    expect(queries.length).toBeGreaterThanOrEqual(12)
    for (const query of queries) {
      expect(query.title).not.toBe(query.name)
      expect(() =>
        compile(query.expression ?? '', (name) => (names(query).includes(name) ? '' : undefined)),
      ).not.toThrow()
    }
  })
})

function names({ parameters, lets }: SavedQuery): readonly string[] {
  return [...parameters, ...lets].map(({ name }) => name)
}
