import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { findQuery, isBareWord, listQueries, parseSavedQuery, parseSort } from '../../src/query/saved.ts'
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
      group: 'B',
      expression: 'Volumes[].[A,\n B]',
    })
  })

  test.each([
    ['# colour: red\n@', /x\.jmespath:1: 'colour' is no header/],
    ['# kind: buckets\n@', /x\.jmespath:1: there is no kind 'buckets'/],
    ['# only a title\n', /the expression is missing/],
    ['# sort:\n@', /x\.jmespath:1: 'sort' says nothing/],
  ])('that is malformed names its line: %j', (text, message) => {
    expect(() => parseSavedQuery(text, 'x', 'x.jmespath', true)).toThrow(message)
  })

  test('of the user’s own wins by name', () => {
    const own = join(temporaryFolder(), 'queries')
    expect(findQuery('running', { shipped, own })?.own).toBe(false)
    mkdirSync(own)
    writeFileSync(join(own, 'running.jmespath'), '# Mine\nReservations[].Instances[].InstanceId\n')
    expect(findQuery('running', { shipped, own })).toMatchObject({ own: true, title: 'Mine' })
    expect(listQueries({ shipped, own }).filter(({ name }) => name === 'running')).toHaveLength(1)
  })

  test('never leads out of its folder', () => {
    for (const name of ['../running', 'a/b', '.', '..', '']) {
      expect(isBareWord(name)).toBe(false)
      expect(findQuery(name, { shipped, own: shipped })).toBeNull()
    }
  })

  test('ships at least a dozen times, each with a title and a valid expression', () => {
    const queries = listQueries({ shipped, own: '/nowhere' })
    expect(queries.length).toBeGreaterThanOrEqual(12)
    for (const query of queries) {
      expect(query.title).not.toBe(query.name)
      expect(() => compile(query.expression)).not.toThrow()
    }
  })
})

test('a sort is read in every way that people write it', () => {
  const descending = { column: 'LaunchTime', descending: true }
  expect(['LaunchTime desc', 'LaunchTime:desc', '-LaunchTime'].map(parseSort)).toEqual(
    Array(3).fill(descending),
  )
  expect(parseSort('tag:Env')).toEqual({ column: 'tag:Env', descending: false })
})
